/**
 * What a mirror does about deaths in the ring (a call, so that its ring process stands still meanwhile: OVR-5), up to
 * becoming the leader itself (MIR-33).
 */
import type { CallFrom, Pid } from '../../erlang/message.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import { queuePromoted } from '../../records/cluster.ts';
import { copyRequeued } from '../../records/messages.ts';
import { rule } from '../../rules/registry.ts';
import { Coordinator } from './coordinator.ts';
import type { EnsureMonitoring, Notice } from './instructions.ts';
import { LeaderQueue } from './leader-queue.ts';
import type { GmDeathsAnswer, GmDeathsCall } from './mirror-callback.ts';
import { addMirrors, maybeAutoSync } from './mirror-set.ts';
import type { Mirror } from './mirror.ts';
import { promoteOnFailure, type Removal, removeFromQueue, wordOf } from './removal.ts';

const MIR_14 = rule('MIR-14');
const MIR_17 = rule('MIR-17');
const MIR_33 = rule('MIR-33');

const PROCESS_DEATH: Notice = { type: 'process_death' };

/** Runs in the mirror's process. */
export function handleDeaths(mirror: Mirror, request: GmDeathsCall, from: CallFrom): void {
  const { context, process, queue, journal } = mirror;
  const unchanged: GmDeathsAnswer = null;
  removeFromQueue(context, process, queue, process.pid, request.deaths, request.reason, (removal) => {
    if (removal.outcome === 'not_found') {
      process.reply(from, unchanged);
      mirror.end('normal');
      return;
    }
    if (removal.outcome === 'not_synced') {
      context.vm.cite(MIR_17);
      mirror.deleteContent('promotion_refused', MIR_17.index);
      journal.gone('not_synchronised');
      process.exit('normal');
      return;
    }
    if (removal.written !== null) maybeAutoSync(context, removal.written);
    const addExtra = (): void => addMirrors(process, queue, removal.extraNodes, 'async', () => {});
    if (removal.leader === mirror.leader) {
      process.reply(from, unchanged);
      addExtra();
    } else if (removal.leader === process.pid) {
      witness(mirror, removal, wordOf(request.reason));
      promote(mirror, removal.written!, from);
      addExtra();
    } else {
      process.reply(from, unchanged);
      // Ring processes that were no neighbours of the dead learn of it only by traffic.
      context.vm.cite(MIR_14);
      process.send(mirror.gm.pid, PROCESS_DEATH);
      mirror.leader = removal.leader;
    }
  });
}

/** Notes who leads from now on, and what decided it. */
function witness(mirror: Mirror, { found, written }: Removal & { outcome: 'ok' }, why: string): void {
  const { context, journal, content } = mirror;
  const nodes = (pids: readonly Pid[]): number => context.intern(pids.map(({ node }) => node).join(' '));
  journal.life(
    queuePromoted,
    mirror.depthDelta === 0 ? 1 : 0,
    content.depth,
    context.intern(why),
    context.intern(promoteOnFailure(found)),
    nodes(found.syncSlavePids),
    nodes(written!.slavePids),
  );
}

function promote(mirror: Mirror, record: QueueRecord, from: CallFrom): void {
  const { context, process, queue, gm, content } = mirror;
  context.vm.cite(MIR_33);
  const coordinator = new Coordinator(context, queue, process.pid, gm);
  process.link(coordinator.pid);
  process.unlink(gm.pid);
  process.reply(from, coordinator);
  const { all: channels, alive: senders } = mirror.senders.handOver();
  const monitoring: EnsureMonitoring = { type: 'ensure_monitoring', channels };
  process.send(coordinator.pid, monitoring);

  requeueAll(mirror);
  const { seen, awaitingConfirm, unmatched } = mirror.pairing.handOver();
  const ring = { gm: gm.pid, coordinator: coordinator.pid };
  const backingQueue = new LeaderQueue(process, content, ring, seen, channels);
  backingQueue.broadcastDepth();
  for (const { channel, delivery } of unmatched) {
    if (delivery.message.flow) mirror.process.credit.acknowledge(process, channel);
  }
  mirror.handedOver();
  const promotion = { backingQueue, awaitingConfirm, unmatched, senders };
  process.become(mirror.parts.lead(context, process, record, promotion));
}

/** What the dead leader had out returns to its place in the queue. */
function requeueAll(mirror: Mirror): void {
  const { content, context } = mirror;
  const names = [context.queueId(mirror.queue), context.intern(context.node)] as const;
  const ackTags = Array.from(mirror.acks, ([, ackTag]) => ackTag);
  for (const ackTag of ackTags) {
    const { publisher, sequence } = content.outstanding(ackTag)!;
    context.vm.simulation.journal.write(copyRequeued, publisher, sequence, names[0], names[1], MIR_33.index);
  }
  content.requeue(ackTags);
}
