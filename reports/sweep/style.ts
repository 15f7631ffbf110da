/** What a sweep's page needs beside the common style sheet. Colours are the palette's. */
export const SWEEP_STYLE = `
.overview{width:100%;background:var(--surface);border:1px solid var(--hairline);border-radius:6px}
.overview th,.overview td{padding-left:.6rem}
.overview code{white-space:normal}
.why td{padding-bottom:.6rem;color:var(--muted)}
.why code{color:var(--ink);user-select:all}
.overview tr:has(+.why) td{border-bottom:0;font-weight:650}
.values{list-style:none;margin:0;padding:0}
.sweep-chart{margin:0 0 1.6rem}
.sweep-chart .lead{margin:0 0 .5rem;font-size:.86rem}
.sweep-chart h3{font-size:1rem;margin:0 0 .15rem}
.sweep-chart .stack{width:fit-content;max-width:100%}
.sweep-chart .row{position:relative;width:max-content}
.sweep-chart .gutter{flex:0 0 340px;width:340px}
.sweep-chart .plot{flex:0 0 820px}
.sweep-chart .data{margin-top:.3rem;font-size:.86rem;color:var(--muted)}
.sweep-chart .data[open]{color:var(--ink)}
@media(max-width:900px){.sweep-chart .gutter{flex-basis:150px;width:150px}}
@media print{.sweep-chart{break-inside:avoid}.sweep-chart .stack{zoom:.7}}
`.replaceAll('\n', '');
