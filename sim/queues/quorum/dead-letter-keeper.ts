/**
 * Starts and ends the worker of a queue that keeps its dead letters, beside the member that leads (`rabbit_fifo_dlx_sup` and what
 * `rabbit_fifo_dlx` does when a role is entered, QQ-25). A worker that crashes is not started anew before somebody is elected: RabbitMQ
 * tries once more, which ends in the same way.
 */
import { rule } from '../../rules/registry.ts';
import type { Pid } from '../../erlang/message.ts';
import { DeadLetterWorker } from './dead-letter-worker.ts';
import type { Member } from './member.ts';

const QQ_25 = rule('QQ-25');

export class DeadLetterKeeper {
  private readonly member: Member;

  constructor(member: Member) {
    this.member = member;
  }

  /** The member has taken on another role: only a leader has a worker. */
  roleEntered(): void {
    const { state, role } = this.member;
    if (!state.config.keepsDeadLetters) return;
    if (role === 'leader') this.ensureStarted();
    else if (state.deadLetters.workerPid !== null) this.end(state.deadLetters.workerPid);
  }

  /** Of the leader: there is a worker now, if there was none of this node's alive that the queue knows of. */
  ensureStarted(): void {
    const { member } = this;
    const { workerPid } = member.state.deadLetters;
    if (workerPid !== null && member.vm.isProcessAlive(workerPid)) return;
    member.vm.cite(QQ_25);
    DeadLetterWorker.start(member.context, member.queue, member.node);
  }

  /** Ends this worker if it is one of this node's; others have ended with their node or are ended there. */
  end(worker: Pid): void {
    if (this.member.vm.isProcessAlive(worker)) worker.process.shutdown();
  }

  /** The member's process ends in order, and the application with it. */
  stop(): void {
    const { workerPid } = this.member.state.deadLetters;
    if (workerPid !== null) this.end(workerPid);
  }
}
