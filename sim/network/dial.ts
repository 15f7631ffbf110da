/**
 * Opening a TCP connection: refused at once where nothing listens, silent where packets vanish, with Linux's
 * retransmission of the first packet after a little more than 1, 3, 7, 15 ... seconds, and, once a cut has healed, after the time
 * that reconnecting was measured to take on a real cluster, where more than one process dials (NET-17, NET-18).
 */
import { Priority, type Simulation } from '../kernel/simulation.ts';
import { NetworkHost } from './host.ts';
import type { LinkListener, Network } from './network.ts';
import { TcpStack } from './tcp-stack.ts';
import { TcpEnd, type TcpOptions } from './tcp.ts';

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

  private readonly redialUs: () => number;

  /** `redialUs` draws how long after a heal a dial that is under way gets through, if its own timer is not earlier. */
  constructor(simulation: Simulation, network: Network, redialUs: () => number = () => FIRST_RETRY_US) {
    this.simulation = simulation;
    this.network = network;
    this.redialUs = redialUs;
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
      forget();
      simulation.cancel(timeout);
      request.failed(reason);
    };
    const timeout = simulation.after(request.timeoutUs, Priority.timer, () => fail('timeout'));
    let dialled = false;
    const healed: LinkListener = {
      linkCut: () => {},
      linkHealed: () => {
        if (!outward.isCut && !homeward.isCut) simulation.after(this.redialUs(), Priority.network, knock);
      },
    };
    const forget = (): void => {
      outward.unsubscribe(healed);
      homeward.unsubscribe(healed);
    };
    const knock = (): void => {
      if (done || dialled || !request.from.powered) return;
      if (outward.isCut || homeward.isCut || !target.powered) return;
      dialled = true;
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
          forget();
          simulation.cancel(timeout);
          request.opened(near);
          near.tellOwner();
        });
      });
    };
    const repeat = (retryUs: number): void => {
      knock();
      if (!done && !dialled) simulation.after(retryUs, Priority.network, () => repeat(2 * retryUs));
    };
    outward.subscribe(healed);
    homeward.subscribe(healed);
    repeat(FIRST_RETRY_US);
    return {
      cancel: () => {
        done = true;
        forget();
        simulation.cancel(timeout);
      },
    };
  }
}
