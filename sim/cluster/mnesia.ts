/**
 * Mnesia on one node, merged into one process: who shares state with whom, how a starting node finds a current copy of
 * the tables, and what a lost connection leaves behind (CLU-8 to CLU-13).
 *
 * Two Mnesias share state from the moment in which one of them, starting, has loaded its tables from the other; they stop
 * sharing it when either sees the other go down, and do not merge by themselves (CLU-10): only a third that starts and meets both
 * makes them share what is written from then on, and neither takes the other's content. Checkpoints, dumping,
 * fragmentation and read locks are left out.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, Message, NodeMessage, Pid } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import { Priority } from '../kernel/simulation.ts';
import { rule } from '../rules/registry.ts';
import type { Database, Table, Transaction, TransactionOptions } from './database.ts';
import { Decisions, type DecisionQuestion } from './decisions.ts';
import { Loading, type Copy, type Introduction, type PeerState } from './loading.ts';
import { EVERYTHING, Locker } from './locker.ts';
import {
  SCHEMA_KEY,
  schemaTable,
  snapshotBytes,
  TableStore,
  type MnesiaDirectory,
  type SchemaNode,
} from './table-store.ts';
import { Coordinator, type MnesiaMessage } from './transactions.ts';

const CLU_8 = rule('CLU-8');
const CLU_9 = rule('CLU-9');
const CLU_10 = rule('CLU-10');

export const MNESIA = 'mnesia';

/** Processor time of one message of a transaction. */
const MESSAGE_COST_US = 30;

/**
 * From a peer's death to its entry in the log: the notice goes through four processes first. The recorded runs pin it between a
 * reconnection that both sides report (`t05-cut-near-detection`, most times) and one that only the waking side does
 * (`t08-freeze-master-autoheal`, always).
 */
const LOG_DOWN_MEDIAN_US = 1_500;
const LOG_DOWN_P99_US = 6_000;

export interface MnesiaHooks {
  /** The tables are there; the application may go on booting. */
  loaded(): void;
  /** Connected again to a node that has logged us down as we have it (`running_partitioned_network`, CLU-10). */
  inconsistentDatabase(peer: string): void;
}

interface Hello extends Message {
  readonly type: 'hello';
  readonly node: string;
  readonly introduction: Introduction;
}

export class Mnesia extends ErlangProcess implements Database {
  private readonly directory: MnesiaDirectory;
  private readonly hooks: MnesiaHooks;
  private readonly store: TableStore;
  private readonly locker = new Locker();
  private readonly coordinator: Coordinator;
  /** Mnesias we are in contact with: those that have loaded share our state once we have loaded, too. */
  private readonly peers = new Map<string, PeerState>();
  /** Nodes that went down and whose entry in the log is being flushed. */
  private readonly loggingDown = new Set<string>();
  private commitsToFlush: (() => void)[] = [];
  private readonly loading: Loading;
  private readonly decisions: Decisions;

  constructor(vm: Vm, directory: MnesiaDirectory, hooks: MnesiaHooks) {
    super(vm, MNESIA);
    this.directory = directory;
    this.hooks = hooks;
    this.store = new TableStore(directory);
    this.loading = new Loading({
      vm,
      directory,
      store: this.store,
      locker: this.locker,
      peers: this.peers,
      schema: () => this.schema(),
      ask: (peer, request, outcome) => this.ask(peer.pid, request, outcome),
      tell: (node, message) => this.tell(node, message),
      contact: (nodes, done) => this.contact(nodes, done),
      loaded: () => this.hooks.loaded(),
    });
    this.decisions = new Decisions({
      locker: this.locker,
      store: this.store,
      peers: this.peers,
      ask: (peer, request, outcome) => this.ask(peer.pid, request, outcome),
      reply: (to, decision) => this.reply(to, decision),
    });
    this.coordinator = new Coordinator(
      {
        self: vm.node,
        current: () => this.runningNodes(),
        lock: (node, transaction, keys) =>
          this.tell(node, { type: 'lock', transaction, keys, from: this.pid }),
        commit: (node, transaction, writes) => {
          this.tell(node, { type: 'commit', transaction, writes, from: this.pid }, 200 + 400 * writes.length);
        },
        release: (node, transaction) => this.tell(node, { type: 'release', transaction }),
        flush: (done) => this.flush(done),
      },
      this.store,
    );
    vm.register(MNESIA, this);
    vm.monitorNodes(this);
  }

  protected override costUs(): number {
    return MESSAGE_COST_US;
  }

  // --- Database --------------------------------------------------------------------------------------------

  members(): string[] {
    return this.schema().map((member) => member.name);
  }

  schema(): readonly SchemaNode[] {
    return this.store.read(schemaTable, SCHEMA_KEY) ?? [];
  }

  isRunning(node: string): boolean {
    if (node === this.vm.node) return this.isLoaded;
    return this.peers.get(node)?.loaded === true;
  }

  runningNodes(): string[] {
    return this.members().filter((node) => this.isRunning(node));
  }

  version(table: Table<unknown>): number {
    return this.store.version(table);
  }

  subscribe(table: Table<unknown>, changed: () => void): () => void {
    return this.store.subscribe(table, changed);
  }

  read<T>(table: Table<T>, key: string): T | undefined {
    return this.store.read(table, key);
  }

  entries<T>(table: Table<T>): IterableIterator<[string, T]> {
    return this.store.rows(table).entries();
  }

  transaction<R>(
    process: ErlangProcess,
    options: TransactionOptions,
    body: (transaction: Transaction) => R,
    done: (result: R) => void,
  ): void {
    this.vm.cite(CLU_8);
    if (options.suspends === false) {
      this.coordinator.start(options.locks, body, (result) => process.deliverUrgent(() => done(result)));
    } else {
      process.standStill((resumeWith) =>
        this.coordinator.start(options.locks, body, (result) => resumeWith(() => done(result))),
      );
    }
  }

  private flush(done: () => void): void {
    // Commits of one instant share a flush.
    this.commitsToFlush.push(done);
    if (this.commitsToFlush.length > 1) return;
    this.vm.disk.sync(() => {
      const waiting = this.commitsToFlush;
      this.commitsToFlush = [];
      for (const flushed of waiting) this.deliverUrgent(flushed);
    });
  }

  // --- starting --------------------------------------------------------------------------------------------

  /** Whether this node lists `node` as having gone down before itself. */
  hasLoggedDown(node: string): boolean {
    return this.directory.downs.has(node);
  }

  get isLoaded(): boolean {
    return this.loading.isOver;
  }

  /** Contacts the other members and loads the tables as soon as that may be done (CLU-12). */
  start(): void {
    const others = this.members().filter((node) => node !== this.vm.node);
    this.contact(others, () => this.loading.contacted());
  }

  /** Introduces itself to these; `done` when each has answered or cannot. */
  private contact(nodes: readonly string[], done: () => void): void {
    let open = nodes.length;
    const answered = (): void => {
      open--;
      if (open === 0) done();
    };
    const hello: Hello = { type: 'hello', node: this.vm.node, introduction: this.introduction() };
    for (const node of nodes) {
      this.ask<Introduction>({ node, name: MNESIA }, hello, {
        reply: (introduction) => {
          this.meet(node, introduction);
          answered();
        },
        failed: answered,
      });
    }
    if (nodes.length === 0) done();
  }

  private introduction(): Introduction {
    return { pid: this.pid, loaded: this.isLoaded, wasLast: this.loading.wasLast };
  }

  private meet(node: string, introduction: Introduction): void {
    const { pid } = introduction;
    const known = this.peers.get(node);
    if (known !== undefined) {
      if (known.pid === pid) {
        known.loaded ||= introduction.loaded;
        return;
      }
      this.demonitor(known.monitor);
    }
    this.directory.downs.delete(node);
    this.loggingDown.delete(node);
    this.peers.set(node, { ...introduction, monitor: this.monitor(pid) });
  }

  // --- messages --------------------------------------------------------------------------------------------

  private tell(node: string, message: MnesiaMessage, bytes?: number): void {
    const pid = node === this.vm.node ? this.pid : this.peers.get(node)?.pid;
    if (pid !== undefined) this.send(pid, message, bytes);
  }

  /**
   * Whether we have seen this one go down, or never met it. It may not know that yet, and be connected again: it shares nothing with
   * us, and nobody would take back a lock that we gave it.
   */
  private isStranger(pid: Pid): boolean {
    return pid !== this.pid && this.peers.get(pid.node)?.pid !== pid;
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    switch (request.type) {
      case 'hello': {
        const { node, introduction } = request as Hello;
        this.meet(node, introduction);
        this.reply(from, this.introduction());
        this.loading.consider();
        return;
      }
      case 'lock_everything': {
        const { lock, node } = request as Message & { lock: object; node: string };
        if (this.isStranger(from.pid)) {
          this.reply(from, false);
          return;
        }
        this.locker.request({
          transaction: lock,
          node,
          keys: [EVERYTHING],
          granted: () => this.reply(from, true),
        });
        return;
      }
      case 'snapshot': {
        const tables = this.store.snapshot();
        const copy: Copy = { tables, running: this.runningNodes() };
        this.reply(from, copy, snapshotBytes(tables));
        return;
      }
      case 'decision':
        this.decisions.question(request as DecisionQuestion, from);
        return;
      case 'has_mnesia_down':
        this.reply(from, this.directory.downs.has((request as Message & { node: string }).node));
        return;
      default:
        super.handleCall(request, from);
    }
  }

  protected handleMessage(message: Message | MnesiaMessage | DownMessage | NodeMessage): void {
    switch (message.type) {
      case 'lock': {
        const { transaction, keys, from } = message as Extract<MnesiaMessage, { type: 'lock' }>;
        if (this.isStranger(from)) return;
        const granted = (): void =>
          this.send(from, { type: 'granted', transaction, node: this.vm.node } as Message);
        this.locker.request({ transaction, node: from.node, keys, granted });
        return;
      }
      case 'granted': {
        const { transaction, node } = message as Extract<MnesiaMessage, { type: 'granted' }>;
        this.coordinator.granted(transaction, node);
        return;
      }
      case 'commit': {
        const { transaction, writes, from } = message as Extract<MnesiaMessage, { type: 'commit' }>;
        if (this.isStranger(from)) return;
        this.decisions.commit(transaction, writes);
        this.send(from, { type: 'committed', transaction, node: this.vm.node } as Message);
        return;
      }
      case 'committed': {
        const { transaction, node } = message as Extract<MnesiaMessage, { type: 'committed' }>;
        this.coordinator.committed(transaction, node);
        return;
      }
      case 'release':
        this.decisions.release((message as Extract<MnesiaMessage, { type: 'release' }>).transaction);
        return;
      case 'loaded': {
        const { node, met } = message as Extract<MnesiaMessage, { type: 'loaded' }>;
        const peer = this.peers.get(node);
        if (peer !== undefined) peer.loaded = true;
        this.loading.consider();
        this.meetThrough(met);
        return;
      }
      case 'DOWN':
        this.peerDown((message as DownMessage).target as Pid);
        return;
      case 'nodeup':
        this.detectInconsistency((message as NodeMessage).node);
    }
  }

  /**
   * A node that has just started shares state with all of these. Who fell out with one of them is connected to it again by the same
   * transaction (`announce_im_running`), and each sends the other its changes from now on; what came apart stays apart (CLU-10).
   */
  private meetThrough(met: readonly string[]): void {
    const strangers = met.filter((node) => node !== this.vm.node && !this.peers.has(node));
    if (!this.isLoaded || strangers.length === 0) return;
    this.vm.cite(CLU_10);
    this.contact(strangers, () => {});
  }

  private peerDown(pid: Pid): void {
    const { node } = pid;
    if (this.peers.get(node)?.pid !== pid) return;
    this.vm.cite(CLU_9);
    this.peers.delete(node);
    this.logDown(node);
    this.decisions.coordinatorDown(node);
    this.coordinator.peerDown(node);
    this.loading.consider();
  }

  /**
   * The log is flushed before it counts: a peer that asks at the instant of its reconnection may ask too early, and then only we
   * know of the partition (`t08-freeze-master-autoheal`).
   */
  private logDown(node: string): void {
    this.loggingDown.add(node);
    const handUs = this.vm.simulation.random
      .stream(`mnesia_down/${this.vm.node}`)
      .lognormalUs(LOG_DOWN_MEDIAN_US, LOG_DOWN_P99_US);
    this.vm.simulation.after(handUs, Priority.timer, () =>
      this.vm.disk.sync(() =>
        this.vm.whenRunning(() => {
          if (this.loggingDown.delete(node)) this.directory.downs.add(node);
        }),
      ),
    );
  }

  /** Each side asks for itself; a side that has not noticed the loss has nothing to ask (CLU-10). */
  private detectInconsistency(node: string): void {
    if (!this.isLoaded || !(this.directory.downs.has(node) || this.loggingDown.has(node))) return;
    this.ask<boolean>({ node, name: MNESIA }, { type: 'has_mnesia_down', node: this.vm.node } as Message, {
      reply: (alsoDown) => {
        if (!alsoDown) return;
        this.vm.cite(CLU_10);
        this.hooks.inconsistentDatabase(node);
      },
      failed: () => {},
    });
  }
}
