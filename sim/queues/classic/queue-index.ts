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

/** Stands between a queue's name and a priority above 0. */
const BAND = '\u0000';

function pathOf(queue: string, band: number): string {
  return band === 0 ? DIRECTORY + queue : `${DIRECTORY}${queue}${BAND}${band}`;
}

function filesOf(disk: Disk, queue: string): string[] {
  const path = pathOf(queue, 0);
  return disk.list(path).filter((file) => file === path || file.startsWith(path + BAND));
}

export class QueueIndex {
  readonly entries = new MessageLog();
  /** When entries expire, by their numbers; most never do. */
  readonly expiries = new Map<number, number>();
  private terms: RecoveryTerms | undefined;

  /** Opens the file of a queue (of one of its priorities, BRK-51) that is new here; what was left under its name is erased. */
  static create(disk: Disk, queue: string, band = 0): QueueIndex {
    const index = new QueueIndex();
    disk.write(pathOf(queue, band), index);
    return index;
  }

  /** The queue's file as it is, or an empty one. */
  static open(disk: Disk, queue: string, band = 0): QueueIndex {
    return disk.read<QueueIndex>(pathOf(queue, band)) ?? QueueIndex.create(disk, queue, band);
  }

  /** Every message that this disk has of the queue; undefined when it has no file of it. */
  static content(disk: Disk, queue: string): BasicMessage[] | undefined {
    const files = filesOf(disk, queue);
    if (files.length === 0) return undefined;
    return files.flatMap((path) => [...disk.read<QueueIndex>(path)!.messages()]);
  }

  /** Removes all files of the queue. */
  static remove(disk: Disk, queue: string): void {
    for (const path of filesOf(disk, queue)) disk.remove(path);
  }

  static removeBand(disk: Disk, queue: string, band: number): void {
    disk.remove(pathOf(queue, band));
  }

  /** Queues that have a file on this disk. */
  static queues(disk: Disk): string[] {
    const names = disk.list(DIRECTORY).map((path) => path.slice(DIRECTORY.length).split(BAND, 1)[0]!);
    return [...new Set(names)];
  }

  append(sequence: number, message: BasicMessage, expiresAtUs: number): void {
    this.entries.append(sequence, message, 0);
    if (expiresAtUs !== 0) this.expiries.set(sequence, expiresAtUs);
  }

  remove(sequence: number): void {
    this.entries.remove(sequence);
    if (this.expiries.size > 0) this.expiries.delete(sequence);
  }

  private *messages(): IterableIterator<BasicMessage> {
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
