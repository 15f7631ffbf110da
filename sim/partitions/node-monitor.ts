/**
 * `rabbit_node_monitor`: who is there, what to do when somebody is not, and the protocol that finds partial partitions.
 *
 * It is one process that does one thing at a time. A peer's death costs it transactions (CLU-17), a forced disconnect a
 * second, a decision of autoheal several round trips, and what happens meanwhile waits in its mailbox: by the time it counts
 * who is alive after a nodedown, a connection may be back (HAZ-64, HAZ-70). Status files and keepalives are left out.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { CallFrom, DownMessage, Message, NodeMessage, RegisteredName } from '../erlang/message.ts';
import * as records from '../records/cluster.ts';
import { rule } from '../rules/registry.ts';
import { aliveMembers, allMembersAlive, pingAll } from './alive.ts';
import { Autoheal, type MonitorStatus } from './autoheal.ts';
import { autohealActions } from './autoheal-actions.ts';
import type { AutohealMemory } from './outside-process.ts';
import { pauseUntil } from './outside-process.ts';
import { NODE_MONITOR, RABBIT, type MonitorPort } from './port.ts';
import type { Strategy, StrategyActions } from './strategy.ts';

const NET_19 = rule('NET-19');
const PAR_1 = rule('PAR-1');
const PAR_2 = rule('PAR-2');
const PAR_4 = rule('PAR-4');
const PAR_13 = rule('PAR-13');
const PAR_14 = rule('PAR-14');
const PAR_27 = rule('PAR-27');
const CLU_17 = rule('CLU-17');
const CLU_18 = rule('CLU-18');

const DOWN_PING_INTERVAL_US = 1_000_000;
const FORCED_DISCONNECT_US = 1_000_000;
/**
 * Processor time of the housekeeping for a dead application, its transactions apart: "node down", which waits behind "rabbit on node
 * down", comes 6 to 12 ms after it in `t02-mirrored-master-kill`, and 9 to 16 ms at a node that wakes (`t08-freeze-mirror-pause-minority`).
 */
const DEAD_RABBIT_COST_US = { least: 7_000, most: 14_000 } as const;

export type StrategyFactory = (port: MonitorPort, actions: StrategyActions) => Strategy;

type MonitorMessage =
  | { readonly type: 'node_up'; readonly node: string; readonly creation: number | null }
  | { readonly type: 'announce_creation'; readonly node: string; readonly creation: number }
  | {
      readonly type: 'check_partial_partition';
      readonly node: string;
      readonly reporter: string;
      readonly nodeCreation: number;
      readonly ownCreation: number;
      readonly reporterCreation: number;
    }
  | {
      readonly type: 'partial_partition';
      readonly notReallyDown: string;
      readonly proxy: string;
      readonly creation: number;
    }
  | { readonly type: 'partial_partition_disconnect'; readonly other: string }
  | { readonly type: 'inconsistent_database'; readonly peer: string }
  | { readonly type: 'ping_down_nodes' }
  | { readonly type: 'autoheal'; readonly message: Message };

export class NodeMonitor extends ErlangProcess {
  private readonly port: MonitorPort;
  readonly strategy: Strategy;
  private readonly autoheal: Autoheal;
  private readonly monitored = new Set<string>();
  private readonly creations = new Map<string, number>();
  private partitionedFrom: string[] = [];
  private pingTimer = 0;
  private pinging = false;

  /** `possiblyPartitioned`: connected peers whose application runs but shares no state with ours. */
  constructor(
    port: MonitorPort,
    makeStrategy: StrategyFactory,
    memory: AutohealMemory,
    possiblyPartitioned: readonly string[],
  ) {
    super(port.vm, NODE_MONITOR);
    this.port = port;
    port.vm.register(NODE_MONITOR, this);
    port.vm.monitorNodes(this);
    for (const node of possiblyPartitioned) this.monitorRabbit(node);
    this.strategy = makeStrategy(port, {
      pauseUntil: (condition) => {
        if (pauseUntil(port, condition)) this.write(records.nodePaused);
      },
      upgradeToFullPartition: (proxy) => this.upgradeToFullPartition(proxy),
      autohealNodeDown: (node) => this.autoheal.nodeDown(node),
    });
    this.autoheal = new Autoheal(
      autohealActions(this, port, {
        partitions: () => this.partitionedFrom,
        tell: (node, message) => this.cast(node, { type: 'autoheal', message }),
        ask: (to, request, outcome) => this.ask(to, request, outcome),
        whenDown: (to, then) => this.whenDown(to, then),
      }),
      memory,
    );
  }

  /** The peers this node reports itself partitioned from. */
  get partitions(): readonly string[] {
    return this.partitionedFrom;
  }

  private write(type: typeof records.nodedown, ...peers: string[]): void {
    const { journal } = this.vm.simulation;
    const [first, second] = peers.map((peer) => journal.intern(peer));
    journal.write(type, journal.intern(this.vm.node), first, second);
  }

  private cast(node: string, message: MonitorMessage): void {
    this.send({ node, name: NODE_MONITOR }, message);
  }

  private monitorRabbit(node: string): void {
    if (this.monitored.has(node)) return;
    this.monitored.add(node);
    this.monitor({ node, name: RABBIT });
  }

  /** The application has booted: everybody running is told, and is registered here (CLU-15). */
  announce(): void {
    this.deliver({ type: 'notify_node_up' });
  }

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type === 'status') {
      const status: MonitorStatus = {
        partitions: this.partitionedFrom,
        nodes: [this.vm.node, ...this.vm.connectedNodes()],
      };
      this.reply(from, status);
    } else super.handleCall(request, from);
  }

  protected handleMessage(incoming: Message): void {
    const message = incoming as
      | MonitorMessage
      | DownMessage
      | NodeMessage
      | { readonly type: 'notify_node_up' };
    switch (message.type) {
      case 'notify_node_up':
        for (const node of this.port.runningNodes()) {
          if (node === this.vm.node) continue;
          this.cast(node, { type: 'node_up', node: this.vm.node, creation: this.vm.creation });
          this.deliver({ type: 'node_up', node, creation: null } as MonitorMessage);
        }
        return;
      case 'node_up':
        this.nodeUp(message.node, message.creation);
        return;
      case 'announce_creation':
        this.creations.set(message.node, message.creation);
        return;
      case 'DOWN':
        this.rabbitDown((message.target as RegisteredName).node);
        return;
      case 'nodeup':
        this.write(records.nodeup, message.node);
        return;
      case 'nodedown':
        this.nodeDown(message.node, message.reason);
        return;
      case 'inconsistent_database':
        this.partitionDetected(message.peer);
        return;
      case 'check_partial_partition':
        this.checkPartialPartition(message);
        return;
      case 'partial_partition':
        if (message.creation !== this.vm.creation) return;
        this.vm.cite(PAR_14);
        this.write(records.partialPartitionDetected, message.notReallyDown, message.proxy);
        this.strategy.partialPartition(message.notReallyDown, message.proxy);
        return;
      case 'partial_partition_disconnect':
        this.disconnect(message.other);
        return;
      case 'ping_down_nodes':
        this.pingDownNodes();
        return;
      case 'autoheal':
        this.autoheal.handle(message.message);
    }
  }

  // --- applications ----------------------------------------------------------------------------------------

  private nodeUp(node: string, creation: number | null): void {
    if (creation !== null) {
      this.creations.set(node, creation);
      this.cast(node, { type: 'announce_creation', node: this.vm.node, creation: this.vm.creation });
    }
    this.write(records.rabbitUp, node);
    this.port.liveRabbit(this, node, () => {
      this.monitorRabbit(node);
      this.maybeAutoheal();
    });
  }

  private rabbitDown(node: string): void {
    this.vm.cite(CLU_17);
    this.vm.cite(CLU_18);
    this.monitored.delete(node);
    this.write(records.rabbitDown, node);
    const { least, most } = DEAD_RABBIT_COST_US;
    this.spend(this.vm.simulation.random.stream(`node_monitor/${this.vm.node}`).uniformUs(least, most));
    this.port.deadRabbit(this, node, () => {
      this.forgetHealedPartitions();
      this.ensurePingTimer();
      this.autoheal.rabbitDown(node);
    });
  }

  /** The list is emptied only as a whole: when nobody on it runs outside our side any more (PAR-2). */
  private forgetHealedPartitions(): void {
    if (this.partitionedFrom.length === 0) return;
    this.vm.cite(PAR_2);
    const running = this.port.runningNodes();
    const stillApart = this.partitionedFrom.filter(
      (node) => this.monitored.has(node) && !running.includes(node),
    );
    if (stillApart.length === 0) this.partitionedFrom = [];
  }

  // --- connections -----------------------------------------------------------------------------------------

  private nodeDown(node: string, reason: string): void {
    this.vm.cite(PAR_4);
    const { journal } = this.vm.simulation;
    journal.write(
      records.nodedown,
      journal.intern(this.vm.node),
      journal.intern(node),
      journal.intern(reason),
    );
    const nodeCreation = this.creations.get(node);
    if (nodeCreation !== undefined) {
      for (const proxy of this.port.runningNodes()) {
        const ownCreation = this.creations.get(proxy);
        if (proxy === this.vm.node || proxy === node || ownCreation === undefined) continue;
        this.cast(proxy, {
          type: 'check_partial_partition',
          node,
          reporter: this.vm.node,
          nodeCreation,
          ownCreation,
          reporterCreation: this.vm.creation,
        });
      }
    }
    this.strategy.nodeDown(node);
  }

  /** Somebody lost a peer that we may still reach: if so, it is told (PAR-13). */
  private checkPartialPartition(check: Extract<MonitorMessage, { type: 'check_partial_partition' }>): void {
    const { node, reporter } = check;
    if (check.ownCreation !== this.vm.creation) return;
    if (!this.port.runningNodes().includes(node) || this.creations.get(node) !== check.nodeCreation) return;
    this.vm.remoteCall(node, (vm) => vm.creation, {
      reply: (creation) => {
        if (creation !== check.nodeCreation || !this.alive) return;
        this.vm.cite(PAR_13);
        this.cast(reporter, {
          type: 'partial_partition',
          notReallyDown: node,
          proxy: this.vm.node,
          creation: check.reporterCreation,
        });
      },
      failed: () => {},
    });
  }

  private upgradeToFullPartition(proxy: string): void {
    this.write(records.intentionalDisconnect, proxy);
    this.cast(proxy, { type: 'partial_partition_disconnect', other: this.vm.node });
    this.disconnect(proxy);
  }

  /** A disconnect that lasts long enough for both Mnesias to notice; nobody else is connected to meanwhile. */
  private disconnect(node: string): void {
    const { netKernel } = this.vm;
    netKernel.setAutoConnect(false);
    netKernel.disconnect(node);
    this.sleep(FORCED_DISCONNECT_US, () => netKernel.setAutoConnect(true));
  }

  protected override onExit(): void {
    // A forced disconnect that the end of the application cuts short must not leave the VM without connections.
    this.vm.netKernel.setAutoConnect(true);
  }

  private partitionDetected(peer: string): void {
    this.vm.cite(PAR_1);
    this.vm.cite(NET_19);
    this.write(records.partitionDetected, peer);
    this.monitorRabbit(peer);
    this.port.liveRabbit(this, peer, () => {
      if (!this.partitionedFrom.includes(peer))
        this.partitionedFrom = [...this.partitionedFrom, peer].toSorted();
      this.maybeAutoheal();
    });
  }

  private maybeAutoheal(): void {
    if (this.partitionedFrom.length === 0 || !this.strategy.heals) return;
    if (allMembersAlive(this.port)) this.autoheal.maybeStart();
    else this.vm.cite(PAR_27);
  }

  // --- reconnecting ----------------------------------------------------------------------------------------

  private ensurePingTimer(): void {
    if (this.pingTimer !== 0 || this.pinging) return;
    this.pingTimer = this.startTimer(DOWN_PING_INTERVAL_US, { type: 'ping_down_nodes' });
  }

  private pingDownNodes(): void {
    this.pingTimer = 0;
    this.pinging = true;
    pingAll(this.port, () => {
      this.pinging = false;
      if (this.alive && aliveMembers(this.port).length < this.port.members().length) this.ensurePingTimer();
    });
  }
}
