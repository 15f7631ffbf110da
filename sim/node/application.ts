/**
 * The `rabbit` application on one VM, from boot to stop: what starts after what, who hears of whom (CLU-15, CLU-22). Everything that
 * one room asks of another on this node is connected here.
 */
import { AmqpListener } from '../broker/amqp-listener.ts';
import { BrokerNode } from '../broker/broker-node.ts';
import { purgeDeadQueues } from '../broker/dead-queues.ts';
import { DelegateSupervisor } from '../broker/delegate.ts';
import { isBeingDrained, setDrained } from '../broker/maintenance.ts';
import type { NodeContext } from '../broker/node-context.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { recoverTopology } from '../broker/recovery.ts';
import { ResourceMonitors } from '../broker/resource-monitors.ts';
import { Router } from '../broker/router.ts';
import { MembershipService, type MemberView } from '../cluster/membership.ts';
import { Mnesia } from '../cluster/mnesia.ts';
import type { MnesiaDirectory } from '../cluster/table-store.ts';
import type { MachineResources } from '../erlang/resources.ts';
import type { Vm } from '../erlang/vm.ts';
import { Links } from '../links/links.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import { NodeMonitor } from '../partitions/node-monitor.ts';
import { isRabbitRunning, type MonitorPort } from '../partitions/port.ts';
import type { AutohealMemory } from '../partitions/outside-process.ts';
import { strategyFactory } from '../partitions/strategies.ts';
import * as records from '../records/cluster.ts';
import { queueKey } from '../records/queue-key.ts';
import { rule } from '../rules/registry.ts';
import { NetworkingProcess, RabbitProcess, StepProcess } from './rabbit-process.ts';
import type { NodeSettings } from './settings.ts';

const CLU_4 = rule('CLU-4');
const CLU_13 = rule('CLU-13');
const CLU_15 = rule('CLU-15');
const CLU_21 = rule('CLU-21');
const CLU_22 = rule('CLU-22');

/** What the application does to the node it runs on. */
export interface ApplicationOwner {
  readonly settings: NodeSettings;
  readonly directory: MnesiaDirectory;
  readonly resources: MachineResources;
  /** Strategies stop and start the application through these. */
  stopApplication: MonitorPort['stopApplication'];
  startApplication: MonitorPort['startApplication'];
  rememberAutoheal(memory: AutohealMemory): void;
  takeAutohealMemory(): AutohealMemory;
}

export class Application {
  private readonly vm: Vm;
  private readonly owner: ApplicationOwner;
  private readonly queueTypes: readonly QueueType[];
  readonly mnesia: Mnesia;
  readonly context: NodeContext;
  private readonly steps: StepProcess;
  private rabbit: RabbitProcess | undefined;
  private networking: NetworkingProcess | undefined;
  private membership: MembershipService | undefined;
  private delegates: DelegateSupervisor | undefined;
  private monitor: NodeMonitor | undefined;
  private readonly broker: BrokerNode;
  private readonly listener: AmqpListener;
  readonly resourceMonitors: ResourceMonitors;
  /** Shovels and federation, where their plugins are enabled. */
  readonly links: Links | undefined = undefined;
  private waitTimer: EventHandle = 0;
  private whenLoaded: (() => void) | undefined;
  isUp = false;

  constructor(vm: Vm, owner: ApplicationOwner) {
    this.vm = vm;
    this.owner = owner;
    this.queueTypes = owner.settings.queueTypes();
    this.steps = new StepProcess(vm, 'rabbit_boot');
    this.mnesia = new Mnesia(vm, owner.directory, {
      loaded: () => this.whenLoaded?.(),
      inconsistentDatabase: (peer) => this.monitor?.deliver({ type: 'inconsistent_database', peer } as never),
    });
    const intern = (text: string): number => vm.simulation.journal.intern(text);
    const { cluster } = owner.settings;
    const queueId = (queue: string): number => intern(queueKey(cluster, queue));
    this.context = {
      vm,
      node: vm.node,
      database: this.mnesia,
      config: owner.settings.config,
      queueTypes: new Map(this.queueTypes.map((type) => [type.name, type])),
      router: new Router(vm, this.mnesia, queueId),
      serials: owner.settings.serials,
      mayConfirm: () => this.monitor?.strategy.mayConfirm() ?? true,
      intern,
      queueId,
    };
    this.broker = new BrokerNode(this.context, owner.settings.broker);
    this.listener = new AmqpListener(this.broker);
    const { resources, settings } = owner;
    if (settings.links !== null) {
      const links = new Links(this.context, settings.links);
      this.links = links;
      this.context.consumerStateChanged = (leader, queue, run) =>
        links.consumerStateChanged(leader, queue, run);
    }
    this.resourceMonitors = new ResourceMonitors(
      this.context,
      resources,
      this.broker.alarms,
      settings.resourceLimits,
    );
  }

  /** The nodes this one reports itself partitioned from. */
  get partitions(): readonly string[] {
    return this.monitor?.partitions ?? [];
  }

  /** The alarms of this side, as this node knows them. */
  get alarms(): ReturnType<BrokerNode['alarms']['list']> {
    return this.broker.alarms.list();
  }

  /** Nobody can connect any more, and those who are connected are told why they have to go. */
  suspendClients(explanation: string): void {
    this.suspendListeners();
    this.listener.closeConnections(explanation);
  }

  suspendListeners(): void {
    this.listener.close();
  }

  resumeClients(): void {
    this.listener.open();
  }

  // --- boot ------------------------------------------------------------------------------------------------

  /** Boots; exactly one of the two is called, unless the VM dies first. */
  start(up: () => void, failed: (reason: string) => void): void {
    this.vm.cite(CLU_15);
    this.checkConsistency([...this.otherMembers()], failed, () => {
      this.whenLoaded = () => {
        this.vm.simulation.cancel(this.waitTimer);
        this.steps.deliverUrgent(() => this.recover(up));
      };
      this.waitForTables(this.owner.settings.tableLoading.retryLimit - 1, failed);
      this.mnesia.start();
    });
  }

  private otherMembers(): string[] {
    return this.mnesia.members().filter((node) => node !== this.vm.node);
  }

  /** A running peer that does not list us has forgotten us: we must not boot (CLU-4). */
  private checkConsistency(left: string[], failed: (reason: string) => void, then: () => void): void {
    const node = left.shift();
    if (node === undefined) {
      then();
      return;
    }
    this.steps.standStill((resumeWith) => {
      const goOn = (): void => resumeWith(() => this.checkConsistency(left, failed, then));
      this.vm.remoteCall(node, MembershipService.view, {
        reply: (view: MemberView | null) => {
          if (view === null || view.members.includes(this.vm.node)) goOn();
          else {
            this.vm.cite(CLU_4);
            this.vm.cite(CLU_21);
            resumeWith(() =>
              failed(
                `inconsistent_cluster: Node rabbit@${this.vm.node} thinks it's clustered with node rabbit@${node}, ` +
                  `but rabbit@${node} disagrees`,
              ),
            );
          }
        },
        failed: goOn,
      });
    });
  }

  /** Said only when the wait is one: a peer that has the tables answers within moments (CLU-13). */
  private waitForTables(retriesLeft: number, failed: (reason: string) => void): void {
    const { simulation } = this.vm;
    const { journal } = simulation;
    const { retryLimit, retryTimeoutUs } = this.owner.settings.tableLoading;
    const say = (): void => {
      if (!this.vm.isAlive || this.mnesia.isLoaded) return;
      this.vm.cite(CLU_13);
      journal.write(records.waitingForTables, journal.intern(this.vm.node), retriesLeft);
    };
    const firstWait = retriesLeft === retryLimit - 1;
    if (firstWait)
      simulation.after(Math.min(NOTICEABLE_WAIT_US, Math.floor(retryTimeoutUs / 2)), Priority.timer, say);
    else say();
    this.waitTimer = simulation.after(retryTimeoutUs, Priority.timer, () =>
      this.vm.whenRunning(() => {
        if (retriesLeft > 0) this.waitForTables(retriesLeft - 1, failed);
        else failed('timeout_waiting_for_tables');
      }),
    );
  }

  private recover(up: () => void): void {
    const { vm, steps, context } = this;
    this.rabbit = new RabbitProcess(vm);
    this.networking = new NetworkingProcess(vm, () => this.listener.countConnections(), this.listener);
    this.membership = new MembershipService(vm, this.mnesia);
    this.delegates = new DelegateSupervisor(vm);
    this.askPossiblyPartitioned((possiblyPartitioned) => {
      this.resourceMonitors.start();
      this.monitor = new NodeMonitor(
        this.monitorPort(),
        strategyFactory(this.owner.settings.partitionHandling),
        this.owner.takeAutohealMemory(),
        possiblyPartitioned,
      );
      purgeDeadQueues(context, steps, vm.node, () =>
        recoverTopology(context, steps, () => {
          for (const type of this.queueTypes) type.virtualHostUp(context);
          this.monitor!.announce();
          steps.pause(this.owner.settings.timings.listenersUs(), () => {
            this.listener.open();
            this.isUp = true;
            this.rabbit!.isRunning = true;
            this.leaveMaintenance(() => {
              this.links?.start();
              up();
            });
          });
        }),
      );
    });
  }

  /** A node that boots is no longer under maintenance (BRK-56). */
  private leaveMaintenance(done: () => void): void {
    const { database, node } = this.context;
    if (isBeingDrained(database, node)) setDrained(database, this.steps, node, false, done);
    else done();
  }

  /** Connected peers whose application runs although they share no state with us (PAR-2). */
  private askPossiblyPartitioned(done: (nodes: string[]) => void): void {
    const running = this.mnesia.runningNodes();
    const connected = this.vm.connectedNodes();
    const candidates = this.otherMembers().filter(
      (node) => connected.includes(node) && !running.includes(node),
    );
    if (candidates.length === 0) {
      done([]);
      return;
    }
    this.steps.standStill((resumeWith) => {
      const found: string[] = [];
      let open = candidates.length;
      const answered = (): void => {
        open--;
        if (open === 0) resumeWith(() => done(found));
      };
      for (const node of candidates) {
        this.vm.remoteCall(node, isRabbitRunning, {
          reply: (isUp) => {
            if (isUp) found.push(node);
            answered();
          },
          failed: answered,
        });
      }
    });
  }

  private monitorPort(): MonitorPort {
    const { owner, context, mnesia } = this;
    return {
      vm: this.vm,
      members: () => mnesia.members(),
      runningNodes: () => mnesia.runningNodes(),
      deadRabbit: (caller, peer, done) => {
        this.broker.alarms.nodeDown(peer);
        purgeDeadQueues(context, caller, peer, done);
      },
      liveRabbit: (_caller, peer, done) => {
        this.broker.alarms.nodeUp(peer);
        done();
      },
      stopApplication: (why, done) => owner.stopApplication(why, done),
      startApplication: (why, started) => owner.startApplication(why, started),
      rememberAutoheal: (memory) => owner.rememberAutoheal(memory),
    };
  }

  // --- stop ------------------------------------------------------------------------------------------------

  /** Stops in order: plugins and clients first, queues, the application's name, Mnesia last. */
  stop(done: () => void): void {
    const { links } = this;
    if (links === undefined) this.stopBroker(done);
    else {
      const steps = new StepProcess(this.vm, 'plugins_stop');
      links.stop(steps, () => {
        steps.finish();
        this.stopBroker(done);
      });
    }
  }

  private stopBroker(done: () => void): void {
    this.vm.cite(CLU_22);
    this.isUp = false;
    if (this.rabbit !== undefined) this.rabbit.isRunning = false;
    this.whenLoaded = undefined;
    this.vm.simulation.cancel(this.waitTimer);
    const steps = new StepProcess(this.vm, 'rabbit_stop');
    this.steps.finish();
    const stopUs = this.owner.settings.timings.appStopUs();
    const queuesEndUs = Math.round(stopUs * QUEUES_END_SHARE);
    steps.pause(queuesEndUs, () => {
      this.listener.close();
      this.listener.closeAllConnections(() =>
        this.stopQueueTypes(steps, [...this.queueTypes], () =>
          steps.pause(stopUs - queuesEndUs, () => {
            this.resourceMonitors.stop();
            this.broker.alarms.exit('shutdown');
            this.monitor?.exit('shutdown');
            this.membership?.exit('shutdown');
            this.delegates?.exit('shutdown');
            this.networking?.exit('shutdown');
            this.rabbit?.exit('shutdown');
            this.mnesia.exit('shutdown');
            steps.finish();
            done();
          }),
        ),
      );
    });
  }

  /** The VM is about to die with everything in it: what its connections lose is written down. */
  abandon(): void {
    this.resourceMonitors.stop();
    this.listener.abandonAll();
  }

  private stopQueueTypes(steps: StepProcess, left: QueueType[], done: () => void): void {
    const type = left.shift();
    if (type === undefined) done();
    else type.stop(this.context, steps, () => this.stopQueueTypes(steps, left, done));
  }
}

/**
 * When connections and queues end, as a part of the time that the application takes to stop: on a real cluster its rings and queues are
 * dead after 0.74 of it (0.34 to 0.97 in 22 stops). Whether that is before a ring has slept its 100 ms over another death (MIR-15) decides
 * what a node that pauses leaves in tables it shares.
 */
const QUEUES_END_SHARE = 0.74;

/** A wait for tables shorter than this is an ordinary load. */
const NOTICEABLE_WAIT_US = 1_000_000;
