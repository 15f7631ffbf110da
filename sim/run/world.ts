/**
 * The world of an experiment, as far as running it needs one: the network, and for each node what faults do to it, what an
 * operator may ask of it and what can be seen of it from outside. `sim/node/` builds it.
 */
import type { Internet } from '../network/dial.ts';
import type { NodeControl } from '../operator/node-control.ts';
import type { ObservedNodeState, ObservedQueue } from '../records/observation.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { TimingDraws } from './timings.ts';

/** A node with its machine. Faults on what is not there (killing a node that is down) do nothing. */
export interface WorldNode extends NodeControl {
  // --- faults ---
  /** The VM dies at once; its kernel resets its connections. */
  kill(): void;
  /** The machine vanishes: nobody is told. */
  powerOff(): void;
  freeze(): void;
  unfreeze(): void;
  /** Boots a node that is down. */
  start(): void;
  /** The connection to a peer, if there is one, is closed by a reset. */
  resetConnection(peer: string): void;
  /** The queue's process on this node crashes. */
  crashQueue(queue: string): void;
  /** A registered process stands still, or goes on. */
  suspendProcess(name: string): void;
  resumeProcess(name: string): void;
  /** Uses up the machine's memory or disk, or gives it back. */
  fillMemory(full: boolean): void;
  fillDisk(full: boolean): void;
  /** Shovels and federation links end in order: the scenario is over. */
  stopLinks(): void;
  /** From now on each fsync takes what this draws, in µs. */
  setFsync(drawUs: () => number): void;

  // --- what can be seen ---
  readonly state: ObservedNodeState;
  /** As `cluster_status` names them for this node; empty while its application is not running. */
  partitions(): readonly string[];
  /** The members and the running nodes as this node's metadata has them; null while its application is not running. */
  members(): readonly string[] | null;
  running(): readonly string[] | null;
  /** Every queue this node knows, absent durable ones included; empty while its application is not running. */
  queues(): ReadonlyMap<string, ObservedQueue>;
}

export interface World {
  /** In the scenario's order. */
  readonly nodes: ReadonlyMap<string, WorldNode>;
}

export interface ClusterOptions {
  readonly simulation: Simulation;
  readonly internet: Internet;
  readonly scenario: Scenario;
  readonly timings: TimingDraws;
  /** Marks a rule of the registry as exercised. */
  readonly cite: (rule: { readonly index: number }) => void;
  /**
   * To be called once, when the cluster is formed and idle and the topology is declared: that moment is time 0 of the scenario.
   * It may be called before the factory returns.
   */
  formed(): void;
}

/** Builds the nodes of a scenario and sets them going. */
export type CreateCluster = (options: ClusterOptions) => World;
