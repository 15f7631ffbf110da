/** The AMQP port of one node while its application runs, and the connections that came through it (`rabbit_networking`). */
import { AMQP_PORT } from '../amqp/methods.ts';
import { Priority } from '../kernel/simulation.ts';
import type { BrokerNode } from './broker-node.ts';
import { BrokerSocket } from './broker-socket.ts';
import type { Channel } from './channel.ts';
import type { ChannelExit } from './channel-owner.ts';
import type { ConnectionTracking, Tracked } from './connection-tracking.ts';
import { Connection } from './connection.ts';

/** Ranch's patience with a connection's supervisor, which waits for channels that stand still, before it kills it. */
const RANCH_PATIENCE_US = 5_000_000;
const LOOK_INTERVAL_US = 10_000;

export class AmqpListener implements ConnectionTracking {
  private readonly node: BrokerNode;
  private readonly connections = new Set<Connection>();
  private accepted = 0;
  private whenEmpty: (() => void) | undefined;
  /** Channels that outlive connections which the application's stop has ended. */
  private readonly lingering = new Set<Channel>();
  private patientUntilUs = 0;

  constructor(node: BrokerNode) {
    this.node = node;
  }

  /** Clients can connect from now on. */
  open(): void {
    const { vm } = this.node.context;
    vm.machine.listen(AMQP_PORT, (end) => {
      const socket = new BrokerSocket(vm, end);
      vm.whenRunning(() => this.accept(socket));
    });
  }

  /** Nobody can connect any more; connections stay. */
  close(): void {
    this.node.context.vm.machine.stopListening(AMQP_PORT);
  }

  /** A tool closes every connection that is open: clients are told why, and answer in their own time (BRK-56). */
  closeConnections(explanation: string): void {
    const exit: ChannelExit = { type: 'channel_exit', error: { code: 320, text: explanation } };
    for (const connection of this.connections) connection.deliver(exit);
  }

  private accept(socket: BrokerSocket): void {
    this.accepted += 1;
    const name = `connection ${this.accepted} from ${socket.end.remoteHost.name}`;
    this.connections.add(new Connection(this.node, socket, name, (connection) => this.ended(connection)));
  }

  private ended(connection: Connection): void {
    this.connections.delete(connection);
    if (this.whenEmpty === undefined) return;
    for (const channel of connection.livingChannels()) this.lingering.add(channel);
    if (this.connections.size === 0) this.awaitChannels(this.whenEmpty);
  }

  /** A channel that waits for a silent node (MIR-43) holds up the stop of its application until Ranch kills it (CLU-22). */
  private awaitChannels(done: () => void): void {
    const { vm } = this.node.context;
    for (const channel of this.lingering) if (!channel.alive) this.lingering.delete(channel);
    if (this.lingering.size > 0 && vm.simulation.nowUs < this.patientUntilUs) {
      vm.simulation.after(LOOK_INTERVAL_US, Priority.timer, () =>
        vm.whenRunning(() => this.awaitChannels(done)),
      );
      return;
    }
    for (const channel of this.lingering) channel.kill();
    this.lingering.clear();
    this.whenEmpty = undefined;
    done();
  }

  /** Connections that have come through the handshake: autoheal's first criterion (PAR-20). */
  countConnections(): number {
    let count = 0;
    for (const connection of this.connections) if (connection.isRegistered) count += 1;
    return count;
  }

  count(what: Tracked, name: string): number {
    let count = 0;
    for (const connection of this.connections) {
      const subject = what === 'connections of vhost' ? connection.vhost : connection.user;
      if (!connection.isAdmitted || subject !== name) continue;
      count += what === 'channels of user' ? connection.channelCount : 1;
    }
    return count;
  }

  closeIn(vhost: string, explanation: string): void {
    const exit: ChannelExit = { type: 'channel_exit', error: { code: 320, text: explanation } };
    for (const connection of this.connections) if (connection.vhost === vhost) connection.deliver(exit);
  }

  /** Ends all connections as the application's stop does (CLU-22); `done` when the last one is gone. */
  closeAllConnections(done: () => void): void {
    if (this.connections.size === 0) done();
    else {
      this.whenEmpty = done;
      this.patientUntilUs = this.node.context.vm.simulation.nowUs + RANCH_PATIENCE_US;
      for (const connection of this.connections) connection.shutdown('shutdown');
    }
  }

  /** The VM is about to die: writes down what its connections and channels lose with it. To be called just before. */
  abandonAll(): void {
    for (const connection of this.connections) connection.abandon();
  }
}
