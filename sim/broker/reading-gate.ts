/**
 * Whether a connection reads its socket. It stops when a channel has not kept up (BRK-46), and when it is to publish while somebody
 * on its side is short of memory or disk: then nothing that the client says is read, acknowledgements and heartbeats not excepted
 * (BRK-45). What has come meanwhile waits in order.
 */
import type { ClientMethod, ConnectionMethodFromServer } from '../amqp/methods.ts';
import type { Vm } from '../erlang/vm.ts';
import { Fifo } from '../kernel/fifo.ts';
import { rule } from '../rules/registry.ts';
import type { ConserveResources, Resource } from './alarms.ts';

const BRK_45 = rule('BRK-45');
const BRK_46 = rule('BRK-46');

/** The connection as its gate needs it. */
export interface GatedConnection {
  readonly vm: Vm;
  readonly alive: boolean;
  /** The handshake is over, and the end has not begun. */
  readonly isRunning: boolean;
  take(method: ClientMethod): void;
  say(method: ConnectionMethodFromServer): void;
  /** Silence cannot be told from deafness: nobody listens for heartbeats while the gate is shut. */
  gateShut(): void;
  /** All that waited has been taken, unless the gate is shut again. */
  gateOpened(): void;
}

export class ReadingGate {
  readonly unread = new Fifo<ClientMethod>();
  /** Nothing is read. */
  isShut = false;
  /** The client wants `connection.blocked` and `unblocked`. */
  tellsClient = false;
  private readonly connection: GatedConnection;
  private slowChannels = 0;
  private readonly shortages = new Set<Resource>();
  private blocked = false;

  constructor(connection: GatedConnection) {
    this.connection = connection;
  }

  /** Something has come out of the socket. */
  pass(method: ClientMethod): void {
    if (this.isShut) this.unread.push(method);
    else if (this.shortages.size > 0 && this.mustBlock(method)) {
      this.unread.push(method);
      this.block();
    } else this.connection.take(method);
  }

  channelIsSlow(): void {
    this.connection.vm.cite(BRK_46);
    this.slowChannels += 1;
    this.openOrShut();
  }

  channelKeepsUp(): void {
    this.slowChannels -= 1;
    this.openOrShut();
  }

  /** What somebody is short of as the connection opens. */
  begin(shortages: readonly Resource[]): void {
    for (const resource of shortages) this.shortages.add(resource);
  }

  conserve({ resource, conserve }: ConserveResources): void {
    if (conserve) this.shortages.add(resource);
    else this.shortages.delete(resource);
    if (!this.blocked || this.shortages.size > 0) return;
    this.blocked = false;
    if (this.tellsClient) this.connection.say({ type: 'connection.unblocked' });
    this.openOrShut();
  }

  private mustBlock(method: ClientMethod): boolean {
    return method.type === 'basic.publish' && this.connection.isRunning;
  }

  private block(): void {
    this.connection.vm.cite(BRK_45);
    this.blocked = true;
    if (this.tellsClient) {
      const reason = `low on ${[...this.shortages].join(' & ')}`;
      this.connection.say({ type: 'connection.blocked', reason });
    }
    this.openOrShut();
  }

  private openOrShut(): void {
    const isShut = this.blocked || this.slowChannels > 0;
    if (isShut === this.isShut) return;
    this.isShut = isShut;
    const { connection, unread } = this;
    if (isShut) {
      connection.gateShut();
      return;
    }
    // What waited is read before anything new; one of it may shut the gate again.
    while (connection.alive && !this.isShut && unread.length > 0) {
      if (this.shortages.size > 0 && this.mustBlock(unread.peek()!)) this.block();
      else connection.take(unread.shift()!);
    }
    if (connection.alive && !this.isShut) connection.gateOpened();
  }
}
