/**
 * The rules of Chrome's trace event format ("Trace Event Format", and what Perfetto's importer counts as errors), for the phases that we
 * write: M, X, i, b, e, s, t, f, C. Each broken rule is a sentence.
 */

export interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid?: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly name?: string;
  readonly cat?: string;
  readonly id?: string;
  readonly s?: string;
  readonly bp?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Perfetto keeps no deeper stacks. */
const depthMax = 512;

export function brokenRules(events: readonly TraceEvent[]): readonly string[] {
  const broken: string[] = [];
  const check = (holds: boolean, rule: string, event: TraceEvent): void => {
    if (!holds && broken.length < 20) broken.push(`${rule}: ${JSON.stringify(event)}`);
  };
  const named = new Set<string>();
  const spans = new Map<string, TraceEvent>();
  const flows = new Set<string>();
  const slices = new Map<string, { from: number; to: number }[]>();
  for (const event of events) if (event.ph === 'M') named.add(`${event.name} ${event.pid} ${event.tid}`);
  for (const event of events) {
    const { ph, pid, tid, ts, dur, cat, id } = event;
    check('MXibestfC'.includes(ph), 'a known phase', event);
    check(Number.isSafeInteger(pid) && pid > 0, 'a process', event);
    check(named.has(`process_name ${pid} 0`), 'its process has a name', event);
    check(typeof event.name === 'string' && event.name !== '', 'a name', event);
    if (ph === 'M') {
      check(
        typeof event.args?.['name'] === 'string' || typeof event.args?.['sort_index'] === 'number',
        'metadata',
        event,
      );
      continue;
    }
    check(typeof ts === 'number' && Number.isFinite(ts) && ts >= 0, 'a time', event);
    if (ph === 'C') {
      const values = Object.values(event.args ?? {});
      check(
        values.length > 0 && values.every((value) => typeof value === 'number'),
        'counters are numbers',
        event,
      );
      continue;
    }
    check(Number.isSafeInteger(tid), 'a thread', event);
    if (tid !== 0) check(named.has(`thread_name ${pid} ${tid}`), 'its thread has a name', event);
    const thread = `${pid} ${tid}`;
    if (ph === 'X') {
      check(typeof dur === 'number' && dur >= 0, 'a duration', event);
      const ofThread = slices.get(thread) ?? [];
      slices.set(thread, ofThread);
      ofThread.push({ from: Math.round(ts! * 1_000), to: Math.round((ts! + dur!) * 1_000) });
    }
    if (ph === 'i') check(['g', 'p', 't'].includes(event.s ?? ''), 'a scope', event);
    if (ph === 'b' || ph === 'e') {
      const key = `${cat} ${id}`;
      check(typeof cat === 'string' && typeof id === 'string', 'spans have a category and an id', event);
      const begun = spans.get(key);
      check((ph === 'b') === (begun === undefined), 'a span begins once and ends once', event);
      if (ph === 'b') spans.set(key, event);
      else {
        check(
          begun !== undefined && begun.pid === pid && begun.name === event.name && begun.ts! <= ts!,
          'a span ends as it began',
          event,
        );
        spans.delete(key);
      }
    }
    if ('stf'.includes(ph)) {
      check(typeof id === 'string' && /^0x[0-9a-f]+$/.test(id), 'a flow has an id', event);
      check((ph === 's') !== flows.has(id!), 'a flow begins before it goes on', event);
      if (ph === 's') flows.add(id!);
      if (ph === 'f') {
        check(event.bp === 'e', 'a flow ends in the slice that encloses it', event);
        flows.delete(id!);
      }
      const at = Math.round(ts! * 1_000);
      const enclosing = slices.get(thread)?.at(-1);
      check(
        enclosing !== undefined && enclosing.from <= at && at < enclosing.to,
        'a flow passes through slices',
        event,
      );
    }
  }
  for (const event of spans.values()) check(false, 'every span ends', event);
  for (const ofThread of slices.values()) broken.push(...brokenNesting(ofThread));
  return broken;
}

/** Slices of a thread may nest and may not overlap otherwise. */
function brokenNesting(slices: readonly { readonly from: number; readonly to: number }[]): readonly string[] {
  const stack: { readonly from: number; readonly to: number }[] = [];
  for (const slice of slices.toSorted((a, b) => a.from - b.from || b.to - a.to)) {
    while (stack.length > 0 && stack.at(-1)!.to <= slice.from) stack.pop();
    const around = stack.at(-1);
    if (around !== undefined && slice.to > around.to)
      return [`slices of a thread overlap at ${slice.from} ns`];
    stack.push(slice);
    if (stack.length > depthMax) return [`slices are stacked too deep at ${slice.from} ns`];
  }
  return [];
}
