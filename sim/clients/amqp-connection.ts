/**
 * A client library's connection to a node: dial, handshake, heartbeats, orderly and abrupt ends, as `amqplib` does them. What the
 * methods of channels mean is the owner's business.
 *
 * Heartbeats are not sent one by one: TCP is told how long the silence of a healthy side lasts (`chatterIntervalUs`), and the
 * client itself wakes only when it would have to give up. Left out: credentials, frames, TLS.
 */
import { AMQP_PORT, METHOD_BYTES, wireBytes } from '../amqp/methods.ts';
import type { ChannelMethodFromServer, ClientMethod, ServerMethod } from '../amqp/methods.ts';
import { Priority, type EventHandle, type Simulation } from '../kernel/simulation.ts';
import type { Dialling, Internet } from '../network/dial.ts';
import type { NetworkHost } from '../network/host.ts';
import type { CloseReason, TcpEnd, TcpOwner } from '../network/tcp.ts';
import { rule } from '../rules/registry.ts';
import { LIBRARIES, type Library } from './library.ts';

/** The checks in a row without a byte after which the library gives up. */
const MISSED_HEARTBEATS = 2;
/** A Java client's reads time out every quarter of a heartbeat; so many in a row without a byte are too many. */
const READS_PER_HEARTBEAT = 4;
const MISSED_READS = 9;
/** How long an orderly close waits for the server's answer. */
const CLOSE_TIMEOUT_US = 2_000_000;
/**
 * What the kernels at both ends of a connection hold for a client that does not read. Measured with a consumer stopped by SIGSTOP: 3.5 MB of
 * messages of 100 bytes, 4 to 7.6 MB of 1 kB, 5.5 to 16 MB of 10 kB, more if it had been reading before, since buffers grow. Publishing
 * clients do not feel it: they keep in memory what the kernel does not take.
 */
const SOCKET_BUFFER_BYTES = 4_194_304;

const CLI_2 = rule('CLI-2');
const CLI_3 = rule('CLI-3');

/** What every client needs of the world around it. */
export interface ClientContext {
  readonly internet: Internet;
  /** Marks a rule of the registry as exercised. */
  readonly cite: (rule: { readonly index: number }) => void;
  /** The key of the cluster behind a node or proxy (`queueKey`); absent where there is one cluster. */
  readonly clusterOf?: (machine: string) => string;
}

export interface ConnectionOwner {
  /** The handshake is complete. */
  connected(): void;
  /** The attempt failed; nothing follows. */
  connectFailed(text: string): void;
  /** A method on a channel, in the order in which the server wrote them. */
  channelMethod(method: ChannelMethodFromServer): void;
  blocked(reason: string): void;
  unblocked(): void;
  /** The connection ended otherwise than by `close` or `abort`. `code` is AMQP's, 0 when the server sent none. */
  connectionLost(code: number, text: string): void;
}

export interface ConnectionOptions {
  readonly from: NetworkHost;
  readonly node: string;
  /** What the client proposes; 0 leaves it to the server (CLI-2). */
  readonly heartbeatUs: number;
  /** Whom it logs in as; absent: who may do everything. */
  readonly user?: string;
  /** Where it is not said, amqplib. */
  readonly library?: Library;
  /** Absent: the default one. */
  readonly vhost?: string;
}

type State = 'dialling' | 'handshake' | 'open' | 'closing' | 'closed';

export class AmqpConnection implements TcpOwner {
  readonly node: string;
  private readonly context: ClientContext;
  private readonly simulation: Simulation;
  private readonly owner: ConnectionOwner;
  private readonly proposedHeartbeatUs: number;
  private readonly library: Library;
  private readonly user: string | undefined;
  private readonly vhost: string | undefined;
  private state: State = 'dialling';
  private readonly dialling: Dialling;
  private end: TcpEnd | undefined;
  private timer: EventHandle = 0;
  private openedAtUs = 0;
  private heartbeatUs = 0;
  /** What arrived while the client stood still; its kernel keeps it. */
  private inbox: (() => void)[] | undefined;

  constructor(context: ClientContext, options: ConnectionOptions, owner: ConnectionOwner) {
    this.context = context;
    this.simulation = context.internet.simulation;
    this.owner = owner;
    this.node = options.node;
    this.user = options.user;
    this.vhost = options.vhost;
    this.proposedHeartbeatUs = options.heartbeatUs;
    this.library = options.library ?? LIBRARIES.amqplib;
    const { connectTimeoutUs } = this.library;
    this.timer = this.simulation.after(connectTimeoutUs, Priority.timer, () =>
      this.whenAwake(() => this.giveUpConnecting()),
    );
    this.dialling = context.internet.dial({
      from: options.from,
      to: options.node,
      port: AMQP_PORT,
      timeoutUs: connectTimeoutUs + 1,
      options: {
        chatterIntervalUs: Math.floor(options.heartbeatUs / 2),
        highWatermarkBytes: SOCKET_BUFFER_BYTES,
        lowWatermarkBytes: SOCKET_BUFFER_BYTES / 2,
      },
      opened: (end) => this.tcpOpened(end),
      failed: () =>
        this.whenAwake(() => this.failConnecting(`connect ECONNREFUSED ${options.node}:${AMQP_PORT}`)),
    });
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Bytes written that have not reached the server's machine. */
  get bytesWaiting(): number {
    return this.end === undefined ? 0 : this.end.bytesWaiting;
  }

  /** Writes a method. Into a connection that has ended it vanishes. */
  send(method: ClientMethod): void {
    if (this.end !== undefined) this.end.send(method, wireBytes(method));
  }

  /** As `send` for a method of the usual small size, on the path of every message. */
  sendSmall(method: ClientMethod): void {
    if (this.end !== undefined) this.end.send(method, METHOD_BYTES);
  }

  /** Says goodbye; nothing more is told to the owner. */
  close(): void {
    if (this.state === 'closed' || this.state === 'closing') return;
    if (this.state !== 'open') {
      this.abort();
      return;
    }
    this.state = 'closing';
    this.send({ type: 'connection.close', code: 200, text: 'Goodbye' });
    this.rearm(CLOSE_TIMEOUT_US, () => this.leave('reset'));
  }

  /** Drops the connection without a word, as a process that is killed does; nothing more is told to the owner. */
  abort(): void {
    if (this.state === 'closed') return;
    this.dialling.cancel();
    this.leave('reset');
  }

  /** The client's process stands still, or runs again: its kernel goes on answering TCP. */
  freeze(frozen: boolean): void {
    if (frozen) {
      this.inbox ??= [];
      this.end?.mute(true);
      return;
    }
    const inbox = this.inbox;
    this.inbox = undefined;
    this.end?.mute(false);
    for (const action of inbox ?? []) action();
  }

  receive(payload: object): void {
    if (this.inbox !== undefined) {
      this.inbox.push(() => this.handle(payload as ServerMethod));
      return;
    }
    this.handle(payload as ServerMethod);
  }

  closed(reason: CloseReason): void {
    this.whenAwake(() => this.peerGone(reason));
  }

  private handle(method: ServerMethod): void {
    if (this.state === 'open') {
      if ('channel' in method) this.owner.channelMethod(method);
      else this.handleOpen(method);
    } else if (this.state === 'handshake') this.handshake(method);
    else if (
      this.state === 'closing' &&
      (method.type === 'connection.close-ok' || method.type === 'connection.close')
    ) {
      if (method.type === 'connection.close') this.send({ type: 'connection.close-ok' });
      this.leave('fin');
    }
  }

  private handleOpen(method: ServerMethod): void {
    if (method.type === 'connection.close') {
      this.send({ type: 'connection.close-ok' });
      this.leave('fin');
      this.owner.connectionLost(method.code, method.text);
    } else if (method.type === 'connection.blocked') this.owner.blocked(method.reason);
    else if (method.type === 'connection.unblocked') this.owner.unblocked();
  }

  private handshake(method: ServerMethod): void {
    if (method.type === 'connection.start') {
      const { user } = this;
      this.send({
        type: 'connection.start-ok',
        ...(user !== undefined && { user }),
        consumerCancelNotify: true,
        connectionBlocked: true,
      });
    } else if (method.type === 'connection.tune') {
      this.heartbeatUs = this.negotiated(method.heartbeatUs);
      this.end?.agreeOnChatter(Math.floor(this.heartbeatUs / 2));
      this.send({ type: 'connection.tune-ok', channelMax: method.channelMax, heartbeatUs: this.heartbeatUs });
      const { vhost } = this;
      this.send({ type: 'connection.open', ...(vhost !== undefined && { virtualHost: vhost }) });
    } else if (method.type === 'connection.open-ok') {
      this.state = 'open';
      this.simulation.cancel(this.timer);
      this.openedAtUs = this.simulation.nowUs;
      this.watchHeartbeats();
      this.owner.connected();
    } else if (method.type === 'connection.close') {
      this.send({ type: 'connection.close-ok' });
      this.failConnecting(method.text);
    }
  }

  private negotiated(serverUs: number): number {
    this.context.cite(CLI_2);
    const clientUs = this.proposedHeartbeatUs;
    return serverUs === 0 || clientUs === 0 ? Math.max(serverUs, clientUs) : Math.min(serverUs, clientUs);
  }

  /**
   * amqplib's checks come every heartbeat since the connection opened; the one after the last byte finds it, the next ones count as
   * missed. Sleeps until the check that would be the last.
   */
  private watchHeartbeats(): void {
    if (this.heartbeatUs === 0) return;
    this.rearm(this.giveUpAtUs() - this.simulation.nowUs, () => {
      if (this.state !== 'open') return;
      if (this.giveUpAtUs() > this.simulation.nowUs) {
        this.watchHeartbeats();
        return;
      }
      this.context.cite(CLI_3);
      this.leave('reset');
      this.owner.connectionLost(0, this.library.heartbeatText(Math.round(this.heartbeatUs / 1_000_000)));
    });
  }

  private giveUpAtUs(): number {
    const heardUs = Math.max(this.openedAtUs, this.end?.lastHeardUs() ?? 0);
    if (this.library.heartbeat === 'read-timeouts')
      return heardUs + Math.ceil((MISSED_READS * this.heartbeatUs) / READS_PER_HEARTBEAT);
    const checks = Math.floor((heardUs - this.openedAtUs) / this.heartbeatUs) + 1;
    return this.openedAtUs + (checks + MISSED_HEARTBEATS) * this.heartbeatUs;
  }

  private tcpOpened(end: TcpEnd): void {
    this.end = end;
    end.owner = this;
    if (this.inbox !== undefined) end.mute(true);
    this.whenAwake(() => {
      if (this.state !== 'dialling') return;
      this.state = 'handshake';
      const { handshakeTimeoutUs } = this.library;
      if (handshakeTimeoutUs !== null) this.rearm(handshakeTimeoutUs, () => this.giveUpConnecting());
      this.send({ type: 'protocol-header' });
    });
  }

  private giveUpConnecting(): void {
    if (this.state === 'dialling' || this.state === 'handshake') this.failConnecting('connect ETIMEDOUT');
  }

  private failConnecting(text: string): void {
    if (this.state !== 'dialling' && this.state !== 'handshake') return;
    this.dialling.cancel();
    this.leave('fin');
    this.owner.connectFailed(text);
  }

  private peerGone(reason: CloseReason): void {
    const was = this.state;
    if (was === 'closed') return;
    if (was === 'handshake' || was === 'dialling') {
      this.failConnecting('Socket closed abruptly during opening handshake');
      return;
    }
    this.leave('fin');
    if (was === 'open') this.owner.connectionLost(0, this.library.closeTexts[reason]);
  }

  private leave(how: 'fin' | 'reset'): void {
    this.state = 'closed';
    this.simulation.cancel(this.timer);
    this.end?.close(how);
    this.inbox = undefined;
  }

  private rearm(delayUs: number, action: () => void): void {
    this.simulation.cancel(this.timer);
    this.timer = this.simulation.after(delayUs, Priority.timer, () => this.whenAwake(action));
  }

  private whenAwake(action: () => void): void {
    if (this.inbox === undefined) action();
    else this.inbox.push(action);
  }
}
