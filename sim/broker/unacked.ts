/**
 * Deliveries of one channel that the client has not acknowledged, by delivery tag. Tags ascend, so the first entry is
 * the oldest.
 */
import type { QueueClient, QueueDelivery } from './queue-type.ts';

/** One delivery, with the part of its queue type that will be told what became of it. */
export class Unacked {
  readonly client: QueueClient;
  readonly delivery: QueueDelivery;
  readonly tag: number;
  readonly deliveredAtUs: number;

  constructor(client: QueueClient, delivery: QueueDelivery, tag: number, deliveredAtUs: number) {
    this.client = client;
    this.tag = tag;
    this.delivery = delivery;
    this.deliveredAtUs = deliveredAtUs;
  }
}

export class UnackedDeliveries {
  private readonly byTag = new Map<number, Unacked>();

  get size(): number {
    return this.byTag.size;
  }

  add(unacked: Unacked): void {
    this.byTag.set(unacked.tag, unacked);
  }

  /** Puts back what was taken out, each in the place of its tag. */
  reinstate(taken: readonly Unacked[]): void {
    const all = [...this.byTag.values(), ...taken].toSorted((a, b) => a.tag - b.tag);
    this.byTag.clear();
    for (const unacked of all) this.add(unacked);
  }

  /** Takes out one delivery; undefined for a tag that is not open. */
  take(tag: number): Unacked | undefined {
    const unacked = this.byTag.get(tag);
    if (unacked !== undefined) this.byTag.delete(tag);
    return unacked;
  }

  /** Takes out all up to a tag, oldest first; tag 0 is all there are. Undefined for a tag that is not open (BRK-31). */
  takeUpTo(tag: number): Unacked[] | undefined {
    if (tag !== 0 && !this.byTag.has(tag)) return undefined;
    const taken: Unacked[] = [];
    for (const [current, unacked] of this.byTag) {
      if (tag !== 0 && current > tag) break;
      taken.push(unacked);
      this.byTag.delete(current);
    }
    return taken;
  }

  /** When the oldest open delivery was made, or undefined when none is open. */
  oldestUs(): number | undefined {
    for (const unacked of this.byTag.values()) return unacked.deliveredAtUs;
    return undefined;
  }
}

/** What one settlement tells one consumer's queue. */
export interface SettleGroup {
  readonly client: QueueClient;
  readonly first: QueueDelivery;
  readonly messageIds: number[];
}

/** Sorts deliveries by who is to be told: queue process and consumer. Order within a group stays. */
export function groupByConsumer(taken: readonly Unacked[]): SettleGroup[] {
  const groups: SettleGroup[] = [];
  for (const { client, delivery } of taken) {
    const group = groups.find(
      ({ first }) =>
        first.queuePid === delivery.queuePid &&
        first.queue === delivery.queue &&
        first.consumerTag === delivery.consumerTag,
    );
    if (group === undefined) groups.push({ client, first: delivery, messageIds: [delivery.messageId] });
    else group.messageIds.push(delivery.messageId);
  }
  return groups;
}
