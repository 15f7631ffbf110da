/**
 * One direction of a TCP connection: what was written and has not arrived, its retransmissions, and when the other end last heard
 * something. See `tcp.ts` for what a connection is and what is left out.
 */
import { Fifo } from '../kernel/fifo.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import type { NetworkHost } from './host.ts';
import type { Link, LinkListener } from './network.ts';
import type { TcpStack } from './tcp-stack.ts';

/** Linux: first retransmission, its longest back-off, and when the kernel gives a connection up. */
const RETRANSMISSION_MIN_US = 200_000;
const RETRANSMISSION_MAX_US = 120_000_000;
const GIVE_UP_AFTER_US = 924_600_000;

/** How a connection ended, as the other end sees it. */
export type CloseReason = 'fin' | 'reset' | 'timeout';

/** The owner of one end of a connection. */
export interface TcpOwner {
  receive(payload: object): void;
  closed(reason: CloseReason): void;
  /** What had reached the high watermark is below the low one again. */
  drained?(): void;
}

interface Segment {
  readonly payload: object;
  /** Further payloads written at the same instant. */
  more: object[] | undefined;
  bytes: number;
  readonly ending: CloseReason | undefined;
  /** When it arrives, all being well; Infinity while the connection stalls. */
  arrivesUs: number;
}

export interface TcpOptions {
  /**
   * The longest silence of an end whose owner is well (heartbeats, ticks); 0 when it may be silent for ever. Such
   * chatter is not simulated packet by packet: it only makes both ends notice a stall without other traffic.
   */
  readonly chatterIntervalUs: number;
  /** Owners look only at what has come in whole pieces of so many bytes; absent: a byte is enough. */
  readonly pieceBytes?: number;
  /**
   * From so many bytes on that have not arrived, or lie unread by who stands still, an end is full, until they are fewer than
   * `lowWatermarkBytes`; absent: it never is.
   */
  readonly highWatermarkBytes?: number;
  readonly lowWatermarkBytes?: number;
}

/** An end of the connection, as its two directions know it. */
export interface PipeEnd {
  readonly host: NetworkHost;
  readonly isOpen: boolean;
  readonly owner: TcpOwner;
  /** The other end's closing arrived. */
  peerClosed(reason: CloseReason): void;
  /** A packet of this end was answered by a reset: the other end knows nothing of the connection. */
  peerIsGone(): void;
  /** The kernel stopped retransmitting. */
  gaveUp(): void;
}

export class Pipe implements LinkListener {
  private readonly stack: TcpStack;
  private readonly id: number;
  private readonly source: PipeEnd;
  private readonly target: PipeEnd;
  private readonly dataLink: Link;
  private readonly ackLink: Link;
  chatterIntervalUs: number;
  private readonly pieceBytes: number;
  private readonly highWatermarkBytes: number;
  private readonly lowWatermarkBytes: number;
  private readonly segments = new Fifo<Segment>();
  private tail: Segment | undefined;
  /** When the tail arrives. */
  private lastArrivalUs = 0;
  /** Arrivals of an earlier epoch were overtaken by a stall and count no more. */
  private epoch: number;
  private stalled = false;
  private stalledSinceUs = 0;
  private mutedSinceUs = Infinity;
  private backoffUs = RETRANSMISSION_MIN_US;
  private doubt: EventHandle = 0;
  private retransmission: EventHandle = 0;
  bytesWaiting = 0;
  /** What has arrived since the owner of the target stands still; null while it does not. */
  private unreadBytes: number | null = null;
  isFull = false;

  constructor(
    stack: TcpStack,
    source: PipeEnd,
    target: PipeEnd,
    dataLink: Link,
    ackLink: Link,
    options: TcpOptions,
  ) {
    this.stack = stack;
    this.source = source;
    this.target = target;
    this.dataLink = dataLink;
    this.ackLink = ackLink;
    this.chatterIntervalUs = options.chatterIntervalUs;
    this.pieceBytes = options.pieceBytes ?? 0;
    this.highWatermarkBytes = options.highWatermarkBytes ?? Infinity;
    this.lowWatermarkBytes = options.lowWatermarkBytes ?? 0;
    this.id = stack.add(this);
    this.epoch = stack.nextEpoch();
    dataLink.subscribe(this);
    ackLink.subscribe(this);
  }

  /** When the target last heard from this direction, were its owner to look now. */
  lastHeardUs(): number {
    const nowUs = this.stack.simulation.nowUs;
    const heardUs = this.stalled ? this.stalledSinceUs : nowUs - this.unfinishedUs(nowUs);
    return Math.min(heardUs, this.mutedSinceUs);
  }

  /** For how long the piece that is coming over a narrow link has been coming: chatter waits behind it. */
  private unfinishedUs(nowUs: number): number {
    const coming = this.pieceBytes > 0 ? this.segments.peek() : undefined;
    if (coming === undefined) return 0;
    const sinceUs = nowUs - (coming.arrivesUs - this.dataLink.serialisationUs(coming.bytes));
    return sinceUs > 0 ? sinceUs % this.dataLink.serialisationUs(this.pieceBytes) : 0;
  }

  /** The owner of the source stands still: its kernel goes on, but it writes nothing. */
  mute(muted: boolean): void {
    // A machine that loses power while it stands still has been silent since it stood still.
    this.mutedSinceUs = muted ? Math.min(this.mutedSinceUs, this.stack.simulation.nowUs) : Infinity;
  }

  /** The owner of the target stands still, or reads what has come in. */
  holdBack(held: boolean): void {
    this.unreadBytes = held ? (this.unreadBytes ?? 0) : null;
    if (!held && this.isFull) this.drain();
  }

  private drain(): void {
    if (this.bytesWaiting >= this.lowWatermarkBytes) return;
    this.isFull = false;
    this.source.owner.drained?.();
  }

  send(payload: object, bytes: number, ending: CloseReason | undefined): void {
    this.bytesWaiting += bytes;
    if (this.bytesWaiting + (this.unreadBytes ?? 0) >= this.highWatermarkBytes) this.isFull = true;
    const { simulation } = this.stack;
    if (this.stalled) {
      this.append({ payload, more: undefined, bytes, ending, arrivesUs: Infinity });
      return;
    }
    const repeatsUs = this.dataLink.repeatsUs(RETRANSMISSION_MIN_US, RETRANSMISSION_MAX_US);
    let arrivalUs = simulation.nowUs + this.dataLink.transmitUs(bytes) + repeatsUs;
    if (arrivalUs < this.lastArrivalUs) arrivalUs = this.lastArrivalUs;
    const tail = this.tail;
    if (
      tail !== undefined &&
      this.lastArrivalUs === arrivalUs &&
      ending === undefined &&
      tail.ending === undefined
    ) {
      (tail.more ??= []).push(payload);
      tail.bytes += bytes;
      return;
    }
    this.lastArrivalUs = arrivalUs;
    this.append({ payload, more: undefined, bytes, ending, arrivesUs: arrivalUs });
    this.stack.scheduleArrival(this.id, this.epoch, arrivalUs);
    if (this.ackLink.isCut) this.linkCut();
  }

  private append(segment: Segment): void {
    this.segments.push(segment);
    this.tail = segment;
  }

  arrive(epoch: number): void {
    if (epoch !== this.epoch) return;
    if (this.dataLink.isCut || !this.target.host.powered) {
      this.stall(RETRANSMISSION_MIN_US);
      return;
    }
    const segment = this.segments.shift();
    if (segment === undefined) return;
    if (this.segments.length === 0) this.tail = undefined;
    if (!this.target.isOpen) {
      this.source.peerIsGone();
      return;
    }
    this.bytesWaiting -= segment.bytes;
    if (this.unreadBytes !== null) this.unreadBytes += segment.bytes;
    else if (this.isFull) this.drain();
    if (segment.ending !== undefined) {
      this.target.peerClosed(segment.ending);
      return;
    }
    this.target.owner.receive(segment.payload);
    const { more } = segment;
    if (more === undefined) return;
    for (let i = 0; i < more.length && this.target.isOpen; i += 1) this.target.owner.receive(more[i]!);
  }

  /** A cut of either direction is noticed by the first packet that stays unanswered. */
  linkCut(): void {
    if (this.stalled) return;
    if (this.dataLink.isCut) {
      if (this.chatterIntervalUs > 0) this.stall(RETRANSMISSION_MIN_US + this.firstSilenceUs());
      return;
    }
    if (this.doubt !== 0 || (this.chatterIntervalUs === 0 && this.segments.length === 0)) return;
    this.doubt = this.stack.simulation.after(
      RETRANSMISSION_MIN_US + this.firstSilenceUs(),
      Priority.network,
      () => {
        this.doubt = 0;
        if (this.ackLink.isCut) this.stall(RETRANSMISSION_MIN_US);
      },
    );
  }

  private firstSilenceUs(): number {
    return this.chatterIntervalUs > 0 ? this.stack.random.uniformUs(0, this.chatterIntervalUs) : 0;
  }

  private stall(firstRetransmissionUs: number): void {
    if (this.stalled) return;
    this.stalled = true;
    this.stalledSinceUs = this.stack.simulation.nowUs;
    this.epoch = this.stack.nextEpoch();
    this.backoffUs = RETRANSMISSION_MIN_US;
    this.retransmission = this.stack.simulation.after(firstRetransmissionUs, Priority.network, () =>
      this.retransmit(),
    );
  }

  private retransmit(): void {
    this.retransmission = 0;
    const { simulation } = this.stack;
    if (this.dataLink.isCut || this.ackLink.isCut || !this.target.host.powered) {
      if (simulation.nowUs - this.stalledSinceUs >= GIVE_UP_AFTER_US) {
        this.source.gaveUp();
        return;
      }
      this.backoffUs = Math.min(2 * this.backoffUs, RETRANSMISSION_MAX_US);
      this.retransmission = simulation.after(this.backoffUs, Priority.network, () => this.retransmit());
      return;
    }
    if (!this.target.isOpen) {
      this.source.peerIsGone();
      return;
    }
    this.stalled = false;
    this.sendAnew();
  }

  /** What waits for a narrow link need not wait any more. */
  linkWidened(): void {
    if (this.stalled || this.segments.length === 0) return;
    this.epoch = this.stack.nextEpoch();
    this.sendAnew();
  }

  private sendAnew(): void {
    const { simulation } = this.stack;
    this.tail = undefined;
    this.lastArrivalUs = simulation.nowUs;
    for (let left = this.segments.length; left > 0; left--) {
      const segment = this.segments.shift()!;
      this.append(segment);
      const dueUs = simulation.nowUs + this.dataLink.transmitUs(segment.bytes);
      this.lastArrivalUs = Math.max(this.lastArrivalUs, dueUs);
      segment.arrivesUs = this.lastArrivalUs;
      this.stack.scheduleArrival(this.id, this.epoch, this.lastArrivalUs);
    }
  }

  /** What waits is given up; used when the source closes or vanishes. It lay in the sender's kernel, so the link is free of it. */
  discard(): void {
    if (!this.stalled && this.bytesWaiting > 0) this.dataLink.giveBack(this.bytesWaiting);
    this.segments.clear();
    this.tail = undefined;
    this.bytesWaiting = 0;
    this.epoch = this.stack.nextEpoch();
  }

  release(): void {
    this.discard();
    const { simulation } = this.stack;
    if (this.doubt !== 0) simulation.cancel(this.doubt);
    if (this.retransmission !== 0) simulation.cancel(this.retransmission);
    this.dataLink.unsubscribe(this);
    this.ackLink.unsubscribe(this);
    this.stack.remove(this.id);
  }
}
