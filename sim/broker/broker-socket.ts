/**
 * A socket as its VM has it: what arrives while the VM stands still waits in the kernel and is read, in order, when it runs
 * again (NET-21).
 */
import type { CloseReason, TcpEnd, TcpOwner } from '../network/tcp.ts';
import type { Vm } from '../erlang/vm.ts';

export interface SocketReader {
  read(payload: object): void;
  socketClosed(reason: CloseReason): void;
}

export class BrokerSocket implements TcpOwner {
  readonly end: TcpEnd;
  /** Set before the VM runs anything of what has arrived. */
  reader: SocketReader | undefined;
  private readonly vm: Vm;

  constructor(vm: Vm, end: TcpEnd) {
    this.vm = vm;
    this.end = end;
    end.owner = this;
  }

  receive(payload: object): void {
    if (this.vm.runnable) this.reader?.read(payload);
    else this.vm.whenRunning(() => this.reader?.read(payload));
  }

  closed(reason: CloseReason): void {
    this.vm.whenRunning(() => this.reader?.socketClosed(reason));
  }
}
