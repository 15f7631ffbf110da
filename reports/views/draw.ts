/**
 * From a vega-lite specification to SVG, in Node and without a browser. The only file that loads Vega, which takes half a second:
 * nothing outside this room may import it. The text depends on nothing but the specification: identifiers of clip paths and gradients,
 * which Vega counts through a process, start anew with each chart (and no chart uses any, since they would collide in one page).
 */
import { Error as LogLevelError, View, parse, resetSVGDefIds } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** The chart as an `<svg>` element. */
export async function drawSvg(spec: TopLevelSpec): Promise<string> {
  resetSVGDefIds();
  const view = new View(parse(compile(spec).spec), { renderer: 'none', logLevel: LogLevelError });
  try {
    return withShortNumbers(await view.toSVG());
  } finally {
    view.finalize();
  }
}

/** Coordinates to a hundredth of a pixel, which is a third of a long chart's bytes. In tags only: text, where `<` is escaped, stays as it is. */
function withShortNumbers(svg: string): string {
  return svg.replace(/<(?:path|line|text|g)\b[^>]*>/g, (tag) =>
    tag.replace(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2)))),
  );
}
