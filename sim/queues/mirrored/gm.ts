/**
 * One member of a queue's ring: guaranteed multicast (`gm`). Each replica of a mirrored queue has a ring process beside it.
 *
 * A broadcast is buffered and goes to the right neighbour once the mailbox is empty; each member passes it on and hands it to
 * its replica; when it has come round, a lap of acknowledgements lets everyone forget it. When a neighbour dies, its right
 * neighbour inherits what it had under way. What one flush carries travels as one publication (see `Batch`), because RabbitMQ
 * never splits it either; confirmed broadcasts are left out, because mirrored queues use none.
 */
import type { Database } from '../../cluster/database.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, ExitReason, Message, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { BroadcastBuffer } from './broadcast-buffer.ts';
import {
  eraseDead,
  gmGroup,
  groupLock,
  insertRightOf,
  isListed,
  knownMembers,
  pruneOrCreate,
  recordDead,
  viewOf,
  type Group,
  type View,
} from './gm-group.ts';
import {
  areSettled,
  catchUp,
  membersOf,
  stateOf,
  takeIn,
  withoutErased,
  type ActivityEntry,
  type Members,
} from './gm-members.ts';
import {
  handOver,
  RING_SHUTDOWN,
  type AddOnRight,
  type GmCallback,
  type RingMessage,
  type ValidateMembers,
} from './gm-messages.ts';
import { GmNeighbours } from './gm-neighbours.ts';
import { ACKS_DUE, HeldAcks } from './held-acks.ts';
import { isControl, type Instruction } from './instructions.ts';

const MIR_12 = rule('MIR-12');
const MIR_13 = rule('MIR-13');
const MIR_14 = rule('MIR-14');
const MIR_15 = rule('MIR-15');
const MIR_26 = rule('MIR-26');
const MIR_53 = rule('MIR-53');

const DEATH_PAUSE_US = 100_000;
/** A newcomer that asks a member which is itself joining asks again; RabbitMQ does so at once. */
const JOIN_RETRY_US = 1_000;

export class Gm extends ErlangProcess {
  private readonly database: Database;
  private readonly group: string;
  private readonly bornVersion: number;
  private callback: GmCallback;
  private view: View | undefined;
  private readonly neighbours: GmNeighbours;
  /** Undefined until the left neighbour's catch-up has come. */
  private members: Members | undefined;
  private readonly buffer = new BroadcastBuffer();
  private readonly heldAcks = new HeldAcks(this);
  private stopReason: ExitReason | undefined;
  private readonly isAlias = (pid: Pid): boolean =>
    pid === this.pid || this.view!.members.get(this.pid)?.aliases.includes(pid) === true;
  /** For dead members that we speak for nothing is held: their erasure waits for it. */
  private readonly holdAcks = (member: Pid, acks: readonly number[]): boolean =>
    member === this.pid && this.heldAcks.hold(acks);

  /** Starts to join the group of that name at once; `callback.joined` follows. */
  constructor(context: NodeContext, group: string, callback: GmCallback) {
    super(context.vm, `gm/${group}`);
    this.database = context.database;
    this.group = group;
    this.callback = callback;
    this.bornVersion = this.readGroup()?.version ?? 0;
    this.neighbours = new GmNeighbours(this);
    this.deliver({ type: 'join' });
  }

  /** Living members as this one knows them, in ring order. */
  get viewMembers(): readonly Pid[] {
    return this.view === undefined ? [] : [...this.view.members.keys()];
  }

  protected override priorityOf(message: Message): number {
    if (message.type !== 'DOWN' || this.members === undefined) return 0;
    // What the left neighbour sent before it died comes first; the right one's death does not wait (MIR-15).
    return (message as DownMessage).target === this.neighbours.left ? 0 : 1;
  }

  protected handleMessage(message: Message): void {
    switch (message.type) {
      case '$gm':
        this.handleRing(message as RingMessage);
        break;
      case 'DOWN':
        this.handleDown(message as DownMessage);
        break;
      case 'join':
        this.join(this.readGroup());
        break;
      case 'leave':
        this.exit('normal');
        return;
      case 'validate_members':
        this.validateMembers((message as ValidateMembers).members);
        break;
      case ACKS_DUE.type:
        this.sendHeldAcks();
        break;
      default:
        this.broadcast(message as Instruction);
    }
    this.settle();
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type !== 'add_on_right') super.handleCall(request, from);
    this.addOnRight((request as AddOnRight).newcomer, from);
  }

  protected override onIdle(): void {
    if (!this.isSuspended) this.flush();
  }

  protected override onExit(reason: ExitReason): void {
    this.callback.terminated(this, reason);
  }

  // --- broadcasting ----------------------------------------------------------------------------------------

  private broadcast(instruction: Instruction): void {
    if (this.stopReason !== undefined || this.members === undefined) return;
    const control = isControl(instruction);
    if (control) this.stopWith(this.callback.takeOne(this, instruction));
    if (this.neighbours.isAlone) return;
    if (this.buffer.push(instruction, control, this.nowUs)) this.flush();
  }

  private flush(): void {
    if (this.buffer.isEmpty || this.members === undefined) return;
    this.vm.cite(MIR_12);
    const publications = [this.buffer.take()];
    this.sendActivity([{ member: this.pid, publications, acks: this.heldAcks.take() }]);
    stateOf(this.members, this.pid).publish(publications);
  }

  private sendHeldAcks(): void {
    const acks = this.heldAcks.take();
    if (acks.length > 0) this.sendActivity([{ member: this.pid, publications: [], acks }]);
  }

  private sendActivity(entries: readonly ActivityEntry[]): void {
    if (entries.length > 0) this.spend(this.neighbours.sendActivity(this.view!, entries));
  }

  /** The end of each step: stop if that is due, send what has waited long enough. */
  private settle(): void {
    if (!this.alive || this.isSuspended) return;
    if (this.stopReason !== undefined) {
      this.sendHeldAcks();
      if (this.buffer.isEmpty && (this.members === undefined || areSettled(this.members))) {
        this.exit(this.stopReason);
        return;
      }
    }
    if (this.buffer.isEmpty) return;
    if (this.mailboxLength === 0 || this.buffer.isDue(this.nowUs)) this.flush();
  }

  private stopWith(reason: ExitReason | undefined): void {
    this.stopReason ??= reason;
  }

  // --- messages of the ring ----------------------------------------------------------------------------------

  private handleRing(message: RingMessage): void {
    const { body } = message;
    if (this.members === undefined && body.kind === 'check_neighbours') return;
    if (this.view!.version >= message.version) {
      this.handleBody(body);
      return;
    }
    const group = this.readGroup();
    if (group === undefined || !isListed(group, this.pid)) {
      this.loseMembership();
      return;
    }
    this.vm.cite(MIR_14);
    const view = viewOf(group);
    if (this.members !== undefined) this.members = withoutErased(this.members, knownMembers(view));
    this.changeView(view, () => this.handleBody(body));
  }

  private handleBody(body: RingMessage['body']): void {
    if (body.kind === 'check_neighbours' || body.left !== this.neighbours.left) {
      this.settle();
      return;
    }
    if (body.kind === 'activity') {
      if (this.members !== undefined) this.handleActivity(body.entries);
    } else if (this.members === undefined) {
      this.members = membersOf(body.members);
      this.neighbours.passCatchUp(this.view!, body.members);
    } else {
      this.vm.cite(MIR_53);
      this.handleActivity(catchUp(this.members, body.members, this.isAlias));
    }
    this.settle();
  }

  private handleActivity(entries: readonly ActivityEntry[]): void {
    if (!isListed(this.readGroup(), this.pid)) {
      this.loseMembership();
      return;
    }
    const onward = takeIn(this.members!, entries, this.isAlias, this.holdAcks);
    this.sendActivity(onward);
    this.eraseAliases(this.view!, () => {
      for (const entry of onward) {
        for (const batch of entry.publications) this.stopWith(handOver(this, this.callback, batch));
      }
      this.settle();
    });
  }

  private loseMembership(): void {
    this.vm.cite(MIR_26);
    this.exit('shutdown');
  }

  // --- views -------------------------------------------------------------------------------------------------

  private readGroup(): Group | undefined {
    return this.database.read(gmGroup, this.group);
  }

  /** Runs a change of the group; a `body` that yields undefined has found that we are no member. */
  private change(
    body: Parameters<typeof this.database.transaction<Group | undefined>>[2],
    then: (group: Group) => void,
  ): void {
    this.database.transaction(this, { locks: [groupLock(this.group)] }, body, (group) => {
      if (group === undefined) this.loseMembership();
      else then(group);
    });
  }

  private changeView(view: View, then: () => void): void {
    if (view === this.view) {
      then();
      return;
    }
    const known = knownMembers(view);
    const deaths =
      this.view === undefined ? [] : [...knownMembers(this.view)].filter((pid) => !known.has(pid));
    this.announceDeaths(deaths, () => {
      this.view = view;
      this.checkNeighbours();
      then();
    });
  }

  private announceDeaths(deaths: readonly Pid[], then: () => void): void {
    if (deaths.length === 0) {
      then();
      return;
    }
    const { deathReasons } = this.view!;
    const reason = deaths.map((pid) => deathReasons.get(pid)).find((known) => known !== undefined);
    this.callback.deaths(this, deaths, reason ?? 'noconnection', (next) => {
      if (next !== undefined) this.callback = next;
      then();
    });
  }

  private checkNeighbours(): void {
    const hasNewRight = this.neighbours.follow(this.view!);
    if (this.neighbours.isAlone) this.buffer.clear();
    else if (hasNewRight && this.members !== undefined) this.neighbours.sendCatchUp(this.view!, this.members);
  }

  // --- births and deaths ---------------------------------------------------------------------------------------

  private join(group: Group | undefined): void {
    if (group === undefined || group.members.every((member) => member.dead)) {
      this.change(
        (transaction) => pruneOrCreate(transaction, this.group, this.pid, this.bornVersion),
        (created) => this.join(created),
      );
      return;
    }
    if (isListed(group, this.pid)) {
      this.joined(group);
      return;
    }
    this.vm.cite(MIR_13);
    const alive = group.members.filter((member) => !member.dead);
    const left = this.vm.simulation.random.stream(`gm/join/${this.group}`).pick(alive).pid;
    const request: AddOnRight = { type: 'add_on_right', newcomer: this.pid };
    this.call<Group | 'not_ready'>(left, request, {
      reply: (answer) => {
        if (answer === 'not_ready') this.sleep(JOIN_RETRY_US, () => this.join(this.readGroup()));
        else this.joined(answer);
      },
      failed: (reason) =>
        this.change(
          (transaction) => recordDead(transaction, this.group, left, reason, null),
          (pruned) => this.join(pruned),
        ),
    });
  }

  private joined(group: Group): void {
    const view = viewOf(group);
    this.view = view;
    if (view.members.size === 1) this.members = new Map();
    this.checkNeighbours();
    this.callback.joined(this);
    this.settle();
  }

  private addOnRight(newcomer: Pid, from: CallFrom): void {
    if (this.members === undefined) {
      this.reply(from, 'not_ready');
      return;
    }
    this.change(
      (transaction) => insertRightOf(transaction, this.group, this.pid, newcomer),
      (group) => {
        const view = viewOf(group);
        this.members = withoutErased(this.members!, knownMembers(view));
        // What we hold will mean nothing to the newcomer, who never had those publications.
        stateOf(this.members, this.pid).noteAcks(this.heldAcks.held);
        this.neighbours.greet(view, newcomer, this.members);
        this.changeView(view, () => {
          this.reply(from, group);
          this.settle();
        });
      },
    );
  }

  private handleDown(down: DownMessage): void {
    if (this.stopReason === RING_SHUTDOWN) return;
    if (!isListed(this.readGroup(), this.pid)) {
      this.loseMembership();
      return;
    }
    const dead = this.neighbours.monitoredBy(down.ref);
    if (dead === undefined || down.reason === RING_SHUTDOWN) return;
    this.vm.cite(MIR_15);
    this.sleep(DEATH_PAUSE_US, () =>
      this.change(
        (transaction) => recordDead(transaction, this.group, dead, down.reason, this.pid),
        (group) => {
          const view = viewOf(group);
          if (view.members.size > 1) this.changeView(view, () => this.settle());
          else {
            this.heldAcks.take();
            this.members = new Map();
            this.view = view;
            this.eraseAliases(view, () => this.settle());
          }
        },
      ),
    );
  }

  /** Erases the dead members we speak for whose broadcasts everybody has, then takes the view that results. */
  private eraseAliases(view: View, then: () => void): void {
    const aliases = view.members.get(this.pid)!.aliases;
    const erasable = aliases.filter((pid) => this.members!.get(pid)?.isSettled ?? true);
    if (erasable.length === 0) {
      this.changeView(view, then);
      return;
    }
    for (const pid of erasable) this.members!.delete(pid);
    this.change(
      (transaction) => eraseDead(transaction, this.group, this.pid, erasable),
      (group) => this.changeView(viewOf(group), then),
    );
  }

  private validateMembers(members: readonly Pid[]): void {
    const known = knownMembers(this.view!);
    const deaths = members.filter((pid) => !known.has(pid));
    this.announceDeaths(deaths, () => this.settle());
  }
}
