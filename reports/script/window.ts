/** What of a window is drawn: each event as a mark while there are few, else marks that stand for several. Never more than a bound. */
import { CLASSES, type EventIndex } from './event-index.ts';

/** At most this many marks, however many events a window has. */
export const MARKS_MAX = 2_000;
const COLUMNS_MAX = 500;

export interface Mark {
  readonly lane: number;
  /** Index into `CLASSES`. */
  readonly eventClass: number;
  readonly fromUs: number;
  readonly toUs: number;
  readonly count: number;
  /** Of the event, where it is a single one. */
  readonly kind: number;
  readonly source: number;
}

export interface WindowOfEvents {
  readonly fromUs: number;
  readonly toUs: number;
  /** Events in the window, drawn alone or not. */
  readonly total: number;
  readonly marks: readonly Mark[];
  /** The most events that one mark stands for. */
  readonly most: number;
}

/** The marks of a window. `laneOf` says where events of a kind are drawn, `passes` whether they are. */
export function windowOf(
  index: EventIndex,
  fromUs: number,
  toUs: number,
  passes: Uint8Array,
  laneOf: Int32Array,
  lanes: number,
): WindowOfEvents {
  const spanUs = Math.max(1, toUs - fromUs);
  const classOf = Uint8Array.from(index.kinds, ({ eventClass }) => CLASSES.indexOf(eventClass));
  const rows = lanes * CLASSES.length;
  let counts = new Int32Array(rows * COLUMNS_MAX);
  const kinds = new Int32Array(rows * COLUMNS_MAX);
  const sources = new Int32Array(rows * COLUMNS_MAX);
  const times = new Float64Array(rows * COLUMNS_MAX);
  const single: Mark[] = [];
  let total = 0;
  index.scan(fromUs, toUs, passes, (timeUs, kind, source) => {
    total += 1;
    const lane = laneOf[kind]!;
    const eventClass = classOf[kind]!;
    if (total <= MARKS_MAX)
      single.push({ lane, eventClass, fromUs: timeUs, toUs: timeUs, count: 1, kind, source });
    const column = Math.min(COLUMNS_MAX - 1, Math.floor(((timeUs - fromUs) / spanUs) * COLUMNS_MAX));
    const cell = (lane * CLASSES.length + eventClass) * COLUMNS_MAX + column;
    counts[cell]! += 1;
    kinds[cell] = kind;
    sources[cell] = source;
    times[cell] = timeUs;
  });
  if (total <= MARKS_MAX) return { fromUs, toUs, total, marks: single, most: total === 0 ? 0 : 1 };
  let columns = COLUMNS_MAX;
  while (occupied(counts) > MARKS_MAX) {
    columns = Math.ceil(columns / 2);
    counts = halved(counts, rows, columns);
  }
  const marks: Mark[] = [];
  let most = 1;
  const widthUs = spanUs / columns;
  for (let cell = 0; cell < counts.length; cell += 1) {
    const count = counts[cell]!;
    if (count === 0) continue;
    most = Math.max(most, count);
    const row = Math.floor(cell / columns);
    const lane = Math.floor(row / CLASSES.length);
    const begin = fromUs + (cell % columns) * widthUs;
    const isExact = count === 1 && columns === COLUMNS_MAX;
    marks.push({
      lane,
      eventClass: row % CLASSES.length,
      fromUs: isExact ? times[cell]! : begin,
      toUs: isExact ? times[cell]! : begin + widthUs,
      count,
      kind: isExact ? kinds[cell]! : -1,
      source: isExact ? sources[cell]! : 0,
    });
  }
  return { fromUs, toUs, total, marks, most };
}

function occupied(counts: Int32Array): number {
  let cells = 0;
  for (const count of counts) if (count !== 0) cells += 1;
  return cells;
}

/** The same counts in half the columns. */
function halved(counts: Int32Array, rows: number, columns: number): Int32Array<ArrayBuffer> {
  const before = counts.length / rows;
  const sums = new Int32Array(rows * columns);
  for (let cell = 0; cell < counts.length; cell += 1)
    sums[Math.floor(cell / before) * columns + Math.floor((cell % before) / 2)]! += counts[cell]!;
  return sums;
}
