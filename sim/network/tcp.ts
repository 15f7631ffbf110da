/**
 * TCP as processes experience it: an ordered stream each way that waits through a short cut and arrives late
 * (NET-7), comes back only when the sender's next retransmission succeeds (NET-8), and dies silently, by a reset,
 * or in order.
 *
 * What travels are whole payloads; payloads written at one instant travel as one segment. Windows, congestion
 * control and single packets are left out, but for the one effect that shows: when acknowledgements vanish, a
 * sender in retransmission sends nothing new, so cutting one direction stalls both within one retransmission
 * timeout. (Observed in `t07-one-way-*`: either end of such a link may run out of patience first, against NET-6.)
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
}

interface Segment {
  readonly payload: object;
  /** Further payloads written at the same instant. */
  more: object[] | undefined;
  bytes: number;
  readonly ending: CloseReason | undefined;
}

export interface TcpOptions {
  /**
   * The longest silence of an end whose owner is well (heartbeats, ticks); 0 when it may be silent for ever. Such
   * chatter is not simulated packet by packet: it only makes both ends notice a stall without other traffic.
   */
  readonly chatterIntervalUs: number;
}

/** One direction of a connection. */
class Pipe implements LinkListener {
  private readonly stack: TcpStack;
  private readonly id: number;
  private readonly source: TcpEnd;
  private readonly target: TcpEnd;
  private readonly dataLink: Link;
  private readonly ackLink: Link;
  chatterIntervalUs: number;
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

  constructor(
    stack: TcpStack,
    source: TcpEnd,
    target: TcpEnd,
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
    this.id = stack.add(this);
    this.epoch = stack.nextEpoch();
    dataLink.subscribe(this);
    ackLink.subscribe(this);
  }

  /** When the target last heard from this direction, were its owner to look now. */
  lastHeardUs(): number {
    const nowUs = this.stack.simulation.nowUs;
    const heardUs = this.stalled ? this.stalledSinceUs : nowUs;
    return Math.min(heardUs, this.mutedSinceUs);
  }

  /** The owner of the source stands still: its kernel goes on, but it writes nothing. */
  mute(muted: boolean): void {
    // A machine that loses power while it stands still has been silent since it stood still.
    this.mutedSinceUs = muted ? Math.min(this.mutedSinceUs, this.stack.simulation.nowUs) : Infinity;
  }

  send(payload: object, bytes: number, ending: CloseReason | undefined): void {
    this.bytesWaiting += bytes;
    const { simulation } = this.stack;
    if (this.stalled) {
      this.append({ payload, more: undefined, bytes, ending });
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
    this.append({ payload, more: undefined, bytes, ending });
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
      this.stack.scheduleArrival(this.id, this.epoch, this.lastArrivalUs);
    }
  }

  /** What waits is given up; used when the source closes or vanishes. */
  discard(): void {
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

/** One end of a connection, held by its owner. */
export class TcpEnd {
  readonly host: NetworkHost;
  owner: TcpOwner;
  private state: 'open' | 'closed' | 'vanished' = 'open';
  private outgoing!: Pipe;
  private peer!: TcpEnd;
  private released = false;
  private bytesAtEnd = 0;
  private ending: CloseReason | undefined;
  /** Bytes that this end gave up when it was reset or its machine lost power. */
  private lostBytes = 0;
  /** The end of another connection from which a relay writes into this one, and the other way round. */
  private relayed: TcpEnd | undefined;
  /** Bytes that have arrived here and that a relay that stands still has not passed on. */
  unreadBytes = 0;

  private constructor(host: NetworkHost, owner: TcpOwner) {
    this.host = host;
    this.owner = owner;
    host.ends.add(this);
  }

  /** Two connected ends; `links` are the directed links from the first host to the second and back. */
  static connect(
    stack: TcpStack,
    hosts: readonly [NetworkHost, NetworkHost],
    links: readonly [Link, Link],
    options: TcpOptions,
  ): [TcpEnd, TcpEnd] {
    const first = new TcpEnd(hosts[0], UNOWNED);
    const second = new TcpEnd(hosts[1], UNOWNED);
    first.peer = second;
    second.peer = first;
    first.outgoing = new Pipe(stack, first, second, links[0], links[1], options);
    second.outgoing = new Pipe(stack, second, first, links[1], links[0], options);
    return [first, second];
  }

  /** One process passes on what it reads from either end: each falls silent when what the other hears does, and what waits behind one waits. */
  relay(other: TcpEnd): void {
    this.relayed = other;
    other.relayed = this;
  }

  /** Both owners have agreed on another `chatterIntervalUs`; of a relay's two connections on that of both. */
  agreeOnChatter(intervalUs: number): void {
    for (const { outgoing } of [this, this.peer]) outgoing.chatterIntervalUs = intervalUs;
    this.peer.relayed?.agreeOnChatter(intervalUs);
  }

  get chatterIntervalUs(): number {
    return this.outgoing.chatterIntervalUs;
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get remoteHost(): NetworkHost {
    return this.peer.host;
  }

  /** Bytes written here that have not arrived at the other end; once the connection has ended, those that had not by then. */
  get bytesWaiting(): number {
    return this.state === 'open' ? this.bytesUnderWay : this.bytesAtEnd;
  }

  private get bytesUnderWay(): number {
    const { relayed, unreadBytes } = this.peer;
    const behind = relayed?.isOpen === true ? relayed.outgoing.bytesWaiting : (relayed?.lostBytes ?? 0);
    return this.outgoing.bytesWaiting + unreadBytes + behind;
  }

  /** When this end last received a byte, chatter of a healthy peer included. */
  lastHeardUs(): number {
    const heardUs = this.peer.outgoing.lastHeardUs();
    const { relayed } = this.peer;
    return relayed === undefined ? heardUs : Math.min(heardUs, relayed.lastHeardUs());
  }

  /** Tells the connection that its owner here stands still, or runs again. */
  mute(muted: boolean): void {
    if (this.state === 'open') this.outgoing.mute(muted);
  }

  /** Writing to a closed connection is lost without notice, as in a socket buffer. */
  send(payload: object, bytes: number): void {
    if (this.state === 'open') this.outgoing.send(payload, bytes, undefined);
  }

  /** Closes after what was written (`fin`), or at once, giving up what was written (`reset`). */
  close(reason: 'fin' | 'reset'): void {
    if (this.state !== 'open') return;
    if (reason === 'reset') this.giveUp();
    this.outgoing.send(ENDING, 40, reason);
    this.leave('closed');
  }

  /** The machine lost power: no packet leaves any more. */
  vanish(): void {
    if (this.state !== 'open') return;
    this.giveUp();
    this.outgoing.mute(true);
    this.leave('vanished');
  }

  private giveUp(): void {
    this.lostBytes = this.outgoing.bytesWaiting;
    this.outgoing.discard();
  }

  /** The other end's closing arrived. */
  peerClosed(reason: CloseReason): void {
    if (this.state !== 'open') return;
    this.leave('closed');
    this.ending = reason;
    this.owner.closed(reason);
  }

  /** Tells an owner who took the end over just now that it had been closed by then. */
  tellOwner(): void {
    if (this.ending !== undefined) this.owner.closed(this.ending);
  }

  /** A packet of this end was answered by a reset: the other end knows nothing of the connection. */
  peerIsGone(): void {
    this.peerClosed('reset');
  }

  /** The kernel stopped retransmitting. */
  gaveUp(): void {
    this.peerClosed('timeout');
  }

  private leave(state: 'closed' | 'vanished'): void {
    this.bytesAtEnd = this.bytesUnderWay;
    this.state = state;
    this.host.ends.delete(this);
    if (!this.peer.isOpen && !this.released) {
      this.released = true;
      this.peer.released = true;
      this.outgoing.release();
      this.peer.outgoing.release();
    }
  }
}

const ENDING = {};
const UNOWNED: TcpOwner = { receive: () => {}, closed: () => {} };
