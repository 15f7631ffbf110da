/**
 * When a replica's process syncs its index. With a publisher waiting: as soon as the mailbox is empty, at the latest
 * one interval after the need arose (BRK-22: 200 ms at a leader, 25 ms at a mirror). With nobody waiting: after 200 ms
 * without a message (BRK-23). With a full journal: at once. The process stands still during the fsync, as the
 * real one does in its file call; so confirms come in batches of what a sync covers.
 *
 * The owner calls `afterMessage` when it has handled something, `onIdle` from its behaviour's `onIdle`, and hands `sync_timeout`
 * messages (priority 6) to `onTimeout`.
 */
import type { EventHandle } from '../../kernel/simulation.ts';
import type { Message } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { BackingQueue } from './backing-queue.ts';
import type { QueueProcess } from './queue-process.ts';

const BRK_22 = rule('BRK-22');
const BRK_23 = rule('BRK-23');

export const LEADER_SYNC_INTERVAL_US = 200_000;
export const MIRROR_SYNC_INTERVAL_US = 25_000;
const IDLE_FLUSH_US = 200_000;
const NOBODY_WAITS = -1;

/** Priority 6 in a replica's mailbox (OVR-2). */
export interface SyncTimeout extends Message {
  readonly type: 'sync_timeout';
  readonly why: 'confirms' | 'idle';
}

export class SyncSchedule {
  private readonly process: QueueProcess;
  private readonly intervalUs: number;
  private readonly backingQueue: () => BackingQueue;
  private readonly synced: () => void;
  private confirmTimer: EventHandle = 0;
  private idleTimer: EventHandle = 0;
  private lastMessageUs = 0;
  private confirmsWaitSinceUs = NOBODY_WAITS;
  /** The message being handled is our own timeout, which does not end a silence. */
  private handlesTimeout = false;
  private syncing = false;

  /** `synced` is called in the process after each sync: confirms may be drained then. */
  constructor(
    process: QueueProcess,
    intervalUs: number,
    backingQueue: () => BackingQueue,
    synced: () => void,
  ) {
    this.process = process;
    this.intervalUs = intervalUs;
    this.backingQueue = backingQueue;
    this.synced = synced;
  }

  /** Something was handled. Timers are left to run and look for themselves, which is cheaper than taking them back. */
  afterMessage(): void {
    if (this.handlesTimeout) this.handlesTimeout = false;
    else this.lastMessageUs = this.nowUs;
    switch (this.backingQueue().syncNeed) {
      case 'none':
        this.confirmsWaitSinceUs = NOBODY_WAITS;
        return;
      case 'full':
        this.sync();
        return;
      case 'confirms':
        if (this.confirmsWaitSinceUs === NOBODY_WAITS) this.confirmsWaitSinceUs = this.nowUs;
        if (this.confirmTimer === 0) this.confirmTimer = this.timer(this.intervalUs, 'confirms');
        return;
      case 'idle':
        this.confirmsWaitSinceUs = NOBODY_WAITS;
        if (this.idleTimer === 0) this.idleTimer = this.timer(IDLE_FLUSH_US, 'idle');
    }
  }

  /** The mailbox is empty. */
  onIdle(): void {
    if (this.backingQueue().syncNeed === 'confirms') this.sync();
  }

  onTimeout(message: SyncTimeout): void {
    this.handlesTimeout = true;
    if (message.why === 'confirms') {
      this.confirmTimer = 0;
      if (this.confirmsWaitSinceUs === NOBODY_WAITS) return;
      const waitedUs = this.nowUs - this.confirmsWaitSinceUs;
      if (waitedUs < this.intervalUs) this.confirmTimer = this.timer(this.intervalUs - waitedUs, 'confirms');
      else this.sync();
      return;
    }
    this.idleTimer = 0;
    if (this.backingQueue().syncNeed !== 'idle') return;
    const quietUs = this.nowUs - this.lastMessageUs;
    if (quietUs < IDLE_FLUSH_US) this.idleTimer = this.timer(IDLE_FLUSH_US - quietUs, 'idle');
    else {
      this.process.vm.cite(BRK_23);
      this.sync();
    }
  }

  /** Takes the timers back; the owner ends or becomes something else. */
  stop(): void {
    this.process.cancelTimer(this.confirmTimer);
    this.process.cancelTimer(this.idleTimer);
    this.confirmTimer = 0;
    this.idleTimer = 0;
  }

  private get nowUs(): number {
    return this.process.vm.simulation.nowUs;
  }

  private timer(delayUs: number, why: SyncTimeout['why']): EventHandle {
    return this.process.startTimer(delayUs, { type: 'sync_timeout', why } as SyncTimeout);
  }

  private sync(): void {
    // A process that waits for something else syncs when it has gone on.
    if (this.syncing || this.process.isStandingStill) return;
    this.confirmsWaitSinceUs = NOBODY_WAITS;
    this.syncing = true;
    this.process.vm.cite(BRK_22);
    this.process.standStill((resumeWith) =>
      this.backingQueue().sync(() =>
        resumeWith(() => {
          this.syncing = false;
          this.synced();
        }),
      ),
    );
  }
}
