/**
 * What became of a transaction whose coordinator went down between its locks and its commit: a node that holds a lock for it asks
 * the others, as `mnesia_recover` does, so that those who remain either all commit or all do not (CLU-8, CLU-9). Decision
 * tables on disk are left out: a node that starts copies everything from a peer anyway (CLU-11).
 */
import type { CallOutcome } from '../erlang/erlang-process.ts';
import type { CallFrom, Message } from '../erlang/message.ts';
import { EVERYTHING, type Locker } from './locker.ts';
import type { PeerState } from './loading.ts';
import type { TableStore, TableWrite } from './table-store.ts';

export interface DecisionQuestion extends Message {
  readonly type: 'decision';
  readonly transaction: object;
}

/** What was written, or null: not committed here. */
type Decision = readonly TableWrite[] | null;

export interface DecisionPort {
  readonly locker: Locker;
  readonly store: TableStore;
  readonly peers: ReadonlyMap<string, PeerState>;
  ask(peer: PeerState, request: DecisionQuestion, outcome: CallOutcome<Decision>): void;
  reply(to: CallFrom, decision: Decision): void;
}

export class Decisions {
  private readonly port: DecisionPort;
  /** Forgets by itself what nobody who could ask holds a lock for any more. */
  private readonly commits = new WeakMap<object, readonly TableWrite[]>();
  private readonly inDoubt = new Set<object>();
  /** Questions about transactions whose coordinator may yet commit. */
  private readonly questions = new Map<object, CallFrom[]>();

  constructor(port: DecisionPort) {
    this.port = port;
  }

  /** The coordinator says that it has committed. */
  commit(transaction: object, writes: readonly TableWrite[]): void {
    this.port.store.apply(writes);
    this.commits.set(transaction, writes);
    this.close(transaction, writes);
  }

  /** The coordinator needs the lock no more, or the transaction is given up. */
  release(transaction: object): void {
    this.close(transaction, null);
  }

  private close(transaction: object, decision: Decision): void {
    this.inDoubt.delete(transaction);
    this.port.locker.release(transaction);
    this.answer(transaction, decision);
  }

  /** Its locks go: at once where nothing can have been committed with them, else when the others have been asked. */
  coordinatorDown(node: string): void {
    const { locker, peers } = this.port;
    const others = [...peers.values()].filter((peer) => peer.loaded);
    const doubtful =
      others.length === 0 ? [] : locker.heldFor(node).filter(({ keys }) => !keys.includes(EVERYTHING));
    for (const { transaction } of doubtful) this.inDoubt.add(transaction);
    locker.releaseNode(node, this.inDoubt);
    for (const { transaction } of doubtful) {
      this.answer(transaction, null);
      this.find(transaction, others);
    }
  }

  private find(transaction: object, others: readonly PeerState[]): void {
    let open = others.length;
    const heard = (decision: Decision): void => {
      open--;
      if (!this.inDoubt.has(transaction)) return;
      if (decision !== null) this.commit(transaction, decision);
      else if (open === 0) this.release(transaction);
    };
    for (const peer of others) {
      this.port.ask(peer, { type: 'decision', transaction }, { reply: heard, failed: () => heard(null) });
    }
  }

  /** Somebody asks. Who still hears from the coordinator answers when it knows. */
  question({ transaction }: DecisionQuestion, from: CallFrom): void {
    const isOpen = this.port.locker.holds(transaction) && !this.inDoubt.has(transaction);
    if (!isOpen) this.port.reply(from, this.commits.get(transaction) ?? null);
    else this.questions.set(transaction, [...(this.questions.get(transaction) ?? []), from]);
  }

  private answer(transaction: object, decision: Decision): void {
    const waiting = this.questions.get(transaction);
    if (waiting === undefined) return;
    this.questions.delete(transaction);
    for (const from of waiting) this.port.reply(from, decision);
  }
}
