/**
 * Transactions as their coordinator runs them: locks on every running node, the body on the local copy, the
 * commit on every running node, and only then the caller goes on (CLU-8). A peer that is silent but not known to be down is
 * waited for; when it is known to be down, it is left out (CLU-9).
 */
import type { Pid } from '../erlang/message.ts';
import type { Table, Transaction } from './database.ts';
import type { TableStore, TableWrite } from './table-store.ts';

/** What a coordinator needs of the Mnesia it runs in. */
export interface Participants {
  readonly self: string;
  /** Nodes with a current copy, this one included, in any order. */
  current(): readonly string[];
  lock(node: string, transaction: object, keys: readonly string[]): void;
  commit(node: string, transaction: object, writes: readonly TableWrite[]): void;
  release(node: string, transaction: object): void;
  /** Calls `done` when what was written to disc tables here has been flushed. */
  flush(done: () => void): void;
}

interface Running {
  readonly id: object;
  readonly keys: readonly string[];
  readonly body: (transaction: Transaction) => unknown;
  readonly done: (result: unknown) => void;
  /** Nodes whose lock is held, and the one that was asked. */
  readonly locked: Set<string>;
  asked: string | null;
  /** Nodes that have not answered the commit; null before the commit. */
  committing: Set<string> | null;
  result: unknown;
}

export class Coordinator {
  private readonly participants: Participants;
  private readonly store: TableStore;
  private readonly running = new Map<object, Running>();

  constructor(participants: Participants, store: TableStore) {
    this.participants = participants;
    this.store = store;
  }

  start<R>(keys: readonly string[], body: (transaction: Transaction) => R, done: (result: R) => void): void {
    const running: Running = {
      id: {},
      keys,
      body,
      done: done as (result: unknown) => void,
      locked: new Set(),
      asked: null,
      committing: null,
      result: undefined,
    };
    this.running.set(running.id, running);
    this.lockNext(running);
  }

  granted(transaction: object, node: string): void {
    const running = this.running.get(transaction);
    if (running === undefined) {
      this.participants.release(node, transaction);
      return;
    }
    running.locked.add(node);
    running.asked = null;
    this.lockNext(running);
  }

  committed(transaction: object, node: string): void {
    const running = this.running.get(transaction);
    if (running?.committing?.delete(node) === true) this.finishIfCommitted(running);
  }

  peerDown(node: string): void {
    for (const running of [...this.running.values()]) {
      running.locked.delete(node);
      if (running.committing !== null) {
        if (running.committing.delete(node)) this.finishIfCommitted(running);
      } else if (running.asked === node) {
        running.asked = null;
        this.lockNext(running);
      }
    }
  }

  /** The next node in the order of names, until all current copies are locked. */
  private lockNext(running: Running): void {
    const next = this.participants
      .current()
      .toSorted()
      .find((node) => !running.locked.has(node));
    if (next === undefined) {
      this.execute(running);
      return;
    }
    // A node that has just joined may come before one that is held: waiting for it now could wait for ever.
    if ([...running.locked].some((node) => node > next)) {
      for (const node of running.locked) this.participants.release(node, running.id);
      running.locked.clear();
      this.lockNext(running);
      return;
    }
    running.asked = next;
    this.participants.lock(next, running.id, running.keys);
  }

  private execute(running: Running): void {
    const view = new TransactionView(this.store);
    running.result = running.body(view);
    const writes = view.writes();
    const nodes = this.participants.current().filter((node) => node !== this.participants.self);
    this.store.apply(writes);
    if (writes.length === 0) {
      for (const node of nodes) this.participants.release(node, running.id);
      this.finish(running);
      return;
    }
    running.committing = new Set(nodes);
    for (const node of nodes) this.participants.commit(node, running.id, writes);
    if (writes.some((write) => write.table.storage === 'disc')) {
      running.committing.add(this.participants.self);
      this.participants.flush(() => this.committed(running.id, this.participants.self));
    }
    this.finishIfCommitted(running);
  }

  private finishIfCommitted(running: Running): void {
    if (running.committing!.size === 0) this.finish(running);
  }

  private finish(running: Running): void {
    this.running.delete(running.id);
    this.participants.release(this.participants.self, running.id);
    running.done(running.result);
  }
}

/** The inside of a transaction: reads see its own writes. */
export class TransactionView implements Transaction {
  private readonly store: TableStore;
  private readonly changes = new Map<string, TableWrite>();

  constructor(store: TableStore) {
    this.store = store;
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    const change = this.changes.get(`${table.name}/${key}`);
    return change === undefined ? this.store.read(table, key) : (change.value as T | undefined);
  }

  keys(table: Table<unknown>): string[] {
    const keys = new Set(this.store.rows(table).keys());
    for (const change of this.changes.values()) {
      if (change.table.name !== table.name) continue;
      if (change.value === undefined) keys.delete(change.key);
      else keys.add(change.key);
    }
    return [...keys];
  }

  write<T>(table: Table<T>, key: string, value: T): void {
    this.changes.set(`${table.name}/${key}`, { table, key, value });
  }

  delete(table: Table<unknown>, key: string): void {
    this.changes.set(`${table.name}/${key}`, { table, key, value: undefined });
  }

  writes(): TableWrite[] {
    return [...this.changes.values()];
  }
}

/** Messages between the Mnesias of two nodes. */
export type MnesiaMessage =
  | {
      readonly type: 'lock';
      readonly transaction: object;
      readonly keys: readonly string[];
      readonly from: Pid;
    }
  | { readonly type: 'granted'; readonly transaction: object; readonly node: string }
  | {
      readonly type: 'commit';
      readonly transaction: object;
      readonly writes: readonly TableWrite[];
      readonly from: Pid;
    }
  | { readonly type: 'committed'; readonly transaction: object; readonly node: string }
  | { readonly type: 'release'; readonly transaction: object }
  /** `met`: those whose changes it takes and who take its own from now on. */
  | { readonly type: 'loaded'; readonly node: string; readonly met: readonly string[] };
