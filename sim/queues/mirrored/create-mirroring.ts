/**
 * Mirroring as the classic queue's processes see it. This file connects the parts; what they do is beside it:
 * `start-mirroring`, `mirror-set`, `leader-sync`, `stop-mirrors`, `promotion`.
 */
import type { CallFrom, ExitMessage, Message } from '../../erlang/message.ts';
import type { RunBackingQueue } from '../classic/leader-messages.ts';
import { createReplicaParts } from '../classic/classic-queue-type.ts';
import type { LeaderPort, Mirroring } from '../classic/mirroring.ts';
import { rule } from '../../rules/registry.ts';
import { LeaderQueue } from './leader-queue.ts';
import { LeaderSync } from './leader-sync.ts';
import { updateMirrors } from './mirror-set.ts';
import { MirrorSupervisor } from './mirror-supervisor.ts';
import { isMirrored, isMirroredOnNodes, policyOf, suggestedNodes } from './placement.ts';
import { startMirroring } from './start-mirroring.ts';
import { leadership } from './leadership.ts';
import { stopAllMirrors } from './stop-mirrors.ts';
import type { SyncerSignal } from './sync-messages.ts';

const MIR_1 = rule('MIR-1');
const MIR_21 = rule('MIR-21');
const MIR_22 = rule('MIR-22');
const MIR_25 = rule('MIR-25');
const MIR_26 = rule('MIR-26');

/** Makes the mirroring that a node's classic queue type is created with; it keeps no state outside the node's processes. */
export function createMirroring(): Mirroring {
  const parts = createReplicaParts(() => mirroring);
  const mirroring: Mirroring = {
    isMirrored,
    leadership,

    eligibleLeaders(context, record) {
      if (!isMirroredOnNodes(record)) return null;
      const { leader, mirrors } = suggestedNodes(context, record);
      return [leader, ...mirrors];
    },

    startMirroring(leader, done) {
      leader.context.vm.cite(MIR_1);
      MirrorSupervisor.of(leader.context, mirroring, parts);
      startMirroring(leader, done);
    },

    policyChanged(leader) {
      const record = leader.record();
      if (record === undefined) return;
      const queue = leader.backingQueue;
      if (!(queue instanceof LeaderQueue)) {
        if (isMirrored(record)) mirroring.startMirroring(leader, () => {});
      } else if (isMirrored(record)) updateMirrors(leader.context, leader.process, record, () => {});
      else {
        leader.context.vm.cite(MIR_25);
        leader.process.unlink(queue.coordinator);
        stopAllMirrors(leader, queue, 'shutdown', MIR_22, () => leader.replaceBackingQueue(queue.inner));
      }
    },

    handleLeaderMessage,

    beforeShutdown(leader, done) {
      const queue = leader.backingQueue;
      const record = leader.record();
      if (!(queue instanceof LeaderQueue) || record === undefined) {
        done();
        return;
      }
      queue.eagerSync?.abandon();
      const mayPromote = policyOf(record, 'ha-promote-on-shutdown') === 'always';
      if (record.syncSlavePids.length > 0 || mayPromote) done();
      else stopAllMirrors(leader, queue, 'shutdown', MIR_21, done);
    },

    beforeDelete(leader, done) {
      const queue = leader.backingQueue;
      if (queue instanceof LeaderQueue) stopAllMirrors(leader, queue, 'normal', MIR_22, done);
      else done();
    },

    restartAsMirror(context, process, record) {
      process.deliver({ type: 'go' });
      return MirrorSupervisor.of(context, mirroring, parts).mirror(process, record.name);
    },

    virtualHostUp(context) {
      MirrorSupervisor.of(context, mirroring, parts).startMirrors();
    },

    stop(context, _caller, done) {
      MirrorSupervisor.of(context, mirroring, parts).end();
      done();
    },
  };
  return mirroring;
}

function handleLeaderMessage(leader: LeaderPort, message: Message, from?: CallFrom): boolean {
  const queue = leader.backingQueue;
  const mirrored = queue instanceof LeaderQueue ? queue : undefined;
  switch (message.type) {
    case 'run_backing_queue':
      if (mirrored !== undefined) runBackingQueue(mirrored, message as RunBackingQueue);
      return true;
    case 'sync_mirrors':
      if (mirrored === undefined || from === undefined) return false;
      mirrored.eagerSync = new LeaderSync(leader, mirrored, from);
      return true;
    case 'cancel_sync_mirrors':
      if (from === undefined) return false;
      if (mirrored?.eagerSync === undefined) leader.process.reply(from, 'not_syncing');
      else mirrored.eagerSync.cancel(from);
      return true;
    case 'syncer_ready':
    case 'syncer_next':
      mirrored?.eagerSync?.handle(message as SyncerSignal);
      return true;
    case 'EXIT':
      return mirrored?.eagerSync?.handleExit(message as ExitMessage) === true;
    case 'sync_start':
      // Another leader takes us for its mirror: one of the two is stale.
      leader.context.vm.cite(MIR_26);
      leader.process.shutdown('shutdown');
      return true;
    // What was on its way to this process while it was a mirror, and monitors that it no longer cares for.
    case 'sync_messages':
    case 'sync_complete':
    case 'gm':
    case 'joined':
    case 'DOWN':
      return true;
    case 'go':
      if (from !== undefined) leader.process.reply(from, 'ok');
      return true;
    default:
      return false;
  }
}

function runBackingQueue(queue: LeaderQueue, { action, channel }: RunBackingQueue): void {
  if (action === 'depth') queue.broadcastDepth();
  else if (action === 'sender_death' && channel !== null) queue.senderDied(channel);
}
