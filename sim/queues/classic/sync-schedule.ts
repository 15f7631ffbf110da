/**
 * When a replica's process syncs its index. With a publisher waiting: as soon as the mailbox is empty, at the latest
 * one interval after the need arose (BRK-22: 200 ms at a leader, 25 ms at a mirror). With nobody waiting: after 200 ms
 * without a message (BRK-23). With a full journal: at once. The process stands still during the fsync, as the
 * real one does in its file call; so confirms come in batches of what a sync covers.
 *
 * The owner calls `afterMessage` when it has handled something, `onIdle` from its behaviour's `onIdle`, and hands `sync_timeout`
 * messages (priority 6) to `onTimeout`.
 */
import { Priority, type EventHandle } from '../../kernel/simulation.ts';
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

const CONFIRMS_TIMEOUT: SyncTimeout = { type: 'sync_timeout', why: 'confirms' };
const IDLE_TIMEOUT: SyncTimeout = { type: 'sync_timeout', why: 'idle' };

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

  /**
   * Something was handled. A publisher that has just begun to wait needs no timer yet: either the mailbox is empty and the
   * sync begins at the end of this turn, or the next message comes by here. Timers are left to run and look for
   * themselves, which is cheaper than taking them back.
   */
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
        else this.watchConfirms();
        return;
      case 'idle':
        this.confirmsWaitSinceUs = NOBODY_WAITS;
        this.watchSilence();
    }
  }

  /** As `afterMessage` for what a promoted mirror brings along: it may not be at the end of a turn. */
  takeOver(): void {
    this.afterMessage();
    if (this.confirmsWaitSinceUs !== NOBODY_WAITS) this.watchConfirms();
  }

  /** The mailbox is empty. */
  onIdle(): void {
    if (this.backingQueue().syncNeed === 'confirms') this.sync();
  }

  /** Time is up, unless something has changed while the message waited in the mailbox. */
  onTimeout({ why }: SyncTimeout): void {
    this.handlesTimeout = true;
    const leftUs = this.leftUs(why);
    if (leftUs === undefined) return;
    if (leftUs <= 0) {
      if (why === 'idle') this.process.vm.cite(BRK_23);
      this.sync();
    } else if (why === 'idle') this.watchSilence();
    else this.watchConfirms();
  }

  private watchConfirms(): void {
    if (this.confirmTimer !== 0) return;
    this.confirmTimer = this.timer(this.leftUs('confirms') ?? 0, () => {
      this.confirmTimer = 0;
      if (this.isDue('confirms')) this.process.deliver(CONFIRMS_TIMEOUT);
      else if (this.confirmsWaitSinceUs !== NOBODY_WAITS) this.watchConfirms();
    });
  }

  private watchSilence(): void {
    if (this.idleTimer !== 0) return;
    this.idleTimer = this.timer(this.leftUs('idle') ?? 0, () => {
      this.idleTimer = 0;
      if (this.isDue('idle')) this.process.deliver(IDLE_TIMEOUT);
      else if (this.backingQueue().syncNeed === 'idle') this.watchSilence();
    });
  }

  private isDue(why: SyncTimeout['why']): boolean {
    const leftUs = this.leftUs(why);
    return leftUs !== undefined && leftUs <= 0;
  }

  /** How long the sync may still wait; undefined when there is no need of it. */
  private leftUs(why: SyncTimeout['why']): number | undefined {
    if (why === 'idle') {
      if (this.backingQueue().syncNeed !== 'idle') return undefined;
      return this.lastMessageUs + IDLE_FLUSH_US - this.nowUs;
    }
    if (this.confirmsWaitSinceUs === NOBODY_WAITS) return undefined;
    return this.confirmsWaitSinceUs + this.intervalUs - this.nowUs;
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

  private timer(delayUs: number, look: () => void): EventHandle {
    return this.process.vm.simulation.after(delayUs > 0 ? delayUs : 0, Priority.timer, look);
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
