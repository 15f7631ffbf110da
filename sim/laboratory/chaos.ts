/**
 * The rows of `chaos` on a real cluster. Faults of the network are rules of the packet filter, a kill is SIGKILL (the kernel closes the VM's
 * sockets, and peers and clients see it at once), a power cut takes the host off the switch first, so that nobody is told, and a
 * freeze is SIGSTOP. What an operator does is RabbitMQ's own tool, which needs its time to start.
 */
import { DEFAULT_VHOST } from '../records/resource-name.ts';
import type { ChaosAction, ChaosRow, CommandLine, Scenario } from '../scenario/model.ts';
import type { Client, Surroundings } from './clients/client.ts';
import { askOnce } from './clients/one-shot.ts';
import type { Cluster } from './cluster.ts';
import { applyFaults, applyWidths, resetConnections } from './network.ts';
import {
  acrossGroups,
  bothWays,
  PacketFilter,
  toClients,
  type Direction,
  type FaultKind,
} from './packet-filter.ts';
import { LinkWidths } from './link-widths.ts';

/** Every port of the switch. */
const anyPort = '*';

/** How a fault that lasts is ended. */
type Undo = () => Promise<void> | void;

export class Chaos {
  private readonly cluster: Cluster;
  private readonly clients: readonly Client[];
  private readonly surroundings: Surroundings;
  private readonly filter = new PacketFilter();
  private readonly widths: LinkWidths;
  private readonly deadHosts = new Map<string, number>();
  /** Freezes in force, by node. */
  private readonly frozen = new Map<string, number>();
  /** The filter is changed by one at a time. */
  private applying: Promise<void> = Promise.resolve();
  private oneShots = 0;
  /** Seconds that command line tools took. */
  readonly commandSeconds: number[] = [];
  /** What went wrong in the laboratory itself. */
  readonly failures: unknown[] = [];

  constructor(cluster: Cluster, scenario: Scenario, clients: readonly Client[], surroundings: Surroundings) {
    this.cluster = cluster;
    this.clients = clients;
    this.surroundings = surroundings;
    this.widths = new LinkWidths(scenario, cluster.addresses);
  }

  /** Sets the rows on the clock, rows of one time in file order. */
  async begin(rows: readonly ChaosRow[]): Promise<void> {
    for (const { name } of this.cluster.nodes) await this.shape(name);
    for (const { when, forUs, action } of rows) {
      if (when.kind !== 'at') continue;
      this.surroundings.clock.at(when.atUs / 1_000, () => this.happen(action, forUs));
    }
  }

  private happen(action: ChaosAction, forUs: number | null): void {
    void this.performFor(action, forUs).catch((error: unknown) => void this.failures.push(error));
  }

  private async performFor(action: ChaosAction, forUs: number | null): Promise<void> {
    const { clock } = this.surroundings;
    const beganMs = clock.nowMs;
    const undo = await this.perform(action);
    if (undo === null || forUs === null) return;
    await clock.until(beganMs + forUs / 1_000);
    await undo();
  }

  /** Does it; how to undo it where it lasts. */
  private async perform(action: ChaosAction): Promise<Undo | null> {
    switch (action.verb) {
      case 'partition':
        return this.fault(acrossGroups(action.groups.map((group) => this.ports(group))), { kind: 'cut' });
      case 'cut':
        return this.fault(bothWays(this.port(action.between[0]), this.port(action.between[1])), {
          kind: 'cut',
        });
      case 'cut_one_way':
        return this.fault([{ from: this.port(action.from), to: this.port(action.to) }], { kind: 'cut' });
      case 'cut_clients':
        return this.fault(
          action.nodes.flatMap((node) => toClients(this.port(node))),
          { kind: 'cut' },
        );
      case 'drop': {
        const [a, b] = action.between;
        return this.fault(bothWays(this.port(a), this.port(b)), { kind: 'loss', share: action.loss });
      }
      case 'reset':
        await resetConnections(
          this.cluster.host(action.between[0]).address,
          this.cluster.host(action.between[1]).address,
        );
        return null;
      case 'throttle':
        return this.throttle(action.between, action.bandwidthBitsPerSecond);
      case 'heal':
        return this.heal(action.pairs);
      case 'kill':
        await this.toAll(action.nodes, 'SIGKILL');
        return null;
      case 'power_off':
        await this.powerOff(action.nodes);
        return null;
      case 'freeze':
        await this.toAll(action.nodes, 'SIGSTOP');
        for (const node of action.nodes) this.frozen.set(node, (this.frozen.get(node) ?? 0) + 1);
        return () => this.thaw(action.nodes);
      case 'unfreeze':
        for (const node of action.nodes) this.frozen.delete(node);
        await this.toAll(action.nodes, 'SIGCONT');
        return null;
      case 'start':
        for (const node of action.nodes) await this.start(node);
        return null;
      case 'kill_client':
        for (const client of this.clients)
          if (action.workloads.includes(client.workload) || action.workloads.includes(client.name))
            client.kill();
        return null;
      case 'amqp':
        await this.ask(action);
        return null;
      case 'rabbitmqctl':
      case 'rabbitmq-queues':
      case 'rabbitmq-upgrade':
      case 'rabbitmq-diagnostics':
        await this.operate(action);
        return null;
      case 'rolling_restart':
        await this.restartOneByOne(action.nodes, action.downtimeUs / 1_000, action.pauseUs / 1_000);
        return null;
      default:
        throw new Error(`${action.verb} should have been refused before anything was started`);
    }
  }

  private port(node: string): string {
    return this.cluster.host(node).address.port;
  }

  private ports(nodes: readonly string[]): readonly string[] {
    return nodes.map((node) => this.port(node));
  }

  private async fault(directions: readonly Direction[], kind: FaultKind): Promise<Undo> {
    const number = this.filter.add(directions, kind);
    await this.apply();
    return () => {
      this.filter.end(number);
      return this.apply();
    };
  }

  private apply(): Promise<void> {
    this.applying = this.applying.then(() => applyFaults(this.filter));
    return this.applying;
  }

  private async throttle(between: readonly [string, string], bitsPerSecond: number): Promise<Undo> {
    const [a, b] = between;
    const change = async (by: () => void): Promise<void> => {
      by();
      await this.shape(a);
      await this.shape(b);
    };
    let number = 0;
    await change(() => {
      number = this.widths.throttle(a, b, bitsPerSecond);
    });
    return () => change(() => this.widths.end(number));
  }

  private shape(node: string): Promise<void> {
    return applyWidths(this.cluster.node(node).address, this.widths.towards(node));
  }

  private async heal(pairs: readonly (readonly [string, string])[] | null): Promise<null> {
    this.filter.heal(pairs?.map(([a, b]): [string, string] => [this.port(a), this.port(b)]) ?? null);
    await this.apply();
    if (this.widths.heal(pairs)) for (const { name } of this.cluster.nodes) await this.shape(name);
    return null;
  }

  private async toAll(nodes: readonly string[], signal: NodeJS.Signals): Promise<void> {
    await Promise.all(nodes.map((node) => this.cluster.host(node).signal(signal)));
  }

  private async thaw(nodes: readonly string[]): Promise<void> {
    const free = nodes.filter((node) => {
      const left = (this.frozen.get(node) ?? 1) - 1;
      this.frozen.set(node, left);
      return left === 0;
    });
    await this.toAll(free, 'SIGCONT');
  }

  private async powerOff(nodes: readonly string[]): Promise<void> {
    for (const node of nodes) {
      const port = this.port(node);
      const directions = bothWays(port, anyPort);
      if (!this.deadHosts.has(node)) this.deadHosts.set(node, this.filter.add(directions, { kind: 'dead' }));
    }
    await this.apply();
    await this.toAll(nodes, 'SIGKILL');
  }

  private async start(name: string): Promise<void> {
    const host = this.cluster.host(name);
    const dead = this.deadHosts.get(name);
    if (dead !== undefined) {
      this.deadHosts.delete(name);
      this.filter.end(dead);
      await this.apply();
    }
    if ((await host.vm()) === null) host.start();
  }

  private async ask(action: ChaosAction & { readonly verb: 'amqp' }): Promise<void> {
    const { tally, clock, note, queueKeyOf } = this.surroundings;
    this.oneShots += 1;
    const { vhost = DEFAULT_VHOST } = action;
    const queueKey = (queue: string): string => queueKeyOf(action.via, vhost, queue);
    const counting = { tally, name: `amqp#${this.oneShots}`, vhost, queueKey, nowMs: () => clock.nowMs };
    const { code, text } = await askOnce(this.cluster.hostOf(action.via), action.call, counting);
    note('amqp_reply', { method: action.call.method, node: action.via, code, text });
  }

  private async operate({ verb, command, words, on }: CommandLine): Promise<void> {
    const { clock, note } = this.surroundings;
    const beganMs = clock.nowMs;
    const { exit, stdout, stderr } = await this.cluster.node(on).tool(verb, words);
    this.commandSeconds.push((clock.nowMs - beganMs) / 1_000);
    const output = `${stdout}${stderr}`.trim().slice(0, 2_000);
    note('operator', { command, on, exit: exit ?? -1, output });
  }

  /** Stops a node in order, leaves it down, starts it, and after the pause does the same to the next. */
  private async restartOneByOne(
    nodes: readonly string[],
    downtimeMs: number,
    pauseMs: number,
  ): Promise<void> {
    const { clock } = this.surroundings;
    for (const [at, name] of nodes.entries()) {
      if (at > 0) await clock.pause(pauseMs);
      await this.cluster.node(name).tool('rabbitmqctl', ['stop']);
      await clock.pause(downtimeMs);
      await this.start(name);
    }
  }
}
