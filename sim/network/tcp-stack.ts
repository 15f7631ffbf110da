/**
 * What all TCP connections of a simulation share: the numbers under which the arrivals of segments are scheduled, and the random
 * stream of their timing.
 */
import type { RandomStream } from '../kernel/random.ts';
import { Priority, type Simulation } from '../kernel/simulation.ts';

/** One direction of a connection, as far as its arrivals go. */
interface Arrivals {
  arrive(epoch: number): void;
}

/** Simulation-wide table of pipes, so that an arrival is an event of two integers. */
export class TcpStack {
  readonly simulation: Simulation;
  readonly random: RandomStream;
  private readonly pipes: (Arrivals | undefined)[] = [];
  private readonly freeIds: number[] = [];
  private readonly arriveOperation: number;
  private lastEpoch = 0;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.random = simulation.random.stream('tcp');
    this.arriveOperation = simulation.operation((id, epoch) => this.pipes[id]?.arrive(epoch));
  }

  /** Epochs are unique in a simulation, so that an arrival meant for a pipe that is gone finds no other. */
  nextEpoch(): number {
    this.lastEpoch = (this.lastEpoch + 1) | 0;
    return this.lastEpoch;
  }

  add(pipe: Arrivals): number {
    const id = this.freeIds.pop() ?? this.pipes.length;
    this.pipes[id] = pipe;
    return id;
  }

  remove(id: number): void {
    this.pipes[id] = undefined;
    this.freeIds.push(id);
  }

  scheduleArrival(id: number, epoch: number, arrivalUs: number): void {
    this.simulation.scheduleAt(arrivalUs, Priority.network, this.arriveOperation, id, epoch);
  }
}
