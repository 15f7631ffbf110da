// The rooms of the house (../shared/design/architecture.md, and README) and who may use whom. A room may import itself
// and the rooms above it in this list; a few rooms are held tighter. `reports` stands above `cli` here because the
// command line calls the report, never the other way round.

/** @public Compared with the folders there are by test/promises/architecture.test.ts. */
export const ROOMS = [
  'rules',
  'kernel',
  'records',
  'network',
  'erlang',
  'cluster',
  'partitions',
  'amqp',
  'broker',
  'queues',
  'links',
  'node',
  'clients',
  'operator',
  'scenario',
  'run',
  'ledger',
  'conformance',
  'laboratory',
  'reports',
  'library',
  'cli',
];

/** Rooms that may use only these others, although more stand above them. */
const ONLY = {
  kernel: ['rules'],
  ledger: ['rules', 'kernel', 'records', 'amqp', 'scenario'],
  conformance: ['scenario', 'ledger'],
  laboratory: ['records', 'scenario', 'run', 'ledger', 'conformance'],
  reports: ['rules', 'scenario', 'ledger'],
};

/** The one file of `ledger` that holds no engine: what a run yields, which the report draws. */
const CONTRACT = 'sim/ledger/run-report.ts';

/** Queue types and the other queue types they may build on. */
const QUEUE_TYPES = { classic: [], mirrored: ['classic'], quorum: [] };

/**
 * The room of a path relative to the repository (`sim/queues/mirrored/gm.ts` is room `queues`, part `mirrored`).
 * Undefined for what is in no room: tests, benchmarks, tooling.
 */
export function roomOf(path) {
  const [top, second, third] = path.split('/');
  if (top === 'reports') return { room: 'reports', part: undefined };
  if (top !== 'sim' || second === undefined) return undefined;
  return { room: second, part: third };
}

/**
 * Why the file `from` may not import the file `to` (both relative to the repository), or undefined if it may.
 * `typeOnly` tells whether the import vanishes when types are erased.
 */
export function importError(from, to, typeOnly) {
  const user = roomOf(from);
  if (user === undefined) return undefined;
  if (!ROOMS.includes(user.room)) return `'${user.room}' is no room of the house: add it to .oxlint/rooms.js`;
  const used = roomOf(to);
  if (used === undefined) return `'${to}' is in no room: what ships may not depend on it`;
  if (!ROOMS.includes(used.room)) return `'${used.room}' is no room of the house: add it to .oxlint/rooms.js`;
  if (used.room === user.room)
    return user.room === 'queues' ? queueTypeError(user.part, used.part) : undefined;
  const only = ONLY[user.room];
  if (only !== undefined && !only.includes(used.room)) {
    return `'${user.room}' may import ${only.join(', ')} and nothing else, so not '${used.room}'`;
  }
  if (ROOMS.indexOf(used.room) > ROOMS.indexOf(user.room)) {
    return `imports point up: '${used.room}' is below '${user.room}'`;
  }
  if (user.room === 'reports' && used.room === 'ledger' && !typeOnly && to !== CONTRACT) {
    return `'reports' may import types of 'ledger', and values of ${CONTRACT} only`;
  }
  return undefined;
}

function queueTypeError(user, used) {
  const allowed = QUEUE_TYPES[user];
  if (allowed === undefined || QUEUE_TYPES[used] === undefined || used === user || allowed.includes(used)) {
    return undefined;
  }
  return `queue type '${user}' may not import queue type '${used}'`;
}
