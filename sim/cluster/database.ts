/**
 * What the rest of a broker sees of Mnesia: tables that every running node has a copy of, dirty reads that never
 * block, and transactions that are over when every running node has committed (CLU-8), so that they wait for a peer that is
 * silent but not yet known to be down (CLU-9).
 */
import type { ErlangProcess } from '../erlang/erlang-process.ts';

/** A replicated table. Values are immutable: a change writes a new value. Keys are text. */
export interface Table<T> {
  readonly name: string;
  /** `disc`: survives a stop of all nodes; `ram`: rebuilt at boot or copied from a running peer (CLU-7). */
  readonly storage: 'disc' | 'ram';
  /** Never set; carries the type of the table's values. */
  readonly valueType?: T;
}

export function table<T>(name: string, storage: 'disc' | 'ram'): Table<T> {
  return { name, storage };
}

/** The inside of a transaction: reads see what the transaction has written. */
export interface Transaction {
  read<T>(table: Table<T>, key: string): T | undefined;
  keys(table: Table<unknown>): string[];
  write<T>(table: Table<T>, key: string, value: T): void;
  delete(table: Table<unknown>, key: string): void;
}

export interface TransactionOptions {
  /**
   * What is locked on every running node while it runs: `table/key` or `table`. Two transactions that share a lock (a whole table
   * covers its keys) run one after the other.
   */
  readonly locks: readonly string[];
  /** Standing still until it is over is the default; a helper process of RabbitMQ's is `false`. */
  readonly suspends?: boolean;
}

export interface Database {
  /** All nodes of the schema, this one included, in schema order. */
  members(): string[];
  /** Nodes whose Mnesia shares state with ours, this one included (CLU-1). */
  runningNodes(): string[];
  isRunning(node: string): boolean;
  /** Grows with every change of this node's copy of a table; equal versions mean equal content. */
  version(table: Table<unknown>): number;
  read<T>(table: Table<T>, key: string): T | undefined;
  /**
   * Calls `changed` after each change of this node's copy of a table, whoever made it (`mnesia:subscribe`); it must only send. What is
   * returned ends that.
   */
  subscribe(table: Table<unknown>, changed: () => void): () => void;
  /** In insertion order of the local copy. */
  entries<T>(table: Table<T>): IterableIterator<[string, T]>;
  /**
   * Runs `body` when its locks are held on all running nodes; it may run again if a node goes down meanwhile, so it must only
   * read and write through its argument. `done` gets the value of the run that was committed. The process is
   * suspended meanwhile unless asked otherwise; a process that dies gets no answer, and its transaction may still commit.
   */
  transaction<R>(
    process: ErlangProcess,
    options: TransactionOptions,
    body: (transaction: Transaction) => R,
    done: (result: R) => void,
  ): void;
}
