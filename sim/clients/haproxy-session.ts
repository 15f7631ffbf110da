/**
 * One connection through HAProxy: the client's, accepted at once, and the one that is opened for it to a server. What arrives on
 * one side is written to the other; the end of one ends the other, in order whatever happened to the server, by a reset where the
 * client's was reset. Bytes and heartbeats pass through: the proxy knows nothing of AMQP.
 *
 * Measured on HAProxy 2.6: a refused connection is tried again at the same server, `retries` times a second apart; with
 * `option redispatch` at once at another; the client is closed when that is over.
 */
import { wireBytes, type ClientMethod, type ServerMethod } from '../amqp/methods.ts';
import { Fifo } from '../kernel/fifo.ts';
import type { Dialling, DialFailure } from '../network/dial.ts';
import type { CloseReason, TcpEnd } from '../network/tcp.ts';
import type { ProxyServer } from './haproxy-server.ts';

/** The pause before a server that refused is asked again, or `timeout connect` where that is shorter. */
const TURN_AROUND_US = 1_000_000;

export interface SessionLimits {
  /** `timeout connect` */
  readonly connectUs: number;
  /** The shorter of `timeout client` and `timeout server`, as a byte in either direction counts for both. */
  readonly idleUs: number;
  readonly retries: number;
  readonly redispatch: boolean;
}

/** What a session needs of its proxy. */
export interface SessionOwner {
  readonly nowUs: number;
  choose(avoid: ProxyServer | null): ProxyServer | null;
  /** Whether there is a server other than one that failed. */
  hasOthers(): boolean;
  dial(
    server: string,
    timeoutUs: number,
    chatterIntervalUs: number,
    opened: (end: TcpEnd) => void,
    failed: (reason: DialFailure) => void,
  ): Dialling;
  /** Runs now, or when the proxy's process runs again. */
  whenAwake(action: () => void): void;
  readonly isAwake: boolean;
  after(delayUs: number, action: () => void): void;
  established(session: ProxySession): void;
  turnedAway(session: ProxySession, reason: string): void;
  cutForIdleness(): void;
  ended(session: ProxySession): void;
}

export class ProxySession {
  readonly front: TcpEnd;
  server: ProxyServer | null = null;
  private readonly owner: SessionOwner;
  private readonly limits: SessionLimits;
  private back: TcpEnd | undefined;
  private dialling: Dialling | undefined;
  private retriesLeft: number;
  /** What the client wrote before there was a server to write it to. */
  private readonly waiting = new Fifo<object>();
  private lastByteUs: number;
  private isOver = false;

  constructor(owner: SessionOwner, limits: SessionLimits, front: TcpEnd) {
    this.owner = owner;
    this.limits = limits;
    this.front = front;
    this.retriesLeft = limits.retries;
    this.lastByteUs = owner.nowUs;
    this.own(front, (payload) => this.toServer(payload));
  }

  /** The client's machine. */
  get client(): string {
    return this.front.remoteHost.name;
  }

  begin(): void {
    this.watchIdleness(this.limits.idleUs);
    this.assign(null);
  }

  /** Closes both sides in order. */
  shutDown(): void {
    this.end('fin', 'fin');
  }

  /** The proxy's process is gone: its kernel closes what it held, by a reset where bytes were left unread. */
  abandon(): void {
    for (const end of [this.front, this.back]) end?.close(end.unreadBytes > 0 ? 'reset' : 'fin');
    this.isOver = true;
    this.dialling?.cancel();
  }

  /** The proxy's process stands still, or goes on. */
  mute(muted: boolean): void {
    this.front.mute(muted);
    this.back?.mute(muted);
  }

  // --- finding a server ----------------------------------------------------------------------------------------

  private assign(avoid: ProxyServer | null): void {
    const server = this.owner.choose(avoid);
    this.leaveServer();
    if (server === null) {
      this.turnAway('no server is up');
      return;
    }
    this.server = server;
    server.sessions += 1;
    this.connect(server);
  }

  private connect(server: ProxyServer): void {
    if (this.isOver) return;
    this.dialling = this.owner.dial(
      server.name,
      this.limits.connectUs,
      this.front.chatterIntervalUs,
      (end) => this.connected(end),
      (reason) => this.owner.whenAwake(() => this.refused(server, reason)),
    );
  }

  private refused(server: ProxyServer, reason: DialFailure): void {
    if (this.isOver) return;
    if (this.retriesLeft === 0) {
      this.turnAway(`${server.name}: ${reason === 'refused' ? 'connection refused' : 'timeout'}`);
      return;
    }
    this.retriesLeft -= 1;
    if (this.limits.redispatch && this.owner.hasOthers()) this.assign(server);
    else if (reason === 'timeout') this.connect(server);
    else {
      const pauseUs = Math.min(TURN_AROUND_US, this.limits.connectUs);
      this.owner.after(pauseUs, () => this.connect(server));
    }
  }

  private connected(back: TcpEnd): void {
    this.own(back, (payload) => this.toClient(payload));
    if (this.isOver) {
      back.close('reset');
      return;
    }
    this.back = back;
    if (!this.owner.isAwake) back.mute(true);
    this.front.relay(back);
    this.owner.whenAwake(() => {
      if (this.isOver) return;
      this.owner.established(this);
      for (let payload = this.waiting.shift(); payload !== undefined; payload = this.waiting.shift())
        this.toServer(payload);
    });
  }

  private turnAway(reason: string): void {
    this.owner.turnedAway(this, reason);
    this.shutDown();
  }

  // --- passing on ----------------------------------------------------------------------------------------------

  private own(end: TcpEnd, read: (payload: object) => void): void {
    end.owner = {
      receive: (payload) => {
        if (this.owner.isAwake) {
          read(payload);
          return;
        }
        const bytes = bytesOf(payload);
        end.unreadBytes += bytes;
        this.owner.whenAwake(() => {
          end.unreadBytes -= bytes;
          if (!this.isOver) read(payload);
        });
      },
      closed: (reason) => this.owner.whenAwake(() => this.sideEnded(end, reason)),
    };
  }

  private toServer(payload: object): void {
    this.lastByteUs = this.owner.nowUs;
    if (this.back === undefined) this.waiting.push(payload);
    else this.back.send(payload, bytesOf(payload));
  }

  private toClient(payload: object): void {
    this.lastByteUs = this.owner.nowUs;
    this.front.send(payload, bytesOf(payload));
  }

  // --- its end -------------------------------------------------------------------------------------------------

  private sideEnded(side: TcpEnd, reason: CloseReason): void {
    if (side === this.front) this.end('fin', reason === 'fin' ? 'fin' : 'reset');
    else this.end('fin', 'fin');
  }

  private end(front: 'fin' | 'reset', back: 'fin' | 'reset'): void {
    if (this.isOver) return;
    this.isOver = true;
    this.dialling?.cancel();
    this.front.close(front);
    this.back?.close(back);
    this.leaveServer();
    this.owner.ended(this);
  }

  private leaveServer(): void {
    if (this.server !== null) this.server.sessions -= 1;
    this.server = null;
  }

  /** `timeout client` and `timeout server`: how long the connection may be without a byte (CLI-18). */
  private watchIdleness(limitUs: number): void {
    const leftUs = this.lastActiveUs(limitUs) + limitUs - this.owner.nowUs;
    if (leftUs <= 0) {
      this.owner.cutForIdleness();
      this.shutDown();
      return;
    }
    this.owner.after(leftUs, () => {
      if (!this.isOver) this.watchIdleness(limitUs);
    });
  }

  /** Heartbeats that come more often than the limit count; they are not sent one by one, the network knows who is well. */
  private lastActiveUs(limitUs: number): number {
    const { chatterIntervalUs } = this.front;
    if (this.back === undefined || chatterIntervalUs === 0 || chatterIntervalUs >= limitUs)
      return this.lastByteUs;
    return Math.max(this.lastByteUs, this.front.lastHeardUs(), this.back.lastHeardUs());
  }
}

function bytesOf(payload: object): number {
  return wireBytes(payload as ClientMethod | ServerMethod);
}
