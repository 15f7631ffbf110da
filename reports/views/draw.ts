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
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
