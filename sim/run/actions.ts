/**
 * What each action of `chaos` does to the world. An action that lasts tells how it is ended before its time; one that something
 * else ends (a heal, an unfreeze) notes its own end.
 */
import { fail } from '../kernel/invariant.ts';
import { Priority, type Simulation } from '../kernel/simulation.ts';
import { askOnce } from '../clients/one-shot.ts';
import type { ClientContext } from '../clients/amqp-connection.ts';
import type { Client } from '../clients/client.ts';
import { runTool } from '../operator/run-tool.ts';
import type { ChaosAction } from '../scenario/chaos-model.ts';
import type { Duration } from '../scenario/model.ts';
import { bothWays, type LinkFaults } from './link-faults.ts';
import type { TimingDraws } from './timings.ts';
import { latency } from './topology.ts';
import type { World, WorldNode } from './world.ts';

export interface Scene {
  readonly simulation: Simulation;
  readonly world: World;
  readonly links: LinkFaults;
  readonly timings: TimingDraws;
  readonly clientContext: ClientContext;
  readonly clients: readonly Client[];
  readonly proxies: ReadonlyMap<string, Machine>;
  /** The fsync of each node's disk when nothing is wrong with it. */
  readonly fsync: ReadonlyMap<string, Duration>;
}

/** What has a process that faults can end or hold. */
type Machine = Pick<WorldNode, 'kill' | 'powerOff' | 'freeze' | 'unfreeze' | 'start'>;

/** How a fault that lasts is ended. Its `ended` callback is called then, or when something else ends it first. */
export interface Lasting {
  end(): void;
}

export class Actions {
  private readonly scene: Scene;
  /** Faults that an action on the same subject ends: `freeze rabbit1` is ended by `unfreeze rabbit1`. */
  private readonly pending = new Map<string, Set<() => void>>();
  private oneShots = 0;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /**
   * Carries out an action. Null when it was over at once; otherwise `ended` will be called when its effect ends, by `end()` or by another
   * action.
   */
  begin(action: ChaosAction, ended: () => void): Lasting | null {
    const { links, world, clients } = this.scene;
    switch (action.verb) {
      case 'partition':
        return this.cut(acrossGroups(action.groups), ended);
      case 'cut':
        return this.cut(bothWays(...action.between), ended);
      case 'cut_one_way':
        return this.cut([[action.from, action.to]], ended);
      case 'delay':
        return this.degrade(action.between, { latency: latency(action.latency) }, ended);
      case 'drop':
        return this.degrade(action.between, { loss: action.loss }, ended);
      case 'throttle':
        return this.degrade(action.between, { bandwidthBps: action.bandwidthBitsPerSecond }, ended);
      case 'cut_clients': {
        let left = action.nodes.length;
        const oneEnded = (): void => {
          left -= 1;
          if (left === 0) ended();
        };
        const faults = action.nodes.map((node) => links.cutClients(node, oneEnded));
        return { end: () => faults.forEach((fault) => links.end(fault)) };
      }
      case 'heal':
        links.heal(action.pairs);
        return null;
      case 'reset': {
        const [a, b] = action.between;
        this.node(a).resetConnection(b);
        return null;
      }
      case 'kill':
        for (const node of action.nodes) this.machine(node).kill();
        this.settle('freeze', action.nodes);
        return null;
      case 'power_off':
        for (const node of action.nodes) this.machine(node).powerOff();
        this.settle('freeze', action.nodes);
        return null;
      case 'start':
        for (const node of action.nodes) this.machine(node).start();
        return null;
      case 'freeze':
        for (const node of action.nodes) this.machine(node).freeze();
        return this.lasting('freeze', action.nodes, (node) => this.machine(node).unfreeze(), ended);
      case 'unfreeze':
        for (const node of action.nodes) this.machine(node).unfreeze();
        this.settle('freeze', action.nodes);
        return null;
      case 'crash_queue':
        this.node(action.on).crashQueue(action.queue);
        return null;
      case 'suspend':
        this.node(action.on).suspendProcess(action.process);
        return this.lasting(
          'suspend',
          [action.on],
          (node) => this.node(node).resumeProcess(action.process),
          ended,
        );
      case 'slow_disk': {
        this.slowDown(action.node, action.fsync);
        const restore = (node: string): void => this.slowDown(node, this.scene.fsync.get(node)!);
        return this.lasting('slow_disk', [action.node], restore, ended);
      }
      case 'fill_memory':
        for (const node of action.nodes) this.node(node).fillMemory(true);
        return this.lasting('fill_memory', action.nodes, (node) => this.node(node).fillMemory(false), ended);
      case 'fill_disk':
        for (const node of action.nodes) this.node(node).fillDisk(true);
        return this.lasting('fill_disk', action.nodes, (node) => this.node(node).fillDisk(false), ended);
      case 'kill_client':
        for (const client of clientsOf(clients, action.workloads)) client.kill();
        return null;
      case 'freeze_client': {
        for (const client of clientsOf(clients, action.workloads)) client.freeze(true);
        const thaw = (workload: string): void => {
          for (const client of clientsOf(clients, [workload])) client.freeze(false);
        };
        return this.lasting('freeze_client', action.workloads, thaw, ended);
      }
      case 'amqp': {
        this.oneShots += 1;
        const name = `amqp#${this.oneShots}`;
        links.addClient(`client-${name}`);
        askOnce(this.scene.clientContext, name, action.via, action.call, () => {}, 'observed', action.vhost);
        return null;
      }
      case 'rabbitmqctl':
      case 'rabbitmq-queues':
      case 'rabbitmq-upgrade':
      case 'rabbitmq-diagnostics': {
        const startUpUs = this.scene.timings.cliUs(action.on);
        const node = this.node(action.on);
        runTool(this.scene.simulation, {
          tool: action.verb,
          command: action.command,
          words: action.words,
          node,
          startUpUs,
        });
        return null;
      }
      case 'rolling_restart':
        this.restartOneByOne(action.nodes, action.downtimeUs, action.pauseUs, ended);
        return { end: () => {} };
      case 'nemesis':
        return fail(
          `${action.verb} cannot be carried out on ${world.nodes.size} nodes: loading should have refused it`,
        );
    }
  }

  private node(name: string): WorldNode {
    return this.scene.world.nodes.get(name) ?? fail(`there is no node ${name}`);
  }

  /** A node or a proxy. */
  private machine(name: string): Machine {
    return this.scene.proxies.get(name) ?? this.node(name);
  }

  private slowDown(node: string, fsync: Duration): void {
    this.node(node).setFsync(this.scene.timings.fsync(node, fsync));
  }

  private cut(pairs: readonly (readonly [string, string])[], ended: () => void): Lasting {
    const fault = this.scene.links.cut(pairs, ended);
    return { end: () => this.scene.links.end(fault) };
  }

  private degrade(
    between: readonly [string, string],
    degradation: Parameters<LinkFaults['degrade']>[1],
    ended: () => void,
  ): Lasting {
    const fault = this.scene.links.degrade(bothWays(...between), degradation, ended);
    return { end: () => this.scene.links.end(fault) };
  }

  /**
   * A fault on one or several subjects. On each it ends by `end` or by `settle`; it is undone there when no other fault of the kind
   * lasts on the same subject.
   */
  private lasting(
    kind: string,
    subjects: readonly string[],
    undo: (subject: string) => void,
    ended: () => void,
  ): Lasting {
    const open = new Map<string, () => void>();
    for (const subject of subjects) {
      const settled = (): void => {
        if (open.delete(subject) && open.size === 0) ended();
      };
      open.set(subject, settled);
      const key = `${kind} ${subject}`;
      const others = this.pending.get(key);
      if (others === undefined) this.pending.set(key, new Set([settled]));
      else others.add(settled);
    }
    return {
      end: () => {
        for (const [subject, settled] of [...open]) {
          const others = this.pending.get(`${kind} ${subject}`);
          others?.delete(settled);
          if (others === undefined || others.size === 0) undo(subject);
          settled();
        }
      },
    };
  }

  /** Something else has ended every fault of the kind on these subjects. */
  private settle(kind: string, subjects: readonly string[]): void {
    for (const subject of subjects) {
      const key = `${kind} ${subject}`;
      const faults = this.pending.get(key);
      this.pending.delete(key);
      for (const settled of faults ?? []) settled();
    }
  }

  /** Stops a node in order, leaves it down, starts it, and after the pause does the same to the next. */
  private restartOneByOne(
    nodes: readonly string[],
    downtimeUs: number,
    pauseUs: number,
    ended: () => void,
  ): void {
    const [name, ...others] = nodes;
    if (name === undefined) {
      ended();
      return;
    }
    const { simulation } = this.scene;
    const node = this.node(name);
    node.stopAndHalt(() => {
      simulation.after(downtimeUs, Priority.world, () => {
        node.start();
        simulation.after(others.length > 0 ? pauseUs : 0, Priority.world, () =>
          this.restartOneByOne(others, downtimeUs, pauseUs, ended),
        );
      });
    });
  }
}

function clientsOf(clients: readonly Client[], workloads: readonly string[]): Client[] {
  return clients.filter(({ name, workload }) => workloads.includes(workload) || workloads.includes(name));
}

/** Every directed link between nodes of different groups. */
function acrossGroups(groups: readonly (readonly string[])[]): [string, string][] {
  return groups.flatMap((group) =>
    groups
      .filter((other) => other !== group)
      .flatMap((other) => group.flatMap((a) => other.map((b): [string, string] => [a, b]))),
  );
}
