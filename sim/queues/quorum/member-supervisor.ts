/**
 * The supervisor of all members on a node (`ra_server_sup_sup`, with what `ra:start_cluster` and `ra:force_delete_server` do on a node). It
 * starts members, restarts one that crashed, deletes one with its data, and ends all of them when the application stops. Other nodes
 * reach it by name, so where no application runs nothing is started.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, ExitMessage, Message, Pid } from '../../erlang/message.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { FifoConfig } from './fifo-config.ts';
import { askLeader, processCommand } from './leader-calls.ts';
import { Member } from './member.ts';
import { eraseLog } from './erase-log.ts';
import { RaftLog } from './raft-log.ts';
import { memberOn, type LocalQuery } from './raft-messages.ts';
import type { RaftSafety } from './raft-safety.ts';
import {
  memberSupervisorOn,
  SUPERVISOR_NAME,
  type DeleteMember,
  type MemberSpec,
  type StartCluster,
  type StartMember,
} from './supervisor-calls.ts';

const BRK_52 = rule('BRK-52');
const QQ_2 = rule('QQ-2');
const QQ_3 = rule('QQ-3');

/** Times of `rabbit_quorum_queue`: a node that does not answer, and the wait for a first leader, for each member. */
const START_TIMEOUT_US = 5_000_000;
const COMMAND_TIMEOUT_US = 30_000_000;

export class MemberSupervisor extends ErlangProcess {
  private readonly context: NodeContext;
  private readonly safety: RaftSafety;
  private readonly members = new Map<Pid, { readonly member: Member; readonly spec: MemberSpec }>();
  private stopping: CallFrom | undefined;

  private constructor(context: NodeContext, safety: RaftSafety) {
    super(context.vm, SUPERVISOR_NAME);
    this.context = context;
    this.safety = safety;
    this.trapExit = true;
    context.vm.register(SUPERVISOR_NAME, this);
  }

  /** The supervisor of this run of the node's application; starts one if there is none. */
  static of(context: NodeContext, safety: RaftSafety): MemberSupervisor {
    const running = MemberSupervisor.running(context);
    return running ?? new MemberSupervisor(context, safety);
  }

  static running(context: NodeContext): MemberSupervisor | undefined {
    const running = context.vm.whereis(SUPERVISOR_NAME);
    return running instanceof MemberSupervisor ? running : undefined;
  }

  /** The member of this queue on this node. */
  member(queue: string): Member | undefined {
    for (const { member } of this.members.values()) if (member.queue === queue) return member;
    return undefined;
  }

  /** It has no members. */
  get isIdle(): boolean {
    return this.members.size === 0;
  }

  /** Tells the queue, by way of its leader as the record has it, that it is configured anew. */
  updateConfig(queue: string, leader: string, config: FifoConfig): void {
    const call = { caller: this, queue, members: [leader], timeoutUs: COMMAND_TIMEOUT_US, suspends: false };
    processCommand(call, { kind: 'update_config', config }, () => {});
  }

  /** Ends the members here that do not lead; they are started again by `recover`. */
  stopFollowers(): void {
    for (const { member } of this.members.values()) if (!member.isLeader) member.shutdown('shutdown');
  }

  /** Starts a member from what its disk has; where it should have something and has not, it begins anew. */
  recover(spec: MemberSpec): void {
    if (this.member(spec.queue) !== undefined) return;
    const log = RaftLog.find(this.vm.disk, spec.queue);
    if (log?.cluster !== spec.cluster) this.safety.forgive(spec.cluster);
    this.start(spec);
  }

  private start(spec: MemberSpec): void {
    const { context, safety } = this;
    const { queue, cluster, config } = spec;
    let log = RaftLog.find(this.vm.disk, queue);
    if (log !== undefined && log.cluster !== cluster) {
      eraseLog(context, queue, log, BRK_52);
      log = undefined;
    }
    log ??= RaftLog.create(this.vm.disk, spec);
    const member = new Member({ context, queue, log, config, safety });
    this.members.set(member.pid, { member, spec });
    this.link(member.pid);
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'EXIT') this.memberExited(message as ExitMessage);
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    switch (request.type) {
      case 'start_member': {
        if (this.stopping !== undefined) return;
        const { spec } = request as StartMember;
        const running = this.member(spec.queue);
        if (running === undefined) this.start(spec);
        this.reply(from, running === undefined ? 'ok' : 'already_started');
        return;
      }
      case 'start_cluster':
        if (this.stopping === undefined) this.startCluster((request as StartCluster).spec, from);
        return;
      case 'delete_member':
        this.delete(request as DeleteMember);
        this.reply(from, 'ok');
        return;
      case 'stop_members':
        this.stopping = from;
        for (const { member } of this.members.values()) member.shutdown('shutdown');
        this.endIfDone();
    }
  }

  // --- a new queue -------------------------------------------------------------------------------------------

  private startCluster(spec: MemberSpec, from: CallFrom): void {
    const started: string[] = [];
    let open = spec.members.length;
    const request: StartMember = { type: 'start_member', spec };
    const answered = (node: string, isStarted: boolean): void => {
      if (isStarted) started.push(node);
      open -= 1;
      if (open === 0) this.elect(spec, started, from);
    };
    for (const node of spec.members) {
      this.ask<string>(memberSupervisorOn(node), request, {
        reply: (answer) => answered(node, answer === 'ok'),
        failed: () => answered(node, false),
        timeoutUs: START_TIMEOUT_US,
      });
    }
  }

  /** Has one of them stand for election, and waits until there is a leader (QQ-3). */
  private elect(spec: MemberSpec, started: readonly string[], from: CallFrom): void {
    const { queue, members } = spec;
    const node = started.includes(this.vm.node) ? this.vm.node : started[0];
    if (node === undefined) {
      this.reply(from, 'cluster_not_formed');
      return;
    }
    this.vm.cite(QQ_3);
    const trigger: LocalQuery = { type: 'trigger_election' };
    this.ask(memberOn(node, queue), trigger, { reply: () => {}, failed: () => {} });
    const timeoutUs = START_TIMEOUT_US * members.length;
    askLeader({ caller: this, queue, members: [node], timeoutUs, suspends: false }, (answer) => {
      if ('error' in answer) {
        for (const one of started) this.askToDelete(one, spec);
        this.reply(from, 'cluster_not_formed');
      } else this.reply(from, 'ok');
    });
  }

  private askToDelete(node: string, { queue, cluster }: MemberSpec): void {
    const request: DeleteMember = { type: 'delete_member', queue, cluster, why: 'deleted' };
    this.ask(memberSupervisorOn(node), request, { reply: () => {}, failed: () => {} });
  }

  // --- ends --------------------------------------------------------------------------------------------------

  private delete({ queue, cluster, why }: DeleteMember): void {
    const decidedBy: Rule = why === 'deleted' ? BRK_52 : QQ_2;
    const member = this.member(queue);
    if (member !== undefined) {
      if (member.log.cluster !== cluster) return;
      this.members.delete(member.pid);
      member.records.destroyed(member.state, why, decidedBy);
      member.endForGood();
      return;
    }
    const log = RaftLog.find(this.vm.disk, queue);
    if (log?.cluster === cluster) eraseLog(this.context, queue, log, decidedBy);
  }

  private memberExited({ from, reason }: ExitMessage): void {
    const known = this.members.get(from);
    if (known === undefined) return;
    this.members.delete(from);
    if (this.stopping !== undefined) this.endIfDone();
    else if (reason === 'crash' || reason === 'killed') this.start(known.spec);
  }

  private endIfDone(): void {
    if (this.stopping === undefined || this.members.size > 0) return;
    this.reply(this.stopping, 'ok');
    this.exit('shutdown');
  }
}
