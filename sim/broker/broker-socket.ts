/**
 * A socket as its VM has it: what arrives while the VM stands still waits in the kernel and is read, in order, when it runs
 * again (NET-21).
 */
import { Fifo } from '../kernel/fifo.ts';
import type { CloseReason, TcpEnd, TcpOwner } from '../network/tcp.ts';
import type { Vm } from '../erlang/vm.ts';

export interface SocketReader {
  read(payload: object): void;
  /** There is room again for what its writers have to write. */
  socketDrained?(): void;
  socketClosed(reason: CloseReason): void;
}

export class BrokerSocket implements TcpOwner {
  readonly end: TcpEnd;
  /** Set before the VM runs anything of what has arrived. */
  reader: SocketReader | undefined;
  private readonly vm: Vm;
  private readonly waiting = new Fifo<object>();

  constructor(vm: Vm, end: TcpEnd) {
    this.vm = vm;
    this.end = end;
    end.owner = this;
  }

  receive(payload: object): void {
    if (this.vm.runnable) {
      this.reader?.read(payload);
      return;
    }
    // First in line, then asked for: a VM that was woken a moment ago reads at once.
    this.waiting.push(payload);
    if (this.waiting.length === 1) this.vm.whenRunning(() => this.readWaiting());
  }

  /** Hands over what has waited. The VM may be told to stand still again meanwhile: it has taken these by then. */
  private readWaiting(): void {
    for (let payload = this.waiting.shift(); payload !== undefined; payload = this.waiting.shift()) {
      this.reader?.read(payload);
    }
  }

  /** Takes out what the VM has not read and never will. */
  *abandonWaiting(): IterableIterator<object> {
    for (let payload = this.waiting.shift(); payload !== undefined; payload = this.waiting.shift())
      yield payload;
  }

  drained(): void {
    this.vm.whenRunning(() => this.reader?.socketDrained?.());
  }

  closed(reason: CloseReason): void {
    this.vm.whenRunning(() => this.reader?.socketClosed(reason));
  }
}
