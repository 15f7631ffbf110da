/** A queue when the run is over, as far as the fate of its messages depends on it. */
import type { Observation, ObservedQueue } from '../records/observation.ts';

export interface QueueEnd {
  /** Some node knows a queue of that name. */
  readonly known: boolean;
  /** A client could have read it from some node. */
  readonly readable: boolean;
  /** A leader was still synchronising when the drain had ended: it handed nothing out. */
  readonly heldUp: boolean;
  /** The nodes that lead it in anybody's view. */
  readonly leaders: readonly string[];
  /** Nothing ready, nothing unacknowledged, and no dead letters kept. */
  readonly empty: boolean;
}

/**
 * The queue as the nodes see it at the end; null if no node knows it and it was deleted. One that was not deleted may
 * wait on a node that does not answer. One that synchronises is readable in a moment, unless the drain (`drained`: there was one) waited in vain.
 */
export function queueEnd(
  name: string,
  observation: Observation,
  wasDeleted: boolean,
  drained: boolean,
): QueueEnd | null {
  const views = Object.values(observation.seenBy).map((queues) => queues[name]);
  const known = [observation.queues[name], ...views].filter((queue) => queue !== undefined);
  if (known.length === 0)
    return wasDeleted ? null : { known: false, readable: false, heldUp: false, leaders: [], empty: false };
  const leaders = new Set<string>();
  for (const queue of known) {
    const leader = leaderOf(queue);
    if (leader !== null) leaders.add(leader);
  }
  const isRunning = known.some(({ state }) => state === 'running');
  const isSyncing = known.some(({ state }) => state === 'syncing');
  return {
    known: true,
    readable: isRunning || (isSyncing && !drained),
    heldUp: isSyncing && !isRunning && drained,
    leaders: [...leaders],
    empty: known.every((queue) => depthOf(queue) === 0),
  };
}

/** Everything that the queue holds, dead letters that it keeps included. */
function depthOf(queue: ObservedQueue): number {
  const kept = queue.type === 'quorum' ? (queue.messages_dlx ?? 0) : 0;
  return queue.messages_ready + queue.messages_unacknowledged + kept;
}

/** The node that leads the queue: `master` or `leader`, whatever its type calls it. */
export function leaderOf(queue: ObservedQueue): string | null {
  return queue.type === 'classic' ? queue.master : queue.leader;
}
