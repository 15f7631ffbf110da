/**
 * What a person would find at one moment by asking every node: the shape in which the run hands its observations to
 * expectations and result. The only thing beside the journal that the ledger is given, because "what would the command
 * say" is a question to the nodes and not an event.
 */
import type { ClientState } from '../scenario/model.ts';
import type { NodeAtEnd, QueueAtEnd } from './result.ts';

export interface Observation {
  /** Null: the end, after the drain (clients: just before it). */
  readonly timeUs: number | null;
  /** In the scenario's order of nodes. */
  readonly nodes: Readonly<Record<string, NodeAtEnd>>;
  /** By node that was asked: the cluster as its metadata has it. Nodes that cannot answer are missing. */
  readonly members: Readonly<Record<string, readonly string[]>>;
  /** By node that was asked: the nodes that it takes to be running. */
  readonly running: Readonly<Record<string, readonly string[]>>;
  /** Queues as the result shows them; a queue that no node knows is missing. */
  readonly queues: Readonly<Record<string, QueueAtEnd>>;
  /** By node that was asked, queues as it sees them; complete, also where nodes agree. */
  readonly seenBy: Readonly<Record<string, Readonly<Record<string, QueueAtEnd>>>>;
  /** By workload (client). */
  readonly clients: Readonly<Record<string, ClientState>>;
}

/** The node that leads the queue: `master` or `leader`, whatever its type calls it. */
export function leaderOf(queue: QueueAtEnd): string | null {
  return queue.type === 'classic' ? queue.master : queue.leader;
}
