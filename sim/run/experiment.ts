/**
 * One experiment from beginning to end: the world is built from the scenario, workloads and chaos run on its clock, everything
 * settles, the workloads close, a second passes, the drain empties what is left. What happened is in the journal, which the
 * caller listens to; what is returned is what could be seen at the moments somebody asked about, and how the run ended.
 */
import { drain } from '../clients/drain.ts';
import type { ClientContext } from '../clients/amqp-connection.ts';
import type { Client } from '../clients/client.ts';
import { Coverage } from '../kernel/coverage.ts';
import { Priority, Simulation } from '../kernel/simulation.ts';
import { Internet } from '../network/dial.ts';
import { Network } from '../network/network.ts';
import { phase } from '../records/cluster.ts';
import { published } from '../records/messages.ts';
import type { Observation } from '../records/observation.ts';
import type { ChaosRow, Scenario } from '../scenario/model.ts';
import { clustersOf, type Cluster } from '../scenario/clusters.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { ChangeWatch } from './change-watch.ts';
import { Chaos, type DrawnStep } from './chaos.ts';
import { LinkFaults } from './link-faults.ts';
import { clusterOf } from './link-settings.ts';
import { observe, observeClients } from './observe.ts';
import { makeProxies } from './proxies.ts';
import { inItsVhost, momentsOf, queuesToDrain, Schedule } from './schedule.ts';
import { TimingDraws } from './timings.ts';
import { linkParameters } from './topology.ts';
import { makeClients } from './workloads.ts';
import type { CreateCluster, World } from './world.ts';

/** How long the cluster may take to form before the scenario begins. */
const FORMING_LIMIT_US = 600_000_000;
const AFTER_CLOSING_US = 1_000_000;
/** Events between two looks at the limits. */
const SLICE_EVENTS = 100_000;

export type LimitName = 'events' | 'virtual_time' | 'messages';

export interface ExperimentOptions {
  readonly seed: number;
  readonly createCluster: CreateCluster;
  /** Called before anything happens: whoever wants to hear the journal subscribes here. */
  prepare?(simulation: Simulation): void;
  /** Called now and then while it runs; time from the start of the scenario. */
  progress?(timeUs: number, eventsExecuted: number): void;
  /** Called when the cluster may have changed, with what can be seen of it then, clients left out. */
  changed?(observation: Observation & { readonly timeUs: number }): void;
}

export interface Experiment {
  readonly simulation: Simulation;
  readonly coverage: Coverage;
  /** The simulation's time at the scenario's time 0; the journal's times count from there. */
  readonly originUs: number;
  /** Null: it ran to its end. */
  readonly limitReached: LimitName | null;
  /** From time 0 to the closing of the workloads, or to the limit that ended the run before. */
  readonly durationUs: number;
  /** From time 0; null when the run did not come that far. */
  readonly settlingFromUs: number | null;
  readonly drainFromUs: number | null;
  readonly endUs: number;
  /** In time order; the last one is the end's if the run came that far. */
  readonly observations: readonly Observation[];
  /** Rows of `chaos` whose event never came. */
  readonly unmetRows: readonly ChaosRow[];
  /** What nemeses drew. */
  readonly drawnSteps: readonly DrawnStep[];
}

/**
 * Runs a scenario with one seed. Throws `InvariantError` where the simulator contradicts itself, `ScenarioError` where the cluster
 * that the file asks for cannot form.
 */
export function runExperiment(scenario: Scenario, options: ExperimentOptions): Experiment {
  return new Run(scenario, options).run();
}

class LimitReached extends Error {
  readonly limit: LimitName;

  constructor(limit: LimitName) {
    super(`the limit on ${limit} was reached`);
    this.limit = limit;
  }
}

class Run {
  private readonly scenario: Scenario;
  private readonly options: ExperimentOptions;
  private readonly simulation: Simulation;
  private readonly network: Network;
  private readonly coverage = new Coverage();
  private readonly schedule: Schedule;
  private readonly clientContext: ClientContext;
  private readonly timings: TimingDraws;
  private readonly observations: Observation[] = [];
  private changeWatch: ChangeWatch | null = null;
  private originUs = 0;
  private messages = 0;
  private settlingFromUs: number | null = null;
  private drainFromUs: number | null = null;
  private durationUs: number | null = null;

  constructor(scenario: Scenario, options: ExperimentOptions) {
    this.scenario = scenario;
    this.options = options;
    this.simulation = new Simulation({ seed: String(options.seed) });
    this.network = new Network(this.simulation, linkParameters(scenario));
    this.schedule = new Schedule(scenario);
    this.timings = new TimingDraws(scenario.timings, this.simulation.random);
    this.clientContext = {
      internet: new Internet(this.simulation, this.network, () => this.timings.reconnectUs('network')),
      cite: (rule) => this.coverage.mark(rule.index),
      clusterOf: clusterOf(scenario.nodes, scenario.proxies),
    };
  }

  run(): Experiment {
    const { simulation, options } = this;
    simulation.journal.holdClock();
    options.prepare?.(simulation);
    simulation.journal.on(published, (_timeUs, _workload, _publisher, _sequence, attempt) => {
      if (attempt > 1) return;
      this.messages += 1;
      if (this.messages === this.scenario.limits.messages) simulation.stop();
    });
    const world = this.form();
    const links = new LinkFaults(this.network, linkParameters(this.scenario));
    const proxies = makeProxies(this.clientContext, this.scenario.proxies);
    for (const name of proxies.keys()) links.addClient(name);
    const clients = makeClients(this.clientContext, this.scenario.workloads, this.originUs);
    for (const client of clients) links.addClient(`client-${client.name}`);
    links.addClient('client-drain');
    const fsync = new Map(this.scenario.nodes.map(({ name, disk }) => [name, disk.fsync]));
    const { clientContext, timings } = this;
    const scene = { simulation, world, links, timings, clientContext, clients, proxies, fsync };
    const chaos = new Chaos(scene, this.scenario.chaos, this.schedule);
    for (const timeUs of momentsOf(this.scenario)) {
      simulation.after(timeUs, Priority.process, () => {
        this.observations.push(observe(world, observeClients(clients), timeUs));
      });
    }
    if (options.changed !== undefined) {
      this.changeWatch = new ChangeWatch(simulation, () => {
        const timeUs = this.nowUs;
        options.changed!({ ...observe(world, {}, timeUs), timeUs });
      });
    }
    const limitReached = this.tell(world, clients, chaos);
    return {
      simulation,
      coverage: this.coverage,
      originUs: this.originUs,
      limitReached,
      durationUs: this.durationUs ?? this.nowUs,
      settlingFromUs: this.settlingFromUs,
      drainFromUs: this.drainFromUs,
      endUs: this.nowUs,
      observations: this.observations,
      unmetRows: chaos.unmetRows(),
      drawnSteps: chaos.drawn,
    };
  }

  private get nowUs(): number {
    return this.simulation.nowUs - this.originUs;
  }

  private form(): World {
    const { simulation, scenario, timings } = this;
    let isFormed = false;
    const world = this.options.createCluster({
      simulation,
      internet: this.clientContext.internet,
      scenario,
      timings,
      cite: this.clientContext.cite,
      formed: () => {
        isFormed = true;
        simulation.stop();
      },
    });
    if (!isFormed) simulation.run({ untilUs: FORMING_LIMIT_US, maxEvents: scenario.limits.events });
    if (!isFormed) throw this.notFormed();
    this.originUs = simulation.nowUs;
    simulation.journal.startClock();
    return world;
  }

  /** The file asks for a cluster that cannot be, which only trying it shows. */
  private notFormed(): ScenarioError {
    const { source, nodes, limits } = this.scenario;
    const line = nodes[0]!.line;
    const excerpt = source.text.split('\n')[line - 1] ?? '';
    const message =
      this.simulation.eventsExecuted >= limits.events
        ? 'limits.events is reached before the cluster has formed'
        : 'the cluster does not form within ten minutes: its links or disks are too slow';
    return new ScenarioError([{ kind: 'invalid', file: source.file, line, column: 1, excerpt, message }]);
  }

  /** The phases of the run; the limit that ended it early, or null. */
  private tell(world: World, clients: readonly Client[], chaos: Chaos): LimitName | null {
    try {
      this.enter('workload');
      this.settle();
      this.durationUs = this.nowUs;
      chaos.end();
      const clientStates = observeClients(clients);
      for (const client of clients) client.close();
      for (const node of world.nodes.values()) node.stopLinks();
      this.runUntil(this.nowUs + AFTER_CLOSING_US);
      if (this.scenario.drain) this.drain(world);
      this.observations.push(observe(world, clientStates, null));
      this.enter('end');
      return null;
    } catch (error) {
      if (error instanceof LimitReached) return error.limit;
      throw error;
    }
  }

  /** Runs until nothing more is going to happen and `settle` has passed since. */
  private settle(): void {
    while (this.nowUs < this.schedule.endUs) {
      if (this.nowUs < this.schedule.settlingFromUs) this.runUntil(this.schedule.settlingFromUs);
      else {
        const fromUs = this.schedule.settlingFromUs;
        if (this.settlingFromUs !== fromUs) this.enter('settle');
        this.settlingFromUs = fromUs;
        // A step that comes while all is quiet moves the end: look again when the old one is reached.
        this.runUntil(this.schedule.endUs);
      }
    }
  }

  private drain(world: World): void {
    const { simulation } = this;
    this.enter('drain');
    this.drainFromUs = this.nowUs;
    const progress = { isOver: false };
    this.drainClusters(world, [...clustersOf(this.scenario.nodes)], () => {
      progress.isOver = true;
      simulation.stop();
    });
    while (!progress.isOver) this.slice(Infinity);
  }

  /** Empties one cluster after the other. */
  private drainClusters(world: World, left: Cluster[], done: () => void): void {
    const cluster = left.shift();
    if (cluster === undefined) {
      done();
      return;
    }
    const reachable = cluster.nodes
      .flatMap(({ name }) => world.nodes.get(name) ?? [])
      .filter(({ state }) => state === 'running');
    const existing = reachable.flatMap((node) => [...node.queues().keys()]);
    const of = clusterOf(this.scenario.nodes, this.scenario.proxies);
    const queues = queuesToDrain(this.scenario, cluster.key, of, existing).map((queue) =>
      inItsVhost(this.scenario, queue),
    );
    drain(
      this.clientContext,
      reachable.map(({ name }) => name),
      queues,
      () => this.drainClusters(world, left, done),
    );
  }

  private runUntil(timeUs: number): void {
    while (this.nowUs < timeUs) this.slice(this.originUs + timeUs);
  }

  private slice(untilUs: number): void {
    const { simulation, scenario } = this;
    const { limits } = scenario;
    const eventsLeft = () => limits.events + (this.changeWatch?.events ?? 0) - simulation.eventsExecuted;
    const lastUs = this.originUs + limits.virtualTimeUs;
    simulation.run({
      untilUs: Math.min(untilUs, lastUs),
      maxEvents: Math.max(1, Math.min(SLICE_EVENTS, eventsLeft())),
    });
    if (eventsLeft() <= 0) throw new LimitReached('events');
    if (this.messages >= limits.messages) throw new LimitReached('messages');
    if (simulation.nowUs >= lastUs) throw new LimitReached('virtual_time');
    this.options.progress?.(this.nowUs, simulation.eventsExecuted);
  }

  private enter(name: string): void {
    const { journal } = this.simulation;
    journal.write(phase, journal.intern(name));
  }
}
