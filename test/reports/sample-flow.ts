/** The flow of some messages, written from their lives as the ledger's contract says, by other code than the ledger's. */
import type { FlowFate, FlowStepKind, MessageFlow, MessageLife } from '../../sim/ledger/run-report.ts';

/** LEB128. */
function bytesOf(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...bytesOf(Math.floor(value / 128))];
}

/** What the record would have been, from the words of the step. */
function recordOf(what: string): string {
  if (what.startsWith('published')) return 'published';
  if (what.startsWith('confirmed')) return 'confirmed';
  if (what.includes('delivered')) return 'delivered';
  return what.startsWith('stored') ? 'copy_stored' : 'copy_destroyed';
}

/** A flow of these messages and no others. */
export function flowOf(lives: readonly MessageLife[]): MessageFlow {
  const kinds: FlowStepKind[] = [];
  const courses: string[] = [];
  const publishers = [...new Set(lives.map(({ id }) => id.slice(0, id.lastIndexOf('-'))))];
  const numbered = lives.map((life) => ({
    life,
    sequence: Number(life.id.slice(life.id.lastIndexOf('-') + 1)),
  }));
  const kindOf = (life: MessageLife, index: number): number => {
    const { node, process, what, rule } = life.steps[index]!;
    const kind = {
      record: recordOf(what),
      node,
      process,
      what,
      queue: life.queue,
      ...(rule !== undefined && { rule }),
    };
    const known = kinds.findIndex((one) => JSON.stringify(one) === JSON.stringify(kind));
    return known === -1 ? kinds.push(kind) - 1 : known;
  };
  const bytes: number[] = [];
  for (const publisher of publishers) {
    const own = numbered
      .filter(({ life }) => life.id.slice(0, life.id.lastIndexOf('-')) === publisher)
      .toSorted((a, b) => a.sequence - b.sequence)
      .filter(({ sequence }, nth, all) => all[nth - 1]?.sequence !== sequence);
    bytes.push(...bytesOf(own.length));
    let before = -1;
    let begin = 0;
    for (const { life, sequence } of own) {
      const course = JSON.stringify(life.steps.map((_, index) => kindOf(life, index)));
      if (!courses.includes(course)) courses.push(course);
      bytes.push(...bytesOf(sequence - before - 1), ...bytesOf(courses.indexOf(course)));
      const times = life.steps.map(({ timeUs }) => timeUs);
      const by = times[0]! - begin;
      bytes.push(...bytesOf(by < 0 ? -by * 2 - 1 : by * 2));
      times.slice(1).forEach((time, nth) => bytes.push(...bytesOf(time - times[nth]!)));
      before = sequence;
      begin = times[0]!;
    }
  }
  const courseBytes = courses.flatMap((course) => {
    const list = JSON.parse(course) as number[];
    return [...bytesOf(list.length), ...list.flatMap(bytesOf)];
  });
  const fates = new Map<string, { -readonly [K in keyof FlowFate]: FlowFate[K] }>();
  for (const { life, sequence } of numbered) {
    const { outcome, queue, cause } = life;
    const key = JSON.stringify([outcome, queue, cause.hazard, cause.rule, cause.sentence]);
    const fate = fates.get(key) ?? { ...cause, outcome, queue, messages: 0, confirmed: 0, ranges: [] };
    fate.messages += 1;
    fate.confirmed += Number(life.confirmed);
    const publisher = publishers.indexOf(life.id.slice(0, life.id.lastIndexOf('-')));
    fate.ranges = [...fate.ranges, [publisher, sequence, sequence + 1] as const];
    fates.set(key, fate);
  }
  return {
    publishers,
    kinds,
    fates: [...fates.values()],
    courses: courses.length,
    messages: new Set(lives.map(({ id }) => id)).size,
    steps: lives.reduce((sum, { steps }) => sum + steps.length, 0),
    oneOf: 1,
    quantumUs: 1,
    bytes: Uint8Array.from([...courseBytes, ...bytes]),
  };
}
