/**
 * How a starting Mnesia comes to its tables: from a running peer if there is one, from its own disk if nobody can have a newer
 * copy, else by waiting (CLU-11, CLU-12, CLU-14). All tables are loaded at once, where Mnesia decides for each table.
 */
import type { CallOutcome } from '../erlang/erlang-process.ts';
import type { Message, MonitorRef, Pid } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import { rule } from '../rules/registry.ts';
import { EVERYTHING, type Locker } from './locker.ts';
import type { MnesiaDirectory, SchemaNode, TableSnapshot, TableStore } from './table-store.ts';
import type { MnesiaMessage } from './transactions.ts';

const CLU_11 = rule('CLU-11');
const CLU_12 = rule('CLU-12');
const CLU_14 = rule('CLU-14');

/** What a Mnesia says of itself on contact. */
export interface Introduction {
  readonly pid: Pid;
  readonly loaded: boolean;
  /** Its own copy is as new as any: it went down last. */
  readonly wasLast: boolean;
}

export interface PeerState extends Introduction {
  readonly monitor: MonitorRef;
  loaded: boolean;
}

/** What a source sends: its tables, and the nodes that share its state, itself included. */
export interface Copy {
  readonly tables: TableSnapshot;
  readonly running: readonly string[];
}

/** What loading needs of the Mnesia it belongs to. */
export interface LoadingPort {
  readonly vm: Vm;
  readonly directory: MnesiaDirectory;
  readonly store: TableStore;
  readonly locker: Locker;
  /** The Mnesias we are in contact with. */
  readonly peers: ReadonlyMap<string, PeerState>;
  schema(): readonly SchemaNode[];
  ask<T>(peer: PeerState, request: Message, outcome: CallOutcome<T>): void;
  tell(node: string, message: MnesiaMessage): void;
  /** Introduces us to these nodes; `done` when each has answered or cannot. */
  contact(nodes: readonly string[], done: () => void): void;
  loaded(): void;
}

/** Tables are loaded in the reverse order of their definition, and the groups of mirrored queues are defined last. */
const LOADED_FIRST = new Set(['gm_group']);

/**
 * How often all tables have been asked for before the other side's word is there: a race between a few messages. Twelve of the 24
 * autoheals recorded with three nodes ended with ring and record from one side, the others with a queue without a living leader.
 * So it is fitted to those recordings and follows from no rule: that the seeds split alike is no evidence for the model.
 */
const LAST_WORD_LATE_SHARE = 0.5;

/** The tables that are loaded first from one side, all others from another. */
function withFirstTablesOf(first: TableSnapshot, others: TableSnapshot): TableSnapshot {
  const mixed = (from: TableSnapshot['ram'], rest: TableSnapshot['ram']): TableSnapshot['ram'] =>
    new Map([...rest, ...[...from].filter(([name]) => LOADED_FIRST.has(name))]);
  return { disc: mixed(first.disc, others.disc), ram: mixed(first.ram, others.ram) };
}

export class Loading {
  private readonly port: LoadingPort;
  private state: 'contacting' | 'waiting' | 'loading' | 'loaded' = 'contacting';
  /**
   * Whether every other disc node went down before us, by the log as it was when we started: that a peer has been met, or lost
   * again before it had loaded, makes no copy newer (CLU-12).
   */
  readonly wasLast: boolean;
  private readonly triedAgain = new Set<string>();

  constructor(port: LoadingPort) {
    this.port = port;
    const others = this.otherDiscNodes();
    this.wasLast = others !== null && others.every((node) => port.directory.downs.has(node));
  }

  get isOver(): boolean {
    return this.state === 'loaded';
  }

  /** Every member has been asked once; from now on the tables may be loaded. */
  contacted(): void {
    this.state = 'waiting';
    this.consider();
  }

  /** Loads where a current copy is known; waits otherwise. Called whenever something has changed. */
  consider(): void {
    if (this.state !== 'waiting') return;
    if (this.source() === undefined && !this.mayLoadOwnCopy()) return;
    this.state = 'loading';
    const lock = {};
    this.lockEverything(lock, new Set(), () => this.load(lock));
  }

  /** The first member that has the tables. */
  private source(): PeerState | undefined {
    const { peers } = this.port;
    const member = this.port.schema().find(({ name }) => peers.get(name)?.loaded === true);
    return member && peers.get(member.name);
  }

  /**
   * Whether no other node can have a newer copy: every other disc node went down before us; or all of them are here, none was
   * the last, and our name is the smallest (CLU-12); or the operator said so (CLU-14).
   */
  private mayLoadOwnCopy(): boolean {
    const { vm, peers, directory } = this.port;
    if (directory.forceLoad) {
      vm.cite(CLU_14);
      return true;
    }
    const others = this.otherDiscNodes();
    if (others === null) return false;
    vm.cite(CLU_12);
    if (this.wasLast) return true;
    return others.every((node) => peers.get(node)?.wasLast === false && vm.node < node);
  }

  /** Holders of a copy on disc besides us; null when we hold none ourselves. */
  private otherDiscNodes(): string[] | null {
    const { vm } = this.port;
    const discNodes = this.port.schema().filter((member) => member.type === 'disc');
    if (!discNodes.some((member) => member.name === vm.node)) return null;
    return discNodes.map((member) => member.name).filter((node) => node !== vm.node);
  }

  /** Loading excludes transactions and other loads everywhere, so that no change falls between copy and contact. */
  private lockEverything(lock: object, held: Set<string>, then: () => void): void {
    const { vm, peers, locker } = this.port;
    const nodes = [vm.node, ...peers.keys()].toSorted();
    const next = nodes.find((node) => !held.has(node));
    if (next === undefined) {
      then();
      return;
    }
    // Somebody who has just come may come before one that is held: waiting for it now could wait for ever.
    if ([...held].some((node) => node > next)) {
      this.unlockEverything(lock);
      held.clear();
      this.lockEverything(lock, held, then);
      return;
    }
    const goOn = (): void => {
      held.add(next);
      this.lockEverything(lock, held, then);
    };
    if (next === vm.node) {
      locker.request({ transaction: lock, node: next, keys: [EVERYTHING], granted: goOn });
      return;
    }
    const request = { type: 'lock_everything', lock, node: vm.node } as Message;
    this.port.ask(peers.get(next)!, request, { reply: goOn, failed: goOn });
  }

  private load(lock: object): void {
    const source = this.source();
    if (source === undefined) {
      if (this.mayLoadOwnCopy()) this.finish(lock);
      else {
        this.state = 'waiting';
        this.unlockEverything(lock);
      }
      return;
    }
    this.port.ask<Copy>(
      source,
      { type: 'snapshot' },
      {
        reply: (copy) => this.take(copy, lock),
        failed: () => this.load(lock),
      },
    );
  }

  /** Who shares the source's state must know us, too: somebody who could not be reached at first is tried once more. */
  private take(copy: Copy, lock: object): void {
    const { vm, peers, store } = this.port;
    const unknown = copy.running.filter(
      (node) => node !== vm.node && !peers.has(node) && !this.triedAgain.has(node),
    );
    if (unknown.length > 0) {
      for (const node of unknown) this.triedAgain.add(node);
      this.unlockEverything(lock);
      this.port.contact(unknown, () => this.contacted());
      return;
    }
    vm.cite(CLU_11);
    const other = this.otherSide(copy.running);
    if (other === undefined) {
      store.install(copy.tables);
      this.finish(lock);
      return;
    }
    this.port.ask<Copy>(
      other,
      { type: 'snapshot' },
      {
        reply: ({ tables }) => {
          store.install(withFirstTablesOf(copy.tables, tables));
          this.finish(lock);
        },
        failed: () => this.load(lock),
      },
    );
  }

  /**
   * Where nodes run that do not share state with each other, both sides say that they have the tables. Loading begins with the side that
   * was met first, two tables at a time; everything after these comes from the one that was met last, if its word is there by then.
   */
  private otherSide(running: readonly string[]): PeerState | undefined {
    const { peers } = this.port;
    const strangers = this.port.schema().filter(({ name }) => !running.includes(name));
    const last = strangers.findLast(({ name }) => peers.get(name)?.loaded === true);
    if (last === undefined || this.isLastWordLate()) return undefined;
    return peers.get(last.name);
  }

  private isLastWordLate(): boolean {
    const { vm } = this.port;
    return vm.simulation.random.stream(`mnesia/other_side/${vm.node}`).chance(LAST_WORD_LATE_SHARE);
  }

  private finish(lock: object): void {
    const { vm, peers, directory } = this.port;
    this.state = 'loaded';
    directory.forceLoad = false;
    const met = [...peers].filter(([, peer]) => peer.loaded).map(([node]) => node);
    for (const node of peers.keys()) this.port.tell(node, { type: 'loaded', node: vm.node, met });
    this.unlockEverything(lock);
    this.port.loaded();
  }

  private unlockEverything(lock: object): void {
    for (const node of this.port.peers.keys()) this.port.tell(node, { type: 'release', transaction: lock });
    this.port.locker.release(lock);
  }
}
