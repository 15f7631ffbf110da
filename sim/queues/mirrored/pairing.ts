/**
 * How a mirror pairs the two copies of a publish, the channel's own and the one in the leader's broadcast (MIR-35), and
 * what it owes the channel (MIR-31). Per channel it keeps the direct copies that the ring has not shown yet; per
 * message, what it has seen of it. A broadcast is compared with the head of its channel's direct copies only, which is
 * right as long as both come in the channel's order, and wedges for good when one of them has no counterpart (MIR-38).
 */
import type { Pid } from '../../erlang/message.ts';
import { Fifo } from '../../kernel/fifo.ts';
import { NumberMap } from '../../kernel/number-map.ts';
import { rule } from '../../rules/registry.ts';
import type { DeliverToQueue } from '../classic/leader-messages.ts';
import type { Promotion } from '../classic/mirroring.ts';
import type { Discard, Publish } from './instructions.ts';
import type { SeenStatus } from './leader-queue.ts';

const MIR_31 = rule('MIR-31');
const MIR_35 = rule('MIR-35');
const MIR_36 = rule('MIR-36');
const MIR_38 = rule('MIR-38');

/** Seen in the ring and safe, but not yet from the channel. */
interface SafeAlready {
  readonly type: 'confirmed';
  readonly channel: Pid;
}

/**
 * What is known of a message: only the ring has shown it (its instruction), it is safe besides, or both copies are here
 * and its disk sync is awaited (the direct copy).
 */
type Status = Publish | Discard | SafeAlready | DeliverToQueue;

interface Sender {
  readonly unmatched: Fifo<DeliverToQueue>;
  lifecycle: 'running' | 'down_from_channel' | 'down_from_gm';
}

export interface PairingOwner {
  isDurable(): boolean;
  cite(rule: { readonly index: number }): void;
  /** The mirror's confirm for this publish is due. */
  confirm(copy: DeliverToQueue): void;
}

export class Pairing {
  private readonly owner: PairingOwner;
  private readonly senders = new Map<Pid, Sender>();
  private readonly statuses = new NumberMap<Status>();
  private lastChannel: Pid | undefined;
  private lastSender: Sender | undefined;

  constructor(owner: PairingOwner) {
    this.owner = owner;
  }

  /** How many direct copies of a channel wait for their broadcast. */
  unmatchedOf(channel: Pid): number {
    return this.senders.get(channel)?.unmatched.length ?? 0;
  }

  /** A direct copy has come. */
  direct(copy: DeliverToQueue): void {
    const { serial } = copy.delivery.message;
    const status = this.statuses.get(serial);
    if (status === undefined) {
      this.sender(copy.channel).unmatched.push(copy);
      return;
    }
    this.statuses.delete(serial);
    this.bothHere(status.type === 'publish' || status.type === 'publish_delivered', copy);
  }

  /** The ring has shown a publish or a discard. */
  broadcast(instruction: Publish | Discard): void {
    const { serial } = instruction.message;
    const { unmatched } = this.sender(instruction.channel);
    const head = unmatched.peek();
    if (head === undefined) {
      this.owner.cite(MIR_35);
      this.statuses.set(serial, instruction);
    } else if (head.delivery.message.serial === serial) {
      unmatched.shift();
      this.bothHere(instruction.type !== 'discard', head);
    } else this.owner.cite(MIR_38);
  }

  /** A message is on disk, or gone before it got there. */
  safe(serial: number): void {
    const status = this.statuses.get(serial);
    if (status === undefined) return;
    if (status.type === 'deliver') {
      this.statuses.delete(serial);
      this.owner.confirm(status);
    } else if (status.type !== 'confirmed') {
      this.statuses.set(serial, { type: 'confirmed', channel: status.channel });
    }
  }

  /** A channel is dead, by our own or the leader's account; it is forgotten when both say so (MIR-36). True then. */
  senderDown(channel: Pid, account: 'down_from_channel' | 'down_from_gm'): boolean {
    const sender = this.senders.get(channel);
    if (sender === undefined) return false;
    if (sender.lifecycle === 'running' || sender.lifecycle === account) {
      sender.lifecycle = account;
      return false;
    }
    this.owner.cite(MIR_36);
    this.senders.delete(channel);
    this.lastChannel = undefined;
    for (const [serial, status] of this.statuses) {
      if (status.channel === channel && status.type !== 'deliver') this.statuses.delete(serial);
    }
    return true;
  }

  /** Hands everything over to the leader that this mirror becomes (MIR-33). */
  handOver(): {
    seen: Map<number, SeenStatus>;
    awaitingConfirm: Promotion['awaitingConfirm'];
    unmatched: DeliverToQueue[];
  } {
    const seen = new Map<number, SeenStatus>();
    const awaitingConfirm: { serial: number; channel: Pid; confirmNumber: number }[] = [];
    for (const [serial, status] of this.statuses) {
      if (status.type === 'deliver') {
        const { channel, delivery } = status;
        awaitingConfirm.push({ serial, channel, confirmNumber: delivery.confirmNumber });
      } else if (status.type === 'confirmed') seen.set(serial, 'confirmed');
      else seen.set(serial, status.type === 'discard' ? 'discarded' : 'published');
    }
    const unmatched: DeliverToQueue[] = [];
    for (const sender of this.senders.values()) unmatched.push(...sender.unmatched);
    return { seen, awaitingConfirm, unmatched };
  }

  private bothHere(awaitsDisk: boolean, copy: DeliverToQueue): void {
    if (copy.delivery.confirmNumber === 0) return;
    const { message } = copy.delivery;
    this.owner.cite(MIR_31);
    if (awaitsDisk && message.properties.persistent && this.owner.isDurable()) {
      this.statuses.set(message.serial, copy);
    } else this.owner.confirm(copy);
  }

  private sender(channel: Pid): Sender {
    if (channel === this.lastChannel) return this.lastSender!;
    let sender = this.senders.get(channel);
    if (sender === undefined) {
      sender = { unmatched: new Fifo<DeliverToQueue>(), lifecycle: 'running' };
      this.senders.set(channel, sender);
    }
    this.lastChannel = channel;
    this.lastSender = sender;
    return sender;
  }
}
