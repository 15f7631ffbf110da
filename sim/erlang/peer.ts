/** One VM's side of its relation to another: the connection, or the attempt at one, and what waits for it. */
import type { EventHandle } from '../kernel/simulation.ts';
import type { Dialling } from '../network/dial.ts';
import type { TcpEnd } from '../network/tcp.ts';
import { BusyPort } from './busy-port.ts';
import type { Signal } from './signal.ts';

interface Queued {
  readonly signal: Signal;
  readonly bytes: number;
}

export class Peer {
  readonly node: string;
  state: 'pending' | 'up' = 'pending';
  end: TcpEnd | undefined;
  creation = 0;
  dialling: Dialling | undefined;
  setupTimeout: EventHandle = 0;
  /** Whether our own attempt is the one that is under way. */
  ours = true;
  readonly queue: Queued[] = [];
  readonly waiting: ((connected: boolean) => void)[] = [];
  /** The connection was reset: what had arrived and was not read is lost. */
  isReset = false;
  readonly port = new BusyPort();
  silentLooks = 0;
  lastLookUs = 0;

  constructor(node: string) {
    this.node = node;
  }
}
