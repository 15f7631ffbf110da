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
import type { NetworkHost } from './host.ts';
import type { Link } from './network.ts';
import { Pipe, type CloseReason, type PipeEnd, type TcpOptions, type TcpOwner } from './pipe.ts';
import type { TcpStack } from './tcp-stack.ts';

export type { CloseReason, TcpOptions, TcpOwner } from './pipe.ts';

/** One end of a connection, held by its owner. */
export class TcpEnd implements PipeEnd {
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

  /** Whether what waits here, or unread at the other end, has reached the high watermark and has not fallen below the low one since. */
  get isFull(): boolean {
    return this.outgoing.isFull;
  }

  /** When this end last received a byte, chatter of a healthy peer included. */
  lastHeardUs(): number {
    const heardUs = this.peer.outgoing.lastHeardUs();
    const { relayed } = this.peer;
    return relayed === undefined ? heardUs : Math.min(heardUs, relayed.lastHeardUs());
  }

  /** Tells the connection that its owner here stands still, or runs again. */
  mute(muted: boolean): void {
    if (this.state !== 'open') return;
    this.outgoing.mute(muted);
    this.peer.outgoing.holdBack(muted);
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
