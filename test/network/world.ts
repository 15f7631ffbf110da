/** Two machines and a connection between them, for tests of the network alone. */
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Internet, type DialFailure, type Dialling } from '../../sim/network/dial.ts';
import { Network, PERFECT_LINK, type LinkParameters } from '../../sim/network/network.ts';
import type { CloseReason, TcpEnd, TcpOptions } from '../../sim/network/tcp.ts';

export const MS = 1_000;
export const SECOND = 1_000_000;
export const LATENCY_US = PERFECT_LINK.latency.medianUs;
const PORT = 80;

/** What one owner of an end heard, with the time in microseconds. */
export class Ear {
  readonly simulation: Simulation;
  readonly heard: { readonly atUs: number; readonly what: string }[] = [];

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  own(end: TcpEnd): void {
    end.owner = {
      receive: (payload) => this.note((payload as { name: string }).name),
      closed: (reason: CloseReason) => this.note(`closed: ${reason}`),
      drained: () => this.note('drained'),
    };
  }

  note(what: string): void {
    this.heard.push({ atUs: this.simulation.nowUs, what });
  }

  get words(): string[] {
    return this.heard.map(({ what }) => what);
  }
}

export class Wire {
  readonly simulation: Simulation;
  readonly network: Network;
  readonly internet: Internet;
  readonly near: Ear;
  readonly far: Ear;
  /** Set once the connection stands. */
  nearEnd!: TcpEnd;
  farEnd!: TcpEnd;
  dialling!: Dialling;

  constructor(parameters: LinkParameters = PERFECT_LINK, seed = 'network', redialUs?: () => number) {
    this.simulation = new Simulation({ seed });
    this.network = new Network(this.simulation, () => parameters);
    this.internet = new Internet(this.simulation, this.network, redialUs);
    this.near = new Ear(this.simulation);
    this.far = new Ear(this.simulation);
  }

  listen(): void {
    this.internet.host('b').listen(PORT, (end) => {
      this.farEnd = end;
      this.far.own(end);
      this.far.note('accepted');
    });
  }

  dial({ timeoutUs = 7 * SECOND, ...options }: Partial<TcpOptions> & { timeoutUs?: number } = {}): void {
    this.dialling = this.internet.dial({
      from: this.internet.host('a'),
      to: 'b',
      port: PORT,
      timeoutUs,
      options: { chatterIntervalUs: 0, ...options },
      opened: (end) => {
        this.nearEnd = end;
        this.near.own(end);
        this.near.note('opened');
      },
      failed: (reason: DialFailure) => this.near.note(`failed: ${reason}`),
    });
  }

  /** A connection that stands at the time 1 ms, with nothing heard yet. */
  static connected({
    parameters,
    seed,
    ...options
  }: Partial<TcpOptions> & { parameters?: LinkParameters; seed?: string } = {}): Wire {
    const wire = new Wire(parameters, seed);
    wire.listen();
    wire.dial(options);
    wire.run(parameters === undefined ? MS : SECOND);
    wire.near.heard.length = 0;
    wire.far.heard.length = 0;
    return wire;
  }

  say(name: string, bytes = 100): void {
    this.nearEnd.send({ name }, bytes);
  }

  answer(name: string, bytes = 100): void {
    this.farEnd.send({ name }, bytes);
  }

  cut(): void {
    this.network.link('a', 'b').cut();
    this.network.link('b', 'a').cut();
  }

  heal(): void {
    this.network.link('a', 'b').heal();
    this.network.link('b', 'a').heal();
  }

  run(untilUs: number): void {
    this.simulation.run({ untilUs, maxEvents: 1_000_000 });
  }
}
