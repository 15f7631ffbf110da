/**
 * The process between a leader and its mirrors during an eager synchronisation (`rabbit_mirror_queue_sync`): it finds out who
 * takes part, asks the leader for batches, and sends them on as the mirrors' credit allows. That a memory alarm on any
 * node makes it wait is left out: alarms are the broker's, and nothing tells this room of them.
 */
import type { Database } from '../../cluster/database.ts';
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { DownMessage, Message, Pid } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { CreditAccount, type BumpCredit } from '../classic/credit-flow.ts';
import type { SyncAnswer, SyncComplete, SyncerSignal, SyncMessages } from './sync-messages.ts';

export class Syncer extends ErlangProcess {
  private readonly leader: Pid;
  private readonly round: object;
  /** Mirrors whose answer to the announcement is awaited. */
  private readonly unanswered: Set<Pid>;
  private readonly mirrors = new Map<Pid, CreditAccount>();
  /** Deaths are looked at only while credit is awaited, as in RabbitMQ. */
  private readonly dead = new Set<Pid>();
  private isReady = false;
  private held: SyncMessages | undefined;

  constructor(vm: Vm, database: Database, leader: Pid, round: object, mirrors: readonly Pid[]) {
    super(vm, `syncer/${leader.process.name}`);
    this.leader = leader;
    this.round = round;
    this.unanswered = new Set(mirrors.filter((mirror) => database.isRunning(mirror.node)));
    for (const mirror of mirrors) this.monitor(mirror);
    this.deliver({ type: 'start' });
  }

  protected handleMessage(message: Message): void {
    switch (message.type) {
      case 'start':
        this.beginWhenAnswered();
        return;
      case 'sync_ready':
        this.mirrors.set((message as SyncAnswer).mirror, new CreditAccount());
        this.answered((message as SyncAnswer).mirror);
        return;
      case 'sync_deny':
        this.answered((message as SyncAnswer).mirror);
        return;
      case 'DOWN': {
        const mirror = (message as DownMessage).target as Pid;
        this.dead.add(mirror);
        this.answered(mirror);
        if (this.held !== undefined) this.passOn(this.held);
        return;
      }
      case 'bump_credit': {
        const { from, credit } = message as BumpCredit;
        this.mirrors.get(from)?.refill(credit);
        if (this.held !== undefined) this.passOn(this.held);
        return;
      }
      case 'sync_messages':
        this.passOn(message as SyncMessages);
        return;
      case 'syncer_done': {
        const complete: SyncComplete = { type: 'sync_complete', round: this.round };
        for (const mirror of this.mirrors.keys()) this.send(mirror, complete);
        this.exit('normal');
        return;
      }
      case 'syncer_cancel':
        // Mirrors are not told: they take our end for a failure, which is what it is to them.
        this.exit('normal');
    }
  }

  private answered(mirror: Pid): void {
    this.unanswered.delete(mirror);
    this.beginWhenAnswered();
  }

  private beginWhenAnswered(): void {
    if (this.isReady || this.unanswered.size > 0) return;
    if (this.mirrors.size === 0) {
      this.exit('normal');
      return;
    }
    this.isReady = true;
    this.tellLeader('syncer_ready');
    this.tellLeader('syncer_next');
  }

  private passOn(messages: SyncMessages): void {
    if ([...this.mirrors.values()].some((account) => account.isBlocked)) {
      for (const mirror of this.dead) this.mirrors.delete(mirror);
    }
    if (this.mirrors.size === 0) {
      this.exit('normal');
      return;
    }
    this.held = messages;
    if ([...this.mirrors.values()].some((account) => account.isBlocked)) return;
    this.held = undefined;
    for (const [mirror, account] of this.mirrors) {
      account.spend();
      this.send(mirror, messages, messages.bytes);
    }
    this.tellLeader('syncer_next');
  }

  private tellLeader(type: SyncerSignal['type']): void {
    const signal: SyncerSignal = { type, round: this.round };
    this.send(this.leader, signal);
  }
}
