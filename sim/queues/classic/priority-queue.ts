/**
 * A queue with priorities (`rabbit_priority_queue`, BRK-51): one variable queue for each priority from 0 to the maximum, the highest
 * first, and within one the order of arrival. Whatever looks at the head looks at the highest band that has something ready, the
 * drop at a length limit not excepted. A message's ack tag tells its band.
 */
import type { BasicMessage } from '../../amqp/basic-message.ts';
import type { Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { rule } from '../../rules/registry.ts';
import type {
  BackingQueue,
  Fetched,
  HeldMessage,
  MessageProperties,
  SyncNeed,
  TerminateReason,
} from './backing-queue.ts';
import type { VariableQueue } from './variable-queue.ts';

const BRK_51 = rule('BRK-51');

/** Priorities are bytes. */
const BANDS_MAX = 256;
const NEEDS: readonly SyncNeed[] = ['none', 'idle', 'confirms', 'full'];

export class PriorityQueue implements BackingQueue {
  private readonly vm: Vm;
  /** The highest priority first. */
  private readonly bands: readonly VariableQueue[];

  /** `bands` from priority 0 upwards. */
  constructor(vm: Vm, bands: readonly VariableQueue[]) {
    this.vm = vm;
    this.bands = bands.toReversed();
  }

  private sum(figure: (band: VariableQueue) => number): number {
    let sum = 0;
    for (const band of this.bands) sum += figure(band);
    return sum;
  }

  get length(): number {
    return this.sum((band) => band.length);
  }

  get depth(): number {
    return this.sum((band) => band.depth);
  }

  get readyBytes(): number {
    return this.sum((band) => band.readyBytes);
  }

  get mayExpire(): boolean {
    return this.bands.some((band) => band.mayExpire);
  }

  get headExpiresAtUs(): number {
    return this.bands.find((band) => band.length > 0)?.headExpiresAtUs ?? 0;
  }

  /** Its place among the bands. What has no priority has the lowest, what has too high a one the highest. */
  private place({ properties }: BasicMessage): number {
    const highest = this.bands.length - 1;
    this.vm.cite(BRK_51);
    return highest - Math.min(properties.priority ?? 0, highest);
  }

  publish(message: BasicMessage, properties: MessageProperties, delivered: boolean, channel: Pid): void {
    this.bands[this.place(message)]!.publish(message, properties, delivered, channel);
  }

  publishDelivered(message: BasicMessage, properties: MessageProperties, channel: Pid): number {
    const place = this.place(message);
    return tagOf(place, this.bands[place]!.publishDelivered(message, properties, channel));
  }

  discard(): void {}

  isDuplicate(): boolean {
    return false;
  }

  fetch(ackRequired: boolean): Fetched | undefined {
    const place = this.bands.findIndex((band) => band.length > 0);
    return place < 0 ? undefined : inBand(place, this.bands[place]!.fetch(ackRequired)!);
  }

  /** Goes on to a lower band only when all that a higher one had is gone. */
  takeExpired(nowUs: number, ackRequired: boolean): readonly Fetched[] {
    const taken: Fetched[] = [];
    for (const [place, band] of this.bands.entries()) {
      for (const fetched of band.takeExpired(nowUs, ackRequired)) taken.push(inBand(place, fetched));
      if (band.length > 0) break;
    }
    return taken;
  }

  ack(ackTags: readonly number[]): readonly number[] {
    return this.byBand(ackTags, (band, tags) => band.ack(tags));
  }

  requeue(ackTags: readonly number[]): readonly number[] {
    return this.byBand(ackTags, (band, tags) => band.requeue(tags));
  }

  private byBand(
    ackTags: readonly number[],
    act: (band: VariableQueue, ackTags: readonly number[]) => readonly number[],
  ): readonly number[] {
    return this.bands.flatMap((band, place) => {
      const own = ackTags.filter((ackTag) => ackTag % BANDS_MAX === place);
      return own.length === 0 ? [] : act(band, own.map(sequenceOf));
    });
  }

  purge(): number {
    return this.sum((band) => band.purge());
  }

  drainConfirmed(): readonly number[] {
    return this.bands.flatMap((band) => band.drainConfirmed());
  }

  get syncNeed(): SyncNeed {
    const needs = this.bands.map((band) => NEEDS.indexOf(band.syncNeed));
    return NEEDS[Math.max(...needs)]!;
  }

  sync(done: () => void): void {
    const needy = this.bands.filter((band) => band.syncNeed !== 'none');
    let left = needy.length;
    const oneDone = (): void => {
      left -= 1;
      if (left === 0) done();
    };
    for (const band of needy) band.sync(oneDone);
  }

  *all(): IterableIterator<HeldMessage> {
    for (const [place, band] of this.bands.entries()) {
      for (const held of band.all()) yield { ...held, ackTag: tagOf(place, held.ackTag) };
    }
  }

  outstanding(ackTag: number): BasicMessage | undefined {
    return this.bands[ackTag % BANDS_MAX]?.outstanding(sequenceOf(ackTag));
  }

  *unsaved(): IterableIterator<BasicMessage> {
    for (const band of this.bands) yield* band.unsaved();
  }

  terminate(reason: TerminateReason): void {
    for (const band of this.bands) band.terminate(reason);
  }
}

function tagOf(place: number, sequence: number): number {
  return sequence * BANDS_MAX + place;
}

function sequenceOf(ackTag: number): number {
  return Math.floor(ackTag / BANDS_MAX);
}

function inBand(place: number, fetched: Fetched): Fetched {
  return fetched.ackTag < 0 ? fetched : { ...fetched, ackTag: tagOf(place, fetched.ackTag) };
}
