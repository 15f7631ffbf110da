/**
 * A member that leads: takes commands into its log, sees them copied and committed, and watches those whom the queue knows
 * (`ra_server:handle_leader`). What goes out to the followers is in `replicating`.
 */
import type { CallFrom, DownMessage, Message, MonitorRef, NodeMessage, Pid } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { Fifo } from '../../kernel/fifo.ts';
import { rule } from '../../rules/registry.ts';
import { consumerKey } from './fifo-state.ts';
import type { LogEntry, RaftCommand, ReplyTo } from './commands.ts';
import { Deleter } from './deleter.ts';
import { DepthRecorder } from './depth-recorder.ts';
import { repairRecord } from './leader-record.ts';
import type { Member } from './member.ts';
import type {
  AppendEntries,
  AppendReply,
  CallCommand,
  ChangeMembers,
  Command,
  ReturnCommand,
  SnapshotResult,
  TransferLeadership,
} from './raft-messages.ts';
import { Replicating } from './replicating.ts';

const QQ_2 = rule('QQ-2');
const QQ_3 = rule('QQ-3');
const QQ_4 = rule('QQ-4');
const QQ_19 = rule('QQ-19');
const QQ_23 = rule('QQ-23');

const FLUSH: Message = { type: 'flush_commands' };
const EXPIRE: Message = { type: 'expire_messages' };
/** Low-priority commands written at a time (`low_priority_commands_flush_size`). */
const FLUSH_SIZE = 25;

export class Leading {
  readonly depth: DepthRecorder;
  private readonly member: Member;
  private readonly replicating: Replicating;
  private delayed = new Fifo<Command>();
  private readonly monitors = new Map<Pid, MonitorRef>();
  private readonly monitoredNodes = new Set<string>();
  /** A change of the members is under way, or this term has committed nothing yet: no other may begin (QQ-2). */
  private changePermitted = false;
  private active = false;
  private expiryTimer: EventHandle = 0;
  private expiryDueUs = 0;

  constructor(member: Member) {
    this.member = member;
    this.replicating = new Replicating(member);
    this.depth = new DepthRecorder(member);
  }

  // --- beginning and end -------------------------------------------------------------------------------------

  /** Elected: tells everybody, those too whom the queue knows (QQ-19). */
  begin(): void {
    const { member } = this;
    this.active = true;
    this.changePermitted = false;
    this.delayed = new Fifo();
    // Who was removed and has not been deleted yet may elect itself, as in ra: it commits nothing, and Raft promises nothing about it.
    const isMember = member.members.includes(member.node);
    if (!isMember || !member.safety.elected(member.queue, member.log, member.node)) member.records.elected();
    this.replicating.begin();
    this.append({ kind: 'noop' }, null);
    member.vm.cite(QQ_19);
    for (const pid of member.state.pids()) {
      this.monitor(pid);
      this.monitorNode(pid.node);
      member.applying.notifyLeaderChange(pid);
    }
    repairRecord(member);
    this.replicate();
    this.depth.note();
    this.watchExpiry();
  }

  end(): void {
    if (!this.active) return;
    this.active = false;
    for (const ref of this.monitors.values()) this.member.demonitor(ref);
    this.monitors.clear();
    this.monitoredNodes.clear();
    this.delayed = new Fifo();
    this.member.applying.forgetNotices();
    this.stopTimers();
    this.member.records.leaderEnded('follower');
  }

  stopTimers(): void {
    this.depth.stop();
    this.member.cancelTimer(this.expiryTimer);
    this.expiryTimer = 0;
    this.expiryDueUs = 0;
  }

  // --- commands ----------------------------------------------------------------------------------------------

  /** A cast: what has normal priority is written at once, enqueues when the mailbox has been looked through. */
  command(command: Command): void {
    if (command.priority === 'low') {
      if (this.delayed.length === 0) this.member.deliver(FLUSH);
      this.delayed.push(command);
      return;
    }
    this.append(command.command, command.replyTo);
    this.replicate();
  }

  flushCommands(): void {
    for (let left = FLUSH_SIZE; left > 0; left -= 1) {
      const command = this.delayed.shift();
      if (command === undefined) break;
      this.append(command.command, command.replyTo);
    }
    this.replicate();
    if (this.delayed.length > 0) this.member.deliver(FLUSH);
  }

  handleCall(request: Message, from: CallFrom): void {
    const { member } = this;
    switch (request.type) {
      case 'ra_call':
        this.call(request as CallCommand, from);
        return;
      case 'ra_members':
        member.reply(from, { ok: member.members, leader: member.node });
        return;
      case 'transfer_leadership':
        this.transfer((request as TransferLeadership).to, from);
        return;
      default:
        this.changeMembers(request as ChangeMembers, from);
    }
  }

  private call({ command }: CallCommand, from: CallFrom): void {
    this.append(command, { mode: 'applied', from });
    this.replicate();
  }

  /** A member comes or goes: one change at a time, and none before this term has committed something (QQ-2). */
  private changeMembers({ type, node }: ChangeMembers, from: CallFrom): void {
    const { member } = this;
    member.vm.cite(QQ_2);
    const isMember = member.members.includes(node);
    const joins = type === 'ra_join';
    if (!this.changePermitted) member.reply(from, { error: 'cluster_change_not_permitted' });
    else if (joins === isMember) member.reply(from, { error: joins ? 'already_member' : 'not_member' });
    else {
      const members = joins ? [...member.members, node] : member.members.filter((name) => name !== node);
      this.append({ kind: 'members', members }, { mode: 'appended', from });
      this.replicate();
    }
  }

  /** As long as the head of the queue has a time to live, a timer runs to its end. */
  watchExpiry(): void {
    const { member } = this;
    const dueUs = member.state.head?.expiresAtUs ?? 0;
    if (dueUs === this.expiryDueUs) return;
    member.cancelTimer(this.expiryTimer);
    this.expiryDueUs = dueUs;
    this.expiryTimer = dueUs === 0 ? 0 : member.startTimer(Math.max(0, dueUs - member.nowUs), EXPIRE);
  }

  /** The timer is up. */
  expire(): void {
    this.expiryTimer = 0;
    this.expiryDueUs = 0;
    this.append({ kind: 'expire' }, null);
    this.replicate();
  }

  private append(command: RaftCommand, replyTo: ReplyTo | null): void {
    const { member } = this;
    const { log } = member;
    const entry: LogEntry = {
      index: log.nextIndex,
      term: member.term,
      command,
      replyTo,
      timeUs: member.nowUs,
    };
    log.append(entry);
    if (command.kind === 'members') {
      const { index, term } = member.membersIndex;
      member.previousMembers = { index, term, members: member.members };
      member.members = command.members;
      member.membersIndex = { index: entry.index, term: entry.term };
      this.changePermitted = false;
      this.replicating.membersChanged();
    }
    if (replyTo?.mode === 'appended') {
      member.reply(replyTo.from, { ok: entry.index, leader: member.node });
    }
  }

  /** What was appended goes to disk and to the followers. */
  private replicate(): void {
    const { member } = this;
    if (member.log.lastWritten < member.log.lastIndex) member.write();
    this.replicating.pipeline();
  }

  /**
   * A consumer returned messages: without a delivery limit each is appended anew and so goes to the back, else they go to the front
   * (QQ-23).
   */
  giveBack({ consumer, ids, pid, sequence }: ReturnCommand): void {
    const { member } = this;
    const notify: ReplyTo = { mode: 'notify', pid, sequence };
    if (member.state.config.deliveryLimit !== null) {
      this.append({ kind: 'return', consumer, ids }, notify);
    } else {
      member.vm.cite(QQ_23);
      const held = member.state.consumers.get(consumerKey(consumer))?.checkedOut;
      const known = ids.filter((id) => held?.has(id) === true).toSorted((a, b) => a - b);
      known.forEach((id, at) => {
        this.append({ kind: 'requeue', consumer, id }, at === known.length - 1 ? notify : null);
      });
    }
    this.replicate();
  }

  // --- what followers say ------------------------------------------------------------------------------------

  appendReply(reply: AppendReply): void {
    const { member } = this;
    if (!member.isLeader) {
      member.updateTerm(reply.term);
      return;
    }
    if (reply.term > member.term) {
      if (member.members.includes(reply.from)) member.stepDown(reply.term);
      return;
    }
    if (!reply.success) this.replicating.refused(reply);
    else if (reply.term === member.term) {
      this.replicating.accepted(reply);
      this.evaluate();
    }
  }

  snapshotResult(result: SnapshotResult): void {
    const { member } = this;
    if (!member.isLeader) return;
    if (result.term > member.term) member.stepDown(result.term);
    else this.replicating.installed(result);
  }

  /** Commits what a majority has on disk, as far as it is of this term, and applies it (QQ-3, QQ-4). */
  evaluate(): void {
    const { member } = this;
    const agreed = this.replicating.agreedIndex();
    if (agreed > member.commitIndex && member.log.termAt(agreed) === member.term) {
      member.vm.cite(QQ_3);
      member.vm.cite(QQ_4);
      member.commitIndex = agreed;
      member.applying.applyTo(agreed);
      if (!member.alive) return;
      this.depth.note();
      this.watchExpiry();
    }
    this.replicating.pipeline();
    const removed = !member.members.includes(member.node) && member.commitIndex >= member.membersIndex.index;
    if (removed) member.exit('normal');
    else if (member.role === 'terminating' && this.replicating.isFullyReplicated()) member.endForGood();
  }

  /** An entry of this term is committed, or a change of the members is: the next change may begin. */
  permitChange(): void {
    this.changePermitted = true;
  }

  sendToAll(): void {
    this.replicating.sendToAll();
  }

  tick(): void {
    const { member } = this;
    this.replicating.sendToStale();
    member.applying.sendNotices();
    if (member.role !== 'leader') return;
    repairRecord(member);
    if (member.state.isExpired(member.nowUs)) Deleter.start(member.context, member.queue);
    const known = member.context.database.members();
    const strangers = new Set<string>();
    for (const pid of member.state.pids()) if (!known.includes(pid.node)) strangers.add(pid.node);
    if (strangers.size === 0) return;
    this.append({ kind: 'purge_nodes', nodes: [...strangers] }, null);
    this.replicate();
  }

  /** Hands the role to a member that is asked to stand for election at once. */
  private transfer(to: string, from: CallFrom): void {
    const { member } = this;
    if (to === member.node) {
      member.reply(from, { ok: 'already_leader', leader: member.node });
      return;
    }
    if (!member.members.includes(to)) {
      member.reply(from, { error: 'unknown_member' });
      return;
    }
    member.tell(to, { type: 'try_become_leader' });
    member.reply(from, { ok: 'ok', leader: member.node });
    member.condition = (message) =>
      message.type === 'append_entries' && (message as AppendEntries).term > member.term;
    member.afterCondition = () => member.resumeLeading();
    member.enter('await_condition');
  }

  // --- whom the queue knows ----------------------------------------------------------------------------------

  monitor(pid: Pid): void {
    if (!this.monitors.has(pid)) this.watch(pid);
  }

  private watch(pid: Pid): void {
    const { member } = this;
    const ref = member.monitor(pid);
    if (ref.active) this.monitors.set(pid, ref);
  }

  /** Asks to be told of the node; what it is at the moment is told at once. */
  monitorNode(node: string): void {
    if (this.monitoredNodes.has(node)) return;
    this.monitoredNodes.add(node);
    const { member } = this;
    const isUp = node === member.node || member.vm.netKernel.isConnected(node);
    const status: NodeMessage = { type: isUp ? 'nodeup' : 'nodedown', node, reason: '' };
    member.deliver(status);
  }

  nodeStatus({ type, node }: NodeMessage): void {
    if (!this.monitoredNodes.has(node)) return;
    this.append({ kind: type, node }, null);
    this.replicate();
  }

  processDown({ target, reason }: DownMessage): void {
    const pid = target as Pid;
    this.monitors.delete(pid);
    this.member.applying.forgetNotices(pid);
    this.append({ kind: 'down', pid, reason }, null);
    this.replicate();
  }
}
