/** The style sheet of the page. Colours are the palette's custom properties only; system fonts, because nothing may be fetched. */

const BASE = `
*,*::before,*::after{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;background:var(--page);color:var(--ink);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;overflow-wrap:break-word}
main,footer{width:100%;max-width:1234px;margin:0 auto;padding:0 24px}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .6rem;letter-spacing:-.01em}
h3{font-size:.86rem;margin:0 0 .4rem}
p{margin:0 0 .6rem}
a{color:inherit;text-decoration-color:var(--muted);text-underline-offset:.15em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code{font:.88em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
small{font-size:.8rem;color:var(--muted)}
section{margin:0 0 2.4rem}
.lead{max-width:80ch;color:var(--muted)}
.cut{color:var(--muted);font-size:.86rem;font-style:italic}
.bad{color:var(--bad)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{overflow-x:auto}
.tall{max-height:22rem;overflow:auto}
details>summary{cursor:pointer}
.block>summary{padding:.6rem .9rem;background:var(--surface);border:1px solid var(--hairline);border-radius:6px}
.block>summary h2{display:inline;font-size:1rem}
.block[open]>summary{border-radius:6px 6px 0 0}
.block>:not(summary){margin-left:.9rem;margin-right:.9rem}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;min-width:min(100%,20rem)}
caption{text-align:left;font-weight:650;padding:.3rem 0}
th,td{text-align:left;padding:.22rem .9rem .22rem 0;border-bottom:1px solid var(--hairline);vertical-align:top}
thead th{color:var(--muted);font-weight:500;font-size:.8rem}
.n{text-align:right;white-space:nowrap}
`;

const HEAD = `
.verdict{padding:14px 0 4px}
.masthead{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;flex-wrap:wrap;border-bottom:1px solid var(--hairline);padding-bottom:8px;margin-bottom:12px;font-size:.86rem}
.brand{margin:0;font-weight:700;letter-spacing:.01em}
.brand::before{content:"";display:inline-block;width:.62em;height:.62em;border-radius:2px;background:var(--accent);margin-right:.5em}
.brand span{font-weight:400;color:var(--muted);margin-left:.4em}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
nav a{color:var(--muted);text-decoration:none}
nav a:hover{color:var(--ink);text-decoration:underline}
.facts{list-style:none;display:flex;flex-wrap:wrap;padding:0;margin:0 0 .3rem;font-size:.86rem;color:var(--muted)}
.facts li{overflow-wrap:anywhere}
.facts li:not(:last-child)::after{content:"·";margin:0 .55em}
.facts b{color:var(--ink)}
h1{font-size:clamp(1.25rem,2.3vw,1.72rem);line-height:1.25;letter-spacing:-.018em;margin:0 0 .45rem;display:flex;flex-wrap:wrap;align-items:baseline;gap:.2em .6em}
.sentence{flex:1 1 18em;min-width:0;overflow-wrap:anywhere}
.stamp{font-size:.7em;letter-spacing:.02em;padding:.16em .6em .2em;border-radius:4px;border:1.5px solid currentColor;white-space:nowrap;position:relative;top:-.12em}
.failed .stamp{color:var(--bad);background:var(--badGround)}
.passed .stamp{color:var(--good);background:var(--goodGround)}
.unknown .stamp{color:var(--unsure);background:var(--unsureGround)}
.causes{border-left:3px solid var(--bad);padding-left:.8rem;margin:.5rem 0 .6rem;max-width:112ch;overflow-wrap:anywhere}
.passed .causes{border-color:var(--muted)}
.unknown .causes{border-color:var(--unsure)}
.causes p{margin:0 0 .2rem}
.replay{font-size:.86rem;margin:0 0 .8rem;display:flex;gap:.6rem;align-items:baseline}
.replay span{color:var(--muted)}
.replay code{user-select:all;background:var(--sunken);border-radius:4px;padding:.12rem .5rem}
.tiles dl{display:grid;grid-template-columns:repeat(7,1fr);gap:1px;background:var(--hairline);border:1px solid var(--hairline);border-radius:6px;overflow:hidden;margin:0}
.tiles{margin-bottom:.9rem}
.tile{background:var(--surface);padding:.5rem .8rem .55rem;display:flex;flex-direction:column;min-width:0}
.tile dt{order:2;font-size:.8rem;color:var(--muted);line-height:1.25}
.tile dd{margin:0;font-size:1.45rem;line-height:1.2;font-weight:650;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.tile .check{order:3;font-size:.8rem;font-weight:500;letter-spacing:0;line-height:1.3;margin-top:.15rem;overflow-wrap:anywhere}
.tile.failed{background:var(--badGround);box-shadow:inset 0 3px 0 var(--bad)}
.tile.failed dd:not(.check){color:var(--bad)}
.tile.harm{box-shadow:inset 0 3px 0 var(--unsure)}
a.failed{color:var(--bad)}
a.held{color:var(--good)}
`;

const STACK = `
#timeline{margin-bottom:2rem}
.stack{overflow-x:auto;border:1px solid var(--hairline);border-radius:6px;background:var(--surface)}
.rows{width:1184px}
.row{display:flex;margin:0;border-top:1px solid var(--hairline)}
.row:first-child{border-top:0}
.gutter{position:sticky;left:0;z-index:1;flex:0 0 128px;width:128px;background:var(--surface);border-right:1px solid var(--hairline);overflow:hidden}
.plot{flex:0 0 1056px}
.plot svg{display:block}
.plot text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
.lane{position:absolute;left:12px;right:8px;font-size:.8rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.row-queues .lane:not(.lane-heading){left:22px;color:var(--muted)}
.row-nodes .lane,.row-queues .lane:not(.lane-heading){direction:rtl;text-align:left}
.lane-heading{font-weight:650}.row-queues .gutter{overflow:visible}.row-queues .lane-heading{right:auto;max-width:28rem}
.row-faults .lane,.row-fates .lane{color:var(--muted)}
.key{padding:7px 8px 0 12px;font-size:.8rem;line-height:1.3}
.key strong{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;font-weight:600;line-height:1.2;overflow:hidden;overflow-wrap:anywhere}
.key small{font-weight:400}
.key li{white-space:nowrap}
.cite{white-space:nowrap;font-size:.92em;color:var(--muted)}
.close-up-title{margin:.9rem 0 .4rem}
.close-up{margin-bottom:.9rem}
.key ul{list-style:none;margin:.15rem 0 0;padding:0;color:var(--muted)}
.key svg{margin-right:6px;vertical-align:-1px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;padding:0;margin:.45rem 0 .7rem;font-size:.8rem;color:var(--muted)}
.legend svg{margin-right:.4em;vertical-align:-1px;outline:1px solid var(--hairline)}
.swatch-leader{fill:var(--leader)}.swatch-mirror{fill:var(--mirror)}.swatch-down{fill:var(--down)}.swatch-fault{fill:var(--fault);fill-opacity:.2}
.swatch-unsynchronised{fill:url(#pattern-unsynchronised)}.swatch-paused{fill:url(#pattern-paused)}.swatch-stopped{fill:url(#pattern-stopped)}
.swatch-frozen{fill:url(#pattern-frozen)}.swatch-booting{fill:url(#pattern-booting)}.swatch-unreadable{fill:url(#pattern-unreadable)}
.data>details{margin-top:.5rem}
.data[open]{padding-bottom:.6rem}
`;

const PARTS = `
.story{list-style:none;margin:0;padding:0;background:var(--surface);border:1px solid var(--hairline);border-radius:6px}
.story li{display:grid;grid-template-columns:2rem 6rem 1fr;gap:.4rem;padding:.32rem .9rem;border-top:1px solid var(--hairline);overflow-wrap:anywhere}
.story li:first-child{border-top:0}
.pin{align-self:start;margin-top:.2em;justify-self:start;min-width:1.4em;text-align:center;font-size:.72rem;font-weight:700;line-height:1.4;padding:0 .3em;border-radius:1em;background:var(--ink);color:var(--surface)}
time{font-variant-numeric:tabular-nums;color:var(--muted);white-space:nowrap}
.fate{background:var(--surface);border:1px solid var(--hairline);border-left:4px solid var(--fate);border-radius:4px;margin:0 0 .5rem}
.fate>summary{display:grid;grid-template-columns:4.2rem 12rem 1fr auto;gap:.2rem 1rem;padding:.55rem .9rem;align-items:baseline;list-style:none}
.fate>summary::-webkit-details-marker{display:none}
.fate>summary .rules::after{content:"+";font-weight:700;margin-left:.7rem;color:var(--muted);display:inline-block;width:.8em}
.fate[open]>summary .rules::after{content:"–"}
.count{font-size:1.3rem;font-weight:650;font-variant-numeric:tabular-nums;text-align:right}
.what b{color:var(--fate)}
.what small,.why small{display:block}
.why{overflow-wrap:anywhere;min-width:0}
.rules{max-width:11rem}.rules code{overflow-wrap:anywhere}
.rules code,.step code{background:var(--sunken);border-radius:3px;padding:.05rem .35rem}
.fate>.cut{padding:0 .9rem}
.course{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:.4rem 2rem;padding:.7rem .9rem .9rem;border-top:1px solid var(--hairline)}
.life{list-style:none;margin:0;padding:0;font-size:.86rem}
.life li{display:grid;grid-template-columns:6.4rem minmax(7rem,10rem) 1fr;gap:0 1.5rem;padding:.2rem 0;position:relative}
.life time{text-align:right}
.life time small{display:block;line-height:1.1}
.life li::before{content:"";position:absolute;left:7.02rem;top:.62rem;width:.62rem;height:.62rem;border-radius:50%;background:var(--surface);border:2px solid var(--fate);z-index:1}
.life li::after{content:"";position:absolute;left:7.28rem;top:.8rem;bottom:-.8rem;width:2px;background:var(--hairline)}
.life li:last-child::after{display:none}
.life li:last-child::before{background:var(--fate)}
.life .place,.life .step{min-width:0}
.siblings{min-width:0}
.siblings td,.siblings th{white-space:nowrap}
.siblings td+td,.siblings th+th{text-align:right}
.tall thead th{position:sticky;top:0;background:var(--surface)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,33rem),1fr));gap:1rem 2.4rem;margin-top:1.2rem}
.figures{width:100%}
.figures th{font-weight:400}
.figures small{display:block;line-height:1.25}
.figures tr.zero .n{color:var(--muted)}
.figures td:last-child{width:11rem}
.figures td a{display:block}
.expectations{width:100%;background:var(--surface)}
.expectations td:first-child,.expectations th:first-child{padding-left:.6rem}
.expectations .failed td{background:var(--badGround)}
tr.failed td:first-child{color:var(--bad);font-weight:650}
tr.held td:first-child{color:var(--good)}
#cluster .scroll+.scroll{margin-top:1rem}
#cluster table,.events{width:100%}
.state:not(.state-running){font-weight:650;color:var(--bad)}
.pair{margin-right:.8em;overflow-wrap:anywhere}
.pair i{color:var(--muted);font-style:normal}
.source{background:var(--surface);border:1px solid var(--hairline);border-radius:6px;padding:.5rem 0}
.source table{width:100%;font-size:.86rem}
.source th,.source td{border:0;padding:0 .9rem;line-height:1.55}
.source th{width:3.6rem;text-align:right;color:var(--muted);font-weight:400;user-select:none;border-left:4px solid transparent;font-variant-numeric:tabular-nums}
.source td code{white-space:pre;overflow-wrap:normal}
.source b{font-weight:600}
.source i{color:var(--muted)}
.source tr.failed{background:var(--badGround)}.source tr.failed th{border-left-color:var(--bad);color:var(--bad);font-weight:700}
.source tr.failed td:first-child{color:inherit;font-weight:400}
.source tr.held th{border-left-color:var(--good)}.source tr.held td:first-child{color:inherit}
.source tr.fault th{border-left-color:var(--fault)}
.source tr:target{outline:2px solid var(--accent);outline-offset:-2px}
.note{margin-left:1.2rem;font-size:.8rem;font-weight:650;white-space:nowrap}
.note.failed{color:var(--bad)}.note.held{color:var(--good)}.note.fault{color:var(--accent)}
footer{padding-bottom:2.4rem;font-size:.86rem;color:var(--muted)}
footer details{margin-bottom:.6rem}
.rule-list{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem .7rem;padding:0;margin:.4rem 0}
`;

const VIEWS = `
.story .frame{color:var(--muted)}.story .frame .pin{background:none;color:var(--muted)}
.moment{text-decoration:none}.moment time{color:inherit;text-decoration:underline;text-decoration-style:dotted;text-underline-offset:.2em}
.follows{font-size:.8rem;white-space:nowrap;margin-left:.5em;text-decoration:none}
.because{display:block;line-height:1.4;margin-top:.1rem}.because span{margin-left:.6em;white-space:nowrap}
.mermaid{margin-top:.6rem}.mermaid pre{overflow-x:auto;background:var(--sunken);border-radius:4px;padding:.6rem .8rem;font-size:.8rem}
.copy{float:right}
.rule{margin:0 0 .9rem;max-width:100ch}.rule h4{margin:0;font-size:.93rem}.rule p{margin:.1rem 0;max-width:none}
.source-of{font-size:.8rem;color:var(--muted);display:flex;flex-wrap:wrap;gap:0 1.4rem;overflow-wrap:anywhere}
.meant,.rule:target{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
.source tr.meant{outline-offset:-2px}
section.meant{outline:0}
#configuration{margin-top:1rem}#configuration th{font-weight:400;padding-right:1.4rem}
.cursor{position:absolute;top:0;bottom:0;width:0;border-left:2px solid var(--accent);z-index:2;pointer-events:none}
.cursor.hover{border-left:1px dashed var(--muted)}
.cursor span{position:absolute;top:2px;left:3px;background:var(--surface);border:1px solid var(--hairline);border-radius:3px;padding:0 .3em;font-size:.72rem;white-space:nowrap}
.cursor.late span{left:auto;right:3px}
.rows{position:relative}
.controls{display:flex;flex-wrap:wrap;gap:.5rem .8rem;align-items:center;margin:0 0 .7rem}
.controls input[type=range]{flex:1 1 16rem;padding:0}.controls input[type=number]{width:8rem}
.sides{display:flex;flex-wrap:wrap;gap:1rem;margin-bottom:1.2rem}
.side{flex:1 1 22rem;min-width:0}.side.apart{border:2px dashed var(--bad);border-radius:6px;padding:.6rem .7rem}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:.7rem}
.card{background:var(--surface);border:1px solid var(--hairline);border-radius:6px;padding:.6rem .8rem;overflow-x:auto}
.card h4{margin:0 0 .3rem;font-size:1rem}.card dl{margin:0 0 .4rem;font-size:.86rem}.card dl div{display:flex;gap:.6rem}
.card dt{flex:0 0 7.4rem;color:var(--muted)}.card dd{margin:0;overflow-wrap:anywhere}.card table{width:100%}.card td{overflow-wrap:anywhere}
label{font-size:.86rem}
.classes{border:0;margin:0 0 .6rem;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}.classes label{display:flex;align-items:center;gap:.25rem}
.explorer-box{background:var(--surface);border:1px solid var(--hairline);border-radius:6px;overflow-x:auto;cursor:grab;user-select:none;margin-bottom:.6rem}
.explorer-chart{display:block;height:auto;min-width:900px;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
.explorer-chart text{font-size:11.5px;fill:var(--ink);font-variant-numeric:tabular-nums}.explorer-chart .tick-label{text-anchor:middle;fill:var(--muted)}
.lane-a{fill:var(--surface)}.lane-b{fill:var(--sunken)}.tick{stroke:var(--hairline)}.moment-line{stroke:var(--accent);stroke-width:2}
.mark-fault{fill:var(--fault);stroke:var(--surface)}.mark-cluster{fill:var(--ready)}.mark-queue{fill:var(--leader)}.mark-client{fill:var(--unsure)}.mark-harm{fill:var(--bad)}.mark-message{fill:var(--published)}.mark-message.bar{fill:var(--mirrorLine)}
.explorer-chart .mark-count{font-size:9px;fill:var(--muted)}
.found{margin-bottom:1rem}.life-of{margin:0;font-size:1.05rem}
.fate-box{border-left:3px solid var(--bad);padding:.3rem .8rem;background:var(--surface);max-width:none}
.sequence-box{background:var(--surface);border:1px solid var(--hairline);border-radius:6px;margin:.6rem 0 1rem;padding:.5rem}
.sequence{display:block;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
.sequence text{font-size:11px;fill:var(--ink);text-anchor:middle}
.sequence .actor{fill:var(--sunken);stroke:var(--muted)}.sequence .actor-name{font-weight:650;font-size:12px}.sequence .actor-node{fill:var(--muted)}
.sequence .lifeline{stroke:var(--hairline);stroke-width:2}
.sequence .arrow{stroke:var(--leader);stroke-width:1.5}.sequence marker path{fill:var(--leader)}
.sequence .arrow-label,.sequence .own-label,.sequence .around-label{paint-order:stroke;stroke:var(--surface);stroke-width:4px;stroke-linejoin:round}
.sequence .own{fill:var(--leader)}.sequence .gone{stroke:var(--bad);stroke-width:2.5;fill:none}
.sequence .around{stroke:var(--accent);stroke-dasharray:5 4}.sequence .around-label{text-anchor:start;fill:var(--accent)}
.sequence .when,.sequence .wait{text-anchor:end;fill:var(--muted);font-variant-numeric:tabular-nums}.sequence .wait{font-size:10px}
.controls>*{min-width:0;max-width:100%}
.steps{width:100%}.steps td:last-child code,.fate-box code{white-space:nowrap}.around-row td{color:var(--muted)}
tr.disputed td{background:var(--unsureGround)}tr.now td{background:var(--unsureGround)}
button,input,select{max-width:100%;font:inherit;font-size:.86rem;color:var(--ink);background:var(--surface);border:1px solid var(--muted);border-radius:4px;padding:.2rem .6rem}
button{cursor:pointer}button:hover{background:var(--sunken)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media screen{
html[data-view] nav a[aria-current]{color:var(--ink);font-weight:650;border-bottom:2px solid var(--accent)}
html[data-view]:not([data-view=overview]) .verdict>:not(.masthead):not(.facts){display:none}
${['overview', 'story', 'life', 'cluster', 'explorer', 'scenario', 'rules']
  .map((view) => `html[data-view=${view}] [data-views]:not([data-views~=${view}]){display:none}`)
  .join('\n')}
}
`;

const NARROW = `
@media(max-width:1000px){.tiles dl{grid-template-columns:repeat(4,1fr)}.tile:last-child{grid-column:span 2}.course{grid-template-columns:minmax(0,1fr)}}
@media(max-width:640px){
main,footer{padding:0 14px}
.tiles dl{grid-template-columns:repeat(2,1fr)}
.gutter{flex-basis:104px;width:104px}.rows{width:1160px}
.replay{display:block}.replay code{display:block;margin-top:.2rem}
.story li{grid-template-columns:1.7rem 1fr}.story li span:last-child{grid-column:2}
.fate>summary{grid-template-columns:auto 1fr auto}.why{grid-column:1/-1;grid-row:2}
.life li{grid-template-columns:4.6rem 1fr;gap:0 1.5rem}.life .step{grid-column:2}.life time{grid-row:span 2}.key svg{margin-right:3px}
.lane{left:8px;right:4px}.expectations td:first-child{white-space:nowrap}
.life li::before{left:5.22rem}.life li::after{left:5.48rem}
}
`;

const PRINT = `
@media print{
html{font-size:11px;background:#fff}
main,footer{max-width:none;padding:0}
nav,.siblings,.controls,.classes,.copy,.found,.cursor.hover{display:none}
html:not([data-view=life]) #life,html:not([data-view=cluster]) #cluster-views,html:not([data-view=explorer]) #explorer{display:none}
.stack{overflow:visible;border:0;zoom:.6}
.gutter{position:relative}
section,.fate,.row,.tile{break-inside:avoid}
#scenario,#messages,#figures,#events,#rules,#life,#explorer{break-inside:auto}
.source td code{white-space:pre-wrap}
.rule{break-inside:avoid}.sequence-box,.explorer-box{overflow:visible;zoom:.7}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
@media(prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

export const STYLE = [BASE, HEAD, STACK, PARTS, VIEWS, NARROW, PRINT].join('').replaceAll('\n', '');
