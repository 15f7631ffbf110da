/**
 * How a VM stands still and goes on: what its sockets and timers hold meanwhile, and which of its processes had something to do. After a
 * thaw the VM itself is there at once; its processes come a moment later, when the schedulers have worked through what came due.
 */
import type { Thawable } from '../kernel/turns.ts';
import { Priority, type Simulation } from '../kernel/simulation.ts';

/** From `t08-freeze-*`: the first line of a woken node's log comes 10 to 12 ms after its waking, when its peers are back already. */
const LAG_MEDIAN_US = 10_000;
const LAG_P99_US = 14_000;

export class Standstill {
  private readonly simulation: Simulation;
  private readonly node: string;
  private frozen = false;
  private caughtUp = true;
  private deferred: Thawable[] = [];
  private backlog: (() => void)[] = [];

  constructor(simulation: Simulation, node: string) {
    this.simulation = simulation;
    this.node = node;
  }

  get isFrozen(): boolean {
    return this.frozen;
  }

  /** Whether processes run. */
  get processesRun(): boolean {
    return this.caughtUp && !this.frozen;
  }

  defer(process: Thawable): void {
    this.deferred.push(process);
  }

  whenRunning(action: () => void): void {
    if (this.frozen) this.backlog.push(action);
    else action();
  }

  freeze(): void {
    this.frozen = true;
  }

  /** First what sockets and timers hold, then, a little later, the processes. */
  thaw(): void {
    this.frozen = false;
    this.caughtUp = false;
    const { simulation } = this;
    const lagUs = simulation.random.stream(`thaw/${this.node}`).lognormalUs(LAG_MEDIAN_US, LAG_P99_US);
    simulation.after(lagUs, Priority.timer, () => this.catchUp());
    const backlog = this.backlog;
    this.backlog = [];
    for (const action of backlog) this.whenRunning(action);
  }

  private catchUp(): void {
    this.caughtUp = true;
    if (this.frozen) return;
    const deferred = this.deferred;
    this.deferred = [];
    for (const process of deferred) process.thaw();
  }

  /** The VM is dead: nothing that waited will be. */
  clear(): void {
    this.frozen = false;
    this.backlog = [];
    this.deferred = [];
  }
}
