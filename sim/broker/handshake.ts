/** The first words of a client and its broker, each expected in its turn, until the client asks for a virtual host. */
import type { ClientMethod, ConnectionMethodFromServer, ConnectionOpen } from '../amqp/methods.ts';
import type { NodeContext } from './node-context.ts';

/** The connection as the handshake needs it. */
export interface HandshakingConnection {
  consumerCancelNotify: boolean;
  user: string | undefined;
  say(method: ConnectionMethodFromServer): void;
  /** Whether the client can be told that it is blocked. */
  readonly gate: { tellsClient: boolean };
  watch(heartbeatUs: number): void;
  open(method: ConnectionOpen): void;
  refuseHandshake(): void;
}

export class Handshake {
  private readonly connection: HandshakingConnection;
  private readonly context: NodeContext;
  private expected: ClientMethod['type'] = 'protocol-header';

  constructor(connection: HandshakingConnection, context: NodeContext) {
    this.connection = connection;
    this.context = context;
  }

  take(method: ClientMethod): void {
    const { connection } = this;
    if (method.type !== this.expected) {
      connection.refuseHandshake();
      return;
    }
    const { heartbeatUs, channelMax } = this.context.config;
    switch (method.type) {
      case 'protocol-header':
        this.expected = 'connection.start-ok';
        connection.say({ type: 'connection.start' });
        return;
      case 'connection.start-ok':
        this.expected = 'connection.tune-ok';
        connection.consumerCancelNotify = method.consumerCancelNotify;
        connection.gate.tellsClient = method.connectionBlocked;
        connection.user = method.user;
        connection.say({ type: 'connection.tune', channelMax, heartbeatUs });
        return;
      case 'connection.tune-ok':
        this.expected = 'connection.open';
        connection.watch(method.heartbeatUs);
        return;
      case 'connection.open':
        connection.open(method);
        return;
      default:
    }
  }
}
