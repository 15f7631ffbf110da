/**
 * A cluster of nodes that consist of a real VM, a real Mnesia and a real node monitor, with an application that takes its time
 * to stop and to boot but does nothing: what partition handling does of itself.
 */
import { Mnesia } from '../../sim/cluster/mnesia.ts';
import { MnesiaDirectory, SCHEMA_KEY, schemaTable } from '../../sim/cluster/table-store.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { Message } from '../../sim/erlang/message.ts';
import type { Vm } from '../../sim/erlang/vm.ts';
import { CONNECTION_COUNTER } from '../../sim/partitions/autoheal-actions.ts';
import { NodeMonitor } from '../../sim/partitions/node-monitor.ts';
import type { AutohealMemory } from '../../sim/partitions/outside-process.ts';
import {
  RABBIT,
  type MonitorPort,
  type PartitionHandling,
  type RabbitApplication,
} from '../../sim/partitions/port.ts';
import { strategyFactory } from '../../sim/partitions/strategies.ts';
import { SECOND, TestWorld, TICKTIME_US } from '../erlang/world.ts';

/** A cut is noticed after one to one and a quarter ticktimes. */
export const DETECTED_S = (1.25 * TICKTIME_US) / SECOND + 0.2;
const BOOT_US = 600_000;
const STOP_US = 100_000;
/** Ten waits for tables of half a minute; then the boot has failed (CLU-13). */
const TABLE_WAIT_US = 300 * SECOND;

class Named extends ErlangProcess {
  constructor(vm: Vm, name: string) {
    super(vm, name);
    vm.register(name, this);
  }

  protected handleMessage(_message: Message): void {}
}

class Rabbit extends Named implements RabbitApplication {
  isRunning = true;
}

class Counter extends Named {
  private readonly node: TestNode;

  constructor(vm: Vm, node: TestNode) {
    super(vm, CONNECTION_COUNTER);
    this.node = node;
  }

  countConnections(): number {
    return this.node.connections;
  }
}

export type AppState = 'running' | 'stopping' | 'stopped' | 'booting' | 'dead';

export class TestNode {
  readonly name: string;
  readonly directory = new MnesiaDirectory();
  vm!: Vm;
  mnesia!: Mnesia;
  monitor: NodeMonitor | undefined;
  state: AppState = 'dead';
  connections = 0;
  bootUs = BOOT_US;
  stopUs = STOP_US;
  private readonly cluster: TestCluster;
  private memory: AutohealMemory = null;
  private processes: ErlangProcess[] = [];

  constructor(cluster: TestCluster, name: string, members: readonly string[]) {
    this.cluster = cluster;
    this.name = name;
    const schema = members.map((member) => ({ name: member, type: 'disc' as const }));
    this.directory.discTables.set(schemaTable.name, new Map([[SCHEMA_KEY, schema]]));
  }

  /** A VM, and the application in it at once. */
  start(tickPhaseUs: number): void {
    this.vm = this.cluster.world.vm(this.name, { tickPhaseUs });
    this.boot(() => {});
  }

  private boot(done: () => void): void {
    this.state = 'booting';
    const { vm } = this;
    this.mnesia = new Mnesia(vm, this.directory, {
      loaded: () => this.up(vm, done),
      inconsistentDatabase: (peer) =>
        this.monitor?.deliver({ type: 'inconsistent_database', peer } as Message),
    });
    const { mnesia } = this;
    mnesia.start();
    this.cluster.world.simulation.after(TABLE_WAIT_US, 2, () =>
      vm.whenRunning(() => {
        if (this.mnesia !== mnesia || mnesia.isLoaded || this.state !== 'booting') return;
        mnesia.exit('shutdown');
        this.state = 'stopped';
        done();
      }),
    );
  }

  private up(vm: Vm, done: () => void): void {
    this.state = 'running';
    this.processes = [new Rabbit(vm, RABBIT), new Counter(vm, this)];
    const running = this.mnesia.runningNodes();
    const possiblyPartitioned = vm
      .connectedNodes()
      .filter((node) => !running.includes(node) && this.cluster.node(node).vm.whereis(RABBIT) !== undefined);
    const { handling } = this.cluster;
    this.monitor = new NodeMonitor(this.port(), strategyFactory(handling), this.memory, possiblyPartitioned);
    this.memory = null;
    this.monitor.announce();
    done();
  }

  /** Ends the application; the VM stays. */
  stopApplication(done: () => void = () => {}): void {
    const { vm } = this;
    this.state = 'stopping';
    this.cluster.world.simulation.after(this.stopUs, 2, () =>
      vm.whenRunning(() => {
        if (vm !== this.vm || this.state !== 'stopping') return;
        this.monitor?.exit('shutdown');
        this.monitor = undefined;
        for (const process of this.processes) process.exit('shutdown');
        this.mnesia.exit('shutdown');
        this.state = 'stopped';
        done();
      }),
    );
  }

  startApplication(done: () => void = () => {}): void {
    const { vm } = this;
    if (this.state !== 'stopped') throw new Error(`${this.name} is started while it is ${this.state}`);
    this.state = 'booting';
    this.cluster.world.simulation.after(this.bootUs, 2, () =>
      vm.whenRunning(() => {
        if (vm === this.vm && this.state === 'booting') this.boot(done);
      }),
    );
  }

  kill(): void {
    this.vm.kill();
    this.monitor = undefined;
    this.state = 'dead';
  }

  get mayConfirm(): boolean {
    return this.monitor?.strategy.mayConfirm() ?? false;
  }

  get partitions(): readonly string[] {
    return this.monitor?.partitions ?? [];
  }

  private port(): MonitorPort {
    return {
      vm: this.vm,
      members: () => this.mnesia.members(),
      runningNodes: () => this.mnesia.runningNodes(),
      deadRabbit: (_caller, _peer, done) => done(),
      liveRabbit: (_caller, _peer, done) => done(),
      stopApplication: (_why, done) => this.stopApplication(done),
      startApplication: (_why, done) => this.startApplication(done),
      rememberAutoheal: (memory) => (this.memory = memory),
    };
  }
}

export class TestCluster {
  readonly world: TestWorld;
  readonly handling: PartitionHandling;
  readonly nodes: readonly TestNode[];
  /** What the nodes have written into the journal: `a: nodedown b net_tick_timeout`. */
  readonly log: { readonly atS: number; readonly text: string }[] = [];

  /** `tickPhasesS`: when in the ticker's interval (2 s) each node looks. Members are in the order of `names`. */
  constructor(handling: PartitionHandling, names = ['a', 'b', 'c'], tickPhasesS: readonly number[] = []) {
    this.handling = handling;
    this.world = new TestWorld();
    const { journal } = this.world.simulation;
    journal.onAny((type, timeUs, ...slots) => {
      const [node, ...rest] = type.fields.map((_, index) => journal.text(slots[index]!));
      this.log.push({ atS: timeUs / SECOND, text: [`${node}: ${type.name}`, ...rest].join(' ') });
    });
    this.nodes = names.map((name) => new TestNode(this, name, names));
    this.nodes.forEach((node, index) => node.start(Math.round((tickPhasesS[index] ?? 0.3 * index) * SECOND)));
    this.run(2);
    this.log.length = 0;
  }

  node(name: string): TestNode {
    return this.nodes.find((node) => node.name === name)!;
  }

  get states(): AppState[] {
    return this.nodes.map((node) => node.state);
  }

  get texts(): string[] {
    return this.log.map(({ text }) => text);
  }

  /** The texts that tell of one of these. */
  told(...types: string[]): string[] {
    return this.texts.filter((text) => types.includes(text.split(' ')[1]!));
  }

  atS(text: string): number {
    return this.log.find((line) => line.text.startsWith(text))?.atS ?? Number.NaN;
  }

  /** Cuts every pair of nodes that stand on different sides. */
  partition(...sides: string[][]): void {
    this.acrossSides(sides, (one, other) => this.world.cut(one, other));
  }

  heal(...sides: string[][]): void {
    this.acrossSides(sides, (one, other) => this.world.heal(one, other));
  }

  private acrossSides(sides: string[][], act: (one: string, other: string) => void): void {
    sides.forEach((side, index) => {
      for (const one of side) for (const other of sides.slice(index + 1).flat()) act(one, other);
    });
  }

  /** Runs for so many seconds. */
  run(seconds: number): void {
    this.world.runUntil(this.world.nowS + seconds);
  }

  /** Whether all share one state again and nobody remembers a partition. */
  get isWhole(): boolean {
    const names = this.nodes.map((node) => node.name);
    return this.nodes.every(
      (node) =>
        node.state === 'running' &&
        node.partitions.length === 0 &&
        names.every((name) => node.mnesia.isRunning(name)),
    );
  }
}
