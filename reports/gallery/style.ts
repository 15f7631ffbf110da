/** What the gallery's page needs beside the style sheet of the other report. Colours are the palette's. */
export const GALLERY_STYLE = `
.overview{width:100%;background:var(--surface);border:1px solid var(--hairline);border-radius:6px}
.overview th,.overview td{padding-left:.6rem}
.overview td:first-child{width:1.6rem}
.overview .id,.exhibit .id{white-space:nowrap}
.runs{white-space:nowrap}
.overview .values li{line-height:1.3}
.mark{font-weight:700}
.held .mark{color:var(--good)}
.missed .mark{color:var(--bad)}
.overview tr.missed td{background:var(--badGround)}
.exhibit{background:var(--surface);border:1px solid var(--hairline);border-left:4px solid var(--good);border-radius:4px;padding:.8rem 1rem .6rem;margin:0 0 1rem}
.exhibit.missed{border-left-color:var(--bad)}
.exhibit:target{outline:2px solid var(--accent)}
.exhibit h2{font-size:1.05rem;margin:0 0 .4rem;display:flex;flex-wrap:wrap;gap:.1em .6em;align-items:baseline}
.exhibit h2 small{font-weight:400}
.exhibit>p{max-width:112ch;margin:0 0 .5rem}
.terms{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.1rem .8rem;margin:0 0 .7rem;font-size:.86rem;max-width:112ch}
.terms dt{color:var(--muted)}
.terms dd{margin:0}
.cells{width:100%;min-width:44rem}
.cells td:first-child{width:36%}
.cells code{white-space:normal}
.cells .wanted{white-space:nowrap;font-weight:650}
.cells .shows .wanted{color:var(--bad)}
.cells .clear .wanted{color:var(--good)}
.cells tr.missed td{background:var(--badGround)}
.values{list-style:none;margin:0;padding:0}
.source-of{font-size:.8rem;color:var(--muted);margin:.5rem 0 0!important;overflow-wrap:anywhere}
@media(max-width:640px){.terms{grid-template-columns:minmax(0,1fr)}}
`.replaceAll('\n', '');
