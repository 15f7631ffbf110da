/** A handful of VMs on a network, for tests of the rooms that stand on Erlang. */
import { Disk } from '../../sim/erlang/disk.ts';
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { Message } from '../../sim/erlang/message.ts';
import { Vm } from '../../sim/erlang/vm.ts';
import { Scheduler } from '../../sim/kernel/turns.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Internet } from '../../sim/network/dial.ts';
import { Network, PERFECT_LINK } from '../../sim/network/network.ts';

export const SECOND = 1_000_000;
export const TICKTIME_US = 8 * SECOND;

export class TestWorld {
  readonly simulation: Simulation;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly internet: Internet;
  private creations = 0;

  constructor(seed = 'test') {
    this.simulation = new Simulation({ seed });
    this.scheduler = new Scheduler(this.simulation);
    this.network = new Network(this.simulation, () => PERFECT_LINK);
    this.internet = new Internet(this.simulation, this.network);
  }

  vm(node: string, options: { cookie?: string; tickPhaseUs?: number; disk?: Disk } = {}): Vm {
    this.creations++;
    return new Vm(this.scheduler, this.internet, {
      node,
      creation: this.creations,
      disk: options.disk ?? new Disk(this.simulation, () => 2_000),
      cite: () => {},
      netTicktimeUs: TICKTIME_US,
      cookie: options.cookie ?? 'cookie',
      tickPhaseUs: options.tickPhaseUs ?? 0,
    });
  }

  cut(a: string, b: string): void {
    this.network.link(a, b).cut();
    this.network.link(b, a).cut();
  }

  heal(a: string, b: string): void {
    this.network.link(a, b).heal();
    this.network.link(b, a).heal();
  }

  runUntil(seconds: number): void {
    this.simulation.run({ untilUs: Math.round(seconds * SECOND), maxEvents: 10_000_000 });
  }

  get nowS(): number {
    return this.simulation.nowUs / SECOND;
  }
}

/** Keeps everything it receives, with the time. */
export class Recorder extends ErlangProcess {
  readonly received: { atS: number; message: Message }[] = [];

  constructor(vm: Vm, name = 'recorder') {
    super(vm, name);
    vm.register(name, this);
  }

  protected handleMessage(message: Message): void {
    this.received.push({ atS: this.nowUs / SECOND, message });
  }

  types(): string[] {
    return this.received.map(({ message }) => message.type);
  }

  tell(to: { node: string; name: string }, message: Message): void {
    this.send(to, message);
  }

  watch(to: { node: string; name: string }): void {
    this.monitor(to);
  }
}
