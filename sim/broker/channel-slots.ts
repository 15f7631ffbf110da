/** The channels of a connection by the numbers under which its client has opened them, and how many publishes each may still be handed (BRK-46). */
import { INITIAL_CREDIT, MORE_CREDIT_AFTER } from './channel-owner.ts';
import type { Channel } from './channel.ts';

/** A number in use. */
interface Slot {
  readonly channel: Channel;
  credit: number;
}

export class ChannelSlots {
  private readonly slots: (Slot | undefined)[] = [];

  open(number: number, channel: Channel): void {
    this.slots[number] = { channel, credit: INITIAL_CREDIT };
  }

  at(number: number): Slot | undefined {
    return this.slots[number];
  }

  /** The channel has taken some publishes in; true if it had no credit left and has some now. */
  refill(number: number): boolean {
    const slot = this.slots[number];
    if (slot === undefined) return false;
    const wasSlow = slot.credit <= 0;
    slot.credit += MORE_CREDIT_AFTER;
    return wasSlow && slot.credit > 0;
  }

  /** The number is free again; true if its channel had no credit left. */
  release(number: number): boolean {
    const slot = this.slots[number];
    this.slots[number] = undefined;
    return slot !== undefined && slot.credit <= 0;
  }
}
