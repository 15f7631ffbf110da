/**
 * The disk of a machine: what survives its VM. Files are named JavaScript values that belong to their writer; a write is
 * complete when its flush is (`sync`), and the VM's death cuts off what had not been written. The operating system's page
 * cache, full disks and torn pages are left out.
 */
import { Priority, type Simulation } from '../kernel/simulation.ts';

export class Disk {
  private readonly simulation: Simulation;
  private readonly files = new Map<string, unknown>();
  /** Draws how long the next fsync takes; a slow disk's takes longer. */
  fsyncUs: () => number;

  constructor(simulation: Simulation, fsyncUs: () => number) {
    this.simulation = simulation;
    this.fsyncUs = fsyncUs;
  }

  read<T>(path: string): T | undefined {
    return this.files.get(path) as T | undefined;
  }

  write(path: string, value: unknown): void {
    this.files.set(path, value);
  }

  remove(path: string): void {
    this.files.delete(path);
  }

  /** Names of all files that begin with `prefix`, in the order in which they were first written. */
  list(prefix: string): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(prefix));
  }

  /** Calls `done` when an fsync that begins now is over. The caller's VM may be dead by then: it must check. */
  sync(done: () => void): void {
    this.simulation.after(this.fsyncUs(), Priority.timer, done);
  }
}
