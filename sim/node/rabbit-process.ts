/** Processes of the application that do nothing but exist: peers monitor `rabbit` to know whether the application is up (OVR-1). */
import type { ConnectionTracking, TrackingProcess } from '../broker/connection-tracking.ts';
import { ErlangProcess, type CallOutcome } from '../erlang/erlang-process.ts';
import type { Destination, Message } from '../erlang/message.ts';
import type { Vm } from '../erlang/vm.ts';
import { CONNECTION_COUNTER } from '../partitions/autoheal-actions.ts';
import { RABBIT, type RabbitApplication } from '../partitions/port.ts';

export class RabbitProcess extends ErlangProcess implements RabbitApplication {
  isRunning = false;

  constructor(vm: Vm) {
    super(vm, RABBIT);
    vm.register(RABBIT, this);
  }

  protected handleMessage(): void {}
}

/** Counts this node's client connections when autoheal's leader asks (PAR-20), and for whoever limits them. */
export class NetworkingProcess extends ErlangProcess implements TrackingProcess {
  readonly tracking: ConnectionTracking;
  private readonly count: () => number;

  constructor(vm: Vm, count: () => number, tracking: ConnectionTracking) {
    super(vm, CONNECTION_COUNTER);
    this.tracking = tracking;
    this.count = count;
    vm.register(CONNECTION_COUNTER, this);
  }

  countConnections(): number {
    return this.count();
  }

  protected handleMessage(): void {}
}

/** A process of its own for a sequence of steps that waits: boot, shutdown, a command's work on a node. */
export class StepProcess extends ErlangProcess {
  protected handleMessage(): void {}

  /** Goes on with `then` after a pause, unless this process is gone by then. */
  pause(durationUs: number, then: () => void): void {
    this.sleep(durationUs, then);
  }

  /** Calls another process and waits for its answer. */
  request<T>(to: Destination, message: Message, outcome: CallOutcome<T>): void {
    this.call(to, message, outcome);
  }

  finish(): void {
    this.exit('normal');
  }
}
