/** The steps of a log sorted by message: counted first, then laid side by side, so that a million of them cost two passes and no objects. */
import type { StepLog, Wanted } from './step-log.ts';

interface Publisher {
  /** Index of a message plus one, by its sequence number. */
  indexes: Int32Array<ArrayBuffer>;
}

export class StepSheaves {
  /** Step after step, those of one message side by side, in the order in which they were written. */
  kinds = new Int32Array(0);
  timesUs = new Float64Array(0);
  messages = 0;
  private readonly byNumber = new Map<number, Publisher>();
  private counts = new Int32Array(1_024);
  private starts = new Int32Array(1);
  private readonly gathered: { readonly log: StepLog; readonly wanted: Wanted | null }[] = [];
  private readonly others = new Map<number, readonly [number, number]>();
  private isLaid = false;

  /** Takes the steps of a log, or of those of its messages that are wanted; none of another log's. Before anything is read. */
  gather(log: StepLog, wanted: Wanted | null): void {
    this.gathered.push({ log, wanted });
    let latest = -1;
    let publisher: Publisher | undefined;
    log.visit((_kind, _timeUs, number, sequence) => {
      if (wanted !== null && !wanted(number, sequence)) return;
      if (number !== latest || publisher === undefined) {
        publisher = this.publisher(number);
        latest = number;
      }
      const index = this.message(publisher, sequence);
      this.counts[index]! += 1;
    });
  }

  /** How many steps there are in all. */
  get steps(): number {
    this.lay();
    return this.starts[this.messages]!;
  }

  /** Where a message's steps begin; those of the one behind it begin where they end. */
  start(message: number): number {
    return this.starts[message]!;
  }

  /** Publishers in the order of their first steps. */
  publishers(): number[] {
    this.lay();
    return [...this.byNumber.keys()];
  }

  /** A publisher's sequence numbers, ascending, and the message of each. */
  of(publisher: number): { readonly sequences: readonly number[]; readonly messages: readonly number[] } {
    const { indexes = new Int32Array(0) } = this.byNumber.get(publisher) ?? {};
    const sequences: number[] = [];
    const messages: number[] = [];
    for (let sequence = 0; sequence < indexes.length; sequence += 1) {
      if (indexes[sequence] === 0) continue;
      sequences.push(sequence);
      messages.push(indexes[sequence]! - 1);
    }
    return { sequences, messages };
  }

  /** The message, as publisher and sequence number, that the step at this place refers to. */
  other(at: number): readonly [number, number] {
    return this.others.get(at) ?? [0, 0];
  }

  private lay(): void {
    if (this.isLaid) return;
    this.isLaid = true;
    this.starts = new Int32Array(this.messages + 1);
    for (let message = 0; message < this.messages; message += 1)
      this.starts[message + 1] = this.starts[message]! + this.counts[message]!;
    const steps = this.starts[this.messages]!;
    this.kinds = new Int32Array(steps);
    this.timesUs = new Float64Array(steps);
    const next = this.starts.slice();
    const { kinds, timesUs } = this;
    for (const { log, wanted } of this.gathered) {
      let latest = -1;
      let publisher: Publisher | undefined;
      log.visit((kind, timeUs, number, sequence, otherPublisher, otherSequence) => {
        if (wanted !== null && !wanted(number, sequence)) return;
        if (number !== latest || publisher === undefined) {
          publisher = this.publisher(number);
          latest = number;
        }
        const message = publisher.indexes[sequence]! - 1;
        const at = next[message]!;
        next[message] = at + 1;
        kinds[at] = kind;
        timesUs[at] = timeUs;
        if (otherSequence !== 0) this.others.set(at, [otherPublisher, otherSequence]);
      });
    }
  }

  private publisher(number: number): Publisher {
    let publisher = this.byNumber.get(number);
    if (publisher === undefined) {
      publisher = { indexes: new Int32Array(1_024) };
      this.byNumber.set(number, publisher);
    }
    return publisher;
  }

  private message(publisher: Publisher, sequence: number): number {
    if (sequence >= publisher.indexes.length) {
      const larger = new Int32Array(Math.max(sequence + 1, publisher.indexes.length * 2));
      larger.set(publisher.indexes);
      publisher.indexes = larger;
    }
    const known = publisher.indexes[sequence]!;
    if (known !== 0) return known - 1;
    const message = this.messages;
    this.messages += 1;
    publisher.indexes[sequence] = message + 1;
    if (message >= this.counts.length) {
      const larger = new Int32Array(this.counts.length * 2);
      larger.set(this.counts);
      this.counts = larger;
    }
    return message;
  }
}
