/**
 * `x-expires`: a queue that nobody has used for so long goes, with what is in it (BRK-17). Use is a consumer, a declaration, a
 * `basic.get`; publishing is none.
 */
import type { Message } from '../../erlang/message.ts';
import type { EventHandle } from '../../kernel/simulation.ts';
import { rule } from '../../rules/registry.ts';
import type { QueueProcess } from './queue-process.ts';

const BRK_17 = rule('BRK-17');

const MAYBE_EXPIRE: Message = { type: 'maybe_expire' };

export class QueueExpiry {
  private readonly process: QueueProcess;
  private readonly isUnused: () => boolean;
  private expiresUs: number | null = null;
  private timer: EventHandle = 0;

  constructor(process: QueueProcess, isUnused: () => boolean) {
    this.process = process;
    this.isUnused = isUnused;
  }

  /** How long the queue may be unused from now on; null: for ever. */
  configure(expiresUs: number | null): void {
    this.stop();
    this.expiresUs = expiresUs;
    this.touch();
  }

  /** The queue was used, or its last consumer has gone: the time begins anew. */
  touch(): void {
    if (this.expiresUs === null || !this.isUnused()) return;
    this.stop();
    this.timer = this.process.startTimer(this.expiresUs, MAYBE_EXPIRE);
  }

  /** The time is over: true if the queue is to go. */
  onTimeout(): boolean {
    this.timer = 0;
    if (this.expiresUs === null || !this.isUnused()) return false;
    this.process.vm.cite(BRK_17);
    return true;
  }

  stop(): void {
    this.process.cancelTimer(this.timer);
    this.timer = 0;
  }
}
