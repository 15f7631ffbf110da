/**
 * What the tools of maintenance may ask of a node: `rabbitmq-queues`, `rabbitmq-upgrade` and the checks of `rabbitmq-diagnostics`. As in
 * `node-control.ts`, every `done` is called once, with facts and with the names of refusals.
 */
import type { MemberStatus } from '../queues/quorum/operator-calls.ts';
import type { Done, Refusal } from './node-control.ts';

/** `applies: false`: the question makes no sense, for this reason. Otherwise the queues that need this node, as the broker calls them. */
export type Critical =
  | { readonly applies: false; readonly why: 'single node' | 'maintenance' }
  | { readonly applies: true; readonly queues: readonly string[] };

/** Patterns are unanchored regular expressions, known to compile. */
export interface RebalanceCommand {
  readonly type: 'all' | 'classic' | 'quorum';
  readonly vhostPattern: string;
  readonly queuePattern: string;
}

/** How many replicated queues a node leads. */
export interface BalanceRow {
  readonly node: string;
  readonly quorum: number;
  readonly classic: number;
}

export interface GrowCommand {
  readonly node: string;
  /** `even`: only queues with an even number of members. */
  readonly strategy: 'all' | 'even';
  readonly vhostPattern: string;
  readonly queuePattern: string;
}

/** A queue whose members were to be changed: how many it has now, and the tool's sentence if that failed. */
export interface MemberChange {
  readonly vhost: string;
  readonly queue: string;
  readonly size: number;
  readonly error: string | null;
}

export interface Listener {
  readonly port: number;
  readonly protocol: 'amqp' | 'clustering';
}

export interface MaintenanceControl {
  /** `rabbit:is_booting/0` */
  isBooting(): boolean;
  /** Opens or closes the ports of clients; who is connected stays. */
  setListeners(open: boolean, done: Done): void;
  drain(done: Done): void;
  revive(done: Done): void;
  /** What listens, suspended or not; only while the application runs. */
  listeners(): readonly Listener[];
  /** Whether a connection to the port is accepted. */
  accepts(port: number): boolean;
  /** Of the whole cluster, as this node knows them. */
  alarms(): readonly { readonly node: string; readonly resource: 'memory' | 'disk' }[];
  mirrorSyncCritical(done: (refusal: Refusal | null, critical: Critical) => void): void;
  quorumCritical(done: (refusal: Refusal | null, critical: Critical) => void): void;
  rebalance(
    command: RebalanceCommand,
    done: (refusal: Refusal | null, rows: readonly BalanceRow[]) => void,
  ): void;
  /** Of a quorum queue, by what the broker calls it: each member by itself. */
  quorumStatus(
    queue: string,
    done: (refusal: Refusal | null, members: readonly MemberStatus[]) => void,
  ): void;
  /** `queue` as the broker calls it. */
  changeMember(
    change: 'add' | 'remove',
    queue: string,
    node: string,
    done: (refusal: Refusal | null) => void,
  ): void;
  grow(command: GrowCommand, done: (refusal: Refusal | null, changes: readonly MemberChange[]) => void): void;
  shrink(node: string, done: (refusal: Refusal | null, changes: readonly MemberChange[]) => void): void;
}
