/**
 * One AMQP method by a fresh client, as a person tries things out: connect, open a channel, ask, note the answer, go. The answer
 * becomes an `amqp_reply` record: the code and text of the broker's refusal, or 200 and what a person would be told.
 */
import { BasicPublish } from '../amqp/message-methods.ts';
import type { BasicProperties, FieldTable } from '../amqp/basic-message.ts';
import type { BasicGetOk, ChannelMethodFromServer, ClientMethod } from '../amqp/methods.ts';
import { DEFAULT_VHOST, resourceName } from '../records/resource-name.ts';
import { REPLY_SUCCESS } from '../amqp/reply-codes.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import { amqpReply } from '../records/cluster.ts';
import { confirmed, delivered, nacked, published, returned, rolledBack } from '../records/messages.ts';
import { queueKey } from '../records/queue-key.ts';
import {
  AmqpConnection,
  type ClientContext,
  type ConnectionOptions,
  type ConnectionOwner,
} from './amqp-connection.ts';

const CHANNEL_TIMEOUT_US = 5_000_000;
const METHOD_TIMEOUT_US = 15_000_000;
const HEARTBEAT_US = 60_000_000;

interface Binding {
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly arguments: FieldTable;
}

/** What to ask. Every field of the method is given. */
export type OneShotCall =
  | {
      readonly method: 'queue.declare';
      readonly queue: string;
      readonly passive: boolean;
      readonly durable: boolean;
      readonly exclusive: boolean;
      readonly autoDelete: boolean;
      readonly arguments: FieldTable;
    }
  | {
      readonly method: 'queue.delete';
      readonly queue: string;
      readonly ifUnused: boolean;
      readonly ifEmpty: boolean;
    }
  | ({ readonly method: 'queue.bind' | 'queue.unbind' } & Binding)
  | {
      readonly method: 'exchange.bind' | 'exchange.unbind';
      readonly destination: string;
      readonly source: string;
      readonly routingKey: string;
      readonly arguments: FieldTable;
    }
  | { readonly method: 'queue.purge'; readonly queue: string }
  | {
      readonly method: 'exchange.declare';
      readonly exchange: string;
      readonly type: string;
      readonly passive: boolean;
      readonly durable: boolean;
      readonly autoDelete: boolean;
      readonly internal: boolean;
      readonly arguments: FieldTable;
    }
  | { readonly method: 'exchange.delete'; readonly exchange: string; readonly ifUnused: boolean }
  | {
      readonly method: 'basic.publish';
      readonly exchange: string;
      readonly routingKey: string;
      readonly mandatory: boolean;
      readonly persistent: boolean;
      readonly headers: FieldTable;
      readonly priority: number | null;
      readonly expirationUs: number | null;
      readonly bodyBytes: number;
      readonly transaction?: 'commit' | 'rollback';
    }
  | { readonly method: 'tx.select' | 'tx.commit' | 'tx.rollback' }
  | { readonly method: 'basic.get'; readonly queue: string; readonly noAck: boolean };

/**
 * Begins at once. `name` is the fresh client's, and the publisher of what it publishes; `done` is called with the answer. An
 * `unobserved` question is part of the set-up: its answer is not noted.
 */
export function askOnce(
  context: ClientContext,
  name: string,
  node: string,
  call: OneShotCall,
  done: (code: number, text: string) => void = () => {},
  observed: 'observed' | 'unobserved' = 'observed',
  vhost = DEFAULT_VHOST,
): void {
  new OneShot(context, name, node, vhost, call, done, observed === 'observed').begin();
}

class OneShot implements ConnectionOwner {
  private readonly context: ClientContext;
  private readonly call: OneShotCall;
  private readonly options: ConnectionOptions;
  private readonly vhost: string;
  private connection: AmqpConnection | undefined;
  /** Interned: the client's name (also its messages' publisher), the node. */
  private readonly nameId: number;
  private readonly nodeId: number;
  private timer: EventHandle = 0;
  private readonly done: (code: number, text: string) => void;
  private readonly isObserved: boolean;
  private answered = false;
  private wasReturned: string | undefined;

  constructor(
    context: ClientContext,
    name: string,
    node: string,
    vhost: string,
    call: OneShotCall,
    done: (code: number, text: string) => void,
    isObserved: boolean,
  ) {
    this.context = context;
    this.done = done;
    this.isObserved = isObserved;
    this.call = call;
    const { journal } = context.internet.simulation;
    this.nameId = journal.intern(name);
    this.nodeId = journal.intern(node);
    const from = context.internet.host(`client-${name}`);
    this.vhost = vhost;
    // A step of the scenario is guest's, and has to be let in like anybody; who sets up and clears away may do everything.
    const user = isObserved ? 'guest' : undefined;
    this.options = { from, node, vhost, heartbeatUs: HEARTBEAT_US, ...(user !== undefined && { user }) };
  }

  begin(): void {
    this.connection = new AmqpConnection(this.context, this.options, this);
  }

  connected(): void {
    this.connection?.send({ type: 'channel.open', channel: 1 });
    this.wait(CHANNEL_TIMEOUT_US);
  }

  connectFailed(text: string): void {
    this.answer(0, text);
  }

  connectionLost(code: number, text: string): void {
    this.answer(code, text);
  }

  blocked(): void {}

  unblocked(): void {}

  channelMethod(method: ChannelMethodFromServer): void {
    if (this.answered) return;
    switch (method.type) {
      case 'channel.open-ok':
        this.wait(METHOD_TIMEOUT_US);
        if (this.call.method === 'basic.publish') {
          const type = this.call.transaction === undefined ? 'confirm.select' : 'tx.select';
          this.connection?.send({ type, channel: 1 });
        } else this.connection?.send(methodOf(this.call));
        return;
      case 'confirm.select-ok':
        if (this.call.method === 'basic.publish') this.publish(this.call);
        return;
      case 'tx.select-ok':
        if (this.call.method === 'basic.publish') this.publishInTransaction(this.call);
        else this.answer(REPLY_SUCCESS, 'ok');
        return;
      case 'tx.commit-ok':
        this.committed();
        return;
      case 'tx.rollback-ok':
        this.answer(REPLY_SUCCESS, 'rolled back');
        return;
      case 'channel.close':
        this.connection?.send({ type: 'channel.close-ok', channel: 1 });
        this.answer(method.code, method.text);
        return;
      case 'basic.return':
        this.note(returned, method.code);
        this.wasReturned = method.text;
        return;
      case 'basic.ack':
        this.committed();
        return;
      case 'basic.nack':
        this.note(nacked);
        this.answer(0, 'message nacked');
        return;
      case 'basic.get-ok':
        this.noteGot(method);
        this.answer(REPLY_SUCCESS, `got a message (redelivered ${method.redelivered})`);
        return;
      case 'basic.get-empty':
        this.answer(REPLY_SUCCESS, 'empty');
        return;
      case 'queue.declare-ok':
        this.answer(REPLY_SUCCESS, `ok (${method.messageCount} messages, ${method.consumerCount} consumers)`);
        return;
      case 'queue.delete-ok':
      case 'queue.purge-ok':
        this.answer(REPLY_SUCCESS, `ok (${method.messageCount} messages)`);
        return;
      case 'queue.bind-ok':
      case 'queue.unbind-ok':
      case 'exchange.bind-ok':
      case 'exchange.unbind-ok':
      case 'exchange.declare-ok':
      case 'exchange.delete-ok':
        this.answer(REPLY_SUCCESS, 'ok');
        return;
      default:
    }
  }

  private publish(call: OneShotCall & { readonly method: 'basic.publish' }): void {
    const properties: BasicProperties = {
      persistent: call.persistent,
      headers: call.headers,
      ...(call.priority !== null && { priority: call.priority }),
      ...(call.expirationUs !== null && { expirationMs: Math.round(call.expirationUs / 1_000) }),
    };
    const { exchange, routingKey, mandatory, bodyBytes } = call;
    const { journal } = this.context.internet.simulation;
    journal.write(published, this.nameId, this.nameId, 1, 1, this.nodeId);
    this.connection?.send(
      new BasicPublish(1, exchange, routingKey, mandatory, this.nameId, 1, properties, bodyBytes),
    );
  }

  private publishInTransaction(call: OneShotCall & { readonly method: 'basic.publish' }): void {
    this.publish(call);
    if (call.transaction === 'rollback') this.note(rolledBack);
    this.connection?.send({ type: call.transaction === 'commit' ? 'tx.commit' : 'tx.rollback', channel: 1 });
  }

  /** What was published is safe, or was returned. */
  private committed(): void {
    this.note(confirmed);
    if (this.wasReturned === undefined) this.answer(REPLY_SUCCESS, 'ok');
    else this.answer(312, this.wasReturned);
  }

  private note(type: typeof confirmed, code = 0): void {
    this.context.internet.simulation.journal.write(type, this.nameId, this.nameId, 1, this.nodeId, code);
  }

  /** A client has seen the message, though no workload: it is not lost. */
  private noteGot({ message, redelivered }: BasicGetOk): void {
    if (this.call.method !== 'basic.get') return;
    const { journal } = this.context.internet.simulation;
    const { clusterOf } = this.context;
    const cluster = clusterOf?.(this.options.node) ?? '';
    const queueId = journal.intern(queueKey(cluster, resourceName(this.vhost, this.call.queue)));
    const { publisher, sequence } = message;
    journal.write(delivered, this.nameId, publisher, sequence, queueId, this.nodeId, redelivered ? 1 : 0);
  }

  private wait(timeoutUs: number): void {
    const { simulation } = this.context.internet;
    simulation.cancel(this.timer);
    this.timer = simulation.after(timeoutUs, Priority.timer, () => this.answer(0, 'timeout'));
  }

  private answer(code: number, text: string): void {
    if (this.answered) return;
    this.answered = true;
    const { simulation } = this.context.internet;
    simulation.cancel(this.timer);
    if (this.isObserved) {
      const { journal } = simulation;
      journal.write(amqpReply, journal.intern(this.call.method), this.nodeId, code, journal.intern(text));
    }
    this.connection?.close();
    this.done(code, text);
  }
}

function methodOf(call: Exclude<OneShotCall, { method: 'basic.publish' }>): ClientMethod {
  if (call.method === 'exchange.declare') {
    const { method, type, ...fields } = call;
    return { type: method, channel: 1, exchangeType: type, ...fields };
  }
  const { method, ...fields } = call;
  return { type: method, channel: 1, ...fields } as ClientMethod;
}
