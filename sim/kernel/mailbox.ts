/**
 * A mailbox with priorities, as `gen_server2` keeps one (OVR-2): the highest priority first, first in first
 * out within one priority. Most processes only ever use priority 0, so the other lanes are made on demand.
 * Selective receive is left out: what a waiting process may take out of turn has a lane of its own
 * (`urgent`), which is all the broker's code needs.
 */
import { Fifo } from './fifo.ts';

/** Priorities run from 0 (ordinary) to 9 (first). */
export const HIGHEST_PRIORITY = 9;

export class Mailbox<M> {
  private readonly ordinary = new Fifo<M>();
  private raised: (Fifo<M> | undefined)[] | undefined;
  private raisedLength = 0;

  get length(): number {
    return this.ordinary.length + this.raisedLength;
  }

  push(message: M, priority: number): void {
    if (priority === 0) {
      this.ordinary.push(message);
      return;
    }
    this.raised ??= [];
    const lane = (this.raised[priority] ??= new Fifo<M>());
    lane.push(message);
    this.raisedLength++;
  }

  /** The next message to handle, or undefined when the mailbox is empty. */
  shift(): M | undefined {
    if (this.raisedLength > 0) {
      for (let priority = HIGHEST_PRIORITY; priority > 0; priority--) {
        const lane = this.raised![priority];
        if (lane !== undefined && lane.length > 0) {
          this.raisedLength--;
          return lane.shift();
        }
      }
    }
    return this.ordinary.length > 0 ? this.ordinary.shift() : undefined;
  }

  clear(): void {
    this.ordinary.clear();
    this.raised = undefined;
    this.raisedLength = 0;
  }
}
