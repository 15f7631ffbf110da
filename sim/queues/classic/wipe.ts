/** The end of a node's data directory: every queue on its disk is destroyed, whoever led it (CLU-2, CLU-6). */
import type { Disk } from '../../erlang/disk.ts';
import type { Journal } from '../../kernel/journal.ts';
import { copyDestroyed } from '../../records/messages.ts';
import { queueKey } from '../../records/queue-key.ts';
import type { Rule } from '../../rules/registry.ts';
import { QueueIndex } from './queue-index.ts';

/** Erases all queues on this disk; what they held is witnessed under `rule`. `cluster` as in `queueKey`. */
export function wipeQueues(disk: Disk, journal: Journal, cluster: string, node: string, rule: Rule): void {
  const [nodeName, role, why] = [node, 'leader', 'wiped'].map((text) => journal.intern(text));
  for (const queue of QueueIndex.queues(disk)) {
    const name = journal.intern(queueKey(cluster, queue));
    for (const { publisher, sequence } of QueueIndex.content(disk, queue) ?? []) {
      journal.write(copyDestroyed, publisher, sequence, name, nodeName, role, why, rule.index);
    }
    QueueIndex.remove(disk, queue);
  }
}
