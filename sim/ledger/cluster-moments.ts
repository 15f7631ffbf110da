/**
 * What each node believed of the cluster, from moment to moment: observations, without what changes all the time (depths, clients), and only
 * those that differ from the one before. Bounded: with more than so many of them, those that lasted shortest are forgotten.
 */
import type { Observation, ObservedQueue } from '../records/observation.ts';
import type { ClusterMoment, NodeView, QueueView } from './run-report.ts';

/** At most this many moments are kept, and fewer of a cluster with many queues: what a node believes has a row a queue. */
const MOMENTS_MAX = 400;
const MOMENTS_MIN = 40;
const ROWS_MAX = 60_000;

export class ClusterMoments {
  private moments: ClusterMoment[] = [];
  private latest: string | null = null;
  private seen = 0;
  /** Rows that the largest moment has. */
  private rowsMax = 1;

  /** Takes an observation; they come in order of time. */
  add(timeUs: number, observation: Observation): void {
    const nodes = viewsOf(observation);
    const text = JSON.stringify(nodes);
    if (text === this.latest) return;
    this.latest = text;
    this.seen += 1;
    this.moments.push({ timeUs, nodes });
    if (this.moments.length >= 2 * MOMENTS_MAX) this.moments = longest(this.moments, MOMENTS_MAX);
    const rows = Object.values(nodes).reduce((sum, { queues }) => sum + 1 + Object.keys(queues).length, 0);
    this.rowsMax = Math.max(this.rowsMax, rows);
  }

  /** Those that are kept, in order of time, and how many there were. */
  take(): { readonly moments: readonly ClusterMoment[]; readonly total: number } {
    const max = Math.max(MOMENTS_MIN, Math.min(MOMENTS_MAX, Math.floor(ROWS_MAX / this.rowsMax)));
    return { moments: longest(this.moments, max), total: this.seen };
  }
}

/** The `max` moments that lasted longest; the first and the last always stay. */
function longest(moments: readonly ClusterMoment[], max: number): ClusterMoment[] {
  if (moments.length <= max) return [...moments];
  const lasted = moments.map(({ timeUs }, index) =>
    index === 0 ? Infinity : (moments[index + 1]?.timeUs ?? Infinity) - timeUs,
  );
  const least = lasted.toSorted((a, b) => b - a)[max - 1] ?? 0;
  let ties = max - lasted.filter((us) => us > least).length;
  return moments.filter((_, index) => {
    const us = lasted[index] ?? 0;
    if (us > least) return true;
    ties -= us === least ? 1 : 0;
    return us === least && ties >= 0;
  });
}

function viewsOf({ nodes, members, running, seenBy }: Observation): Record<string, NodeView> {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, { state, partitions }]) => {
      const queues = Object.entries(seenBy[name] ?? {}).map(([queue, seen]) => [queue, queueView(seen)]);
      const view = { state, partitions, members: members[name] ?? null, running: running[name] ?? null };
      return [name, { ...view, queues: Object.fromEntries(queues) as NodeView['queues'] }];
    }),
  );
}

function queueView(queue: ObservedQueue): QueueView {
  return queue.type === 'classic'
    ? {
        type: queue.type,
        state: queue.state,
        leader: queue.master,
        replicas: [...queue.mirrors],
        inSync: [...queue.synchronised_mirrors],
      }
    : {
        type: queue.type,
        state: queue.state,
        leader: queue.leader,
        replicas: [...queue.members],
        inSync: [...queue.online],
      };
}
