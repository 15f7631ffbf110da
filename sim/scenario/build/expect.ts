/** Expectations with their lines. */
import type { Path } from '../document.ts';
import type {
  Bound,
  ExpectBlock,
  Expectations,
  ExpectedSet,
  FigureExpectation,
  MomentExpectation,
  QueueExpectation,
  QueueFieldExpectation,
  ScopedFigures,
  TimelineExpectation,
} from '../expect-model.ts';
import { applicationFigures, availabilityFigures, messageFigures } from '../results.ts';
import type { WrittenBlock, WrittenBound, WrittenExpect, WrittenMoment } from '../schema/expect.ts';
import { formatTime } from '../units.ts';
import { boundsText, buildBounds } from './bounds.ts';
import { buildCause, buildHazard, type MatrixCell } from './causes.ts';
import type { Checker } from './checker.ts';
import { eventFields } from './events.ts';

/** `endUs`: when the run ends, where that is known beforehand. `cell`: which one of the matrix this is. */
export function buildExpect(
  checker: Checker,
  written: WrittenExpect,
  endUs: number | null,
  cell: MatrixCell,
): Expectations {
  const path = ['expect'];
  if (written.all_reached && !written.any_of)
    checker.problem([...path, 'all_reached'], 'all_reached says nothing without any_of', undefined, 'key');
  return {
    ...block(checker, path, written, endUs),
    anyOf: (written.any_of ?? []).map((each, index) =>
      block(checker, [...path, 'any_of', index], each, endUs),
    ),
    allReached: written.all_reached,
    sometimes: written.sometimes ? block(checker, [...path, 'sometimes'], written.sometimes, endUs) : null,
    ...(written.hazard && {
      hazard: buildHazard(checker, [...path, 'hazard'], written.hazard, cell, (at, shows) =>
        block(checker, at, shows, endUs),
      ),
    }),
  };
}

function block(checker: Checker, path: Path, written: WrittenBlock, endUs: number | null): ExpectBlock {
  return {
    line: checker.line(path),
    messages: figures(checker, [...path, 'messages'], written.messages, messageFigures, messageFigures),
    availability: figures(
      checker,
      [...path, 'availability'],
      written.availability,
      availabilityFigures,
      availabilityFigures,
    ),
    workloads: scoped(checker, [...path, 'workloads'], written.workloads, 'workload'),
    queues: scoped(checker, [...path, 'queues'], written.queues, 'queue'),
    at: written.at.map((moment, index) => buildMoment(checker, [...path, 'at', index], moment, endUs)),
    timeline: written.timeline.map((row, index) => timeline(checker, [...path, 'timeline', index], row)),
    // Absent rather than empty, so that a file that expects none is the scenario it was before there were any.
    ...(written.causes && {
      causes: written.causes.map((row, index) => buildCause(checker, [...path, 'causes', index], row)),
    }),
  };
}

type WrittenFigures = { readonly [figure: string]: WrittenBound | undefined };

function figures<Figure extends string>(
  checker: Checker,
  path: Path,
  written: WrittenFigures,
  known: readonly Figure[],
  comparable: readonly string[],
): readonly FigureExpectation<Figure>[] {
  return known.flatMap((figure) => {
    const value = written[figure];
    if (value === undefined) return [];
    const at = [...path, figure];
    const bounds = buildBounds(checker, at, value, comparable);
    return [{ figure, bounds, text: `${figure} ${boundsText(bounds)}`, line: checker.line(at) }];
  });
}

const anyFigure = [...messageFigures, ...availabilityFigures];
const workloadFigure = [...anyFigure, ...applicationFigures];

function scoped(
  checker: Checker,
  path: Path,
  written: { readonly [name: string]: WrittenFigures },
  kind: 'workload' | 'queue',
): readonly ScopedFigures[] {
  return Object.entries(written).map(([name, given]) => {
    const at = [...path, name];
    checker.known(at, name, kind === 'workload' ? ['workload', 'client'] : [kind], 'key');
    const known = kind === 'workload' ? workloadFigure : anyFigure;
    return { name, figures: figures(checker, at, given, known, known), line: checker.line(at) };
  });
}

function buildMoment(
  checker: Checker,
  path: Path,
  written: WrittenMoment,
  endUs: number | null,
): MomentExpectation {
  const { time } = written;
  if (time !== null && endUs !== null && time > endUs)
    checker.problem(
      [...path, 'time'],
      `the run ends at ${formatTime(endUs)}`,
      'write "end", or a longer settle',
    );
  if (written.seen_by !== undefined) checker.known([...path, 'seen_by'], written.seen_by, ['node']);
  const asked = ['nodes', 'partitions', 'members', 'running', 'queues', 'clients'] as const;
  if (
    !asked.some(
      (key) =>
        written[key] !== undefined && (key === 'partitions' || Object.keys(written[key] ?? {}).length > 0),
    )
  )
    checker.problem(path, `nothing is expected here: ${asked.join(', ')}`);
  return {
    timeUs: time,
    seenBy: written.seen_by ?? null,
    nodes: entries(checker, [...path, 'nodes'], written.nodes, ['node']),
    partitions: written.partitions ? sets(checker, [...path, 'partitions'], written.partitions) : null,
    partitionsLine: checker.line([...path, 'partitions']),
    members: sets(checker, [...path, 'members'], written.members),
    running: sets(checker, [...path, 'running'], written.running),
    queues: Object.entries(written.queues).map(([name, given]) =>
      queue(checker, [...path, 'queues', name], name, given),
    ),
    clients: entries(checker, [...path, 'clients'], written.clients, ['workload', 'client']),
    line: checker.line(path),
  };
}

function entries<Value>(
  checker: Checker,
  path: Path,
  written: { readonly [name: string]: readonly Value[] },
  kinds: readonly ('node' | 'workload' | 'client')[],
): readonly { readonly name: string; readonly anyOf: readonly Value[]; readonly line: number }[] {
  return Object.entries(written).map(([name, anyOf]) => {
    checker.known([...path, name], name, kinds, 'key');
    return { name, anyOf, line: checker.line([...path, name]) };
  });
}

function sets(
  checker: Checker,
  path: Path,
  written: { readonly [name: string]: readonly string[] },
): readonly ExpectedSet[] {
  return Object.entries(written).map(([name, nodes]) => {
    const at = [...path, name];
    checker.known(at, name, ['node'], 'key');
    nodes.forEach((node, index) => checker.known([...at, index], node, ['node']));
    return { name, nodes, line: checker.line(at) };
  });
}

function queue(
  checker: Checker,
  path: Path,
  name: string,
  written: WrittenMoment['queues'][string],
): QueueExpectation {
  checker.known(path, name, ['queue'], 'key');
  const line = checker.line(path);
  if (written === 'absent') return { name, absent: true, fields: [], line };
  const fields: QueueFieldExpectation[] = [];
  const at = (field: string): number => checker.line([...path, field]);
  for (const field of ['type', 'state', 'master', 'leader'] as const) {
    const anyOf = written[field];
    if (!anyOf) continue;
    if (field === 'master' || field === 'leader') checker.nodes([...path, field], anyOf);
    fields.push({ kind: 'value', field, anyOf, line: at(field) });
  }
  for (const field of ['mirrors', 'synchronised_mirrors', 'members', 'online'] as const) {
    const nodes = written[field];
    if (!nodes) continue;
    nodes.forEach((node, index) => checker.known([...path, field, index], node, ['node']));
    if (field === 'mirrors') fields.push({ kind: 'ordered', field, nodes, line: at(field) });
    else fields.push({ kind: 'set', field, nodes, line: at(field) });
  }
  for (const field of ['messages_ready', 'messages_unacknowledged', 'messages_dlx'] as const) {
    const given = written[field];
    if (!given) continue;
    const anyOf = given.map((each, index) =>
      buildBounds(checker, given.length > 1 ? [...path, field, index] : [...path, field], each, []),
    );
    const text = `${field} ${anyOf.map(boundsText).join(' or ')}`;
    fields.push({ kind: 'count', field, anyOf, text, line: at(field) });
  }
  return { name, absent: false, fields, line };
}

function timeline(
  checker: Checker,
  path: Path,
  written: WrittenBlock['timeline'][number],
): TimelineExpectation {
  const { event, count, after, before, never } = written;
  if (never && count !== undefined)
    checker.problem([...path, 'count'], 'never is a count of 0 already', undefined, 'key');
  if (after !== undefined && before !== undefined && before <= after)
    checker.problem([...path, 'before'], `it lies before the "after" of ${formatTime(after)}`);
  const none: readonly Bound[] = [{ comparison: '=', than: 0 }];
  return {
    event,
    fields: eventFields(checker, path, event, written, ['event', 'count', 'after', 'before', 'never']),
    count: never ? none : count === undefined ? null : buildBounds(checker, [...path, 'count'], count, []),
    afterUs: after ?? null,
    beforeUs: before ?? null,
    text: checker.text(path),
    line: checker.line(path),
  };
}
