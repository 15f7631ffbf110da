/**
 * What happened to nodes and queues, kept so that a message's fate can be explained by what happened around it: outages
 * with their reasons, partitions seen, promotions, synchronisations. Grows with events of the cluster, not with traffic,
 * and forgets the oldest beyond a limit.
 */
import type { Journal } from '../kernel/journal.ts';
import {
  autohealWinner,
  clientGivenUp,
  connectionBlocked,
  connectionUnblocked,
  mirrorAdded,
  mirrorRemoved,
  mirrorSynchronised,
  nodedown,
  nodeKilled,
  nodePaused,
  nodeRestarting,
  nodeState,
  nodeStopped,
  nodeup,
  operator,
  partitionDetected,
  queueDeclared,
  queueDeleted,
  queueDown,
  queuePrioritised,
  queuePromoted,
  queueRecovered,
  queueUp,
  syncCancelled,
  syncFinished,
  syncStarted,
} from '../records/cluster.ts';
import { linkRunning } from '../records/links.ts';
import { rules } from '../rules/registry.ts';

/** Why a node was not running. */
export type OutageReason = 'autoheal' | 'pause' | 'killed' | 'frozen' | 'stopped';

/** A time in which a node did not run, begun by the first sign of it. */
export interface Outage {
  readonly node: string;
  readonly fromUs: number;
  /** Null while it lasts. */
  toUs: number | null;
  readonly reasons: Set<OutageReason>;
  /** Command lines run on the node meanwhile or just before. */
  readonly commands: string[];
}

export interface Promotion {
  readonly timeUs: number;
  readonly queue: string;
  readonly node: string;
  readonly synchronised: boolean;
  readonly messages: number;
  readonly why: string;
  /** The effective `ha-promote-on-failure`. */
  readonly promote: string;
  /** Nodes whose mirrors were listed as synchronised when it was asked, among them perhaps its own. */
  readonly listed: readonly string[];
  /** The node that led before, as far as the journal told. */
  readonly from: string | null;
  /** An eager synchronisation was under way, or had been broken off since the last complete one. */
  readonly duringSync: boolean;
}

export interface QueueDeletion {
  readonly timeUs: number;
  readonly node: string;
  readonly why: string;
}

export interface QueueHistory {
  readonly name: string;
  type: 'classic' | 'quorum';
  /** Declared and not deleted since. */
  exists: boolean;
  leader: string | null;
  /** Has had a mirror. */
  mirrored: boolean;
  /** Its messages have priorities. */
  prioritised: boolean;
  syncing: boolean;
  /** Mirrors by node, with whether they are synchronised. */
  readonly mirrors: Map<string, boolean>;
  /** Nodes whose mirror emptied itself for a synchronisation that it has not seen the end of (MIR-29). */
  readonly emptied: Set<string>;
  down: boolean;
  downSinceUs: number;
  readonly promotions: Promotion[];
  readonly deletions: QueueDeletion[];
  /** Leaders that ended, by their own word. */
  readonly leaderEnds: { readonly timeUs: number; readonly node: string; readonly why: string }[];
  readonly recoveries: { readonly timeUs: number; readonly node: string }[];
}

export interface LinkEvent {
  readonly timeUs: number;
  readonly node: string;
  readonly peer: string;
}

interface NodeHistory {
  readonly outages: Outage[];
  /** Commands of this node that came while it ran: they belong to an outage that follows at once. */
  readonly commands: { readonly timeUs: number; readonly command: string }[];
}

const EVENTS_MAX = 10_000;
/** A command belongs to the outage that begins within this time of it, and an outage to what follows its end so soon. */
const NEARBY_US = 60_000_000;

export class History {
  readonly downs: LinkEvent[] = [];
  readonly ups: LinkEvent[] = [];
  readonly partitions: LinkEvent[] = [];
  readonly autoheals: { readonly timeUs: number; readonly winner: string; readonly losers: string }[] = [];
  readonly commands: { readonly timeUs: number; readonly on: string; readonly command: string }[] = [];
  /** Clients that a broker took for dead, and by which rule. */
  readonly givenUp: { readonly timeUs: number; readonly node: string; readonly rule: string }[] = [];
  readonly blockedWorkloads = new Set<string>();
  /** Shovels and federation links that came to run, with the queue they consume and how they acknowledge. */
  readonly links: {
    readonly timeUs: number;
    readonly link: string;
    readonly queue: string;
    readonly ackMode: string;
    readonly rule: string;
  }[] = [];
  private readonly nodes = new Map<string, NodeHistory>();
  private readonly queues = new Map<string, QueueHistory>();

  constructor(journal: Journal) {
    this.watchNodes(journal);
    this.watchPeers(journal);
    this.watchQueues(journal);
  }

  queue(name: string): QueueHistory {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = {
        name,
        type: 'classic',
        exists: true,
        leader: null,
        mirrored: false,
        prioritised: false,
        syncing: false,
        mirrors: new Map(),
        emptied: new Set(),
        down: false,
        downSinceUs: 0,
        promotions: [],
        deletions: [],
        leaderEnds: [],
        recoveries: [],
      };
      this.queues.set(name, queue);
    }
    return queue;
  }

  /** The outage of the node that was under way at `timeUs`, or had ended at most a minute before; null if none. */
  outage(node: string, timeUs: number): Outage | null {
    const outages = this.nodes.get(node)?.outages ?? [];
    for (let i = outages.length - 1; i >= 0; i -= 1) {
      const outage = outages[i]!;
      if (outage.fromUs > timeUs) continue;
      return outage.toUs === null || timeUs - outage.toUs <= NEARBY_US ? outage : null;
    }
    return null;
  }

  /** Whether the node runs, as far as the journal told, at `timeUs`. */
  runs(node: string, timeUs: number): boolean {
    const outages = this.nodes.get(node)?.outages ?? [];
    return !outages.some(({ fromUs, toUs }) => fromUs <= timeUs && (toUs === null || toUs > timeUs));
  }

  /** Whether leaders of the queue on both nodes served at `timeUs`: the nodes ran and neither leader had ended. */
  bothLead(queue: QueueHistory, a: string, b: string, timeUs: number): boolean {
    return this.leads(queue, a, timeUs) && this.leads(queue, b, timeUs);
  }

  /** Whether the node, which led the queue at some time, still does. */
  private leads(queue: QueueHistory, node: string, timeUs: number): boolean {
    const before = (event: { readonly node: string; readonly timeUs: number }): boolean =>
      event.node === node && event.timeUs <= timeUs;
    const end = queue.leaderEnds.findLast(before);
    const begin = queue.promotions.findLast(before) ?? queue.recoveries.findLast(before);
    const ended = end !== undefined && (begin === undefined || begin.timeUs <= end.timeUs);
    return !ended && this.runs(node, timeUs);
  }

  private node(name: string): NodeHistory {
    let node = this.nodes.get(name);
    if (node === undefined) {
      node = { outages: [], commands: [] };
      this.nodes.set(name, node);
    }
    return node;
  }

  private watchNodes(journal: Journal): void {
    const began = (timeUs: number, node: number, reason: OutageReason | null): void => {
      const name = journal.text(node);
      const { outages, commands } = this.node(name);
      let outage = outages.at(-1);
      if (outage === undefined || outage.toUs !== null) {
        const recent = commands.filter((entry) => timeUs - entry.timeUs <= NEARBY_US);
        const words = recent.map((entry) => entry.command);
        outage = { node: name, fromUs: timeUs, toUs: null, reasons: new Set(), commands: words };
        push(outages, outage);
        commands.length = 0;
      }
      if (reason !== null) outage.reasons.add(reason);
    };
    journal.on(nodeState, (timeUs, node, state, why) => {
      const stateText = journal.text(state);
      if (stateText !== 'running') {
        began(timeUs, node, reasonOf(stateText, journal.text(why)));
        return;
      }
      const outage = this.node(journal.text(node)).outages.at(-1);
      if (outage !== undefined && outage.toUs === null) outage.toUs = timeUs;
    });
    journal.on(nodePaused, (timeUs, node) => began(timeUs, node, 'pause'));
    journal.on(nodeKilled, (timeUs, node) => began(timeUs, node, 'killed'));
    journal.on(nodeStopped, (timeUs, node) => began(timeUs, node, 'stopped'));
    journal.on(nodeRestarting, (timeUs, node) => began(timeUs, node, 'autoheal'));
    journal.on(operator, (timeUs, command, on) => {
      const text = journal.text(command);
      const name = journal.text(on);
      push(this.commands, { timeUs, on: name, command: text });
      const { outages, commands } = this.node(name);
      const outage = outages.at(-1);
      if (outage !== undefined && outage.toUs === null) outage.commands.push(text);
      else push(commands, { timeUs, command: text });
    });
  }

  private watchPeers(journal: Journal): void {
    const keep = (list: LinkEvent[]) => (timeUs: number, node: number, peer: number) =>
      push(list, { timeUs, node: journal.text(node), peer: journal.text(peer) });
    journal.on(nodedown, keep(this.downs));
    journal.on(nodeup, keep(this.ups));
    journal.on(partitionDetected, keep(this.partitions));
    journal.on(autohealWinner, (timeUs, _, winner, losers) =>
      push(this.autoheals, { timeUs, winner: journal.text(winner), losers: journal.text(losers) }),
    );
    journal.on(clientGivenUp, (timeUs, node, rule) =>
      push(this.givenUp, { timeUs, node: journal.text(node), rule: rules[rule]?.id ?? '' }),
    );
    journal.on(linkRunning, (timeUs, link, _type, _node, queue, ackMode, rule) =>
      push(this.links, {
        timeUs,
        link: journal.text(link),
        queue: journal.text(queue),
        ackMode: journal.text(ackMode),
        rule: rules[rule]?.id ?? '',
      }),
    );
    journal.on(connectionBlocked, (_, workload) => this.blockedWorkloads.add(journal.text(workload)));
    journal.on(connectionUnblocked, (_, workload) => this.blockedWorkloads.delete(journal.text(workload)));
  }

  private watchQueues(journal: Journal): void {
    const queueOf = (name: number): QueueHistory => this.queue(journal.text(name));
    journal.on(queueDeclared, (_, queue, node, type) => {
      const history = queueOf(queue);
      history.type = journal.text(type) === 'quorum' ? 'quorum' : 'classic';
      history.exists = true;
      history.leader = journal.text(node);
      history.down = false;
    });
    journal.on(queuePrioritised, (_, queue) => {
      queueOf(queue).prioritised = true;
    });
    journal.on(queueDeleted, (timeUs, queue, node, why) => {
      const history = queueOf(queue);
      history.exists = false;
      push(history.deletions, { timeUs, node: journal.text(node), why: journal.text(why) });
    });
    this.watchMirrors(journal);
    journal.on(queuePromoted, (timeUs, queue, node, synchronised, messages, why, promote, listed) => {
      const history = queueOf(queue);
      push(history.promotions, {
        timeUs,
        queue: history.name,
        node: journal.text(node),
        synchronised: synchronised !== 0,
        messages,
        why: journal.text(why),
        promote: journal.text(promote),
        listed: journal.text(listed).split(' '),
        from: history.leader,
        duringSync: history.syncing || history.emptied.has(journal.text(node)),
      });
      history.leader = journal.text(node);
      history.syncing = false;
      history.down = false;
    });
    journal.on(queueRecovered, (timeUs, queue, node) => {
      const history = queueOf(queue);
      push(history.recoveries, { timeUs, node: journal.text(node) });
      history.exists = true;
      history.leader = journal.text(node);
      history.down = false;
    });
    journal.on(queueDown, (timeUs, queue, node, why) => {
      const history = queueOf(queue);
      push(history.leaderEnds, { timeUs, node: journal.text(node), why: journal.text(why) });
      history.down = true;
      history.downSinceUs = timeUs;
    });
    journal.on(queueUp, (_, queue) => {
      queueOf(queue).down = false;
    });
  }

  private watchMirrors(journal: Journal): void {
    const queueOf = (name: number): QueueHistory => this.queue(journal.text(name));
    journal.on(mirrorAdded, (_, queue, node) => {
      const history = queueOf(queue);
      history.mirrored = true;
      history.mirrors.set(journal.text(node), false);
      history.emptied.delete(journal.text(node));
    });
    journal.on(mirrorRemoved, (_, queue, node) => {
      queueOf(queue).mirrors.delete(journal.text(node));
    });
    journal.on(mirrorSynchronised, (_, queue, node) => {
      const history = queueOf(queue);
      history.mirrors.set(journal.text(node), true);
      history.emptied.delete(journal.text(node));
    });
    journal.on(syncStarted, (_, queue) => {
      const history = queueOf(queue);
      history.syncing = true;
      for (const [node, synchronised] of history.mirrors) if (!synchronised) history.emptied.add(node);
    });
    // The leader has sent everything; its mirrors may not have it yet.
    journal.on(syncFinished, (_, queue) => {
      queueOf(queue).syncing = false;
    });
    // A cancelled synchronisation leaves mirrors as empty as a running one, so it does not end the danger (MIR-29).
    journal.on(syncCancelled, (_, queue) => {
      queueOf(queue).syncing = true;
    });
  }
}

function reasonOf(state: string, why: string): OutageReason | null {
  if (why.includes('autoheal')) return 'autoheal';
  if (state === 'paused' || why.includes('pause')) return 'pause';
  if (state === 'frozen') return 'frozen';
  if (why.includes('kill') || why.includes('power')) return 'killed';
  if (state === 'stopped') return 'stopped';
  return null;
}

function push<T>(list: T[], item: T): void {
  if (list.length >= EVENTS_MAX) list.splice(0, EVENTS_MAX / 2);
  list.push(item);
}
