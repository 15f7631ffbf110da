/**
 * The supervisor of one link (`supervisor2` with a delay): the first end of its worker is answered at once, each later one after the
 * delay, for ever. What ends in order and is to end with its work (`transient`) is not started again.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { DownMessage, ExitReason, Message } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import type { EventHandle } from '../kernel/simulation.ts';

export interface LinkRestart {
  /** `temporary`: never started again. */
  readonly kind: 'permanent' | 'transient' | 'temporary';
  readonly delayUs: number;
}

const RESTART: Message = { type: 'restart' };
const IN_ORDER: readonly ExitReason[] = ['normal', 'shutdown', 'heartbeat_timeout', 'autodelete'];

export class LinkSupervisor extends ErlangProcess {
  private readonly restart: LinkRestart;
  private readonly startWorker: () => ErlangProcess;
  private readonly ended: (supervisor: LinkSupervisor, reason: ExitReason) => void;
  private worker: ErlangProcess | undefined;
  private hasRestarted = false;
  private timer: EventHandle = 0;
  private stopping: ExitReason | undefined;

  /** `ended` is told when a worker has ended that will not be started again, and when the supervisor ends. */
  constructor(
    vm: Vm,
    name: string,
    restart: LinkRestart,
    startWorker: () => ErlangProcess,
    ended: (supervisor: LinkSupervisor, reason: ExitReason) => void,
  ) {
    super(vm, name);
    this.restart = restart;
    this.startWorker = startWorker;
    this.ended = ended;
    this.start();
  }

  /** The process that does the work, while there is one. */
  get child(): ErlangProcess | undefined {
    return this.worker;
  }

  private start(): void {
    this.worker = this.startWorker();
    this.monitor(this.worker.pid);
  }

  protected handleMessage(message: Message): void {
    if (message === RESTART) {
      this.timer = 0;
      this.start();
    } else if (message.type === 'DOWN') this.workerEnded((message as DownMessage).reason);
  }

  private workerEnded(reason: ExitReason): void {
    this.worker = undefined;
    const { kind, delayUs } = this.restart;
    if (this.stopping !== undefined) this.exit(this.stopping);
    else if (kind === 'temporary' || (kind === 'transient' && IN_ORDER.includes(reason)))
      this.ended(this, reason);
    else if (this.hasRestarted) this.timer = this.startTimer(delayUs, RESTART);
    else {
      this.hasRestarted = true;
      this.start();
    }
  }

  protected override onExit(reason: ExitReason): void {
    this.ended(this, reason);
  }

  /** The worker first, which closes its connections. */
  protected override onShutdown(reason: ExitReason): void {
    this.cancelTimer(this.timer);
    this.stopping = reason;
    if (this.worker === undefined) this.exit(reason);
    else this.worker.shutdown(reason);
  }
}
