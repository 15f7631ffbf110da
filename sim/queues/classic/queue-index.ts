/**
 * What a classic queue has on its node's disk: the flushed publishes that no flushed acknowledgement has removed, and, after
 * a clean stop only, where numbering and the delivered watermark stood (BRK-23, BRK-26). Index segments and the shared
 * message store are merged into one file with one cursor (OVR-5), so a body is never missing from a store (BRK-20).
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Disk } from '../../erlang/disk.ts';
import { MessageLog } from './message-log.ts';

const DIRECTORY = 'classic/';
/** After a crash numbering goes on at the next boundary of the real index's segments. */
const INDEX_SEGMENT_ENTRIES = 2048;

export interface RecoveryTerms {
  readonly nextSequence: number;
  readonly watermark: number;
}

export class QueueIndex {
  readonly entries = new MessageLog();
  /** When entries expire, by their numbers; most never do. */
  readonly expiries = new Map<number, number>();
  private terms: RecoveryTerms | undefined;

  /** Opens the file of a queue that is new here; what was left under its name is erased. */
  static create(disk: Disk, queue: string): QueueIndex {
    const index = new QueueIndex();
    disk.write(DIRECTORY + queue, index);
    return index;
  }

  /** The queue's file as it is, or an empty one. */
  static open(disk: Disk, queue: string): QueueIndex {
    return QueueIndex.find(disk, queue) ?? QueueIndex.create(disk, queue);
  }

  static find(disk: Disk, queue: string): QueueIndex | undefined {
    return disk.read<QueueIndex>(DIRECTORY + queue);
  }

  static remove(disk: Disk, queue: string): void {
    disk.remove(DIRECTORY + queue);
  }

  /** Queues that have a file on this disk. */
  static queues(disk: Disk): string[] {
    return disk.list(DIRECTORY).map((path) => path.slice(DIRECTORY.length));
  }

  append(sequence: number, message: BasicMessage, expiresAtUs: number): void {
    this.entries.append(sequence, message, 0);
    if (expiresAtUs !== 0) this.expiries.set(sequence, expiresAtUs);
  }

  remove(sequence: number): void {
    this.entries.remove(sequence);
    if (this.expiries.size > 0) this.expiries.delete(sequence);
  }

  *messages(): IterableIterator<BasicMessage> {
    for (const sequence of this.entries.sequences()) yield this.entries.message(sequence)!;
  }

  close(terms: RecoveryTerms): void {
    this.terms = terms;
  }

  /**
   * Where to go on. After a clean stop: where it stood. After a crash nothing is known of deliveries, and the watermark
   * is put above everything that is left, so that all of it counts as delivered. The terms are used up by reading them.
   */
  takeTerms(): RecoveryTerms {
    const { terms } = this;
    this.terms = undefined;
    if (terms !== undefined) return terms;
    let last = -1;
    for (const sequence of this.entries.sequences()) last = sequence;
    const nextSequence = Math.ceil((last + 1) / INDEX_SEGMENT_ENTRIES) * INDEX_SEGMENT_ENTRIES;
    return { nextSequence, watermark: nextSequence };
  }
}
