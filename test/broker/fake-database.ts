/** A database of one node, or of several that share everything at once: transactions commit after a fixed time. */
import type { Database, Table, Transaction, TransactionOptions } from '../../sim/cluster/database.ts';
import type { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import { Priority, type Simulation } from '../../sim/kernel/simulation.ts';

const COMMIT_US = 500;

export class FakeDatabase implements Database {
  readonly down = new Set<string>();
  /** How many transactions have committed. */
  commits = 0;
  private readonly simulation: Simulation;
  private readonly nodes: string[];
  private readonly tables = new Map<string, Map<string, unknown>>();
  private readonly versions = new Map<string, number>();

  constructor(simulation: Simulation, nodes: string[]) {
    this.simulation = simulation;
    this.nodes = nodes;
  }

  members(): string[] {
    return this.nodes;
  }

  runningNodes(): string[] {
    return this.nodes.filter((node) => !this.down.has(node));
  }

  isRunning(node: string): boolean {
    return this.nodes.includes(node) && !this.down.has(node);
  }

  /** Nothing that is tested with this database listens. */
  subscribe(): () => void {
    return () => undefined;
  }

  version(table: Table<unknown>): number {
    return this.versions.get(table.name) ?? 0;
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    return this.rows(table).get(key) as T | undefined;
  }

  *entries<T>(table: Table<T>): IterableIterator<[string, T]> {
    yield* this.rows(table) as Map<string, T>;
  }

  /** Writes at once, outside any transaction: for what a test finds in place. */
  put<T>(table: Table<T>, key: string, value: T | undefined): void {
    if (value === undefined) this.rows(table).delete(key);
    else this.rows(table).set(key, value);
    this.versions.set(table.name, this.version(table) + 1);
  }

  /** All that lives in memory is gone: every node was down at once. */
  forgetRam(tables: readonly Table<unknown>[]): void {
    for (const table of tables) if (table.storage === 'ram') this.rows(table).clear();
  }

  transaction<R>(
    process: ErlangProcess,
    _options: TransactionOptions,
    body: (transaction: Transaction) => R,
    done: (result: R) => void,
  ): void {
    process.standStill((resumeWith) =>
      this.simulation.after(COMMIT_US, Priority.timer, () => {
        const result = body({
          read: (table, key) => this.read(table, key),
          keys: (table) => [...this.rows(table).keys()],
          write: (table, key, value) => this.put(table, key, value),
          delete: (table, key) => this.put(table, key, undefined),
        });
        this.commits += 1;
        resumeWith(() => done(result));
      }),
    );
  }

  private rows(table: Table<unknown>): Map<string, unknown> {
    let rows = this.tables.get(table.name);
    if (rows === undefined) this.tables.set(table.name, (rows = new Map()));
    return rows;
  }
}
