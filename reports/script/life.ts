/** The life of one message out of the flow, and which messages share an outcome. Knows no page, so that it can be tested. */
import type { EventRows, FlowFate, FlowStepKind } from '../../sim/ledger/run-report.ts';
import { findMessage, type Flow } from '../data/flow.ts';
import { type EventWords, eventAt, firstAt } from './events.ts';

export interface LifeRow {
  readonly timeUs: number;
  readonly node: string;
  readonly process: string;
  readonly what: string;
  readonly rule: string | null;
  /** The other process that it dealt with, found where the record did not say it. */
  readonly peer: {
    readonly node: string;
    readonly process: string;
    readonly direction: 'from' | 'to';
  } | null;
  /** `step` is of the message itself, `around` of the queue and nodes that had it. */
  readonly kind: 'step' | 'around';
  readonly record: string;
}

export interface Life {
  readonly id: string;
  readonly fates: readonly FlowFate[];
  /** In order of time. */
  readonly rows: readonly LifeRow[];
}

/** Events of queues and nodes told within one life. */
const AROUND_MAX = 40;
const AROUND_QUEUES: readonly string[] = [
  'queue_promoted',
  'queue_down',
  'queue_up',
  'queue_deleted',
  'queue_recovered',
  'mirror_added',
  'mirror_removed',
  'mirror_synchronised',
  'follower_online',
];
/** Rules by which they happen. */
const AROUND_RULES: Readonly<Record<string, string>> = {
  queue_promoted: 'MIR-16',
  mirror_added: 'MIR-19',
  mirror_synchronised: 'MIR-28',
  autoheal_winner: 'PAR-20',
  partition_detected: 'PAR-1',
};
const AROUND_NODES: readonly string[] = [
  'node_state',
  'node_killed',
  'autoheal_winner',
  'partition_detected',
];

/** `shop-17`. */
export function nameOf(flow: Flow, message: number): string {
  return `${flow.publishers[flow.publisher[message]!] ?? '?'}-${flow.sequence[message]}`;
}

/** The message with this id; -1 if the page does not hold it. */
export function messageNamed(flow: Flow, id: string): number {
  const dash = id.lastIndexOf('-');
  const publisher = flow.publishers.indexOf(id.slice(0, dash));
  const sequence = id.slice(dash + 1);
  return publisher === -1 || !/^\d{1,15}$/.test(sequence)
    ? -1
    : findMessage(flow, publisher, Number(sequence));
}

/** What the ledger found of a message, named by its publisher and number. */
export function fatesOf(flow: Flow, message: number): FlowFate[] {
  const own = flow.publisher[message]!;
  const number = flow.sequence[message]!;
  return flow.fates.filter(({ ranges }) =>
    ranges.some(([publisher, from, to]) => publisher === own && from <= number && number < to),
  );
}

/** The life of a message that the flow holds. */
export function lifeOf(flow: Flow, events: EventRows, message: number): Life {
  const kinds = flow.coursesOf[flow.course[message]!] ?? new Int32Array(0);
  const start = flow.start[message]!;
  const places = new Map<string, string>();
  const queues = new Set<string>();
  const nodes = new Set<string>();
  const rows: LifeRow[] = [...kinds].map((number, nth) => {
    const kind = flow.kinds[number]!;
    const { node, process, what, rule, queue, record } = kind;
    const peer = peerOf(kind, places);
    if (node !== '') places.set(process, node);
    if (peer !== null) places.set(peer.process, peer.node);
    if (queue !== '') queues.add(queue);
    if (record.startsWith('copy_')) nodes.add(node);
    const other = flow.others.get(start + nth);
    const named = other === undefined ? '' : ` ${flow.publishers[other[0]] ?? '?'}-${other[1]}`;
    return {
      timeUs: flow.timesUs[start + nth]!,
      node,
      process,
      what: what + named,
      rule: rule ?? null,
      peer,
      kind: 'step',
      record,
    };
  });
  const fates = fatesOf(flow, message);
  const first = rows[0]?.timeUs ?? 0;
  const last = Math.max(rows.at(-1)?.timeUs ?? 0, ...fates.map(({ timeUs }) => timeUs));
  const around = eventsAround(events, first, last, queues, nodes);
  // What befell the message at a moment stands behind what befell its queue then.
  const all = [...around, ...rows].toSorted((a, b) => a.timeUs - b.timeUs);
  return { id: nameOf(flow, message), fates, rows: all };
}

/** Who the step dealt with: where its record left the node out, the process of that name that was last heard of. */
function peerOf({ peer }: FlowStepKind, places: ReadonlyMap<string, string>): LifeRow['peer'] {
  if (peer === undefined) return null;
  const node = peer.node === '' ? places.get(peer.process) : peer.node;
  return node === undefined ? null : { ...peer, node };
}

function eventsAround(
  events: EventRows,
  fromUs: number,
  toUs: number,
  queues: ReadonlySet<string>,
  nodes: ReadonlySet<string>,
): LifeRow[] {
  const rows: LifeRow[] = [];
  for (let at = firstAt(events, fromUs); at < events.rows.length && rows.length < AROUND_MAX; at += 1) {
    const event = eventAt(events, at);
    if (event.timeUs > toUs) break;
    const isOfQueue = AROUND_QUEUES.includes(event.record) && queues.has(event.queue);
    const isOfNode = AROUND_NODES.includes(event.record) && nodes.has(event.place);
    if (isOfQueue || isOfNode) rows.push(aroundRow(event));
  }
  return rows;
}

function aroundRow({ timeUs, record, place, queue, details }: EventWords): LifeRow {
  const words = details.filter(([, value]) => value.length <= 60).map(([key, value]) => `${key} ${value}`);
  const what = `${record.replaceAll('_', ' ')}${words.length > 0 ? `: ${words.join(', ')}` : ''}`;
  return {
    timeUs,
    node: place,
    process: queue,
    what,
    rule: AROUND_RULES[record] ?? null,
    peer: null,
    kind: 'around',
    record,
  };
}

/** What a reader can ask for. Each holds of a course as a whole, or is a fate. */
export const OUTCOMES = [
  ['lost', 'lost'],
  ['stuck', 'stuck'],
  ['duplicated', 'duplicated'],
  ['reordered', 'reordered'],
  ['unconfirmed', 'published, not confirmed'],
  ['nacked', 'refused (basic.nack)'],
  ['returned', 'returned: no route'],
  ['requeued', 'put back into a queue'],
  ['ended', 'expired, dropped, rejected or purged'],
  ['undelivered', 'never delivered'],
  ['drained', 'taken out by the drain'],
  ['well', 'delivered once, acknowledged, no harm'],
] as const;

export type Outcome = (typeof OUTCOMES)[number][0];

const RECORDS_OF: Readonly<Partial<Record<Outcome, readonly string[]>>> = {
  nacked: ['nacked'],
  returned: ['returned'],
  requeued: ['copy_requeued'],
  ended: ['copy_ended', 'publish_refused'],
  drained: ['drained'],
};

/** Messages with this outcome that the page holds, in order; at most `max` of them, and how many there are. */
export function messagesWith(
  flow: Flow,
  outcome: Outcome,
  max: number,
): { readonly messages: readonly number[]; readonly total: number } {
  const matches = matcher(flow, outcome);
  const messages: number[] = [];
  let total = 0;
  for (let message = 0; message < flow.messages; message += 1) {
    if (!matches(message)) continue;
    total += 1;
    if (messages.length < max) messages.push(message);
  }
  return { messages, total };
}

/** What a reader is here for, the worst first. */
const HARM = ['lost', 'stuck', 'duplicated', 'reordered'] as const;

/** A message to begin with, and the harm that came to it, null where none came to any; null as a whole where the page holds no message. */
export function messageToBeginWith(
  flow: Flow,
): { readonly message: number; readonly harm: FlowFate['outcome'] | null } | null {
  for (const harm of HARM) {
    // What was promised to arrive weighs more.
    const fates = flow.fates
      .filter(({ outcome }) => outcome === harm)
      .toSorted((a, b) => Number(b.confirmed > 0) - Number(a.confirmed > 0));
    for (const fate of fates) {
      const [message] = messagesOf(flow, fate);
      if (message !== undefined) return { message, harm };
    }
  }
  if (flow.messages === 0) return null;
  return { message: messagesWith(flow, 'well', 1).messages[0] ?? 0, harm: null };
}

/** The messages of a fate that the page holds. */
function* messagesOf(flow: Flow, { ranges }: FlowFate): Iterable<number> {
  for (const [publisher, from, to] of ranges) {
    const first = flow.publisherStart[publisher] ?? 0;
    const end = flow.publisherStart[publisher + 1] ?? 0;
    for (let message = first; message < end; message += 1) {
      const number = flow.sequence[message]!;
      if (from <= number && number < to) yield message;
    }
  }
}

function matcher(flow: Flow, outcome: Outcome): (message: number) => boolean {
  const harmed = (wanted: (fate: FlowFate) => boolean): Set<number> =>
    new Set(flow.fates.filter(wanted).flatMap((fate) => [...messagesOf(flow, fate)]));
  if (HARM.some((harm) => harm === outcome)) {
    const found = harmed((fate) => fate.outcome === outcome);
    return (message) => found.has(message);
  }
  const ofCourse = flow.coursesOf.map((kinds) =>
    holdsOf(
      [...kinds].map((kind) => flow.kinds[kind]!.record),
      outcome,
    ),
  );
  if (outcome !== 'well') return (message) => ofCourse[flow.course[message]!] === true;
  const anyHarm = harmed(() => true);
  return (message) => ofCourse[flow.course[message]!] === true && !anyHarm.has(message);
}

function holdsOf(records: readonly string[], outcome: Outcome): boolean {
  const count = (record: string): number => records.filter((one) => one === record).length;
  if (outcome === 'unconfirmed') return count('published') > 0 && count('confirmed') === 0;
  if (outcome === 'undelivered') return count('delivered') === 0 && count('drained') === 0;
  if (outcome === 'well')
    return count('delivered') === 1 && count('copy_requeued') === 0 && count('copy_ended') === 0;
  return RECORDS_OF[outcome]?.some((record) => records.includes(record)) === true;
}
