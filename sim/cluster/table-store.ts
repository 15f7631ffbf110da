/**
 * One node's copy of the metadata tables, and what of it is on disk: the disc tables, the list of members, and the log of
 * nodes that this one saw go down (CLU-10, CLU-12). Records are shared by reference with the copies of other nodes,
 * because nobody ever changes one.
 */
import { table, type Table } from './database.ts';

export interface SchemaNode {
  readonly name: string;
  readonly type: 'disc' | 'ram';
}

/** Members of the cluster under the key `nodes`, in schema order. */
export const schemaTable = table<readonly SchemaNode[]>('schema', 'disc');
export const SCHEMA_KEY = 'nodes';

/** A change of one record; `value` undefined deletes. */
export interface TableWrite {
  readonly table: Table<unknown>;
  readonly key: string;
  readonly value: unknown;
}

/** What Mnesia's directory on a disk holds. It outlives the VM. */
export class MnesiaDirectory {
  readonly discTables = new Map<string, Map<string, unknown>>();
  /** Nodes that went down while this one was up, as far as it knows (`mnesia_down`). */
  readonly downs = new Set<string>();
  /** `force_boot`: load from here without waiting, once (CLU-14). */
  forceLoad = false;
}

export class TableStore {
  private readonly directory: MnesiaDirectory;
  private readonly ramTables = new Map<string, Map<string, unknown>>();
  private readonly versions = new Map<string, number>();
  private readonly subscribers = new Map<string, Set<() => void>>();

  constructor(directory: MnesiaDirectory) {
    this.directory = directory;
  }

  /** Grows with every change of a table; equal versions mean equal content of this copy. */
  version(table: Table<unknown>): number {
    return this.versions.get(table.name) ?? 0;
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    return this.rows(table).get(key);
  }

  rows<T>(table: Table<T>): Map<string, T> {
    const tables = table.storage === 'disc' ? this.directory.discTables : this.ramTables;
    let rows = tables.get(table.name);
    if (rows === undefined) tables.set(table.name, (rows = new Map()));
    return rows as Map<string, T>;
  }

  /** Calls `changed` after each change of a table, until what is returned is called. */
  subscribe(table: Table<unknown>, changed: () => void): () => void {
    const subscribers = this.subscribers.get(table.name) ?? new Set();
    this.subscribers.set(table.name, subscribers.add(changed));
    return () => void subscribers.delete(changed);
  }

  private tell(tables: Iterable<string>): void {
    if (this.subscribers.size === 0) return;
    for (const name of new Set(tables)) for (const changed of this.subscribers.get(name) ?? []) changed();
  }

  apply(writes: readonly TableWrite[]): void {
    for (const { table, key, value } of writes) {
      const rows = this.rows(table);
      if (value === undefined) rows.delete(key);
      else rows.set(key, value);
      this.versions.set(table.name, this.version(table) + 1);
    }
    this.tell(writes.map(({ table }) => table.name));
  }

  /** Everything, as a peer that loads its tables from here receives it (CLU-11). */
  snapshot(): TableSnapshot {
    return { disc: copyTables(this.directory.discTables), ram: copyTables(this.ramTables) };
  }

  /** Replaces everything this copy held. */
  install(snapshot: TableSnapshot): void {
    replaceTables(this.directory.discTables, snapshot.disc);
    replaceTables(this.ramTables, snapshot.ram);
    for (const name of [...this.directory.discTables.keys(), ...this.ramTables.keys()]) {
      this.versions.set(name, (this.versions.get(name) ?? 0) + 1);
    }
    this.tell([...this.directory.discTables.keys(), ...this.ramTables.keys()]);
  }
}

type Tables = Map<string, Map<string, unknown>>;

export interface TableSnapshot {
  readonly disc: Tables;
  readonly ram: Tables;
}

/** Bytes of a snapshot on the wire (an estimate). */
export function snapshotBytes(snapshot: TableSnapshot): number {
  let records = 0;
  for (const tables of [snapshot.disc, snapshot.ram])
    for (const rows of tables.values()) records += rows.size;
  return 4_000 + 500 * records;
}

function copyTables(tables: Tables): Tables {
  return new Map([...tables].map(([name, rows]) => [name, new Map(rows)]));
}

function replaceTables(target: Tables, source: Tables): void {
  target.clear();
  for (const [name, rows] of source) target.set(name, new Map(rows));
}
