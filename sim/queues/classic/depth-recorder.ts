/**
 * Writes a queue's depth into the journal when it has changed, at most every 100 ms: at once if the last record is older
 * than that, else by one timer at the end of the 100 ms. An idle queue has no timer.
 */
import type { EventHandle } from '../../kernel/simulation.ts';
import type { Message } from '../../erlang/message.ts';
import { queueDepth } from '../../records/cluster.ts';
import type { BackingQueue } from './backing-queue.ts';
import type { CopyRecords } from './copy-records.ts';
import type { QueueProcess } from './queue-process.ts';

const SHORTEST_INTERVAL_US = 100_000;
const DEPTH_TIMEOUT: Message = { type: 'depth_timeout' };

export class DepthRecorder {
  private readonly process: QueueProcess;
  private readonly records: CopyRecords;
  private ready = 0;
  private unacknowledged = 0;
  private writtenAtUs = -SHORTEST_INTERVAL_US;
  private timer: EventHandle = 0;

  constructor(process: QueueProcess, records: CopyRecords) {
    this.process = process;
    this.records = records;
  }

  /** Something was handled. */
  note(backingQueue: BackingQueue): void {
    const ready = backingQueue.length;
    const unacknowledged = backingQueue.depth - ready;
    if (this.timer !== 0 || (ready === this.ready && unacknowledged === this.unacknowledged)) return;
    const dueInUs = this.writtenAtUs + SHORTEST_INTERVAL_US - this.process.vm.simulation.nowUs;
    if (dueInUs > 0) {
      this.timer = this.process.startTimer(dueInUs, DEPTH_TIMEOUT);
      return;
    }
    this.write(ready, unacknowledged);
  }

  /** `depth_timeout` arrived. */
  onTimeout(backingQueue: BackingQueue): void {
    this.timer = 0;
    this.note(backingQueue);
  }

  /** The process ends; whoever leads next goes on recording. */
  stop(): void {
    this.process.cancelTimer(this.timer);
    this.timer = 0;
  }

  /** The queue was deleted with its content. */
  deleted(): void {
    this.stop();
    if (this.ready > 0 || this.unacknowledged > 0) this.write(0, 0);
  }

  private write(ready: number, unacknowledged: number): void {
    this.ready = ready;
    this.unacknowledged = unacknowledged;
    this.writtenAtUs = this.process.vm.simulation.nowUs;
    const { journal, queue, node } = this.records;
    journal.write(queueDepth, queue, node, ready, unacknowledged);
  }
}
