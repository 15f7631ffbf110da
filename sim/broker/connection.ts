/**
 * A client's connection (`rabbit_reader`, merged with its writers, its heartbeaters and the collector of its exclusive
 * queues): the handshake, its channels, reading and not reading, and the ways in which it ends. Methods of a channel go
 * to the channel's process as they are; the socket is read as bytes come in, unless a channel is too slow.
 *
 * Left out: passwords. Bytes that the broker does not read are unlimited where a real socket's buffers would stop the client.
 */
import type { BasicDeliver, BasicPublish } from '../amqp/message-methods.ts';
import { wireBytes } from '../amqp/methods.ts';
import type { BasicGetOk, ChannelMethodFromClient, ChannelMethodFromServer } from '../amqp/methods.ts';
import { DEFAULT_VHOST } from '../records/resource-name.ts';
import type {
  ClientMethod,
  ConnectionOpen,
  ConnectionMethodFromServer,
  ServerMethod,
} from '../amqp/methods.ts';
import { replyText } from '../amqp/reply-codes.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { DownMessage, ExitReason, Message } from '../erlang/message.ts';
import { Priority } from '../kernel/simulation.ts';
import type { CloseReason, TcpEnd } from '../network/tcp.ts';
import { clientGivenUp } from '../records/cluster.ts';
import { publishDropped } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { Access } from './access.ts';
import { admitChannel, admitConnection } from './admission.ts';
import type { ConserveResources } from './alarms.ts';
import { AutoAcked } from './auto-acked.ts';
import type { BrokerNode } from './broker-node.ts';
import type { BrokerSocket, SocketReader } from './broker-socket.ts';
import { TERMINATE } from './channel-owner.ts';
import type { BumpCredit, ChannelExit, ChannelOwner } from './channel-owner.ts';
import { ChannelSlots } from './channel-slots.ts';
import { Channel } from './channel.ts';
import { deleteOwned } from './exclusive-queues.ts';
import { Handshake, type HandshakingConnection } from './handshake.ts';
import { HeartbeatMonitor } from './heartbeat-monitor.ts';
import { ReadingGate, type GatedConnection } from './reading-gate.ts';
import type { ChannelError } from './queue-type.ts';
import { topicAccess, type TopicAccess } from './topic-access.ts';

const BRK_37 = rule('BRK-37');
const BRK_47 = rule('BRK-47');
const BRK_48 = rule('BRK-48');
const CLU_22 = rule('CLU-22');

const HANDSHAKE_TIMEOUT_US = 10_000_000;
/** How long channels may take to end in order, for each of them. */
const CHANNEL_TERMINATION_US = 3_000_000;
/** How long the client may take to close the socket after the last words. */
const CLOSING_TIMEOUT_US = 30_000_000;

/** `closing`: channels are ending in order; `closed`: last words were sent. */
type State = 'handshake' | 'running' | 'closing' | 'closed';

type Roles = SocketReader & ChannelOwner & GatedConnection & HandshakingConnection;

export class Connection extends ErlangProcess implements Roles {
  consumerCancelNotify = false;
  access: Access | null = null;
  topics: TopicAccess | null = null;
  vhost = DEFAULT_VHOST;
  /** It has been let into its virtual host, and counts. */
  isAdmitted = false;
  user: string | undefined;
  private readonly node: BrokerNode;
  private readonly socket: BrokerSocket;
  private readonly end: TcpEnd;
  private readonly ended: (connection: Connection) => void;
  private state: State = 'handshake';
  private readonly handshake: Handshake;
  private readonly slots = new ChannelSlots();
  private readonly channels = new Set<Channel>();
  readonly gate = new ReadingGate(this);
  private socketEnd: CloseReason | undefined;
  private heartbeat: HeartbeatMonitor | undefined;
  private readonly exclusiveQueues = new Set<string>();
  private whenChannelsEnded: (() => void) | undefined;
  private writtenBytes = 0;
  private readonly autoAcked = new AutoAcked();

  /** Takes over a socket that was just accepted; `ended` is told when the connection is gone. */
  constructor(node: BrokerNode, socket: BrokerSocket, name: string, ended: (connection: Connection) => void) {
    super(node.context.vm, name);
    this.node = node;
    this.socket = socket;
    this.end = socket.end;
    this.ended = ended;
    this.handshake = new Handshake(this, node.context);
    socket.reader = this;
    this.vm.simulation.after(HANDSHAKE_TIMEOUT_US, Priority.timer, () =>
      this.deliverUrgent(() => {
        if (this.state !== 'handshake') return;
        this.vm.cite(BRK_47);
        this.stop('handshake_timeout');
      }),
    );
  }

  /** Whether the client has come through the handshake: what autoheal counts (PAR-20). */
  get isRegistered(): boolean {
    return this.state !== 'handshake';
  }

  // --- the socket ---------------------------------------------------------------------------------------------

  socketClosed(reason: CloseReason): void {
    // Who does not read learns nothing of an orderly end behind what is unread; a reset takes that away.
    if (reason !== 'fin') this.loseUnread();
    if (this.gate.isShut) this.socketEnd = reason;
    else this.stop('normal');
  }

  read(payload: object): void {
    if (this.alive) this.gate.pass(payload as ClientMethod);
  }

  get isFull(): boolean {
    return this.end.isFull;
  }

  socketDrained(): void {
    for (const channel of this.channels) channel.writerGoesOn();
  }

  write(method: ChannelMethodFromServer | ConnectionMethodFromServer, bytes: number): void {
    if (this.socketEnd !== undefined) {
      // Only writing shows a connection that is not read that its client is gone.
      this.deliverUrgent(() => this.stop('normal'));
      return;
    }
    this.writtenBytes += bytes;
    this.end.send(method, bytes);
  }

  say(method: ServerMethod): void {
    this.write(method, wireBytes(method));
  }

  writeAutoAcked(method: BasicDeliver | BasicGetOk, queue: string): void {
    const { message } = method;
    if (!this.end.isOpen) {
      this.autoAcked.loseOne(this.node, message, queue);
      return;
    }
    this.write(method, message.wireBytes);
    this.autoAcked.written(message, queue, this.writtenBytes, this.writtenBytes - this.end.bytesWaiting);
  }

  // --- methods ------------------------------------------------------------------------------------------------

  get isRunning(): boolean {
    return this.state === 'running';
  }

  take(method: ClientMethod): void {
    if (this.state === 'running') {
      if ('channel' in method) this.forward(method);
      else if (method.type === 'connection.close') this.closeForClient();
    } else if (this.state === 'handshake') this.handshake.take(method);
    else if (method.type === 'basic.publish') this.drop(method);
    else if (this.state === 'closed') {
      if (method.type === 'connection.close-ok') this.stop('normal');
      else if (method.type === 'connection.close') this.say({ type: 'connection.close-ok' });
    }
  }

  refuseHandshake(): void {
    this.stop('handshake_error');
  }

  /** The virtual host is opened to who has permissions in it, whatever they are for, and finds room. */
  open({ virtualHost = DEFAULT_VHOST }: ConnectionOpen): void {
    const { node, user } = this;
    this.vhost = virtualHost;
    admitConnection(node.context, this, virtualHost, user, (refusal) => {
      if (this.state !== 'handshake') return;
      this.state = 'running';
      const access = refusal ?? node.accessControl.enter(user, virtualHost);
      if (access !== null && 'code' in access) {
        this.closeWith(access);
        return;
      }
      this.access = access;
      if (user !== undefined) this.topics = topicAccess(node.context.database, user, virtualHost);
      this.isAdmitted = true;
      this.say({ type: 'connection.open-ok' });
      this.gate.begin(node.alarms.register(this.pid));
    });
  }

  watch(intervalUs: number): void {
    this.heartbeat = new HeartbeatMonitor(this.vm, this.end, intervalUs, () => {
      this.vm.simulation.journal.write(clientGivenUp, this.node.nodeId, BRK_48.index);
      this.vm.cite(BRK_48);
      this.stop('heartbeat_timeout');
    });
  }

  private forward(method: ChannelMethodFromClient): void {
    const slot = this.slots.at(method.channel);
    if (slot === undefined) {
      if (method.type === 'basic.publish') this.drop(method);
      if (method.type === 'channel.open') this.openChannel(method.channel, method);
      else if (method.type !== 'channel.close-ok') {
        this.closeWith({ code: 504, text: "expected 'channel.open'" });
      }
      return;
    }
    slot.channel.deliver(method);
    // The reader forgets the channel as it passes this on: what comes next under its number may be another one's opening.
    if (method.type === 'channel.close-ok') this.released(method.channel);
    else if (method.type === 'basic.publish') {
      slot.credit -= 1;
      if (slot.credit === 0) this.gate.channelIsSlow();
    }
  }

  private openChannel(number: number, method: ChannelMethodFromClient): void {
    const asked = { user: this.user, number, open: this.channels.size };
    admitChannel(this.node.context, this, asked, (refusal) => {
      if (this.state !== 'running') return;
      if (refusal !== null) {
        this.closeWith(refusal);
        return;
      }
      const channel = new Channel(this.node, this, number);
      this.channels.add(channel);
      this.slots.open(number, channel);
      this.monitor(channel.pid);
      channel.deliver(method);
    });
  }

  get channelCount(): number {
    return this.channels.size;
  }

  // --- flow ---------------------------------------------------------------------------------------------------

  gateShut(): void {
    this.heartbeat?.pause();
  }

  gateOpened(): void {
    this.heartbeat?.resume();
    if (this.socketEnd !== undefined) this.stop('normal');
  }

  // --- the process --------------------------------------------------------------------------------------------

  protected handleMessage(message: Message): void {
    switch (message.type) {
      case 'bump_credit':
        if (this.slots.refill((message as BumpCredit).channel)) this.gate.channelKeepsUp();
        return;
      case 'conserve_resources':
        this.gate.conserve(message as ConserveResources);
        return;
      case 'channel_exit':
        this.closeWith((message as ChannelExit).error);
        return;
      case 'DOWN':
        this.channelEnded((message as DownMessage).target);
        return;
      default:
        return;
    }
  }

  released(number: number): void {
    if (this.slots.release(number)) this.gate.channelKeepsUp();
  }

  private channelEnded(target: DownMessage['target']): void {
    for (const channel of this.channels) {
      if (channel.pid !== target) continue;
      this.channels.delete(channel);
      if (this.slots.at(channel.channel)?.channel === channel) this.released(channel.channel);
      break;
    }
    if (this.channels.size === 0) this.whenChannelsEnded?.();
  }

  own(queue: string): void {
    this.exclusiveQueues.add(queue);
  }

  // --- ends ---------------------------------------------------------------------------------------------------

  /** The client says goodbye: what it sent before is done first (BRK-37). */
  private closeForClient(): void {
    this.endInOrder(() => this.sayLast({ type: 'connection.close-ok' }));
  }

  /** An error that ends the connection. */
  private closeWith(error: ChannelError): void {
    if (this.state !== 'running') return;
    const { code } = error;
    this.endInOrder(() =>
      this.sayLast({ type: 'connection.close', code, text: replyText(code, error.text) }),
    );
  }

  private sayLast(method: ConnectionMethodFromServer): void {
    this.state = 'closed';
    this.say(method);
    this.vm.simulation.after(CLOSING_TIMEOUT_US, Priority.timer, () =>
      this.deliverUrgent(() => this.stop('normal')),
    );
  }

  /** The application stops (CLU-22): the client is told, and the socket closed without waiting for an answer. */
  protected override onShutdown(reason: ExitReason): void {
    this.vm.cite(CLU_22);
    if (this.state === 'handshake' || this.state === 'closed') {
      this.stop(reason);
      return;
    }
    const text = replyText(320, `broker forced connection closure with reason '${reason}'`);
    const farewell = (): void => {
      this.say({ type: 'connection.close', code: 320, text });
      this.stop(reason);
    };
    if (this.state === 'closing') this.stop(reason);
    else this.endInOrder(farewell);
  }

  /** Channels end after what is in their mailboxes, then exclusive queues are deleted, then `then`. */
  private endInOrder(then: () => void): void {
    this.state = 'closing';
    const patienceUs = CHANNEL_TERMINATION_US * this.channels.size;
    const timer = this.vm.simulation.after(patienceUs, Priority.timer, () =>
      this.deliverUrgent(() => this.stop('channel_termination_timeout')),
    );
    this.whenChannelsEnded = () => {
      this.whenChannelsEnded = undefined;
      this.vm.simulation.cancel(timer);
      deleteOwned(this.node.context, this, [...this.exclusiveQueues], then);
    };
    for (const channel of this.channels) channel.deliver(TERMINATE);
    if (this.channels.size === 0) this.whenChannelsEnded();
  }

  /** Ends now. Channels are told to, and take that before what is in their mailboxes (BRK-37). */
  private stop(reason: ExitReason): void {
    if (!this.alive) return;
    const arrivedBytes = this.writtenBytes - this.end.bytesWaiting;
    for (const channel of this.channels) channel.shutdown('shutdown');
    // What was written still goes out, unless the socket is gone or is closed over bytes that nobody has read.
    if (this.end.isOpen && this.gate.unread.length === 0) this.end.close('fin');
    else {
      this.end.close('reset');
      this.autoAcked.lose(this.node, arrivedBytes);
    }
    this.exit(reason);
  }

  protected override onExit(_reason: ExitReason): void {
    this.heartbeat?.pause();
    this.node.alarms.unregister(this.pid);
    this.loseUnread();
    this.ended(this);
  }

  private loseUnread(): void {
    for (const method of this.gate.unread) if (method.type === 'basic.publish') this.drop(method);
    this.gate.unread.clear();
  }

  private drop(method: BasicPublish): void {
    this.vm.cite(BRK_37);
    const { journal } = this.vm.simulation;
    journal.write(publishDropped, method.publisher, method.sequence, this.node.nodeId, BRK_37.index);
  }

  /** Channels that stand still and have not taken their end yet. */
  livingChannels(): readonly Channel[] {
    return [...this.channels].filter((channel) => channel.alive);
  }

  /** Writes down what goes with a VM that dies at this instant: its processes have no last deeds. */
  abandon(): void {
    for (const payload of this.socket.abandonWaiting()) this.gate.unread.push(payload as ClientMethod);
    this.loseUnread();
    this.autoAcked.lose(this.node, this.writtenBytes - this.end.bytesWaiting);
    for (const channel of this.channels) channel.abandonMailbox();
  }
}
