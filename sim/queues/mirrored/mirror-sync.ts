/**
 * A mirror in an eager synchronisation: it empties itself, takes in what the syncer sends, and does nothing else
 * until the round is over (MIR-28). If the syncer dies it has the head of the queue and not the tail, so it
 * empties itself again and does not know how far it is behind (MIR-29).
 */
import type { DownMessage, Message, MonitorRef } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import { CreditGrants } from '../classic/credit-flow.ts';
import type { Batch, SyncStart } from './instructions.ts';
import type { Mirror } from './mirror.ts';
import type { SyncAnswer, SyncComplete, SyncItem, SyncMessages } from './sync-messages.ts';

const MIR_28 = rule('MIR-28');
const MIR_29 = rule('MIR-29');

const NO_CONFIRM = { needsConfirming: false, expiresAtUs: 0 };

export class MirrorSync {
  private readonly mirror: Mirror;
  private readonly start: SyncStart;
  private readonly monitor: MonitorRef;
  private readonly grants = new CreditGrants();

  /** Answers the announcement of a round; undefined when this mirror has no need of it. */
  static begin(mirror: Mirror, start: SyncStart): MirrorSync | undefined {
    const isSynchronised = mirror.depthDelta === 0;
    const answer: SyncAnswer = {
      type: isSynchronised ? 'sync_deny' : 'sync_ready',
      round: start.round,
      mirror: mirror.process.pid,
    };
    mirror.process.send(start.syncer, answer);
    return isSynchronised ? undefined : new MirrorSync(mirror, start);
  }

  private constructor(mirror: Mirror, start: SyncStart) {
    this.mirror = mirror;
    this.start = start;
    this.monitor = mirror.process.monitor(start.syncer);
    mirror.context.vm.cite(MIR_28);
    this.empty('purged_for_sync', MIR_28.index);
    mirror.process.receiveOnly((message) => this.accepts(message));
  }

  handle(message: SyncMessages | SyncComplete): void {
    if (message.round !== this.start.round) return;
    if (message.type === 'sync_messages') {
      this.grants.acknowledge(this.mirror.process, this.start.syncer);
      for (const item of message.items) this.takeIn(item);
      return;
    }
    const { mirror } = this;
    mirror.process.demonitor(this.monitor);
    mirror.depthDelta = undefined;
    mirror.syncEnded();
    if (mirror.setDelta(0)) mirror.recordSynchronised(() => mirror.settle());
  }

  /** True when it was the syncer's death. */
  handleDown(down: DownMessage): boolean {
    if (down.ref !== this.monitor) return false;
    const { mirror } = this;
    mirror.context.vm.cite(MIR_29);
    this.empty('sync_interrupted', MIR_29.index);
    mirror.depthDelta = undefined;
    mirror.syncEnded();
    mirror.settle();
    return true;
  }

  private accepts(message: Message): boolean {
    switch (message.type) {
      case 'sync_messages':
      case 'sync_complete':
        return (message as SyncMessages).round === this.start.round;
      case 'DOWN':
        return (message as DownMessage).ref === this.monitor;
      case 'run_backing_queue':
        return true;
      case 'gm':
        return (message as Batch).hasControl;
      default:
        return false;
    }
  }

  private takeIn({ message, pending, expiresAtUs }: SyncItem): void {
    const { mirror } = this;
    const properties = expiresAtUs === 0 ? NO_CONFIRM : { needsConfirming: false, expiresAtUs };
    const { pid } = mirror.process;
    mirror.journal.stored(message, 'sync');
    if (pending) mirror.acks.set(message.serial, mirror.content.publishDelivered(message, properties, pid));
    else mirror.content.publish(message, properties, true, pid);
  }

  private empty(why: string, ruleIndex: number): void {
    const { mirror } = this;
    mirror.journal.destroyed(mirror.content, why, ruleIndex);
    mirror.content.ack(Array.from(mirror.acks, ([, ackTag]) => ackTag));
    mirror.acks.clear();
    mirror.content.purge();
  }
}
