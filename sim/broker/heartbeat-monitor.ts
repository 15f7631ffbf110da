/**
 * The watch over a peer's silence, the server's (BRK-48) and that of clients written in Erlang: a look every T; two looks in a row after which nothing new has come
 * end the connection, so between 2T and 3T after the last byte. Heartbeats themselves are not sent one by one: the
 * network knows when an end last heard from a peer that is well.
 */
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import type { TcpEnd } from '../network/tcp.ts';
import type { Vm } from '../erlang/vm.ts';

const LOOKS_WITHOUT_NEWS = 2;

export class HeartbeatMonitor {
  private readonly vm: Vm;
  private readonly end: TcpEnd;
  private readonly intervalUs: number;
  private readonly expired: () => void;
  private timer: EventHandle = 0;
  private lastLookUs = 0;
  private looksWithoutNews = 0;

  /** Calls `expired` once, when the peer has been silent for too long. An interval of 0 never does. */
  constructor(vm: Vm, end: TcpEnd, intervalUs: number, expired: () => void) {
    this.vm = vm;
    this.end = end;
    this.intervalUs = intervalUs;
    this.expired = expired;
    this.resume();
  }

  /** Begins to watch, anew after a pause. */
  resume(): void {
    if (this.intervalUs === 0) return;
    this.lastLookUs = this.vm.simulation.nowUs;
    this.looksWithoutNews = 0;
    this.startTimer();
  }

  /** Whoever does not read the socket cannot tell silence from its own deafness. */
  pause(): void {
    this.vm.simulation.cancel(this.timer);
    this.timer = 0;
  }

  private startTimer(): void {
    this.timer = this.vm.simulation.after(this.intervalUs, Priority.timer, () =>
      this.vm.whenRunning(() => this.look()),
    );
  }

  private look(): void {
    if (this.timer === 0) return;
    const hasNews = this.end.lastHeardUs() > this.lastLookUs;
    this.lastLookUs = this.vm.simulation.nowUs;
    this.looksWithoutNews = hasNews ? 0 : this.looksWithoutNews + 1;
    if (this.looksWithoutNews < LOOKS_WITHOUT_NEWS) {
      this.startTimer();
      return;
    }
    this.expired();
  }
}
