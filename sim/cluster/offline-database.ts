/**
 * The metadata of a stopped node, read and changed on its disk: what `forget_cluster_node --offline` works on (CLU-20). No other
 * node takes part, so a transaction is over at once.
 */
import type { Table, Transaction } from './database.ts';
import { SCHEMA_KEY, schemaTable, TableStore, type MnesiaDirectory } from './table-store.ts';
import { TransactionView } from './transactions.ts';

export class OfflineDatabase {
  /** The stopped node; the only one that counts as running here. */
  readonly node: string;
  private readonly store: TableStore;

  constructor(node: string, directory: MnesiaDirectory) {
    this.node = node;
    this.store = new TableStore(directory);
  }

  members(): string[] {
    return (this.store.read(schemaTable, SCHEMA_KEY) ?? []).map((member) => member.name);
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    return this.store.read(table, key);
  }

  change(body: (transaction: Transaction) => void): void {
    const view = new TransactionView(this.store);
    body(view);
    this.store.apply(view.writes());
  }
}
