/**
 * Which messages a channel has not acknowledged, in the order in which it got them, and through which consumer. Acks
 * normally come from the front. The search is RabbitMQ's: one pass, in the order of the ack tags given, so that tags after
 * one that is not there are not found either; their consumers' prefetch counts stay too high (MIR-39).
 */
import type { Consumer } from './queue-consumers.ts';

export class UnackedList {
  private tags: number[] = [];
  private consumers: (Consumer | null)[] = [];
  private head = 0;

  get length(): number {
    return this.tags.length - this.head;
  }

  add(ackTag: number, consumer: Consumer | null): void {
    this.tags.push(ackTag);
    this.consumers.push(consumer);
  }

  /** Takes out what one pass finds of `ackTags` and counts each found one off its consumer. */
  subtract(ackTags: readonly number[]): void {
    const { tags, consumers } = this;
    let wanted = 0;
    let read = this.head;
    while (wanted < ackTags.length && read < tags.length) {
      if (tags[read] === ackTags[wanted]) {
        const consumer = consumers[read];
        if (consumer !== null && consumer !== undefined) consumer.outstanding -= 1;
        wanted += 1;
        tags[read] = TAKEN;
      }
      read += 1;
    }
    // What stays of the part that was read moves up to the part that was not.
    let write = read;
    for (let i = read - 1; i >= this.head; i -= 1) {
      if (tags[i] === TAKEN) continue;
      write -= 1;
      tags[write] = tags[i]!;
      consumers[write] = consumers[i]!;
    }
    this.head = write;
    this.shrink();
  }

  /** All ack tags, oldest first. */
  ackTags(): readonly number[] {
    return this.tags.slice(this.head);
  }

  private shrink(): void {
    if (this.head === this.tags.length) {
      this.tags = [];
      this.consumers = [];
      this.head = 0;
    } else if (this.head > 1024 && this.head * 2 > this.tags.length) {
      this.tags = this.tags.slice(this.head);
      this.consumers = this.consumers.slice(this.head);
      this.head = 0;
    }
  }
}

const TAKEN = -1;
