/**
 * A simulated run in the terms of a recording: its figures, its answers to the questions that logs and clients answer on a real cluster, and
 * when things were first logged. Only questions whose answer a real log cannot keep to itself are asked, so that what a run
 * does not mention happened no time. Left out: what our words and the log's count differently (mirrors added, synchronisations begun).
 */
import type { QueueAtEnd, RunResult, TimelineEvent } from '../ledger/result.ts';

/** What one seed showed. */
export interface Evidence {
  readonly seed: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, string>>;
  readonly times: Readonly<Record<string, number>>;
}

/** Counted for a node and its peer. */
const peerEvents = new Set([
  'nodedown',
  'nodeup',
  'rabbit_down',
  'rabbit_up',
  'partition_detected',
  'partial_partition_detected',
  'intentional_disconnect',
]);

/** Asked yes or no for a node: the log may say it several times for one occasion. Two of our words may be one of the log's. */
const nodeEvents = new Map([
  ['node_paused', 'node_paused'],
  ['node_stopped', 'application stopped'],
  ['node_restarting', 'node_restarting'],
  ['node_started', 'application started'],
  ['node_resumed', 'application started'],
  ['autoheal_finished', 'autoheal_finished'],
]);

/** States in which a node says who mirrors a queue; for any other the real cluster only says that it is down. */
const serving = new Set(['running', 'syncing']);

/** The evidence of a finished run. */
export function evidenceOf(result: RunResult): Evidence {
  const { messages, availability, by_queue, by_workload } = result;
  const { published, delivered_unique: delivered, drained } = messages;
  const figures: Record<string, number> = { ...messages, never_seen: published - delivered - drained };
  for (const [queue, set] of Object.entries(by_queue))
    for (const [figure, value] of Object.entries(set)) figures[`${figure} of ${queue}`] = value;
  for (const name of ['confirm_latency_p50', 'confirm_latency_p99'] as const) {
    const latency = availability[name];
    if (latency !== null) figures[name] = latency;
  }
  const { answers, times } = heard(result.timeline.filter((event) => !isElection(event, result)));
  for (const [figure, value] of Object.entries(figures))
    answers[`figure ${figure}`] = value === 0 ? 'zero' : 'some';
  answers['every message was confirmed'] = messages.confirmed === messages.published ? 'yes' : 'no';
  Object.assign(answers, atEnd(result));
  for (const [workload, set] of Object.entries(by_workload))
    for (const [figure, value] of Object.entries(set)) figures[`${figure} of workload ${workload}`] = value;
  return { seed: result.seed, figures, answers, times };
}

/** That a quorum queue's member leads: of promotions, the laboratory reads those of mirrors from the logs. */
function isElection(event: TimelineEvent, { queues }: RunResult): boolean {
  return event.event === 'queue_promoted' && queues[text(event['queue'])]?.type === 'quorum';
}

/** What a timeline answers, and when each question first had something to say; seconds. */
export function heard(timeline: readonly TimelineEvent[]): {
  answers: Record<string, string>;
  times: Record<string, number>;
} {
  const counts = new Map<string, number>();
  const answers: Record<string, string> = {};
  const times: Record<string, number> = {};
  for (const event of timeline) {
    const yesNo = nodeEvents.get(event.event);
    const question = yesNo === undefined ? questionOf(event, counts) : `${text(event['node'])} ${yesNo}`;
    if (question === null) continue;
    const count = (counts.get(question) ?? 0) + 1;
    counts.set(question, count);
    answers[question] = yesNo === undefined ? (replyOf(event) ?? `${count}`) : 'yes';
    if (isRefusal(event)) answers[`${question} says`] = text(event['text']);
    times[question] ??= event.time;
  }
  return { answers, times };
}

/** The question that an event answers, or null. One-shot operations are numbered by their order. */
function questionOf(event: TimelineEvent, counts: Map<string, number>): string | null {
  const field = (name: string): string => text(event[name]);
  if (peerEvents.has(event.event)) return `${field('node')} ${event.event} ${field('peer')}`;
  switch (event.event) {
    case 'queue_promoted':
      return `${field('node')} queue_promoted ${field('queue')}`;
    case 'autoheal_winner':
      return `autoheal_winner ${field('winner')}`;
    case 'connection_lost':
      return `${field('workload')} connection_lost ${field('code') === '320' ? '320' : 'without a word'}`;
    case 'channel_closed':
      return `${field('workload')} channel_closed ${field('code')}: ${field('text')}`;
    case 'consumer_cancelled':
      return `${field('workload')} consumer_cancelled`;
    case 'alarm_set':
    case 'alarm_cleared':
      return `${field('node')} ${event.event} ${field('resource')}`;
    case 'connection_blocked':
    case 'connection_unblocked':
      return `${field('workload')} ${event.event}`;
    case 'operator':
      return `rabbitmqctl ${field('command').split(' ')[0] ?? ''} on ${field('on')}`;
    case 'amqp_reply': {
      const kind = `${field('method')} via ${field('node')}`;
      const nth = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, nth);
      return `${kind} #${nth}`;
    }
    default:
      return null;
  }
}

/** What was replied, where an event is a reply. */
function replyOf(event: TimelineEvent): string | null {
  if (event.event === 'amqp_reply') return text(event['code']);
  if (event.event === 'operator') return event['exit'] === 0 ? 'ok' : 'refused';
  return null;
}

/** A broker's own words, which applications match on. */
function isRefusal({ event, code }: TimelineEvent): boolean {
  return event === 'amqp_reply' && typeof code === 'number' && code >= 400;
}

function text(value: TimelineEvent[string] | undefined): string {
  return Array.isArray(value) ? value.join() : String(value);
}

function atEnd({ nodes, running, queues, views }: RunResult): Record<string, string> {
  const answers: Record<string, string> = {};
  for (const [node, { state, partitions }] of Object.entries(nodes)) {
    answers[`at the end: state of ${node}`] = state === 'paused' ? 'stopped' : state;
    if (state !== 'running') continue;
    answers[`at the end: ${node} sees running`] = (running[node] ?? []).toSorted().join();
    answers[`at the end: ${node} reports partitions`] = `[${partitions.toSorted().join()}]`;
    for (const [name, queue] of Object.entries(queues)) {
      const master = views[node]?.[name] === undefined ? masterOf(queue) : views[node][name].master;
      answers[`at the end: ${name} as ${node} sees it`] = queueText(queue, master);
    }
  }
  return answers;
}

function masterOf(queue: QueueAtEnd): string | null {
  return queue.type === 'classic' ? queue.master : queue.leader;
}

/** How a node sees a queue. Where nodes disagree, only the master that each names is known of a simulated one. */
export function queueText(queue: QueueAtEnd, master: string | null): string {
  if (master !== masterOf(queue)) return `master ${master ?? 'none'}`;
  if (queue.type !== 'classic' || !serving.has(queue.state)) return `down, master ${master ?? 'none'}`;
  const list = (names: readonly string[]): string => `[${names.toSorted().join()}]`;
  return `master ${master ?? 'none'}, mirrors ${list(queue.mirrors)}, synchronised ${list(queue.synchronised_mirrors)}`;
}
