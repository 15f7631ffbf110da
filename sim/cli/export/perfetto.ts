/**
 * A run on Perfetto's time axis: a process for each node with a thread for each queue and each client's channel, one for the clients, one
 * for the scenario. What happens to a message are slices joined by a flow, which begins with its publish and ends with its first
 * delivery; states, faults and leaderships are spans; depths and unconfirmed publishes are counters; everything else is an instant.
 */
import type { Journal, RecordType } from '../../kernel/journal.ts';
import * as cluster from '../../records/cluster.ts';
import * as messages from '../../records/messages.ts';
import type { Scenario } from '../../scenario/model.ts';
import type { Exporter, Write } from './exporter.ts';
import { namedRecord } from './named-record.ts';
import { TraceEvents, type Station } from './trace-events.ts';
import { unansweredClients } from './unanswered-clients.ts';

const CLIENTS = 'clients';
const SCENARIO = 'scenario';
/** A flow's number is its publisher's and its sequence's in one: 2^32 messages a publisher. */
const FLOWS_OF_PUBLISHER = 4_294_967_296;
/** A counter of publishes is written at most so often. */
const COUNTER_US = 100_000;

type Fields = Readonly<Record<string, string | number | boolean>>;
type End = (timeUs: number) => void;

export class PerfettoTrace implements Exporter {
  private readonly scenario: Scenario;
  private readonly seed: number;
  private readonly events: TraceEvents;
  /** Spans that have not ended, by what they are of. */
  private readonly open = new Map<string, End>();
  private readonly flows = new Set<number>();
  private readonly pending = new Map<number, PendingCounter>();
  private readonly unanswered: ReadonlySet<string>;

  constructor(scenario: Scenario, seed: number, write: Write) {
    this.scenario = scenario;
    this.seed = seed;
    this.unanswered = unansweredClients(scenario.workloads);
    this.events = new TraceEvents(write);
    this.events.process(SCENARIO);
    for (const { name } of scenario.nodes) this.events.process(nodeProcess(name));
    this.events.process(CLIENTS);
  }

  listen(journal: Journal): void {
    this.watchSpans(journal);
    this.watchCounters(journal);
    const inSpansAndCounters = new Set([
      cluster.phase,
      cluster.nodeState,
      cluster.faultBegan,
      cluster.faultEnded,
      cluster.queueDepth,
    ]);
    journal.onAny((type, timeUs, ...slots) => {
      if (inSpansAndCounters.has(type)) return;
      const { time: _, record: name, ...fields } = namedRecord(type, timeUs, slots, journal);
      if (type.fields.some((field) => field.type === 'message'))
        this.step(type, timeUs, String(name), fields, slots);
      else this.events.instant(processOf(fields), 'events', timeUs, String(name), fields);
    });
  }

  end(endUs: number): void {
    for (const end of this.open.values()) end(endUs);
    this.open.clear();
    for (const counter of this.pending.values()) this.count(counter, endUs);
    this.events.end({ scenario: this.scenario.name, seed: this.seed });
  }

  /** One thing that happened to one message. */
  private step(
    type: RecordType,
    timeUs: number,
    name: string,
    fields: Fields,
    slots: readonly number[],
  ): void {
    const { workload, queue, node } = fields;
    const message = String(fields['message']);
    const station = this.stationOf(type, slots);
    if (workload !== undefined) {
      this.events.slice(CLIENTS, String(workload), timeUs, `${name} ${message}`, fields, station);
      return;
    }
    const client = message.slice(0, message.lastIndexOf('-'));
    // Routing is a channel's work, although it speaks of a queue.
    const isQueues = queue !== undefined && type !== messages.routed && type !== messages.deliveryLost;
    const thread = isQueues ? `queue ${String(queue)}` : `channel of ${client}`;
    this.events.slice(nodeProcess(String(node)), thread, timeUs, `${name} ${message}`, fields, station);
  }

  private stationOf(type: RecordType, slots: readonly number[]): Station | null {
    const at = type.fields.findIndex((field) => field.type === 'message');
    // Before it, every field takes one slot.
    const flow = (slots[at] ?? 0) * FLOWS_OF_PUBLISHER + (slots[at + 1] ?? 0);
    if (type === messages.published && !this.flows.has(flow)) {
      this.flows.add(flow);
      return { phase: 's', flow };
    }
    if (!this.flows.has(flow)) return null;
    if (type !== messages.delivered && type !== messages.drained) return { phase: 't', flow };
    this.flows.delete(flow);
    return { phase: 'f', flow };
  }

  private watchSpans(journal: Journal): void {
    const text = (name: number): string => journal.text(name);
    journal.on(cluster.phase, (timeUs, name) => this.enter('phase', SCENARIO, timeUs, 'phase', text(name)));
    journal.on(cluster.faultBegan, (timeUs, fault, label) =>
      this.enter(`fault ${fault}`, SCENARIO, timeUs, 'faults', text(label)),
    );
    journal.on(cluster.faultEnded, (timeUs, fault) => this.leave(`fault ${fault}`, timeUs));
    journal.on(cluster.nodeState, (timeUs, node, state, why) => {
      this.enter(`state ${node}`, nodeProcess(text(node)), timeUs, 'state', text(state), { why: text(why) });
      if (text(state) === 'running' || text(state) === 'frozen') return;
      for (const key of this.open.keys())
        if (key.startsWith(`leader ${node} `) || key.startsWith(`sync ${node} `)) this.leave(key, timeUs);
    });
    const leads = (timeUs: number, queue: number, node: number): void => {
      const key = `leader ${node} ${queue}`;
      if (!this.open.has(key))
        this.enter(key, nodeProcess(text(node)), timeUs, 'leader', `leads ${text(queue)}`);
    };
    const follows = (timeUs: number, queue: number, node: number): void =>
      this.leave(`leader ${node} ${queue}`, timeUs);
    for (const type of [
      cluster.queueDeclared,
      cluster.queuePromoted,
      cluster.queueRecovered,
      cluster.queueUp,
    ])
      journal.on(type, leads);
    for (const type of [cluster.queueDown, cluster.queueDeleted, cluster.mirrorAdded])
      journal.on(type, follows);
    journal.on(cluster.syncStarted, (timeUs, queue, node) =>
      this.enter(
        `sync ${node} ${queue}`,
        nodeProcess(text(node)),
        timeUs,
        'synchronising',
        `synchronises ${text(queue)}`,
      ),
    );
    for (const type of [cluster.syncFinished, cluster.syncCancelled])
      journal.on(type, (timeUs, queue, node) => this.leave(`sync ${node} ${queue}`, timeUs));
    journal.on(cluster.alarmSet, (timeUs, node, resource) =>
      this.enter(
        `alarm ${node} ${resource}`,
        nodeProcess(text(node)),
        timeUs,
        'alarm',
        `${text(resource)} alarm`,
      ),
    );
    journal.on(cluster.alarmCleared, (timeUs, node, resource) =>
      this.leave(`alarm ${node} ${resource}`, timeUs),
    );
  }

  private watchCounters(journal: Journal): void {
    journal.on(cluster.queueDepth, (timeUs, queue, node, ready, unacknowledged) =>
      this.events.counter(nodeProcess(journal.text(node)), timeUs, `messages in ${journal.text(queue)}`, {
        ready,
        unacknowledged,
      }),
    );
    const change = (timeUs: number, client: number, by: number): void => {
      if (this.unanswered.has(journal.text(client))) return;
      const counter = this.pending.get(client) ?? new PendingCounter(journal.text(client));
      this.pending.set(client, counter);
      counter.value = Math.max(0, counter.value + by);
      if (timeUs >= counter.nextUs) this.count(counter, timeUs);
    };
    journal.on(messages.published, (timeUs, client) => change(timeUs, client, 1));
    journal.on(messages.confirmed, (timeUs, client) => change(timeUs, client, -1));
    journal.on(messages.nacked, (timeUs, client) => change(timeUs, client, -1));
    journal.on(cluster.connectionLost, (timeUs, _workload, _node, _code, _text, client) => {
      const counter = this.pending.get(client);
      if (counter !== undefined) change(timeUs, client, -counter.value);
    });
  }

  private count(counter: PendingCounter, timeUs: number): void {
    counter.nextUs = timeUs + COUNTER_US;
    this.events.counter(CLIENTS, timeUs, `unanswered publishes of ${counter.name}`, {
      messages: counter.value,
    });
  }

  /** Ends what `key` was in, and begins the next. */
  private enter(
    key: string,
    process: string,
    timeUs: number,
    category: string,
    name: string,
    args: Fields = {},
  ): void {
    this.leave(key, timeUs);
    this.open.set(key, this.events.begin(process, timeUs, category, name, args));
  }

  private leave(key: string, timeUs: number): void {
    this.open.get(key)?.(timeUs);
    this.open.delete(key);
  }
}

class PendingCounter {
  readonly name: string;
  value = 0;
  nextUs = 0;

  constructor(name: string) {
    this.name = name;
  }
}

function nodeProcess(node: string): string {
  return `node ${node}`;
}

/** Where a record without a message belongs. */
function processOf({ node, on, workload, proxy }: Fields): string {
  if (workload !== undefined) return CLIENTS;
  if (proxy !== undefined && node === undefined) return `proxy ${String(proxy)}`;
  const where = node ?? on;
  return where === undefined ? SCENARIO : nodeProcess(String(where));
}
