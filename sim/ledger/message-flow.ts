/**
 * Packs what the logs of a run hold into the flow that a report embeds (`MessageFlow` says how it is written). Bounded by steps: of a run
 * with more of them a fair sample of messages is packed, and always those whose lives are told. Times of many steps are written coarser.
 */
import type { Journal } from '../kernel/journal.ts';
import type { CauseGroup } from './cause-tally.ts';
import { PackedBytes } from './packed-bytes.ts';
import type { FlowFate, FlowStepKind, MessageFlow } from './run-report.ts';
import { refersToAnother, type StepKinds } from './step-kinds.ts';
import { messageHash, type StepLog, type Wanted } from './step-log.ts';
import { StepSheaves } from './step-sheaves.ts';
import { stepWords } from './step-words.ts';

const STEPS_MAX = 1_500_000;
/** The unit of time by the number of steps: the first that is allowed so many. */
const QUANTA = [
  { quantumUs: 1, steps: 250_000 },
  { quantumUs: 10, steps: 750_000 },
  { quantumUs: 100, steps: Infinity },
] as const;
/** Steps of one message; of one that has more the middle is left out. */
const STEPS_OF_MESSAGE_MAX = 400;

export interface FlowSources {
  readonly journal: Journal;
  readonly log: StepLog;
  /** A log of nothing but the messages whose lives are told, where the first one does not hold all of them. */
  readonly livesLog: StepLog | null;
  /** Whether a message's life is told. */
  readonly hasLife: Wanted;
  readonly publisherName: (publisher: number) => string;
  readonly groups: readonly CauseGroup[];
}

/** The flow of a run that is over. */
export function messageFlow(sources: FlowSources): MessageFlow {
  const { journal, log, livesLog, hasLife, publisherName, groups } = sources;
  let mask = 0;
  while (log.steps / (mask + 1) > STEPS_MAX) mask = mask * 2 + 1;
  const sheaves = new StepSheaves();
  const isWanted = (publisher: number, sequence: number): boolean => {
    if (livesLog !== null && hasLife(publisher, sequence)) return false;
    return mask === 0 || (messageHash(publisher, sequence) & mask) === 0 || hasLife(publisher, sequence);
  };
  const takesAll = mask === 0 && livesLog === null;
  sheaves.gather(log, takesAll ? null : isWanted);
  if (livesLog !== null) sheaves.gather(livesLog, null);
  const steps = sheaves.steps;
  const { quantumUs } = QUANTA.find((quantum) => steps <= quantum.steps) ?? QUANTA[2];
  const packer = new Packer(sheaves, log.kinds, quantumUs, journal);
  const bytes = packer.pack();
  const publisherIndex = (number: number): number => packer.publisherIndex(number);
  const fates = groups.map((group) => fateOf(group, publisherIndex));
  return {
    publishers: packer.publishers.map(publisherName),
    kinds: packer.words,
    fates,
    courses: packer.courses,
    messages: sheaves.messages,
    steps,
    oneOf: Math.max(log.oneOf, mask + 1),
    quantumUs,
    bytes,
  };
}

function fateOf(group: CauseGroup, publisherIndex: (number: number) => number): FlowFate {
  const { outcome, hazard, rule, sentence } = group.cause;
  const { queue, timeUs, messages, confirmed, ranges } = group;
  const listed = ranges.map(
    ({ publisher, from, to }) => [publisherIndex(publisher.number), from, to] as const,
  );
  return { outcome, hazard, rule, sentence, queue, timeUs, messages, confirmed, ranges: listed };
}

class Packer {
  /** Numbers of publishers by their index in the flow. */
  readonly publishers: number[] = [];
  readonly words: FlowStepKind[] = [];
  courses = 0;
  private readonly sheaves: StepSheaves;
  private readonly kinds: StepKinds;
  private readonly journal: Journal;
  private readonly quantumUs: number;
  private readonly refers: Uint8Array;
  private readonly indexes = new Map<number, number>();
  private readonly courseBytes = new PackedBytes();
  private readonly messageBytes = new PackedBytes();
  /** Courses by hash: where each begins in `courseKinds`, and its length. */
  private readonly coursesByHash = new Map<number, number[]>();
  private readonly courseStarts: number[] = [0];
  private readonly courseKinds: number[] = [];

  constructor(sheaves: StepSheaves, kinds: StepKinds, quantumUs: number, journal: Journal) {
    this.sheaves = sheaves;
    this.kinds = kinds;
    this.quantumUs = quantumUs;
    this.journal = journal;
    this.refers = Uint8Array.from({ length: kinds.count }, (_, kind) =>
      Number(refersToAnother(kinds.type(kind))),
    );
    for (let kind = 0; kind < kinds.count; kind += 1) this.words.push(this.wordsOf(kind));
  }

  publisherIndex(number: number): number {
    let index = this.indexes.get(number);
    if (index === undefined) {
      index = this.publishers.length;
      this.indexes.set(number, index);
      this.publishers.push(number);
    }
    return index;
  }

  pack(): Uint8Array {
    const { sheaves, messageBytes } = this;
    const publishers = sheaves.publishers();
    for (const publisher of publishers) this.publisherIndex(publisher);
    for (const publisher of publishers) {
      const { sequences, messages } = sheaves.of(publisher);
      messageBytes.push(sequences.length);
      let sequence = 0;
      let begin = 0;
      for (let nth = 0; nth < sequences.length; nth += 1) {
        messageBytes.push(sequences[nth]! - sequence - (nth === 0 ? 0 : 1));
        sequence = sequences[nth]!;
        begin = this.packMessage(messages[nth]!, begin);
      }
    }
    const courses = this.courseBytes.take();
    const rest = messageBytes.take();
    const bytes = new Uint8Array(courses.length + rest.length);
    bytes.set(courses);
    bytes.set(rest, courses.length);
    return bytes;
  }

  /** Returns the time of its first step, in quanta. */
  private packMessage(message: number, beginBefore: number): number {
    const { sheaves, messageBytes, quantumUs } = this;
    const { kinds, timesUs } = sheaves;
    const from = sheaves.start(message);
    const to = sheaves.start(message + 1);
    const half = STEPS_OF_MESSAGE_MAX / 2;
    const gapFrom = to - from > STEPS_OF_MESSAGE_MAX ? from + half : to;
    const gapTo = to - from > STEPS_OF_MESSAGE_MAX ? to - half : to;
    const gap = gapTo > gapFrom ? this.gapKind(gapTo - gapFrom) : -1;
    messageBytes.push(this.course(from, to, gapFrom, gapTo, gap));
    const begin = Math.floor(timesUs[from]! / quantumUs);
    messageBytes.pushSigned(begin - beginBefore);
    let last = begin;
    for (let at = from; at < to; at += 1) {
      if (at === gapFrom) {
        messageBytes.push(0);
        at = gapTo;
      }
      const time = quantumUs === 1 ? timesUs[at]! : Math.floor(timesUs[at]! / quantumUs);
      if (at > from) messageBytes.push(time - last);
      last = time;
      if (this.refers[kinds[at]!] === 1) {
        const [publisher, sequence] = sheaves.other(at);
        messageBytes.push(this.publisherIndex(publisher));
        messageBytes.push(sequence);
      }
    }
    return begin;
  }

  /** The number of the course that these steps make, new if it is the first such. */
  private course(from: number, to: number, gapFrom: number, gapTo: number, gap: number): number {
    const { kinds } = this.sheaves;
    const first = this.courseKinds.length;
    let hash = 0;
    for (let at = from; at < to; at += 1) {
      let kind = kinds[at]!;
      if (at === gapFrom) {
        kind = gap;
        at = gapTo - 1;
      }
      this.courseKinds.push(kind);
      hash = Math.imul(hash ^ (kind + 1), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    const alike = this.coursesByHash.get(hash);
    const known = alike?.find((course) => this.isCourse(course, first));
    if (known !== undefined) {
      this.courseKinds.length = first;
      return known;
    }
    const course = this.courses;
    this.courses += 1;
    this.courseStarts.push(this.courseKinds.length);
    if (alike === undefined) this.coursesByHash.set(hash, [course]);
    else alike.push(course);
    this.courseBytes.push(this.courseKinds.length - first);
    for (let at = first; at < this.courseKinds.length; at += 1) this.courseBytes.push(this.courseKinds[at]!);
    return course;
  }

  /** Whether a known course is the one that was just written behind all of them. */
  private isCourse(course: number, first: number): boolean {
    const { courseKinds, courseStarts } = this;
    const start = courseStarts[course]!;
    const length = courseKinds.length - first;
    if (courseStarts[course + 1]! - start !== length) return false;
    for (let nth = 0; nth < length; nth += 1) {
      if (courseKinds[start + nth] !== courseKinds[first + nth]) return false;
    }
    return true;
  }

  /** A kind of our own for steps that are left out. */
  private gapKind(steps: number): number {
    const what = `${steps} steps are left out here`;
    const known = this.words.findIndex((kind) => kind.record === 'left_out' && kind.what === what);
    if (known !== -1) return known;
    this.words.push({ record: 'left_out', node: '', process: '', what, queue: '' });
    return this.words.length - 1;
  }

  private wordsOf(kind: number): FlowStepKind {
    const type = this.kinds.type(kind);
    const slots = this.kinds.slots(kind, 0, 0, 0, 0);
    const { node, process, what, queue, rule, usual, peer } = stepWords(type, slots, this.journal);
    return {
      record: type.name,
      node,
      process,
      what,
      queue,
      ...((rule ?? usual) !== '' && { rule: rule ?? usual }),
      ...(peer !== null && { peer }),
      ...(this.refers[kind] === 1 && { refers: true as const }),
    };
  }
}
