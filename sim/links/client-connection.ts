/**
 * The Erlang client as shovels and federation links use it (`amqp_connection` over the network, merged with its channels' processes): it
 * dials from its VM, shakes hands, watches heartbeats, and passes to its owner what the broker says on channels, in order. It is linked
 * to its owner: who of the two dies takes the other along.
 *
 * Left out: connections within the node. RabbitMQ makes those without TCP for `amqp://` and for the downstream's side of federation; here they go
 * to the node's own port over a perfect link, so that an alarm or a drain of the listeners (BRK-45, BRK-56) stops them too.
 */
import { AMQP_PORT, METHOD_BYTES, wireBytes } from '../amqp/methods.ts';
import type { ClientMethod, ServerMethod } from '../amqp/methods.ts';
import type { AmqpUri } from '../amqp/uri.ts';
import { BrokerSocket, type SocketReader } from '../broker/broker-socket.ts';
import { HeartbeatMonitor } from '../broker/heartbeat-monitor.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { ExitReason, Message, Pid } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import type { Dialling } from '../network/dial.ts';
import type { CloseReason, TcpEnd } from '../network/tcp.ts';

/** How long an orderly close may take before the socket is dropped. */
const CLOSE_TIMEOUT_US = 10_000_000;
const US_PER_S = 1_000_000;
const US_PER_MS = 1_000;

/** Connection to owner: the handshake is complete. */
export interface Connected extends Message {
  readonly type: 'connected';
  readonly connection: Pid;
}

/** Connection to owner: it is over, before or after it was open. */
export interface Disconnected extends Message {
  readonly type: 'disconnected';
  readonly connection: Pid;
  /** As RabbitMQ's log has it: `econnrefused`, `heartbeat_timeout`, `socket_closed_unexpectedly` ... */
  readonly reason: string;
}

const STEPS = ['connection.start', 'connection.tune', 'connection.open-ok'] as const;

export class ClientConnection extends ErlangProcess implements SocketReader {
  private readonly owner: Pid;
  private readonly uri: AmqpUri;
  private readonly dialling: Dialling;
  private socket: BrokerSocket | undefined;
  private heartbeat: HeartbeatMonitor | undefined;
  private timer: EventHandle = 0;
  private step = 0;
  private state: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';

  /** Begins to connect on behalf of `owner`, a process of the same VM. */
  constructor(vm: Vm, owner: ErlangProcess, uri: AmqpUri, name: string) {
    super(vm, name);
    this.owner = owner.pid;
    this.uri = uri;
    this.link(owner.pid);
    const timeoutUs = uri.connectionTimeoutMs * US_PER_MS;
    this.timer = this.after(timeoutUs, () => this.leave('etimedout', 'reset'));
    const chatterIntervalUs = Math.floor((uri.heartbeatS * US_PER_S) / 2);
    this.dialling = vm.internet.dial({
      from: vm.machine,
      to: uri.host ?? vm.node,
      port: AMQP_PORT,
      timeoutUs: timeoutUs + 1,
      options: { chatterIntervalUs },
      opened: (end) => this.opened(end),
      failed: () => vm.whenRunning(() => this.deliverUrgent(() => this.leave('econnrefused', 'reset'))),
    });
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Writes a method; into a connection that is over it vanishes. */
  write(method: ClientMethod): void {
    this.socket?.end.send(method, wireBytes(method));
  }

  /** As `write`, for a method of the usual small size. */
  writeSmall(method: ClientMethod): void {
    this.socket?.end.send(method, METHOD_BYTES);
  }

  /** Says goodbye and ends when the broker has answered; the owner is told as of any end. */
  close(): void {
    if (this.state === 'closed' || this.state === 'closing') return;
    if (this.state === 'connecting') {
      this.leave('normal', 'reset');
      return;
    }
    this.state = 'closing';
    this.heartbeat?.pause();
    this.write({ type: 'connection.close', code: 200, text: 'Goodbye' });
    this.timer = this.after(CLOSE_TIMEOUT_US, () => this.leave('normal', 'fin'));
  }

  // --- the socket -------------------------------------------------------------------------------------------

  private opened(end: TcpEnd): void {
    if (!this.alive) {
      end.close('reset');
      return;
    }
    this.socket = new BrokerSocket(this.vm, end);
    this.socket.reader = this;
    if (this.vm.isFrozen) end.mute(true);
    this.vm.whenRunning(() => this.write({ type: 'protocol-header' }));
  }

  read(payload: object): void {
    if (!this.alive) return;
    const method = payload as ServerMethod;
    if ('channel' in method) {
      if (this.state === 'open') this.send(this.owner, method);
    } else if (this.state === 'connecting') this.shakeHands(method);
    else if (method.type === 'connection.close') {
      this.write({ type: 'connection.close-ok' });
      this.leave(`server_initiated_close ${method.code}`, 'fin');
    } else if (method.type === 'connection.close-ok' && this.state === 'closing') this.leave('normal', 'fin');
  }

  socketClosed(reason: CloseReason): void {
    if (!this.alive) return;
    const died = reason === 'timeout' ? 'etimedout' : 'socket_closed_unexpectedly';
    this.leave(this.state === 'closing' ? 'normal' : died, 'fin');
  }

  private shakeHands(method: ServerMethod): void {
    if (method.type === 'connection.close') {
      this.write({ type: 'connection.close-ok' });
      this.leave(`server_initiated_close ${method.code}`, 'fin');
      return;
    }
    if (method.type !== STEPS[this.step]) return;
    this.step += 1;
    if (method.type === 'connection.start') {
      const { user = 'guest' } = this.uri;
      this.write({ type: 'connection.start-ok', user, consumerCancelNotify: true, connectionBlocked: true });
    } else if (method.type === 'connection.tune') {
      const ownUs = this.uri.heartbeatS * US_PER_S;
      const serverUs = method.heartbeatUs;
      const heartbeatUs =
        ownUs === 0 || serverUs === 0 ? Math.max(ownUs, serverUs) : Math.min(ownUs, serverUs);
      this.write({ type: 'connection.tune-ok', channelMax: method.channelMax, heartbeatUs });
      this.write({ type: 'connection.open' });
      const { end } = this.socket!;
      end.agreeOnChatter(Math.floor(heartbeatUs / 2));
      this.heartbeat = new HeartbeatMonitor(this.vm, end, heartbeatUs, () =>
        // Closed as any socket is: what its kernel has taken from it still goes out, if anybody is there in the end.
        this.deliverUrgent(() => this.leave('heartbeat_timeout', 'fin')),
      );
    } else {
      this.state = 'open';
      this.vm.simulation.cancel(this.timer);
      const connected: Connected = { type: 'connected', connection: this.pid };
      this.send(this.owner, connected);
    }
  }

  // --- ends -------------------------------------------------------------------------------------------------

  private leave(reason: string, how: 'fin' | 'reset'): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.vm.simulation.cancel(this.timer);
    this.heartbeat?.pause();
    this.dialling.cancel();
    this.socket?.end.close(how);
    this.unlink(this.owner);
    const disconnected: Disconnected = { type: 'disconnected', connection: this.pid, reason };
    this.send(this.owner, disconnected);
    this.exit('normal');
  }

  /** Its owner died with it, or the node's application ends: the kernel closes what is open. */
  protected override onExit(_reason: ExitReason): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.vm.simulation.cancel(this.timer);
    this.heartbeat?.pause();
    this.dialling.cancel();
    this.socket?.end.close('fin');
  }

  private after(delayUs: number, action: () => void): EventHandle {
    return this.vm.simulation.after(delayUs, Priority.timer, () =>
      this.vm.whenRunning(() => this.deliverUrgent(action)),
    );
  }

  protected handleMessage(): void {}
}
