/**
 * The coordinator of a mirrored leader: what the ring tells the leader's side. It handles deaths in its own time, so that the
 * leader need not stand still for the transaction (a mirror's are a call: OVR-5), passes requests for the leader's
 * depth on, and watches publishing channels on behalf of all replicas (MIR-36).
 */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, ExitReason, Message, MonitorRef, Pid } from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue } from '../../broker/queue-record.ts';
import type { RunBackingQueue } from '../classic/leader-messages.ts';
import { rule } from '../../rules/registry.ts';
import { Gm } from './gm.ts';
import { RING_SHUTDOWN, type GmCallback } from './gm-messages.ts';
import type { EnsureMonitoring, Instruction, Notice } from './instructions.ts';
import { addMirrors, maybeAutoSync } from './mirror-set.ts';
import { removeFromQueue } from './removal.ts';

const MIR_14 = rule('MIR-14');
const MIR_26 = rule('MIR-26');
const MIR_36 = rule('MIR-36');

/** Before it hibernates, an idle coordinator makes traffic in the ring. RabbitMQ stretches this with load up to 10 s. */
const HIBERNATE_AFTER_US = 1_000_000;

const HEARTBEAT: Notice = { type: 'hibernate_heartbeat' };

interface GmDeaths extends Message {
  readonly type: 'gm_deaths';
  readonly deaths: readonly Pid[];
  readonly reason: ExitReason;
}

interface RingEnded extends Message {
  readonly type: 'ring_ended';
  readonly reason: ExitReason;
}

export class Coordinator extends ErlangProcess implements GmCallback {
  private readonly context: NodeContext;
  private readonly queue: string;
  private readonly leader: Pid;
  private gm: Gm;
  private hasJoined = false;
  private readonly awaitingJoin: CallFrom[] = [];
  private readonly senders = new Map<Pid, MonitorRef>();
  private hibernatesAtUs = 0;
  private hibernateTimer = false;

  /** For a leader that starts mirroring: joins a ring of its own. For a promoted mirror: takes its ring process over. */
  constructor(context: NodeContext, queue: string, leader: Pid, gm: Gm | null) {
    super(context.vm, `coordinator/${queue}`);
    this.context = context;
    this.queue = queue;
    this.leader = leader;
    this.hasJoined = gm !== null;
    this.gm = gm ?? new Gm(context, queue, this);
    this.link(this.gm.pid);
    this.postponeHibernation();
  }

  // --- what the ring process calls, in its own turn ------------------------------------------------------------

  joined(gm: Gm): void {
    gm.send(this.pid, { type: 'joined' });
  }

  takeBatch(): void {}

  takeOne(gm: Gm, instruction: Instruction): ExitReason | undefined {
    // The coordinator itself goes on until the ring has delivered this everywhere.
    if (instruction.type === 'delete_and_terminate') return RING_SHUTDOWN;
    if (instruction.type === 'request_depth' || instruction.type === 'ensure_monitoring') {
      gm.send(this.pid, instruction);
    }
    return undefined;
  }

  deaths(gm: Gm, deaths: readonly Pid[], reason: ExitReason, then: () => void): void {
    gm.send(this.pid, { type: 'gm_deaths', deaths, reason } as GmDeaths);
    then();
  }

  terminated(gm: Gm, reason: ExitReason): void {
    gm.send(this.pid, { type: 'ring_ended', reason } as RingEnded);
  }

  // --- the coordinator's own turn --------------------------------------------------------------------------------

  protected handleMessage(message: Message): void {
    if (message.type !== 'hibernate') this.postponeHibernation();
    switch (message.type) {
      case 'joined':
        this.hasJoined = true;
        for (const from of this.awaitingJoin.splice(0)) this.reply(from, this.gm.pid);
        return;
      case 'gm_deaths':
        this.handleDeaths(message as GmDeaths);
        return;
      case 'request_depth':
        this.requestDepth();
        return;
      case 'ensure_monitoring':
        this.monitorSenders((message as EnsureMonitoring).channels);
        return;
      case 'DOWN':
        this.senderDown((message as DownMessage).target as Pid);
        return;
      case 'ring_ended': {
        const { reason } = message as RingEnded;
        this.exit(reason === RING_SHUTDOWN ? 'normal' : reason);
        return;
      }
      case 'hibernate':
        this.hibernate();
    }
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type !== 'get_gm') super.handleCall(request, from);
    if (this.hasJoined) this.reply(from, this.gm.pid);
    else this.awaitingJoin.push(from);
  }

  private handleDeaths({ deaths, reason }: GmDeaths): void {
    removeFromQueue(this.context, this, this.queue, this.leader, deaths, reason, (removal) => {
      if (removal.outcome !== 'ok') {
        this.exit('normal');
        return;
      }
      if (removal.leader !== this.leader) {
        this.vm.cite(MIR_26);
        this.exit('shutdown');
        return;
      }
      if (removal.written !== null) maybeAutoSync(this.context, removal.written);
      addMirrors(this, this.queue, removal.extraNodes, 'async', () => {});
    });
  }

  private requestDepth(): void {
    if (this.context.database.read(rabbitQueue, this.queue)?.pid === this.leader) {
      this.send(this.leader, {
        type: 'run_backing_queue',
        action: 'depth',
        channel: null,
      } as RunBackingQueue);
      return;
    }
    this.vm.cite(MIR_26);
    this.exit('shutdown');
  }

  private monitorSenders(channels: readonly Pid[]): void {
    for (const channel of channels) {
      if (!this.senders.has(channel)) this.senders.set(channel, this.monitor(channel));
    }
  }

  private senderDown(channel: Pid): void {
    if (!this.senders.delete(channel)) return;
    this.vm.cite(MIR_36);
    this.send(this.leader, { type: 'run_backing_queue', action: 'sender_death', channel } as RunBackingQueue);
  }

  private postponeHibernation(): void {
    this.hibernatesAtUs = this.nowUs + HIBERNATE_AFTER_US;
    if (this.hibernateTimer) return;
    this.hibernateTimer = true;
    this.startTimer(HIBERNATE_AFTER_US, { type: 'hibernate' });
  }

  private hibernate(): void {
    this.hibernateTimer = false;
    if (this.nowUs < this.hibernatesAtUs) {
      this.hibernateTimer = true;
      this.startTimer(this.hibernatesAtUs - this.nowUs, { type: 'hibernate' });
      return;
    }
    this.vm.cite(MIR_14);
    this.send(this.gm.pid, HEARTBEAT);
  }
}
