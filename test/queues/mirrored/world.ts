/** Nodes with classic queues, mirroring and real Mnesias, and nothing else of a broker. */
import type { FieldTable } from '../../../sim/amqp/basic-message.ts';
import type { NodeContext } from '../../../sim/broker/node-context.ts';
import { Router } from '../../../sim/broker/router.ts';
import { rabbitDurableQueue, rabbitQueue, type QueueRecord } from '../../../sim/broker/queue-record.ts';
import { Mnesia } from '../../../sim/cluster/mnesia.ts';
import { MnesiaDirectory, SCHEMA_KEY, schemaTable } from '../../../sim/cluster/table-store.ts';
import { Disk } from '../../../sim/erlang/disk.ts';
import type { Pid } from '../../../sim/erlang/message.ts';
import { createClassicQueueType } from '../../../sim/queues/classic/classic-queue-type.ts';
import { createMirroring } from '../../../sim/queues/mirrored/create-mirroring.ts';
import { Mirror } from '../../../sim/queues/mirrored/mirror.ts';
import type { BackingQueue } from '../../../sim/queues/classic/backing-queue.ts';
import type { Leader } from '../../../sim/queues/classic/leader.ts';
import { FSYNC_US, QueueWorld, TestChannel, type TestNode } from '../classic/world.ts';

export { TestChannel };

export interface ClusterNode extends TestNode {
  readonly mnesia: Mnesia;
}

export class MirrorWorld extends QueueWorld {
  readonly names: readonly string[];
  readonly nodes: ClusterNode[] = [];
  private readonly directories = new Map<string, MnesiaDirectory>();

  /** Boots the nodes of these names; those in `later` are down again when the test begins. */
  constructor(names: readonly string[] = ['a', 'b', 'c'], seed = 'test', later: readonly string[] = []) {
    super(seed);
    this.names = names;
    const schema = names.map((name) => ({ name, type: 'disc' as const }));
    for (const name of names) {
      const directory = new MnesiaDirectory();
      directory.discTables.set(schemaTable.name, new Map([[SCHEMA_KEY, schema]]));
      this.directories.set(name, directory);
    }
    for (const name of names) this.nodes.push(this.boot(name));
    this.settle(3);
    for (const name of later) this.kill(this.node(name));
    this.settle(1);
  }

  node(name: string): ClusterNode {
    return this.nodes.find((node) => node.vm.node === name)!;
  }

  /** Boots as a node does: tables first, then recovery of what it leads, then its mirrors. */
  override boot(name: string): ClusterNode {
    const { simulation } = this;
    let disk = this.disks.get(name);
    if (disk === undefined) this.disks.set(name, (disk = new Disk(simulation, () => FSYNC_US)));
    const vm = this.vm(name, { disk });
    const type = createClassicQueueType(createMirroring());
    const mnesia = new Mnesia(vm, this.directories.get(name)!, {
      loaded: () => void simulation.after(0, 3, () => this.recoverNode(node)),
      inconsistentDatabase: () => {},
    });
    const intern = (text: string): number => simulation.journal.intern(text);
    const context: NodeContext = {
      vm,
      node: name,
      database: mnesia,
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
      router: new Router(vm, mnesia, intern),
      serials: this.serials,
      mayConfirm: () => true,
      intern,
      queueId: intern,
    };
    const node: ClusterNode = { vm, context, type, mnesia };
    mnesia.start();
    return node;
  }

  private recoverNode(node: ClusterNode): void {
    const { context, type, mnesia } = node;
    const durable = [...mnesia.entries(rabbitDurableQueue)].map(([, record]) => record);
    const recovering = durable.filter((record) => type.isRecoverable(context, record));
    type.eraseStale(
      context,
      recovering.map(({ name }) => name),
    );
    const caller = new TestChannel(node);
    const next = (index: number): void => {
      const record = recovering[index];
      if (record === undefined) type.virtualHostUp(context);
      else type.recover(context, caller, record, () => next(index + 1));
    };
    caller.do(() => next(0));
  }

  override kill(node: TestNode): void {
    node.vm.kill();
  }

  /** The node's machine starts again. */
  restart(name: string, seconds = 3): ClusterNode {
    const node = this.boot(name);
    const index = this.nodes.findIndex((old) => old.vm.node === name);
    if (index < 0) this.nodes.push(node);
    else this.nodes[index] = node;
    this.settle(seconds);
    return node;
  }

  /** Stops the application in order; the VM goes with it. */
  override stop(node: TestNode, seconds = 20): void {
    const caller = new TestChannel(node);
    caller.do(() =>
      node.type.stop(node.context, caller, () => {
        (node as ClusterNode).mnesia.exit('shutdown');
        this.simulation.after(1_000_000, 0, () => node.vm.kill());
      }),
    );
    this.settle(seconds);
  }

  mirrored(
    node: TestNode,
    name: string,
    definition: FieldTable = { 'ha-mode': 'all' },
    options = {},
  ): QueueRecord {
    return this.declare(node, name, { policy: { name: 'ha', definition }, ...options });
  }

  /** The record as this node has it. */
  at(name: string, queue = 'q'): QueueRecord {
    return this.node(name).context.database.read(rabbitQueue, queue)!;
  }

  /** Changes the queue's policy as `set_policy` does. */
  setPolicy(name: string, definition: FieldTable | null, queue = 'q'): void {
    const node = this.node(name);
    const caller = new TestChannel(node);
    caller.do(() =>
      node.mnesia.transaction(
        caller,
        { locks: [`rabbit_queue/${queue}`, `rabbit_durable_queue/${queue}`] },
        (transaction) => {
          const record = transaction.read(rabbitQueue, queue)!;
          const policy = definition === null ? null : { name: 'ha', definition };
          const next = { ...record, policy, policyVersion: record.policyVersion + 1 };
          transaction.write(rabbitQueue, queue, next);
          return next;
        },
        (record) => node.type.policyChanged(node.context, record),
      ),
    );
    this.settle(2);
  }

  publishMany(
    channel: TestChannel,
    record: QueueRecord,
    from: number,
    count: number,
    persistent = true,
  ): void {
    for (let i = 0; i < count; i += 1) channel.publish(record, this.message(from + i, persistent));
  }
}

export const nodesOf = (pids: readonly Pid[]): string[] => pids.map((pid) => pid.node);

function behaviourOf(pid: Pid): Mirror | Leader {
  return (pid.process as unknown as { behaviour: Mirror | Leader }).behaviour;
}

export function mirrorOf(pid: Pid): Mirror {
  const behaviour = behaviourOf(pid);
  if (!(behaviour instanceof Mirror)) throw new Error(`${pid.toString()} is no mirror`);
  return behaviour;
}

function contentOf(pid: Pid): BackingQueue {
  const behaviour = behaviourOf(pid);
  return behaviour instanceof Mirror ? behaviour.content : behaviour.backingQueue;
}

/** Sequence numbers of all messages that a replica holds, in queue order. */
export function held(pid: Pid): number[] {
  return [...contentOf(pid).all()].map(({ message }) => message.sequence);
}

export function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}
