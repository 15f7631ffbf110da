/** How a copy ended: exactly one of these, decided by what the books say of it and by the queue at the end of the run. */
import { fail } from '../kernel/invariant.ts';
import type { CopyAccount } from './accounts.ts';
import { Copy, holders } from './message-words.ts';
import type { QueueEnd } from './queue-end.ts';

/**
 * `handed`: to a workload. `ended`: expired, dropped, rejected or purged. `waiting`: in a queue that could be read.
 * `unreachable`: in a queue that nobody could read. `passed_on`: dead-lettered, or taken and published elsewhere by a link.
 */
export type CopyFate = 'handed' | 'drained' | 'ended' | 'passed_on' | 'waiting' | 'unreachable' | 'lost';

/**
 * The fate of copies with this word. `end` is null for a queue that does not exist any more.
 * Throws InvariantError when a queue is empty although its leader has the copy and nobody took it out.
 */
export function fateOf(
  word: number,
  copies: CopyAccount,
  from: number,
  to: number,
  end: QueueEnd | null,
): CopyFate {
  if ((word & Copy.drained) !== 0) return 'drained';
  if ((word & Copy.deliveries) !== 0) return 'handed';
  if ((word & Copy.ended) !== 0) return 'ended';
  if ((word & Copy.passedOn) !== 0) return 'passed_on';
  if ((word & Copy.finished) !== 0 || end === null || holders(word) === 0) return 'lost';
  if (!end.readable) return 'unreachable';
  const held = holdersOf(word, copies);
  const leader = end.leaders.find((node) => held.includes(node));
  if (leader === undefined) return 'lost';
  if (!end.empty) return 'waiting';
  // It is not this leader that has it, but the one before, which was left behind on the same node.
  if (copies.queue.abandonedOn.has(leader)) return 'lost';
  const ids = copies.nameOf(from) + (to - from > 1 ? ` to ${copies.nameOf(to - 1)}` : '');
  return fail(
    `conservation: ${ids} stored in ${copies.queue.name} on ${leader}, which is empty, but nobody took it out (state ${(word >>> 0).toString(16)})`,
  );
}

/** Names of the nodes that hold the copy. */
export function holdersOf(word: number, copies: CopyAccount): string[] {
  const bits = holders(word);
  return copies.queue.nodes.filter((_, slot) => (bits & (1 << slot)) !== 0);
}
