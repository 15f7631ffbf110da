/**
 * HAProxy in TCP mode on a machine of its own, in front of the nodes: it accepts connections on the AMQP port, passes each on to a
 * server that its checks call up (CLI-14, CLI-15), and keeps what is established until one side ends it (CLI-17).
 *
 * To the network it is a host like any other, so what faults do to its links and its process follows from there. Left out: queueing
 * for `maxconn`, `backup` servers, TLS, reloading.
 */
import { AMQP_PORT } from '../amqp/methods.ts';
import { Priority, type Simulation } from '../kernel/simulation.ts';
import type { Dialling, DialFailure } from '../network/dial.ts';
import type { NetworkHost } from '../network/host.ts';
import type { TcpEnd } from '../network/tcp.ts';
import {
  proxyKilled,
  proxyRefused,
  proxyServerDown,
  proxyServerUp,
  proxySession,
  proxyStarted,
} from '../records/proxies.ts';
import { rule } from '../rules/registry.ts';
import type { ClientContext } from './amqp-connection.ts';
import { Balancer, type Balance } from './haproxy-balance.ts';
import { ProxyServer, type CheckOwner, type CheckSpec } from './haproxy-server.ts';
import { ProxySession, type SessionLimits, type SessionOwner } from './haproxy-session.ts';

const CLI_14 = rule('CLI-14');
const CLI_15 = rule('CLI-15');
const CLI_17 = rule('CLI-17');
const CLI_18 = rule('CLI-18');

export interface ProxyOptions {
  /** Also its machine's name. */
  readonly name: string;
  readonly balance: Balance;
  /** Nodes, in the order of the configuration. Never empty. */
  readonly servers: readonly string[];
  readonly check: CheckSpec;
  readonly limits: SessionLimits;
}

/** The machine, and the process that runs on it at the moment. */
export class HAProxy {
  readonly name: string;
  private readonly context: ClientContext;
  private readonly options: ProxyOptions;
  private readonly host: NetworkHost;
  private process: ProxyProcess | null;

  /** Has run for a while: it knows which nodes listen now, and its checks are somewhere in their rounds. */
  constructor(context: ClientContext, options: ProxyOptions) {
    this.context = context;
    this.options = options;
    this.name = options.name;
    this.host = context.internet.host(options.name);
    const random = context.internet.simulation.random.stream(`proxy/${options.name}/checks`);
    this.process = new ProxyProcess(context, this.host, options, random.uniformUs(0, options.check.interUs));
  }

  /** The process dies at once; its kernel closes its connections. */
  kill(): void {
    this.process?.die();
    this.leave();
  }

  /** The machine vanishes: nobody is told. */
  powerOff(): void {
    this.process?.vanish();
    this.host.powerOff();
    this.leave();
  }

  /** Starts a process that takes every server for up until its first check. Nothing happens while one runs. */
  start(): void {
    if (this.process !== null) return;
    this.host.powerOn();
    this.process = new ProxyProcess(this.context, this.host, this.options, null);
    this.note(proxyStarted);
  }

  freeze(): void {
    this.process?.freeze(true);
  }

  unfreeze(): void {
    this.process?.freeze(false);
  }

  private leave(): void {
    if (this.process !== null) this.note(proxyKilled);
    this.process = null;
  }

  private note(type: typeof proxyKilled): void {
    const { journal } = this.context.internet.simulation;
    journal.write(type, journal.intern(this.name));
  }
}

class ProxyProcess implements CheckOwner, SessionOwner {
  private readonly context: ClientContext;
  private readonly simulation: Simulation;
  private readonly host: NetworkHost;
  private readonly options: ProxyOptions;
  private readonly nameId: number;
  private readonly servers: readonly ProxyServer[];
  private readonly balancer: Balancer;
  private readonly sessions = new Set<ProxySession>();
  private alive = true;
  /** What waits for a process that stands still. */
  private backlog: (() => void)[] | undefined;

  /** `phaseUs`: how far the checks of one that has run for long are; null for one that starts now. */
  constructor(context: ClientContext, host: NetworkHost, options: ProxyOptions, phaseUs: number | null) {
    this.context = context;
    this.simulation = context.internet.simulation;
    this.host = host;
    this.options = options;
    this.nameId = this.simulation.journal.intern(options.name);
    const { servers, check } = options;
    this.servers = servers.map((server) => {
      const listens = context.internet.host(server).acceptorOf(AMQP_PORT) !== undefined;
      return new ProxyServer(this, server, check, phaseUs === null ? 'fresh' : listens ? 'full' : 'none');
    });
    this.balancer = new Balancer(options.balance, this.servers);
    // The first checks are spread over an interval, in the order of the servers.
    this.servers.forEach((server, index) => {
      const spreadUs = Math.floor((check.interUs * index) / servers.length);
      server.begin(phaseUs === null ? spreadUs : (spreadUs + phaseUs) % check.interUs);
    });
    host.listen(AMQP_PORT, (end) => this.accept(end));
  }

  // --- its life ------------------------------------------------------------------------------------------------

  die(): void {
    this.host.stopListening(AMQP_PORT);
    this.vanish();
    for (const session of this.sessions) session.abandon();
  }

  vanish(): void {
    this.alive = false;
    this.backlog = undefined;
  }

  freeze(frozen: boolean): void {
    if (frozen === (this.backlog !== undefined)) return;
    const { backlog } = this;
    this.backlog = frozen ? [] : undefined;
    for (const session of this.sessions) session.mute(frozen);
    for (const action of backlog ?? []) this.whenAwake(action);
  }

  get isAwake(): boolean {
    return this.backlog === undefined;
  }

  get nowUs(): number {
    return this.simulation.nowUs;
  }

  whenAwake(action: () => void): void {
    if (!this.alive) return;
    if (this.backlog === undefined) action();
    else this.backlog.push(action);
  }

  after(delayUs: number, action: () => void): void {
    this.simulation.after(delayUs, Priority.timer, () => this.whenAwake(action));
  }

  // --- checks --------------------------------------------------------------------------------------------------

  knock(server: string, port: number, timeoutUs: number, done: (failure: DialFailure | null) => void): void {
    this.context.internet.dial({
      from: this.host,
      to: server,
      port,
      timeoutUs,
      options: { chatterIntervalUs: 0 },
      opened: (end) => {
        end.close('reset');
        this.whenAwake(() => done(null));
      },
      failed: (reason) => this.whenAwake(() => done(reason)),
    });
  }

  markedDown(server: ProxyServer, reason: string): void {
    const { journal } = this.simulation;
    this.context.cite(CLI_15);
    journal.write(proxyServerDown, this.nameId, journal.intern(server.name), journal.intern(reason));
    const established = [...this.sessions].filter((session) => session.server === server);
    if (established.length === 0) return;
    this.context.cite(CLI_17);
    if (this.options.check.shutdownSessions) for (const session of established) session.shutDown();
  }

  markedUp(server: ProxyServer): void {
    const { journal } = this.simulation;
    this.context.cite(CLI_15);
    journal.write(proxyServerUp, this.nameId, journal.intern(server.name));
  }

  // --- sessions ------------------------------------------------------------------------------------------------

  private accept(end: TcpEnd): void {
    const session = new ProxySession(this, this.options.limits, end);
    this.sessions.add(session);
    if (!this.isAwake) end.mute(true);
    this.whenAwake(() => session.begin());
  }

  choose(avoid: ProxyServer | null): ProxyServer | null {
    this.context.cite(CLI_14);
    return this.balancer.next(avoid);
  }

  hasOthers(): boolean {
    return this.balancer.upCount > 1;
  }

  dial(
    server: string,
    timeoutUs: number,
    chatterIntervalUs: number,
    opened: (end: TcpEnd) => void,
    failed: (reason: DialFailure) => void,
  ): Dialling {
    const options = { chatterIntervalUs };
    return this.context.internet.dial({
      from: this.host,
      to: server,
      port: AMQP_PORT,
      timeoutUs,
      options,
      opened,
      failed,
    });
  }

  established(session: ProxySession): void {
    const { journal } = this.simulation;
    const [server, client] = [session.server?.name ?? '', session.client].map((text) => journal.intern(text));
    journal.write(proxySession, this.nameId, server, client);
  }

  turnedAway(session: ProxySession, reason: string): void {
    const { journal } = this.simulation;
    journal.write(proxyRefused, this.nameId, journal.intern(session.client), journal.intern(reason));
  }

  cutForIdleness(): void {
    this.context.cite(CLI_18);
  }

  ended(session: ProxySession): void {
    this.sessions.delete(session);
  }
}
