/** `at`: what a person would find at one moment, compared with what was observed then. */
import type { Observation, ObservedQueue } from '../records/observation.ts';
import type { Expected, ExpectedSet, MomentExpectation, QueueExpectation } from '../scenario/model.ts';
import { satisfies } from './expect-figures.ts';
import type { CheckedExpectation } from './run-report.ts';

const NOTHING_OBSERVED = 'the run ended before';

/** Checks one row; the observation of its moment is null if the run did not get that far. */
export function checkMoment(row: MomentExpectation, observation: Observation | null): CheckedExpectation[] {
  const moment = row.timeUs === null ? 'at the end' : `at ${row.timeUs / 1_000_000} s`;
  if (observation === null) {
    return [{ line: row.line, expected: `${moment}: observed`, observed: NOTHING_OBSERVED, held: false }];
  }
  const queues = row.seenBy === null ? observation.queues : (observation.seenBy[row.seenBy] ?? {});
  const where = row.seenBy === null ? moment : `${moment}, seen by ${row.seenBy}`;
  return [
    ...row.nodes.map((expected) => checkValue(expected, observation.nodes[expected.name]?.state, moment)),
    ...checkPartitions(row, observation, moment),
    ...row.members.map((set) => checkSet(set, observation.members[set.name], `${moment}: members of`)),
    ...row.running.map((set) => checkSet(set, observation.running[set.name], `${moment}: running for`)),
    ...row.queues.flatMap((expected) => checkQueue(expected, queues[expected.name], where)),
    ...row.clients.map((expected) => checkValue(expected, observation.clients[expected.name], moment)),
  ];
}

function checkValue(
  { name, anyOf, line }: Expected<string>,
  observed: string | undefined,
  moment: string,
): CheckedExpectation {
  return {
    line,
    expected: `${moment}: ${name} ${anyOf.join(' or ')}`,
    observed: observed ?? null,
    held: observed !== undefined && anyOf.includes(observed),
  };
}

function checkPartitions(
  { partitions, partitionsLine }: MomentExpectation,
  observation: Observation,
  moment: string,
): CheckedExpectation[] {
  if (partitions === null) return [];
  if (partitions.length > 0) {
    return partitions.map((set) =>
      checkSet(set, observation.nodes[set.name]?.partitions, `${moment}: partitions of`),
    );
  }
  const reporting = Object.entries(observation.nodes).filter(([, node]) => node.partitions.length > 0);
  const observed = reporting
    .map(([name, node]) => `${name} reports ${node.partitions.join(', ')}`)
    .join('; ');
  return [
    {
      line: partitionsLine,
      expected: `${moment}: no partitions`,
      observed: observed === '' ? 'none' : observed,
      held: reporting.length === 0,
    },
  ];
}

function checkSet(
  { name, nodes, line }: ExpectedSet,
  observed: readonly string[] | undefined,
  label: string,
): CheckedExpectation {
  return {
    line,
    expected: `${label} ${name} = ${list(nodes)}`,
    observed: observed === undefined ? null : list(observed),
    held: observed !== undefined && sameSet(nodes, observed),
  };
}

function checkQueue(
  { name, absent, fields, line }: QueueExpectation,
  queue: ObservedQueue | undefined,
  moment: string,
): CheckedExpectation[] {
  if (absent) {
    const observed = queue === undefined ? 'absent' : queue.state;
    return [{ line, expected: `${moment}: ${name} absent`, observed, held: queue === undefined }];
  }
  if (queue === undefined) {
    return [{ line, expected: `${moment}: ${name} exists`, observed: 'absent', held: false }];
  }
  return fields.map((field) => {
    const known = new Map<string, unknown>(Object.entries(queue)).get(field.field);
    // It is told only where there are some.
    const value = known ?? (field.field === 'messages_dlx' ? 0 : undefined);
    const label = `${moment}: ${name} ${field.field}`;
    switch (field.kind) {
      case 'value': {
        const observed = typeof value === 'string' ? value : null;
        const held = observed !== null && field.anyOf.includes(observed);
        return { line: field.line, expected: `${label} = ${field.anyOf.join(' or ')}`, observed, held };
      }
      case 'ordered':
      case 'set': {
        const names = Array.isArray(value) ? value.map(String) : null;
        const same = field.kind === 'set' ? sameSet : sameOrder;
        return {
          line: field.line,
          expected: `${label} = ${list(field.nodes)}`,
          observed: names === null ? null : list(names),
          held: names !== null && same(field.nodes, names),
        };
      }
      case 'count': {
        const observed = typeof value === 'number' ? value : null;
        const held =
          observed !== null &&
          field.anyOf.some((bounds) => bounds.every((bound) => satisfies(observed, bound)));
        return { line: field.line, expected: `${moment}: ${name} ${field.text}`, observed, held };
      }
    }
  });
}

function list(names: readonly string[]): string {
  return `[${names.join(', ')}]`;
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function sameOrder(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
