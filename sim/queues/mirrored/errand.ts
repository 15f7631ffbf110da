/** A short-lived process that does one thing and ends, where RabbitMQ spawns a function. */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';

export class Errand extends ErlangProcess {
  private readonly work: (self: Errand) => void;

  /** Starts the process; `work` runs in it at once and calls `exit` when it is done. */
  static start(vm: Vm, name: string, work: (self: Errand) => void): void {
    new Errand(vm, name, work).deliver({ type: 'start' });
  }

  private constructor(vm: Vm, name: string, work: (self: Errand) => void) {
    super(vm, name);
    this.work = work;
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'start') this.work(this);
  }
}
