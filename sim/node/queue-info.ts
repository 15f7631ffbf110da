/** What a node can say of the queues it knows, for `list_queues` and for whoever watches the experiment. */
import { nameIn, vhostOf } from '../records/resource-name.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../broker/queue-record.ts';
import type { QueueStatistics } from '../broker/queue-type.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { askOnline } from '../queues/quorum/operator-calls.ts';
import type { QueueInfo } from './node-control.ts';
import type { StepProcess } from './rabbit-process.ts';

/** A queue's record, and whether it is live or only known to the disk (its home node is down). */
export interface KnownQueue {
  readonly record: QueueRecord;
  readonly live: boolean;
}

/** Live queues first, then durable ones that nothing serves; of one virtual host, or of all. */
export function knownQueues(context: NodeContext, vhost?: string): KnownQueue[] {
  const known: KnownQueue[] = [];
  const live = new Set<string>();
  for (const [name, record] of context.database.entries(rabbitQueue)) {
    live.add(name);
    known.push({ record, live: true });
  }
  for (const [name, record] of context.database.entries(rabbitDurableQueue)) {
    if (!live.has(name)) known.push({ record, live: false });
  }
  return vhost === undefined ? known : known.filter(({ record }) => vhostOf(record.name) === vhost);
}

/** `statistics`: null when the queue's process could not be asked, `syncing` while it synchronises its mirrors. */
function queueInfo({ record, live }: KnownQueue, statistics: QueueStatistics | 'syncing' | null): QueueInfo {
  const counted = statistics === 'syncing' ? null : statistics;
  return {
    name: nameIn(record.name),
    vhost: vhostOf(record.name),
    type: record.type,
    durable: record.durable,
    autoDelete: record.autoDelete,
    exclusive: record.exclusiveOwner !== null,
    arguments: record.arguments,
    policy: record.policy?.name ?? null,
    pid: record.pid,
    ownerPid: record.exclusiveOwner,
    slavePids: live ? record.slavePids : [],
    synchronisedSlavePids: live ? record.syncSlavePids : [],
    messages: counted === null ? null : total(counted),
    messagesReady: counted?.messagesReady ?? null,
    messagesUnacknowledged: counted?.messagesUnacknowledged ?? null,
    consumers: counted?.consumers ?? null,
    state: stateOf(record, live, statistics),
  };
}

function total({ messagesReady, messagesUnacknowledged, deadLettersKept = 0 }: QueueStatistics): number {
  return messagesReady + messagesUnacknowledged + deadLettersKept;
}

function stateOf(
  record: QueueRecord,
  live: boolean,
  statistics: QueueStatistics | 'syncing' | null,
): QueueInfo['state'] {
  if (!live) return 'down';
  if (record.state === 'crashed' || record.state === 'stopped') return record.state;
  if (statistics === 'syncing') return 'syncing';
  if (statistics !== null) return 'running';
  return record.type === 'classic' && record.slavePids.length === 0 && record.policy !== null
    ? 'stopped'
    : 'down';
}

/** Asks every queue, one after the other as the tool does; a queue that does not answer holds the rest up. */
export function askQueues(
  context: NodeContext,
  steps: StepProcess,
  queues: readonly KnownQueue[],
  done: (infos: QueueInfo[]) => void,
): void {
  const infos: QueueInfo[] = [];
  const next = (index: number): void => {
    const queue = queues[index];
    if (queue === undefined) {
      done(infos);
      return;
    }
    const type = context.queueTypes.get(queue.record.type);
    if (!queue.live || type === undefined) {
      infos.push(queueInfo(queue, null));
      next(index + 1);
      return;
    }
    type.statistics(context, steps, queue.record, (statistics) => {
      const info = queueInfo(queue, statistics === 'retry' ? null : statistics);
      const { quorum } = queue.record;
      if (quorum === undefined) {
        infos.push(info);
        next(index + 1);
        return;
      }
      askOnline(steps, queue.record, (online) => {
        const leader = info.pid?.node;
        const state = leader !== undefined && online.includes(leader) ? 'running' : 'down';
        infos.push({ ...info, state, quorum: { members: quorum.nodes, online } });
        next(index + 1);
      });
    });
  };
  next(0);
}
