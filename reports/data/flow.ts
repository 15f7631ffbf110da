/** Reads the flow of a run's messages (`MessageFlow` in the ledger's contract says how it is written) into columns. */
import type { MessageFlow } from '../../sim/ledger/run-report.ts';

/** The flow without its bytes, which stand in an element of their own. */
export type FlowHead = Omit<MessageFlow, 'bytes'>;

/** A step that names another message: index of the publisher, and number. */
export type OtherMessage = readonly [publisher: number, sequence: number];

export interface Flow extends FlowHead {
  /** Kinds of the steps of each course. */
  readonly coursesOf: readonly Int32Array[];
  /** By message, those of one publisher together and in order of their numbers. */
  readonly publisher: Int32Array;
  readonly sequence: Float64Array;
  readonly course: Int32Array;
  /** Where the steps of a message begin in `timesUs`; one more than there are messages. */
  readonly start: Int32Array;
  readonly timesUs: Float64Array;
  /** By place in `timesUs`. */
  readonly others: ReadonlyMap<number, OtherMessage>;
  /** First message of each publisher; one more than there are publishers that published. */
  readonly publisherStart: readonly number[];
}

/** Unpacks a flow. Bytes that end early yield what there is of them. */
export function unpackFlow(head: FlowHead, bytes: Uint8Array): Flow {
  const reader = new Reader(bytes);
  const coursesOf: Int32Array[] = [];
  for (let nth = 0; nth < head.courses; nth += 1) {
    const kinds = new Int32Array(reader.number());
    for (let step = 0; step < kinds.length; step += 1) kinds[step] = reader.number();
    coursesOf.push(kinds);
  }
  const refers = head.kinds.map((kind) => kind.refers === true);
  const publisher = new Int32Array(head.messages);
  const sequence = new Float64Array(head.messages);
  const course = new Int32Array(head.messages);
  const start = new Int32Array(head.messages + 1);
  // Steps that are left out of a message are counted by the head, but not written.
  const timesUs = new Float64Array(head.steps + head.messages);
  const others = new Map<number, OtherMessage>();
  const publisherStart: number[] = [0];
  let at = 0;
  let message = 0;
  while (message < head.messages && !reader.isAtEnd) {
    const count = reader.number();
    let number = -1;
    let begin = 0;
    for (let nth = 0; nth < count; nth += 1, message += 1) {
      number = nth === 0 ? reader.number() : number + 1 + reader.number();
      publisher[message] = publisherStart.length - 1;
      sequence[message] = number;
      const kinds = coursesOf[(course[message] = reader.number())] ?? new Int32Array(0);
      begin += reader.signed();
      let time = begin;
      for (let step = 0; step < kinds.length; step += 1) {
        if (step > 0) time += reader.number();
        if (refers[kinds[step]!] === true) others.set(at, [reader.number(), reader.number()]);
        timesUs[at] = time * head.quantumUs;
        at += 1;
      }
      start[message + 1] = at;
    }
    publisherStart.push(message);
  }
  return {
    ...head,
    coursesOf,
    publisher,
    sequence,
    course,
    start,
    timesUs: timesUs.subarray(0, at),
    others,
    publisherStart,
  };
}

/** The message with this number of this publisher; -1 if the flow does not hold it. */
export function findMessage(flow: Flow, publisher: number, sequence: number): number {
  let from = flow.publisherStart[publisher] ?? 0;
  let to = flow.publisherStart[publisher + 1] ?? 0;
  const end = to;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (flow.sequence[middle]! < sequence) from = middle + 1;
    else to = middle;
  }
  return from < end && flow.sequence[from] === sequence ? from : -1;
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  number(): number {
    const { bytes } = this;
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[this.at] ?? 0;
      this.at += 1;
      if (byte < 128) return value + byte * unit;
      value += (byte & 127) * unit;
      unit *= 128;
    }
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
