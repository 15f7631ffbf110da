/**
 * What partition handling asks of the node it runs on. `node/` connects it: a strategy stops and starts the application, a
 * peer's death purges queue records, without this room knowing the rooms in which that happens.
 */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Vm } from '../erlang/vm.ts';

export interface MonitorPort {
  readonly vm: Vm;
  /** All members of the cluster, in schema order (`rabbit_nodes:all/0`). */
  members(): string[];
  /** Members whose Mnesia shares state with ours (`rabbit_nodes:all_running/0`). */
  runningNodes(): string[];
  /** Housekeeping after a peer's application went down (CLU-17), run inside `caller`. */
  deadRabbit(caller: ErlangProcess, peer: string, done: () => void): void;
  /** Housekeeping when a peer's application is there (again). */
  liveRabbit(caller: ErlangProcess, peer: string, done: () => void): void;
  /** Stops the application; `why` is `paused` or `autoheal`. */
  stopApplication(why: 'paused' | 'autoheal', done: () => void): void;
  /** Kept over a restart of the application, for the next node monitor. */
  rememberAutoheal(memory: { readonly winner: string; readonly losers: readonly string[] } | null): void;
  /** Starts it; `done` is called when it is up, or has failed to come up. */
  startApplication(why: 'resumed' | 'autoheal', done: () => void): void;
}

export type PartitionHandling =
  | { readonly strategy: 'ignore' }
  | { readonly strategy: 'pause_minority' }
  | { readonly strategy: 'autoheal' }
  | {
      readonly strategy: 'pause_if_all_down';
      readonly nodes: readonly string[];
      readonly recover: 'ignore' | 'autoheal';
    };

/** The process registered as `rabbit`: it is there from early in the boot; `isRunning` only once the boot is over (`rabbit:is_running`). */
export interface RabbitApplication {
  readonly isRunning: boolean;
}

/** Whether the application of this VM has booted. For remote calls. */
export function isRabbitRunning(vm: Vm): boolean {
  return (vm.whereis(RABBIT) as (ErlangProcess & RabbitApplication) | undefined)?.isRunning === true;
}

export const NODE_MONITOR = 'rabbit_node_monitor';
export const RABBIT = 'rabbit';
export const OUTSIDE_PROCESS = 'rabbit_outside_app_process';
