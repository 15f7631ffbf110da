/**
 * How the journal, and everything that is told from it, calls a queue. Clusters of one scenario may have queues of equal names, which are
 * nevertheless different queues: those of the first cluster, the only one of most scenarios, go by their names, and those of
 * another by `NAME@CLUSTER`. Those of another virtual host than the default one go by `VHOST/NAME`.
 */
import { shownName } from './resource-name.ts';

/** The key of a queue, as the broker or as people call it. `cluster` is empty for the first cluster of the scenario. */
export function queueKey(cluster: string, queue: string): string {
  const shown = shownName(queue);
  return cluster === '' ? shown : `${shown}@${cluster}`;
}

/** The other way round: the queue's name where the key is one of this cluster, else null. */
export function queueOfKey(cluster: string, key: string): string | null {
  if (cluster === '') return key;
  const end = `@${cluster}`;
  return key.endsWith(end) ? key.slice(0, -end.length) : null;
}
