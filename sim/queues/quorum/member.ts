/**
 * A member of a quorum queue: the process that Ra runs for each queue on each of its nodes (`ra_server_proc` and `ra_server`). This file has
 * what all roles share: what a message means in which role, timers, terms, who leads. Leading, following, electing and applying have a file
 * each. The term and the vote are on disk at once; machine versions, consistent queries and learners are left out.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, ExitReason, Message, NodeMessage } from '../../erlang/message.ts';
import { fail } from '../../kernel/invariant.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { rule } from '../../rules/registry.ts';
import { Applying } from './applying.ts';
import { costOf } from './costs.ts';
import { DeadLetterKeeper } from './dead-letter-keeper.ts';
import { Electing } from './electing.ts';
import { FifoState } from './fifo-state.ts';
import type { FifoConfig } from './fifo-config.ts';
import { FollowedLeader } from './followed-leader.ts';
import { Following } from './following.ts';
import { Leading } from './leading.ts';
import type { NodeEvent } from './aten.ts';
import { QuorumRecords } from './quorum-records.ts';
import { RaftLog } from './raft-log.ts';
import {
  memberName,
  memberOn,
  type AppendEntries,
  type AppendReply,
  type Command,
  type InstallSnapshot,
  type ReturnCommand,
  type SnapshotResult,
  type VoteRequest,
} from './raft-messages.ts';
import { Queries } from './queries.ts';
import type { RaftSafety } from './raft-safety.ts';
import { StateTimer, type StateTimeout } from './state-timer.ts';
import { Wal, type WalWrite, type Written } from './wal.ts';

const QQ_7 = rule('QQ-7');
const QQ_9 = rule('QQ-9');
const QQ_27 = rule('QQ-27');

export type Role = 'follower' | 'pre_vote' | 'candidate' | 'leader' | 'await_condition' | 'terminating';

const TICK_INTERVAL_US = 5_000_000;
const AWAIT_CONDITION_US = 30_000_000;
const TICK: Message = { type: 'tick' };

export interface MemberOptions {
  readonly context: NodeContext;
  readonly queue: string;
  readonly log: RaftLog;
  readonly config: FifoConfig;
  readonly safety: RaftSafety;
}

export class Member extends ErlangProcess {
  readonly context: NodeContext;
  readonly queue: string;
  readonly node: string;
  readonly log: RaftLog;
  readonly safety: RaftSafety;
  readonly records: QuorumRecords;
  state: FifoState;
  role: Role = 'follower';
  /** The leader of this term, as far as it is known. */
  leader: string | null = null;
  commitIndex = 0;
  lastApplied = 0;
  /** Every member, this one included unless it was removed; changes as soon as a change is in the log. */
  members: readonly string[];
  membersIndex = { index: 0, term: 0 };
  previousMembers: { readonly index: number; readonly term: number; readonly members: readonly string[] };
  /** Ends the role `await_condition`. */
  condition: ((message: Message) => boolean) | null = null;
  afterCondition: (() => void) | null = null;
  readonly leading: Leading;
  readonly following: Following;
  readonly electing: Electing;
  readonly applying: Applying;
  readonly deadLetters = new DeadLetterKeeper(this);
  private readonly queries: Queries;
  private readonly followed = new FollowedLeader(this);
  private readonly timer = new StateTimer(this);
  private tickTimer: EventHandle = 0;

  constructor(options: MemberOptions) {
    super(options.context.vm, memberName(options.queue));
    const { context, queue, log } = options;
    this.trapExit = true;
    this.context = context;
    this.queue = queue;
    this.node = context.node;
    this.log = log;
    this.safety = options.safety;
    this.records = new QuorumRecords(this);
    this.members = log.snapshot?.members ?? log.initialMembers;
    this.previousMembers = { index: 0, term: 0, members: this.members };
    this.state = log.snapshot?.state.copy() ?? new FifoState(log.initialConfig ?? options.config);
    this.leading = new Leading(this);
    this.following = new Following(this);
    this.electing = new Electing(this);
    this.applying = new Applying(this);
    this.queries = new Queries(this);
    this.vm.register(this.name, this);
    this.vm.monitorNodes(this);
    this.recover();
  }

  /** Replays what had been applied before, in silence, and waits for a leader to be heard of (QQ-27). */
  private recover(): void {
    const { log } = this;
    const isNew = log.isNew;
    // What a process of before had handed to the write-ahead log is on disk by now, or the VM died and it is not in the log any more.
    log.flush();
    this.lastApplied = log.snapshot?.index ?? 0;
    this.commitIndex = Math.min(Math.max(log.appliedIndex, this.lastApplied), log.lastIndex);
    this.applying.replay();
    // A change of the members that was not applied yet is forgotten: ra 2.0 reads them only from what is replayed.
    const unapplied = log.take(this.lastApplied + 1, log.lastIndex - this.lastApplied);
    if (unapplied.some(({ command }) => command.kind === 'members')) this.safety.forgive(log.cluster);
    for (const peer of this.peers()) this.vm.netKernel.ping(peer, () => {});
    if (!isNew) {
      this.context.vm.cite(QQ_27);
      this.setElectionTimer('short');
    }
    this.startTick();
  }

  // --- what is shared ----------------------------------------------------------------------------------------

  get term(): number {
    return this.log.term;
  }

  override get nowUs(): number {
    return this.vm.simulation.nowUs;
  }

  get isLeader(): boolean {
    return this.role === 'leader' || this.role === 'terminating';
  }

  peers(): string[] {
    return this.members.filter((node) => node !== this.node);
  }

  /** To another member, if its node is connected (QQ-9). */
  tell(node: string, message: Message, bytes?: number): void {
    if (!this.vm.sendIfConnected(memberOn(node, this.queue), message, bytes ?? RPC_BYTES)) this.vm.cite(QQ_9);
  }

  /** Has what was appended written to disk; `written` comes back. */
  write(): void {
    const { lastIndex, lastTerm } = this.log;
    const write: WalWrite = { type: 'wal_write', writer: this, index: lastIndex, term: lastTerm };
    this.send(Wal.of(this.vm).pid, write);
  }

  /** A newer term is known: whoever led or was voted for belongs to the past. */
  updateTerm(term: number): void {
    if (term > this.term) this.vote(term, null);
  }

  vote(term: number, candidate: string | null): void {
    this.log.term = term;
    this.log.votedFor = candidate;
  }

  /** Changes the role; ends what the old one was waiting for. */
  enter(role: Role): void {
    this.timer.cancel();
    this.role = role;
    if (role === 'follower') this.leading.end();
    if (role === 'follower') {
      if (!this.log.isNew) this.setElectionTimer('long');
    } else if (role === 'pre_vote') {
      this.followed.stopWatching();
      this.setElectionTimer('long');
    } else if (role === 'candidate') this.setElectionTimer('short');
    else if (role === 'await_condition') this.timer.start(AWAIT_CONDITION_US, 'await_timeout');
    else if (role === 'leader') this.becameLeader();
    this.deadLetters.roleEntered();
  }

  /** The role was not taken over by the one it was handed to: it goes on. */
  resumeLeading(): void {
    this.timer.cancel();
    this.role = 'leader';
    this.deadLetters.roleEntered();
  }

  private becameLeader(): void {
    this.condition = null;
    this.cancelTimer(this.tickTimer);
    this.startTick();
    this.followed.stopWatching();
    this.leading.begin();
    for (const { request, from } of this.followed.takePending()) this.handleCall(request, from);
  }

  /** Somebody knows a newer term: back to following, without a leader. */
  stepDown(term: number): void {
    if (this.role === 'leader') this.vm.cite(QQ_7);
    this.updateTerm(term);
    this.leader = null;
    this.enter('follower');
  }

  /** Follows this leader from now on. */
  follow(leader: string): void {
    this.followed.follow(leader);
  }

  // --- timers ------------------------------------------------------------------------------------------------

  /** Starts the timer to an election, unless it runs already. */
  setElectionTimer(...[length]: Parameters<StateTimer['setElection']>): void {
    this.timer.setElection(length);
  }

  /** A leader was heard of. */
  cancelElectionTimer(): void {
    if (this.role === 'follower') this.timer.cancel();
  }

  private startTick(): void {
    this.tickTimer = this.startTimer(TICK_INTERVAL_US, TICK);
  }

  // --- the process -------------------------------------------------------------------------------------------

  protected override costUs(message: Message): number {
    return costOf(message);
  }

  protected handleMessage(message: Message): void {
    if ('cluster' in message && message.cluster !== this.log.cluster) return;
    switch (message.type) {
      case 'append_entries':
        this.following.appendEntries(message as AppendEntries);
        return;
      case 'append_reply':
        this.leading.appendReply(message as AppendReply);
        return;
      case 'install_snapshot':
        this.following.installSnapshot(message as InstallSnapshot);
        return;
      case 'snapshot_result':
        this.leading.snapshotResult(message as SnapshotResult);
        return;
      case 'written':
        this.written(message as Written);
        return;
      case 'ra_command':
        if (this.role === 'leader') this.leading.command(message as Command);
        else if (this.role === 'follower') this.following.refuse(message as Command);
        return;
      case 'ra_return':
        if (this.role === 'leader') this.leading.giveBack(message as ReturnCommand);
        return;
      case 'flush_commands':
        if (this.role === 'leader') this.leading.flushCommands();
        return;
      case 'tick':
        this.tick();
        return;
      case 'expire_messages':
        if (this.role === 'leader') this.leading.expire();
        return;
      case 'depth_timeout':
        this.leading.depth.onTimeout();
        return;
      case 'election_timeout':
      case 'await_timeout':
        this.timedOut(message as StateTimeout);
        return;
      case 'try_become_leader':
        if (this.role === 'follower') this.electing.callPreVote();
        return;
      case 'node_event':
        this.nodeEvent(message as NodeEvent);
        return;
      case 'nodeup':
      case 'nodedown':
        if (this.role === 'leader') this.leading.nodeStatus(message as NodeMessage);
        return;
      case 'DOWN':
        this.processDown(message as DownMessage);
        return;
      case 'EXIT':
        return;
      default:
        fail(`the member of ${this.queue} on ${this.node} does not know the message ${message.type}`);
    }
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if ('cluster' in request && request.cluster !== this.log.cluster) return;
    switch (request.type) {
      case 'request_vote':
        this.electing.requestVote(request as VoteRequest, from);
        return;
      case 'pre_vote':
        this.electing.preVote(request as VoteRequest, from);
        return;
      case 'ra_call':
      case 'ra_members':
      case 'ra_join':
      case 'ra_leave':
      case 'transfer_leadership':
        this.leaderCall(request, from);
        return;
      default:
        this.queries.answer(request, from);
    }
  }

  private leaderCall(request: Message, from: CallFrom): void {
    if (this.role === 'leader') this.leading.handleCall(request, from);
    else this.followed.redirect(request, from);
  }

  private written({ index, term }: Written): void {
    this.log.noteWritten(index, term);
    if (this.isLeader) this.leading.evaluate();
    else if (this.leader !== null && this.role === 'follower') this.following.acknowledge();
  }

  private tick(): void {
    this.startTick();
    if (this.isLeader) this.leading.tick();
  }

  private timedOut(timeout: StateTimeout): void {
    if (!this.timer.take(timeout)) return;
    if (timeout.type === 'await_timeout') {
      const then = this.afterCondition;
      this.afterCondition = null;
      this.condition = null;
      if (then !== null) then();
      return;
    }
    if (this.role === 'candidate') this.electing.callElection();
    else this.electing.callPreVote();
  }

  private nodeEvent({ node, event }: NodeEvent): void {
    if (node !== this.leader) return;
    if (this.role === 'follower') {
      if (event === 'down') this.setElectionTimer('long');
      else this.cancelElectionTimer();
    } else if (this.role === 'await_condition' && event === 'down') this.enter('follower');
  }

  private processDown(down: DownMessage): void {
    if (!this.followed.hasEnded(down)) {
      if (this.role === 'leader') this.leading.processDown(down);
      return;
    }
    if (this.role === 'await_condition') this.enter('follower');
    else if (this.role === 'follower') {
      if (down.reason !== 'noconnection') this.leader = null;
      this.setElectionTimer(down.reason === 'noconnection' ? 'short' : 'really_short');
    }
  }

  // --- ends --------------------------------------------------------------------------------------------------

  /** The queue, or this member of it, is no more: nothing of it stays on this disk. */
  endForGood(): void {
    this.exit('{shutdown, delete}');
  }

  protected override onExit(reason: ExitReason): void {
    this.timer.cancel();
    this.cancelTimer(this.tickTimer);
    this.leading.stopTimers();
    this.deadLetters.stop();
    const isDeleted = reason === '{shutdown, delete}';
    if (isDeleted) RaftLog.remove(this.vm.disk, this.queue);
    else if (reason !== 'crash') this.log.flush();
    if (this.isLeader) this.records.leaderEnded(reason);
  }

  /** The VM died: what was not synced is gone from this log, and will come from the others. */
  override perish(): void {
    this.leading.stopTimers();
    if (this.isLeader) this.records.leaderEnded('vm_died');
    this.records.unsyncedLost(this.log.loseUnwritten(), this.lastApplied);
    super.perish();
  }
}

const RPC_BYTES = 150;
