/** A node as an experiment handles it: what operators may ask, what faults do to it, and what can be seen of it from outside. */
import { shownName } from '../records/resource-name.ts';
import { rabbitDurableQueue, type QueueRecord } from '../broker/queue-record.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Pid } from '../erlang/message.ts';
import { RabbitNodeControl } from '../node/control.ts';
import { knownQueues, type KnownQueue } from '../node/queue-info.ts';
import type { RabbitNode } from '../node/rabbit-node.ts';
import { RABBIT } from '../partitions/port.ts';
import { QueueProcess } from '../queues/classic/queue-process.ts';
import { Member } from '../queues/quorum/member.ts';
import { statisticsOf } from '../queues/quorum/queries.ts';
import { memberName } from '../queues/quorum/raft-messages.ts';
import type { ObservedNodeState, ObservedQueue } from '../records/observation.ts';
import { queueKey } from '../records/queue-key.ts';
import type { WorldNode } from './world.ts';

export class RabbitWorldNode extends RabbitNodeControl implements WorldNode {
  private readonly rabbit: RabbitNode;
  /** All nodes by name, this one included: members of a quorum queue are looked at where they are. */
  private readonly peers: ReadonlyMap<string, RabbitNode>;

  constructor(
    node: RabbitNode,
    peers: ReadonlyMap<string, RabbitNode>,
    cite: (rule: { readonly index: number }) => void,
  ) {
    super(node, cite);
    this.rabbit = node;
    this.peers = peers;
  }

  // --- faults ----------------------------------------------------------------------------------------------

  kill(): void {
    this.rabbit.kill();
  }

  powerOff(): void {
    this.rabbit.powerOff();
  }

  freeze(): void {
    this.rabbit.freeze();
  }

  unfreeze(): void {
    this.rabbit.unfreeze();
  }

  start(): void {
    this.rabbit.start();
  }

  resetConnection(peer: string): void {
    this.rabbit.vm?.netKernel.disconnect(peer, 'connection_closed');
  }

  crashQueue(queue: string): void {
    for (const { record } of this.knownQueues()) {
      if (shownName(record.name) !== queue) continue;
      if (record.quorum !== undefined) this.rabbit.vm?.whereis(memberName(record.name))?.crash();
      for (const pid of [record.pid, ...record.slavePids]) {
        if (pid !== null && this.rabbit.vm?.isProcessAlive(pid) === true) pid.process.crash();
      }
    }
  }

  suspendProcess(name: string): void {
    this.rabbit.vm?.whereis(name)?.suspendBy(this);
  }

  resumeProcess(name: string): void {
    this.rabbit.vm?.whereis(name)?.resumeBy(this);
  }

  fillMemory(full: boolean): void {
    this.rabbit.resources.fillMemory(full);
  }

  fillDisk(full: boolean): void {
    this.rabbit.resources.fillDisk(full);
  }

  stopLinks(): void {
    this.rabbit.application?.links?.end();
  }

  setFsync(drawUs: () => number): void {
    this.rabbit.disk.fsyncUs = drawUs;
  }

  // --- what can be seen ------------------------------------------------------------------------------------

  get state(): ObservedNodeState {
    return this.rabbit.state;
  }

  private get isUp(): boolean {
    return this.rabbit.application?.isUp === true;
  }

  partitions(): readonly string[] {
    return this.isUp ? this.rabbit.application!.partitions : [];
  }

  members(): readonly string[] | null {
    return this.isUp ? this.rabbit.application!.mnesia.members() : null;
  }

  running(): readonly string[] | null {
    return this.isUp ? this.rabbit.application!.mnesia.runningNodes() : null;
  }

  private knownQueues(): readonly KnownQueue[] {
    return this.isUp ? knownQueues(this.rabbit.application!.context) : [];
  }

  queues(): ReadonlyMap<string, ObservedQueue> {
    const seen = new Map<string, ObservedQueue>();
    const { cluster } = this.rabbit.settings;
    for (const queue of this.knownQueues())
      seen.set(queueKey(cluster, queue.record.name), this.observe(queue));
    return seen;
  }

  /**
   * The queue as a person at this node finds it. Its processes are looked at where they run, because a person waits for an
   * answer and an observation must not change the run; a leader that this node cannot reach does not answer.
   */
  private observe({ record, live }: KnownQueue): ObservedQueue {
    if (record.quorum !== undefined) return this.observeQuorum(record, record.quorum.nodes);
    const leader = live ? record.pid : null;
    const statistics = leader !== null && this.reaches(leader) ? lookAt(leader.process) : null;
    const stopped =
      live &&
      (record.state === 'stopped' || (statistics === null && this.waitsForItsOldLeader(record.name, leader)));
    const state =
      record.state === 'crashed'
        ? 'crashed'
        : stopped
          ? 'stopped'
          : statistics === null
            ? 'down'
            : statistics.syncing
              ? 'syncing'
              : 'running';
    return {
      type: 'classic',
      state,
      master: record.pid?.node ?? null,
      mirrors: live ? record.slavePids.map((pid) => pid.node) : [],
      synchronised_mirrors: live ? record.syncSlavePids.map((pid) => pid.node) : [],
      messages_ready: statistics?.messagesReady ?? 0,
      messages_unacknowledged: statistics?.messagesUnacknowledged ?? 0,
    };
  }

  /** It serves while a majority of its members is there; counts are those of the member that leads. */
  private observeQuorum(record: QueueRecord, members: readonly string[]): ObservedQueue {
    const online = members.filter((node) => this.findsMember(record, node));
    const isServing = online.length > members.length / 2;
    const found = online.map((node) => this.member(record, node)!);
    const leader = found.find(({ isLeader }) => isLeader);
    const statistics = isServing && leader !== undefined ? statisticsOf(leader) : null;
    const kept = statistics?.deadLettersKept ?? 0;
    return {
      type: 'quorum',
      state: statistics === null ? 'down' : 'running',
      leader: record.pid?.node ?? null,
      members,
      online,
      messages_ready: statistics?.messagesReady ?? 0,
      messages_unacknowledged: statistics?.messagesUnacknowledged ?? 0,
      ...(kept > 0 && { messages_dlx: kept }),
    };
  }

  private findsMember(record: QueueRecord, node: string): boolean {
    const member = this.member(record, node);
    return member !== undefined && this.reaches(member.pid);
  }

  private member({ name, quorum }: QueueRecord, node: string): Member | undefined {
    const process = this.peers.get(node)?.vm?.whereis(memberName(name));
    return process instanceof Member && process.log.cluster === quorum!.cluster ? process : undefined;
  }

  private reaches(pid: Pid): boolean {
    if (!pid.process.alive || !pid.process.vm.runnable) return false;
    return pid.node === this.rabbit.name || this.rabbit.vm?.netKernel.isConnected(pid.node) === true;
  }

  /** A mirrored queue without a living replica: it is there again when its last leader's node is (MIR-20). */
  private waitsForItsOldLeader(queue: string, leader: Pid | null): boolean {
    const { application } = this.rabbit;
    if (application === null || leader === null || leader.process.alive) return false;
    const record = application.context.database.read(rabbitDurableQueue, queue);
    return record?.policy?.definition['ha-mode'] !== undefined && !isAppUp(this.rabbit, leader.node);
  }
}

function lookAt(process: ErlangProcess): ReturnType<QueueProcess['look']> {
  return process instanceof QueueProcess ? process.look() : null;
}

function isAppUp(from: RabbitNode, node: string): boolean {
  return from.application?.mnesia.isRunning(node) === true && from.vm?.whereis(RABBIT) !== undefined;
}
