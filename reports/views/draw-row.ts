/**
 * Draws a row of the stack, which is a vega-lite specification of few words: rectangles, rules, texts, lines, areas and points over linear and
 * logarithmic scales, on the axes that rows share. Vega needs half a second to load and as long again to draw a report's rows, so this does
 * it in a fiftieth; a test holds it against Vega itself, mark by mark. What other charts need is not here: those go through `draw.ts`.
 */
import type { TopLevelSpec } from 'vega-lite';
import { html } from '../page/markup.ts';

interface Axis {
  readonly orient: 'top' | 'bottom' | 'right';
  readonly values: readonly number[];
  /** The labels of `values`; what vega-lite's `labelExpr` says in its own language. */
  readonly words: readonly string[];
  readonly labels?: boolean;
}

interface Encoding {
  readonly field?: string;
  readonly value?: number | string;
  readonly scale?: {
    readonly domain: readonly [number, number];
    readonly range: readonly [number, number];
    readonly type?: 'log';
  } | null;
  readonly axis?: Axis | null;
}

type Datum = Readonly<Record<string, number | string | null>>;

interface Mark {
  readonly type: 'rect' | 'rule' | 'text' | 'line' | 'area' | 'point';
  readonly fill?: string;
  readonly stroke?: string;
  readonly strokeWidth?: number;
  readonly strokeDash?: readonly number[];
  readonly strokeCap?: string;
  readonly fillOpacity?: number;
  readonly strokeOpacity?: number;
  readonly opacity?: number;
  readonly cornerRadius?: number;
  readonly interpolate?: 'step-after';
  readonly align?: 'left' | 'right' | 'center';
  readonly dx?: number;
  readonly fontSize?: number;
  readonly fontWeight?: number;
  readonly fontStyle?: string;
  readonly shape?: 'diamond';
  readonly size?: number;
}

interface RowLayer {
  readonly data: { readonly values: readonly Datum[] };
  readonly mark: Mark;
  readonly encoding: Readonly<Partial<Record<'x' | 'x2' | 'y' | 'y2' | 'fill' | 'text', Encoding>>>;
}

interface RowSpec {
  readonly width: number;
  readonly height: number;
  readonly padding: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  readonly layer: readonly RowLayer[];
  readonly config: {
    readonly axis: {
      readonly gridColor: string;
      readonly labelColor: string;
      readonly tickColor: string;
      readonly labelFontSize: number;
    };
  };
}

/** Length of a tick, and from there to its label. */
const TICK = 5;
const LABEL_GAP = 2;
const SIDE_LABEL_GAP = 6;
/** How far below a line's middle, in font sizes, the middle of its letters stands on their base line. */
const MIDDLE = 0.3;

/** The row as an `<svg>` element. */
export function drawRow(spec: TopLevelSpec): string {
  const row = spec as unknown as RowSpec;
  const { width, height, padding } = row;
  const [full, tall] = [padding.left + width + padding.right, padding.top + height + padding.bottom];
  const axes = [axisOf(row, 'x'), axisOf(row, 'y')];
  const grids = axes.map((axis) => (axis === null ? '' : gridOf(row, axis))).join('');
  const labels = axes.map((axis) => (axis === null ? '' : labelsOf(row, axis))).join('');
  const marks = row.layer.map((layer) => marksOf(row, layer)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="${full}" height="${tall}" viewBox="0 0 ${full} ${tall}" fill="none">` +
    `<g transform="translate(${padding.left},${padding.top})">${grids}${labels}${marks}</g></svg>`
  );
}

interface RowAxis extends Axis {
  readonly at: (value: number) => number;
}

/** The axis that the layers share in this direction; null where none has one. */
function axisOf({ layer }: RowSpec, direction: 'x' | 'y'): RowAxis | null {
  for (const { encoding } of layer) {
    const { axis, scale } = encoding[direction] ?? {};
    if (axis !== undefined && axis !== null && scale !== undefined && scale !== null)
      return { ...axis, at: (value) => scaled(scale, value) };
  }
  return null;
}

function gridOf({ width, height, config }: RowSpec, { orient, values, at }: RowAxis): string {
  const lines = values.map((value) => {
    const place = px(at(value));
    return orient === 'right'
      ? `<line x2="${width}" y1="${place}" y2="${place}"/>`
      : `<line x1="${place}" x2="${place}" y2="${height}"/>`;
  });
  return `<g class="role-axis-grid" stroke="${config.axis.gridColor}">${lines.join('')}</g>`;
}

function labelsOf({ width, height, config }: RowSpec, axis: RowAxis): string {
  const { orient, values, words, at, labels } = axis;
  if (labels === false) return '';
  const { labelColor, labelFontSize, tickColor } = config.axis;
  const ticks: string[] = [];
  const texts = values.map((value, index) => {
    const place = at(value);
    if (orient === 'right')
      return textAt(width + SIDE_LABEL_GAP, place + MIDDLE * labelFontSize, words[index] ?? '', '');
    const [edge, outwards] = orient === 'top' ? [0, -1] : [height, 1];
    ticks.push(`<line x1="${px(place)}" x2="${px(place)}" y1="${edge}" y2="${edge + outwards * TICK}"/>`);
    // At the ends of the axis a label stands within it.
    const anchor = place < 1 ? '' : place > width - 1 ? 'end' : 'middle';
    const rise =
      orient === 'top'
        ? -TICK - LABEL_GAP - 0.21 * labelFontSize
        : height + TICK + LABEL_GAP + 0.79 * labelFontSize;
    return textAt(place, rise, words[index] ?? '', anchor);
  });
  return (
    `<g class="role-axis-tick" stroke="${tickColor}">${ticks.join('')}</g>` +
    `<g class="role-axis-label" fill="${labelColor}" font-size="${labelFontSize}px">${texts.join('')}</g>`
  );
}

function marksOf(row: RowSpec, layer: RowLayer): string {
  const { mark, data } = layer;
  const { values } = data;
  if (values.length === 0) return '';
  const drawn =
    mark.type === 'line' || mark.type === 'area'
      ? [
          element(
            'path',
            `d="${runsOf(layer)
              .map((run) => (mark.type === 'line' ? lineOf(run, mark) : areaOf(run, layer)))
              .join('')}"`,
          ),
        ]
      : values.map((datum) => shapeOf(row, layer, datum));
  const attributes = [
    ['fill', mark.fill],
    ['fill-opacity', mark.fillOpacity],
    ['stroke', mark.stroke],
    ['stroke-opacity', mark.strokeOpacity],
    ['stroke-width', mark.strokeWidth],
    ['stroke-dasharray', mark.strokeDash?.join(',')],
    ['stroke-linecap', mark.strokeCap],
    // As vega-lite has it: points that may cover each other let each other through.
    ['opacity', mark.opacity ?? (mark.type === 'point' ? 0.7 : undefined)],
    ['font-size', mark.fontSize === undefined ? undefined : `${mark.fontSize}px`],
    ['font-weight', mark.fontWeight],
    ['font-style', mark.fontStyle],
    ['text-anchor', mark.align === 'right' ? 'end' : mark.align === 'center' ? 'middle' : undefined],
  ]
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`);
  return `<g class="mark-${mark.type} role-mark"${attributes.join('')}>${drawn.join('')}</g>`;
}

function shapeOf(row: RowSpec, { mark, encoding }: RowLayer, datum: Datum): string {
  const fill = encoding.fill === undefined ? '' : ` fill="${valueOf(encoding.fill, datum)}"`;
  const x = position(row, encoding.x, datum);
  const y = position(row, encoding.y, datum);
  if (mark.type === 'rule') {
    const toY = encoding.y2 === undefined ? y : position(row, { ...encoding.y, ...encoding.y2 }, datum);
    return `<line x1="${px(x)}" x2="${px(x)}" y1="${px(y)}" y2="${px(toY)}"/>`;
  }
  if (mark.type === 'text') {
    const size = mark.fontSize ?? 11;
    return textAt(
      x + (mark.dx ?? 0),
      y + MIDDLE * size,
      String(datum[encoding.text?.field ?? ''] ?? ''),
      '',
      fill,
    );
  }
  if (mark.type === 'point') {
    const size = mark.size ?? 30;
    const radius = halfOf(mark.shape === 'diamond' ? size : (size * 4) / Math.PI);
    return mark.shape === 'diamond'
      ? element(
          'path',
          `d="M${px(x - radius)},${px(y)}L${px(x)},${px(y - radius)}L${px(x + radius)},${px(y)}L${px(x)},${px(y + radius)}Z"${fill}`,
        )
      : element('circle', `cx="${px(x)}" cy="${px(y)}" r="${px(radius)}"${fill}`);
  }
  const right = position(row, { ...encoding.x, ...encoding.x2 }, datum);
  const bottom = position(row, { ...encoding.y, ...encoding.y2 }, datum);
  if (mark.cornerRadius !== undefined)
    return element(
      'rect',
      `x="${px(x)}" y="${px(y)}" width="${px(right - x)}" height="${px(bottom - y)}" rx="${mark.cornerRadius}"${fill}`,
    );
  return element('path', `d="M${px(x)},${px(y)}H${px(right)}V${px(bottom)}H${px(x)}Z"${fill}`);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The points of a line or area, broken where a value is missing. */
function runsOf({ data, encoding }: RowLayer): Point[][] {
  const { x, y } = encoding;
  const runs: Point[][] = [[]];
  for (const datum of data.values) {
    const [at, value] = [datum[x?.field ?? ''], datum[y?.field ?? '']];
    if (typeof at !== 'number' || typeof value !== 'number') runs.push([]);
    else runs.at(-1)?.push({ x: scaled(x!.scale!, at), y: scaled(y!.scale!, value) });
  }
  return runs.filter((run) => run.length > 0);
}

function lineOf(run: readonly Point[], { interpolate }: Mark): string {
  const [first, ...rest] = run;
  if (first === undefined) return '';
  // A point by itself is a line without length, which a round cap shows.
  const steps = rest.map(({ x, y }) =>
    interpolate === undefined ? `L${px(x)},${px(y)}` : `H${px(x)}V${px(y)}`,
  );
  return `M${px(first.x)},${px(first.y)}${steps.length === 0 ? 'Z' : steps.join('')}`;
}

/** Down to zero, where the scale begins. */
function areaOf(run: readonly Point[], { mark, encoding }: RowLayer): string {
  const base = px(encoding.y!.scale!.range[0]);
  return `${lineOf(run, mark).replace(/Z$/, '')}V${base}H${px(run[0]!.x)}Z`;
}

/** Where an encoding puts a datum: a field through its scale, or a value as it is. */
function position({ height }: RowSpec, encoding: Encoding | undefined, datum: Datum): number {
  if (encoding === undefined) return 0;
  if (encoding.value === 'height') return height;
  if (typeof encoding.value === 'number') return encoding.value;
  const value = datum[encoding.field ?? ''];
  return encoding.scale === undefined || encoding.scale === null ? 0 : scaled(encoding.scale, Number(value));
}

/** A value for an attribute, escaped. */
function valueOf(encoding: Encoding, datum: Datum): string {
  return html`${String(encoding.value ?? datum[encoding.field ?? ''] ?? '')}`.text;
}

function scaled({ domain, range, type }: NonNullable<Encoding['scale']>, value: number): number {
  const [low, high] = domain;
  const share = type === 'log' ? log10(value / low) / log10(high / low) : (value - low) / (high - low);
  return range[0] + share * (range[1] - range[0]);
}

/** Logarithm to a millionth, by squaring: multiplication is the same on every machine, `Math.log10` need not be. */
function log10(value: number): number {
  let whole = 0;
  let rest = value;
  for (; rest >= 10; rest /= 10) whole += 1;
  for (; rest < 1; rest *= 10) whole -= 1;
  let share = 0;
  for (let bit = 0.5; bit > 1e-7; bit /= 2) {
    rest *= rest;
    if (rest < 10) continue;
    rest /= 10;
    share += bit;
  }
  return whole + share;
}

/** Half of the square root, by Newton's steps, for the same reason. */
function halfOf(square: number): number {
  let root = Math.max(1, square);
  for (let step = 0; step < 40; step += 1) root = (root + square / root) / 2;
  return root / 2;
}

function textAt(x: number, y: number, words: string, anchor: string, fill = ''): string {
  const anchored = anchor === '' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${px(x)}" y="${px(y)}"${anchored}${fill}>${html`${words}`.text}</text>`;
}

function element(name: string, attributes: string): string {
  return `<${name} ${attributes}/>`;
}

/** To a hundredth of a pixel. */
function px(value: number): string {
  return String(Number(value.toFixed(2)));
}
