/**
 * Writes the depth of a quorum queue into the journal as its leader has it: when it has changed, at most every 100 ms. An idle queue has no
 * timer.
 */
import type { EventHandle } from '../../kernel/simulation.ts';
import type { Message } from '../../erlang/message.ts';
import { queueDepth } from '../../records/cluster.ts';
import type { Member } from './member.ts';

const SHORTEST_INTERVAL_US = 100_000;
const DEPTH_TIMEOUT: Message = { type: 'depth_timeout' };

export class DepthRecorder {
  private readonly member: Member;
  private ready = 0;
  private unacknowledged = 0;
  private writtenAtUs = -SHORTEST_INTERVAL_US;
  private timer: EventHandle = 0;

  constructor(member: Member) {
    this.member = member;
  }

  /** Something was applied. */
  note(): void {
    const { member } = this;
    const { messagesReady: ready, messagesOut: unacknowledged } = member.state;
    if (this.timer !== 0 || (ready === this.ready && unacknowledged === this.unacknowledged)) return;
    const dueInUs = this.writtenAtUs + SHORTEST_INTERVAL_US - member.nowUs;
    if (dueInUs > 0) {
      this.timer = member.startTimer(dueInUs, DEPTH_TIMEOUT);
      return;
    }
    this.ready = ready;
    this.unacknowledged = unacknowledged;
    this.writtenAtUs = member.nowUs;
    const { journal, queueName, nodeName } = member.records;
    journal.write(queueDepth, queueName, nodeName, ready, unacknowledged);
  }

  onTimeout(): void {
    this.timer = 0;
    if (this.member.isLeader) this.note();
  }

  /** The role or the process ends; whoever leads next goes on recording. */
  stop(): void {
    this.member.cancelTimer(this.timer);
    this.timer = 0;
  }
}
