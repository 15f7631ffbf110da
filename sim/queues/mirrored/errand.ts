/** A short-lived process that does one thing and ends, where RabbitMQ spawns a function. */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';

export class Errand extends ErlangProcess {
  private readonly work: (self: Errand) => void;

  /** `work` runs at once in the new process and calls `exit` when it is done. */
  constructor(vm: Vm, name: string, work: (self: Errand) => void) {
    super(vm, name);
    this.work = work;
    this.deliver({ type: 'start' });
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'start') this.work(this);
  }
}
