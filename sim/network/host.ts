/**
 * A machine on the network: whether it has power, what listens on its ports, and the ends of the TCP
 * connections that its kernel keeps. Processor, memory and disks of a machine are not the network's.
 */
import type { TcpEnd } from './tcp.ts';

/** Takes a new connection; called when the handshake of TCP is complete. */
export type Acceptor = (end: TcpEnd) => void;

export class NetworkHost {
  readonly name: string;
  powered = true;
  readonly ends = new Set<TcpEnd>();
  private readonly listeners = new Map<number, Acceptor>();

  constructor(name: string) {
    this.name = name;
  }

  listen(port: number, acceptor: Acceptor): void {
    this.listeners.set(port, acceptor);
  }

  stopListening(port: number): void {
    this.listeners.delete(port);
  }

  /** The process that listened is gone: its kernel refuses who knocks. */
  closePorts(): void {
    this.listeners.clear();
  }

  acceptorOf(port: number): Acceptor | undefined {
    return this.powered ? this.listeners.get(port) : undefined;
  }

  /** The machine vanishes: nobody is told, everything its kernel held is gone (NET-9). */
  powerOff(): void {
    this.powered = false;
    this.listeners.clear();
    for (const end of this.ends) end.vanish();
    this.ends.clear();
  }

  powerOn(): void {
    this.powered = true;
  }
}
