/**
 * One or more nodes with classic queues and nothing else of a broker: metadata that every node shares at once, and channels that
 * only note what their queues tell them.
 */
import { BasicMessage, type FieldTable } from '../../../sim/amqp/basic-message.ts';
import { MessageSerials } from '../../../sim/broker/message-serials.ts';
import type { NodeContext } from '../../../sim/broker/node-context.ts';
import { Router } from '../../../sim/broker/router.ts';
import { rabbitQueue, type QueueRecord } from '../../../sim/broker/queue-record.ts';
import type {
  ChannelError,
  ChannelPort,
  ConsumeSpec,
  QueueClient,
  QueueDelivery,
  QueueType,
  SettleOperation,
} from '../../../sim/broker/queue-type.ts';
import type { Database, Table, Transaction, TransactionOptions } from '../../../sim/cluster/database.ts';
import { Disk } from '../../../sim/erlang/disk.ts';
import { ErlangProcess } from '../../../sim/erlang/erlang-process.ts';
import type { Message } from '../../../sim/erlang/message.ts';
import type { Vm } from '../../../sim/erlang/vm.ts';
import { createClassicQueueType } from '../../../sim/queues/classic/classic-queue-type.ts';
import type { Mirroring } from '../../../sim/queues/classic/mirroring.ts';
import { TestWorld } from '../../erlang/world.ts';

export const FSYNC_US = 2_000;

/** Tables that all running nodes see at once. */
class SharedMetadata {
  readonly tables = new Map<string, Map<string, unknown>>();
  readonly running = new Set<string>();

  table(name: string): Map<string, unknown> {
    let table = this.tables.get(name);
    if (table === undefined) this.tables.set(name, (table = new Map()));
    return table;
  }
}

class TinyDatabase implements Database {
  subscribe(): () => void {
    return () => undefined;
  }

  private readonly shared: SharedMetadata;

  constructor(shared: SharedMetadata) {
    this.shared = shared;
  }

  members(): string[] {
    return [...this.shared.running];
  }

  runningNodes(): string[] {
    return [...this.shared.running];
  }

  isRunning(node: string): boolean {
    return this.shared.running.has(node);
  }

  version(): number {
    return 0;
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    return this.shared.table(table.name).get(key) as T | undefined;
  }

  entries<T>(table: Table<T>): IterableIterator<[string, T]> {
    return this.shared.table(table.name).entries() as IterableIterator<[string, T]>;
  }

  transaction<R>(
    process: ErlangProcess,
    options: TransactionOptions,
    body: (transaction: Transaction) => R,
    done: (result: R) => void,
  ): void {
    const { shared } = this;
    const result = body({
      read: (table, key) => this.read(table, key),
      keys: (table) => [...shared.table(table.name).keys()],
      write: (table, key, value) => void shared.table(table.name).set(key, value),
      delete: (table, key) => void shared.table(table.name).delete(key),
    });
    if (options.suspends === false) process.deliverUrgent(() => done(result));
    else process.standStill((resumeWith) => resumeWith(() => done(result)));
  }
}

/** A channel and the client in it. */
export class TestChannel extends ErlangProcess implements ChannelPort {
  readonly context: NodeContext;
  readonly process: ErlangProcess = this;
  readonly client: QueueClient;
  readonly settledNumbers: number[] = [];
  readonly rejectedNumbers: number[] = [];
  readonly deliveries: QueueDelivery[] = [];
  readonly lost: string[] = [];
  readonly flows: boolean[] = [];
  readonly messagesFromQueues: string[] = [];
  writerStandsStill = false;
  private confirmNumber = 0;

  constructor(node: TestNode) {
    super(node.vm, 'channel');
    this.context = node.context;
    this.client = node.type.client(this);
  }

  settled(_queue: string, confirmNumbers: readonly number[]): void {
    this.settledNumbers.push(...confirmNumbers);
  }

  rejected(_queue: string, confirmNumbers: readonly number[]): void {
    this.rejectedNumbers.push(...confirmNumbers);
  }

  deleted(queue: string, confirmNumbers: readonly number[]): void {
    this.settled(queue, confirmNumbers);
  }

  // `deliver` is also the name of the mailbox's entry in `Process`; only a port gets two arguments.
  override deliver(message: Message): void;
  override deliver(noAck: boolean, deliveries: readonly QueueDelivery[]): void;
  override deliver(first: Message | boolean, deliveries?: readonly QueueDelivery[]): void {
    if (typeof first === 'boolean') this.deliveries.push(...deliveries!);
    else super.deliver(first);
  }

  consumersLost(_queue: string, reason: string): void {
    this.lost.push(reason);
  }

  flow(blocked: boolean): void {
    this.flows.push(blocked);
  }

  protected handleMessage(message: Message): void {
    this.messagesFromQueues.push(message.type);
    this.client.handleMessage(message);
  }

  /** Runs in this process. */
  do(action: () => void): void {
    this.deliverUrgent(action);
  }

  publish(record: QueueRecord, message: BasicMessage, confirm = true): void {
    this.do(() => {
      const confirmNumber = confirm ? (this.confirmNumber += 1) : 0;
      this.client.deliver([record], { message, confirmNumber, mandatory: false });
    });
  }

  consume(record: QueueRecord, spec: Partial<ConsumeSpec> = {}): { answer: unknown } {
    const result: { answer: unknown } = { answer: undefined };
    const consumeSpec: ConsumeSpec = {
      consumerTag: 'tag',
      noAck: false,
      exclusive: false,
      prefetch: 0,
      arguments: {},
      ...spec,
    };
    this.do(() => this.client.consume(record, consumeSpec, (answer) => (result.answer = answer)));
    return result;
  }

  settle(operation: SettleOperation, ...deliveries: QueueDelivery[]): void {
    this.do(() => {
      const { queue, queuePid, consumerTag } = deliveries[0]!;
      const ids = deliveries.map(({ messageId }) => messageId);
      this.client.settle(operation, queue, queuePid, consumerTag, ids);
    });
  }

  sequences(): number[] {
    return this.deliveries.map(({ message }) => message.sequence);
  }
}

export interface TestNode {
  readonly vm: Vm;
  readonly context: NodeContext;
  readonly type: QueueType;
}

export class QueueWorld extends TestWorld {
  readonly metadata = new SharedMetadata();
  readonly disks = new Map<string, Disk>();
  readonly cited = new Set<number>();
  readonly serials = new MessageSerials();
  private serial = 0;

  /** A node that has just booted; its disk is kept from one boot to the next. */
  boot(name: string, mirroring: Mirroring | null = null): TestNode {
    let disk = this.disks.get(name);
    if (disk === undefined) this.disks.set(name, (disk = new Disk(this.simulation, () => FSYNC_US)));
    const vm = this.vm(name, { disk });
    this.metadata.running.add(name);
    const type = createClassicQueueType(mirroring);
    const database = new TinyDatabase(this.metadata);
    const intern = (text: string): number => this.simulation.journal.intern(text);
    const context: NodeContext = {
      vm,
      node: name,
      database,
      config: {
        queueMasterLocator: 'client-local',
        heartbeatUs: 60_000_000,
        channelMax: 2047,
        consumerTimeoutUs: 1_800_000_000,
        mirroringSyncBatchSize: 4096,
        mirroringSyncMaxThroughput: 0,
        channelOperationTimeoutUs: 15_000_000,
      },
      queueTypes: new Map([['classic', type]]),
      router: new Router(vm, database, intern),
      serials: this.serials,
      mayConfirm: () => true,
      intern,
      queueId: intern,
    };
    type.virtualHostUp(context);
    return { vm, context, type };
  }

  kill(node: TestNode): void {
    this.metadata.running.delete(node.vm.node);
    node.vm.kill();
  }

  /** Runs until nothing is pending but the ticker, at most `seconds`. */
  settle(seconds = 1): void {
    this.simulation.run({ untilUs: this.simulation.nowUs + seconds * 1_000_000, maxEvents: 5_000_000 });
  }

  declare(node: TestNode, name: string, options: Partial<QueueRecord> = {}): QueueRecord {
    const caller = new TestChannel(node);
    const record = newRecord(name, options);
    let outcome: { record: QueueRecord; existing: boolean } | ChannelError | undefined;
    caller.do(() => node.type.declare(node.context, caller, record, (answer) => (outcome = answer)));
    this.settle();
    if (outcome === undefined || 'code' in outcome) throw new Error(`declare: ${JSON.stringify(outcome)}`);
    return outcome.record;
  }

  /** As a boot does: recovers every durable queue that belongs to the node. */
  recover(node: TestNode): void {
    const durable = [...this.metadata.table('rabbit_durable_queue').values()] as QueueRecord[];
    const recovering = durable.filter((record) => node.type.isRecoverable(node.context, record));
    node.type.eraseStale(
      node.context,
      recovering.map(({ name }) => name),
    );
    const caller = new TestChannel(node);
    for (const record of recovering)
      caller.do(() => node.type.recover(node.context, caller, record, () => {}));
    this.settle();
  }

  stop(node: TestNode): void {
    const caller = new TestChannel(node);
    caller.do(() => node.type.stop(node.context, caller, () => {}));
    this.settle();
  }

  record(node: TestNode, name: string): QueueRecord | undefined {
    return node.context.database.read(rabbitQueue, name);
  }

  message(sequence: number, persistent = true, bodyBytes = 100): BasicMessage {
    this.serial += 1;
    return new BasicMessage(1, sequence, '', 'q', { persistent }, bodyBytes, this.serial);
  }

  /** Records of one kind as they are written, by field name; texts resolved. */
  watch(name: string): Record<string, unknown>[] {
    const seen: Record<string, unknown>[] = [];
    const { journal } = this.simulation;
    journal.onAny((type, _timeUs, ...slots) => {
      if (type.name !== name) return;
      const fields: Record<string, unknown> = {};
      let slot = 0;
      for (const field of type.fields) {
        if (field.type === 'message') {
          fields['sequence'] = slots[slot + 1];
          slot += 2;
        } else {
          fields[field.name] = field.type === 'name' ? journal.text(slots[slot]!) : slots[slot];
          slot += 1;
        }
      }
      seen.push(fields);
    });
    return seen;
  }
}

export function newRecord(name: string, options: Partial<QueueRecord> = {}): QueueRecord {
  const args: FieldTable = {};
  return {
    name,
    type: 'classic',
    durable: true,
    autoDelete: false,
    exclusiveOwner: null,
    arguments: args,
    pid: null,
    slavePids: [],
    syncSlavePids: [],
    gmPids: [],
    recoverableSlaves: [],
    slavePidsPendingShutdown: [],
    policy: null,
    policyVersion: 0,
    state: 'live',
    ...options,
  };
}
