/**
 * A supervisor with a mirror on every node (`mirrored_supervisor`): each of its children runs on one node of the cluster, which a table
 * names, and when that node's supervisor is gone the first of those that are left, by name, takes its children over. Nodes that do not see each
 * other take each other for gone: then a child runs on both sides.
 *
 * Left out: the lock that RabbitMQ takes around a start; here the transaction decides who comes first.
 */
import { table, type Transaction } from '../cluster/database.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, ExitReason, Message, Pid } from '../erlang/message.ts';
import type { LinkContext } from './link-context.ts';
import type { LinkSupervisor } from './link-supervisor.ts';

interface ChildRecord {
  /** The supervisor whose child it is. */
  readonly supervisor: Pid;
}

export const childSpecs = table<ChildRecord>('mirrored_sup_childspec', 'ram');

interface Join extends Message {
  readonly type: 'join';
  readonly supervisor: Pid;
}
interface OfChild extends Message {
  readonly type: 'start_child' | 'stop_child';
  readonly id: string;
}
const IS_ALIVE: Message = { type: 'is_alive' };
const AWAIT_END: Message = { type: 'await_end' };

export class MirroredSupervisor extends ErlangProcess {
  private readonly home: LinkContext;
  private readonly group: string;
  private readonly make: (id: string) => LinkSupervisor | null;
  private readonly hear: (message: Message) => void;
  private readonly peers = new Set<Pid>();
  private readonly children = new Map<string, LinkSupervisor>();
  private readonly whenEnded = new Map<Pid, () => void>();
  private whenStopped: { readonly reason: ExitReason } | undefined;

  /**
   * `make` starts the child of this name, or says that there is no such thing any more; `hear` gets messages that are for the children.
   */
  constructor(
    home: LinkContext,
    group: string,
    make: (id: string) => LinkSupervisor | null,
    hear: (message: Message) => void = () => {},
  ) {
    super(home.context.vm, group);
    this.home = home;
    this.group = group;
    this.make = make;
    this.hear = hear;
    this.vm.register(group, this);
  }

  /** The workers that run here, by the names of the children. */
  workers(): ReadonlyMap<string, ErlangProcess | undefined> {
    return new Map([...this.children].map(([id, { child }]) => [id, child]));
  }

  /** Meets the others, then starts what nobody else runs. */
  begin(ids: readonly string[]): void {
    this.deliverUrgent(() => {
      const { database, node } = this.home.context;
      const others = database.runningNodes().filter((other) => other !== node);
      const join: Join = { type: 'join', supervisor: this.pid };
      let open = others.length;
      const met = (): void => {
        open -= 1;
        if (open === 0) this.startAll(ids);
      };
      for (const other of others) {
        this.ask<Pid>({ node: other, name: this.group }, join, {
          reply: (peer) => {
            this.meet(peer);
            met();
          },
          failed: met,
        });
      }
      if (others.length === 0) this.startAll(ids);
    });
  }

  /** As a call to start a child that is of no interest to the caller; for processes of this node. */
  ensure(id: string): void {
    this.deliverUrgent(() => this.startChild(id, () => {}));
  }

  /** As a call to stop one. */
  stop(id: string): void {
    this.deliverUrgent(() => this.stopChild(id, () => {}));
  }

  private startAll(ids: readonly string[]): void {
    for (const id of ids) this.startChild(id, () => {});
  }

  private meet(peer: Pid): void {
    if (this.peers.has(peer)) return;
    this.peers.add(peer);
    this.monitor(peer);
  }

  // --- children ---------------------------------------------------------------------------------------------

  private key(id: string): string {
    return `${this.group}/${id}`;
  }

  /** Starts it here unless it runs already, here or on another node that answers. */
  private startChild(id: string, done: () => void): void {
    const known = this.home.context.database.read(childSpecs, this.key(id));
    if (known?.supervisor === this.pid && this.children.has(id)) {
      done();
      return;
    }
    if (known === undefined || known.supervisor === this.pid) {
      this.claim(id, known?.supervisor, done);
      return;
    }
    this.ask<true>(known.supervisor, IS_ALIVE, {
      reply: done,
      failed: () => this.claim(id, known.supervisor, done),
    });
  }

  /** `before` is whose it was when we looked: somebody may have been quicker. */
  private claim(id: string, before: Pid | undefined, done: () => void): void {
    const key = this.key(id);
    this.home.context.database.transaction(
      this,
      { locks: [`${childSpecs.name}/${key}`] },
      (transaction) => {
        const now = transaction.read(childSpecs, key)?.supervisor;
        if (now !== before && now !== this.pid) return false;
        transaction.write(childSpecs, key, { supervisor: this.pid });
        return true;
      },
      (isOurs) => {
        if (isOurs) this.startHere(id);
        done();
      },
    );
  }

  private startHere(id: string): void {
    if (this.children.has(id) || this.whenStopped !== undefined) return;
    const child = this.make(id);
    if (child === null) return;
    this.children.set(id, child);
    this.monitor(child.pid);
  }

  /** Ends it wherever it runs. */
  private stopChild(id: string, done: () => void): void {
    const known = this.home.context.database.read(childSpecs, this.key(id));
    if (known !== undefined && known.supervisor !== this.pid) {
      const request: OfChild = { type: 'stop_child', id };
      this.ask(known.supervisor, request, { reply: done, failed: done });
      return;
    }
    const child = this.children.get(id);
    const forget = (): void => this.forget(id, done);
    if (child === undefined) forget();
    else {
      this.whenEnded.set(child.pid, forget);
      child.shutdown();
    }
  }

  private forget(id: string, done: () => void): void {
    const key = this.key(id);
    this.home.context.database.transaction(
      this,
      { locks: [`${childSpecs.name}/${key}`] },
      (transaction) => transaction.delete(childSpecs, key),
      done,
    );
  }

  // --- the process ------------------------------------------------------------------------------------------

  protected override handleCall(request: Message, from: CallFrom): void {
    switch (request.type) {
      case 'join':
        this.meet((request as Join).supervisor);
        this.reply(from, this.pid);
        return;
      case 'start_child':
        this.startChild((request as OfChild).id, () => this.reply(from, true));
        return;
      case 'stop_child':
        this.stopChild((request as OfChild).id, () => this.reply(from, true));
        return;
      case 'is_alive':
        this.reply(from, true);
        return;
      default:
      // Who waits for the end of this process gets no answer: it learns of the end itself.
    }
  }

  protected handleMessage(message: Message): void {
    if (message.type !== 'DOWN') {
      this.hear(message);
      return;
    }
    const { target } = message as DownMessage;
    if ('process' in target && this.peers.delete(target)) this.takeOver(target);
    else this.childEnded(target);
  }

  private childEnded(target: DownMessage['target']): void {
    for (const [id, child] of this.children) {
      if (child.pid !== target) continue;
      this.children.delete(id);
      this.whenEnded.get(child.pid)?.();
      this.whenEnded.delete(child.pid);
    }
    if (this.whenStopped !== undefined && this.children.size === 0) this.exit(this.whenStopped.reason);
  }

  /** The children of a supervisor that is gone are ours if our node comes first among those that are left. */
  private takeOver(gone: Pid): void {
    const nodes = [this.vm.node, ...[...this.peers].map(({ node }) => node)].toSorted();
    if (nodes[0] !== this.vm.node || this.whenStopped !== undefined) return;
    this.home.context.database.transaction(
      this,
      { locks: [childSpecs.name] },
      (transaction) => this.adopt(transaction, gone),
      (ids) => {
        for (const id of ids) this.startHere(id);
      },
    );
  }

  private adopt(transaction: Transaction, gone: Pid): string[] {
    const prefix = `${this.group}/`;
    const keys = transaction
      .keys(childSpecs)
      .filter((key) => key.startsWith(prefix) && transaction.read(childSpecs, key)?.supervisor === gone);
    for (const key of keys) transaction.write(childSpecs, key, { supervisor: this.pid });
    return keys.map((key) => key.slice(prefix.length));
  }

  /** The application stops: children end in order first. */
  protected override onShutdown(reason: ExitReason): void {
    this.whenStopped = { reason };
    for (const child of this.children.values()) child.shutdown(reason);
    if (this.children.size === 0) this.exit(reason);
  }
}

/** Ends a supervisor with its children, in order; `done` when it is gone. */
export function stopSupervisor(
  caller: ErlangProcess,
  supervisor: MirroredSupervisor,
  done: () => void,
): void {
  caller.ask(supervisor.pid, AWAIT_END, { reply: done, failed: done });
  supervisor.shutdown();
}

/** Has the cluster start the child of this name, on the node of `caller` unless it runs already. */
export function startMirroredChild(caller: ErlangProcess, group: string, id: string, done: () => void): void {
  askSupervisor(caller, group, { type: 'start_child', id }, done);
}

/** Has the child of this name stopped wherever it runs. */
export function stopMirroredChild(caller: ErlangProcess, group: string, id: string, done: () => void): void {
  askSupervisor(caller, group, { type: 'stop_child', id }, done);
}

function askSupervisor(caller: ErlangProcess, name: string, request: OfChild, done: () => void): void {
  caller.call({ node: caller.vm.node, name }, request, { reply: done, failed: done });
}
