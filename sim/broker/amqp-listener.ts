/** The AMQP port of one node while its application runs, and the connections that came through it (`rabbit_networking`). */
import { AMQP_PORT } from '../amqp/methods.ts';
import type { BrokerNode } from './broker-node.ts';
import { BrokerSocket } from './broker-socket.ts';
import { Connection } from './connection.ts';

export class AmqpListener {
  private readonly node: BrokerNode;
  private readonly connections = new Set<Connection>();
  private accepted = 0;
  private whenEmpty: (() => void) | undefined;

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

  private accept(socket: BrokerSocket): void {
    this.accepted += 1;
    const name = `connection ${this.accepted} from ${socket.end.remoteHost.name}`;
    this.connections.add(new Connection(this.node, socket, name, (connection) => this.ended(connection)));
  }

  private ended(connection: Connection): void {
    this.connections.delete(connection);
    if (this.connections.size > 0) return;
    const { whenEmpty } = this;
    this.whenEmpty = undefined;
    whenEmpty?.();
  }

  /** Connections that have come through the handshake: autoheal's first criterion (PAR-20). */
  countConnections(): number {
    let count = 0;
    for (const connection of this.connections) if (connection.isRegistered) count += 1;
    return count;
  }

  /** Ends all connections as the application's stop does (CLU-22); `done` when the last one is gone. */
  closeAllConnections(done: () => void): void {
    if (this.connections.size === 0) done();
    else {
      this.whenEmpty = done;
      for (const connection of this.connections) connection.shutdown('shutdown');
    }
  }

  /** The VM is about to die: writes down what its connections and channels lose with it. To be called just before. */
  abandonAll(): void {
    for (const connection of this.connections) connection.abandon();
  }
}
