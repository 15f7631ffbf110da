/** A process that does and writes down what a test asks of it, and two of them on two connected VMs. */
import { ErlangProcess } from '../../sim/erlang/erlang-process.ts';
import type { CallFrom, Destination, Message } from '../../sim/erlang/message.ts';
import type { Vm } from '../../sim/erlang/vm.ts';
import { SECOND, TestWorld } from './world.ts';

/** Answers calls at once, later, or never; writes down everything that happens to it. */
export class Actor extends ErlangProcess {
  readonly log: string[] = [];
  private readonly open: CallFrom[] = [];

  constructor(vm: Vm, name: string, options: { trapExit?: boolean } = {}) {
    super(vm, name);
    this.trapExit = options.trapExit ?? false;
    vm.register(name, this);
  }

  private write(text: string): void {
    this.log.push(`${this.nowUs / SECOND} ${text}`);
  }

  get words(): string[] {
    return this.log.map((line) => line.slice(line.indexOf(' ') + 1));
  }

  protected handleMessage(message: Message): void {
    const { reason } = message as Message & { reason?: string };
    this.write(reason === undefined ? message.type : `${message.type} ${reason}`);
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type === 'now') this.reply(from, 'answer');
    else if (request.type === 'crash') this.exit('crashed');
    else this.open.push(from);
  }

  protected override onExit(reason: string): void {
    this.write(`exits: ${reason}`);
  }

  answerAll(): void {
    for (const from of this.open.splice(0)) this.reply(from, 'late answer');
  }

  callOut(to: Destination, type: string, timeoutUs?: number): void {
    this.call<string>(to, { type }, this.outcome(timeoutUs));
  }

  askOut(to: Destination, type: string): void {
    this.ask<string>(to, { type }, this.outcome());
  }

  private outcome(timeoutUs?: number) {
    return {
      reply: (value: string) => this.write(value),
      failed: (reason: string) => this.write(`failed: ${reason}`),
      ...(timeoutUs !== undefined && { timeoutUs }),
    };
  }

  watchOutOfTurn(to: Destination): void {
    this.whenDown(to, (reason) => this.write(`down: ${reason}`));
  }

  nap(durationUs: number): void {
    this.sleep(durationUs, () => this.write('awake'));
  }

  helped(start: (resumeWith: (then: () => void) => void) => void): void {
    this.standStill(start);
  }

  tell(text: string): void {
    this.write(text);
  }
}

export function pair() {
  const world = new TestWorld();
  const a = world.vm('a');
  const b = world.vm('b');
  const caller = new Actor(a, 'caller');
  const callee = new Actor(b, 'callee');
  caller.send({ node: 'b', name: 'callee' }, { type: 'hello' });
  world.runUntil(1);
  callee.log.length = 0;
  return { world, a, b, caller, callee, toCallee: { node: 'b', name: 'callee' } };
}
