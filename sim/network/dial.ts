/**
 * Opening a TCP connection: refused at once where nothing listens, silent where packets vanish, with Linux's
 * retransmission of the first packet after a little more than 1, 3, 7, 15 ... seconds.
 */
import { Priority, type Simulation } from '../kernel/simulation.ts';
import { NetworkHost } from './host.ts';
import type { Network } from './network.ts';
import { TcpEnd, TcpStack, type TcpOptions } from './tcp.ts';

/** Linux's timer for the first packet, with the slack of its timers: the third repeat comes after 7 s have passed, not at 7 s. */
const FIRST_RETRY_US = 1_030_000;
const HANDSHAKE_BYTES = 40;

export type DialFailure = 'refused' | 'timeout';

export interface DialRequest {
  readonly from: NetworkHost;
  readonly to: string;
  readonly port: number;
  readonly timeoutUs: number;
  readonly options: TcpOptions;
  opened(end: TcpEnd): void;
  failed(reason: DialFailure): void;
}

/** An attempt under way; `cancel` makes it as if it had never been made. */
export interface Dialling {
  cancel(): void;
}

/** The machines of a simulation and the connections between them. */
export class Internet {
  readonly simulation: Simulation;
  readonly network: Network;
  private readonly stack: TcpStack;
  private readonly hosts = new Map<string, NetworkHost>();

  constructor(simulation: Simulation, network: Network) {
    this.simulation = simulation;
    this.network = network;
    this.stack = new TcpStack(simulation);
  }

  host(name: string): NetworkHost {
    let host = this.hosts.get(name);
    if (host === undefined) this.hosts.set(name, (host = new NetworkHost(name)));
    return host;
  }

  dial(request: DialRequest): Dialling {
    const { simulation } = this;
    const target = this.host(request.to);
    const outward = this.network.link(request.from.name, request.to);
    const homeward = this.network.link(request.to, request.from.name);
    let done = false;
    const fail = (reason: DialFailure): void => {
      if (done) return;
      done = true;
      simulation.cancel(timeout);
      request.failed(reason);
    };
    const timeout = simulation.after(request.timeoutUs, Priority.timer, () => fail('timeout'));
    const attempt = (retryUs: number): void => {
      if (done || !request.from.powered) return;
      if (outward.isCut || homeward.isCut || !target.powered) {
        simulation.after(retryUs, Priority.network, () => attempt(2 * retryUs));
        return;
      }
      const outwardUs = outward.transmitUs(HANDSHAKE_BYTES);
      const homewardUs = homeward.transmitUs(HANDSHAKE_BYTES);
      simulation.after(outwardUs, Priority.network, () => {
        if (done) return;
        const acceptor = target.acceptorOf(request.port);
        if (acceptor === undefined) {
          simulation.after(homewardUs, Priority.network, () => fail('refused'));
          return;
        }
        const [near, far] = TcpEnd.connect(
          this.stack,
          [request.from, target],
          [outward, homeward],
          request.options,
        );
        acceptor(far);
        simulation.after(homewardUs, Priority.network, () => {
          if (done) {
            near.close('reset');
            return;
          }
          done = true;
          simulation.cancel(timeout);
          request.opened(near);
        });
      });
    };
    attempt(FIRST_RETRY_US);
    return {
      cancel: () => {
        done = true;
        simulation.cancel(timeout);
      },
    };
  }
}
