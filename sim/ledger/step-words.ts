/**
 * The steps of a message in words: for each record that tells of one, where it happened, which process it was, what it did, and which other
 * process it dealt with. Where a record does not say on which node that one was, the node is left empty.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import { followed } from '../records/applications.ts';
import * as records from '../records/messages.ts';
import { rules } from '../rules/registry.ts';
import type { StepPeer } from './run-report.ts';

/** Fields of a record by name, names resolved. */
type Told = Readonly<Record<string, string>>;

interface Step {
  /** The field that says where, and who it was there. */
  readonly node: (told: Told) => string;
  readonly process: (told: Told) => string;
  readonly what: (told: Told) => string;
  readonly peer?: (told: Told) => StepPeer | null;
  /** The rule by which such a step happens, where its record cites none because it always does. */
  readonly usual?: (told: Told) => string;
  /** The other message that it refers to; stands behind `what`. */
  readonly other?: (told: Told) => string;
}

/** A step of a message, its time apart. */
export interface StepWords {
  readonly node: string;
  readonly process: string;
  readonly what: string;
  /** The rule that decided it, if the record cites one. */
  readonly rule?: string;
  /** Else the rule by which such steps happen; empty without one. */
  readonly usual: string;
  readonly queue: string;
  readonly peer: StepPeer | null;
  /** The other message that it refers to, to be told behind `what`; empty without one. */
  readonly other: string;
}

/** The words for a record of one of `stepTypes`. */
export function stepWords(type: RecordType, slots: readonly number[], journal: Journal): StepWords {
  const step = BY_TYPE.get(type)!;
  const told = tell(type, slots, journal);
  const words = {
    node: step.node(told),
    process: step.process(told),
    what: step.what(told),
    queue: told['queue'] ?? '',
    peer: step.peer?.(told) ?? null,
    usual: step.usual?.(told) ?? '',
    other: step.other?.(told) ?? '',
  };
  return told['rule'] === undefined ? words : { ...words, rule: told['rule'] };
}

const node = (told: Told): string => told['node'] ?? '';
const client = (told: Told): string => told['workload'] ?? '';
const channel = (): string => 'channel';
const leader = (told: Told): string => `${told['queue']} leader`;
const replica = (told: Told): string => `${told['queue']} ${told['role']}`;
const flagged = (told: Told): string => (told['redelivered'] === '1' ? ', flagged redelivered' : '');

/** The channel that the record names the node of, and the leader, wherever it is. */
const byChannel =
  (direction: StepPeer['direction']) =>
  (told: Told): StepPeer => ({
    direction,
    node: told['node'] ?? '',
    process: 'channel',
  });
const someChannel = (direction: StepPeer['direction']): StepPeer => ({
  direction,
  node: '',
  process: 'channel',
});
const toLeader = (told: Told): StepPeer => ({
  direction: 'to',
  node: '',
  process: `${told['queue']} leader`,
});

/** Who handed a replica the message, by how it came. */
function handedBy(told: Told): StepPeer | null {
  if (told['how'] === 'publish' || told['how'] === 'direct') return someChannel('from');
  const byRing = told['how'] === 'gm' || told['how'] === 'sync';
  return byRing && told['role'] !== 'leader'
    ? { direction: 'from', node: '', process: `${told['queue']} leader` }
    : null;
}

const USUAL_BY_WAY: Readonly<Record<string, string>> = {
  gm: 'MIR-10',
  direct: 'MIR-8',
  sync: 'MIR-28',
  recover: 'BRK-26',
};

const STEPS: readonly (readonly [RecordType, Step])[] = [
  [
    followed,
    {
      node: client,
      process: client,
      what: () => 'makes it because of',
      other: (told) => told['cause'] ?? '',
    },
  ],
  [
    records.published,
    {
      node: client,
      process: client,
      what: (told) =>
        told['attempt'] === '1'
          ? `publishes to ${told['node']}`
          : `publishes again to ${told['node']}, attempt ${told['attempt']}`,
      peer: byChannel('to'),
    },
  ],
  [
    records.confirmed,
    {
      node: client,
      process: client,
      what: (told) => `is told by ${told['node']} that it is safe`,
      peer: byChannel('from'),
      usual: () => 'BRK-42',
    },
  ],
  [
    records.nacked,
    {
      node: client,
      process: client,
      what: (told) => `is told by ${told['node']} that it is refused`,
      peer: byChannel('from'),
      usual: () => 'BRK-42',
    },
  ],
  [
    records.returned,
    {
      node: client,
      process: client,
      what: (told) => `gets it back from ${told['node']}: no route`,
      peer: byChannel('from'),
      usual: () => 'BRK-9',
    },
  ],
  [
    records.delivered,
    {
      node: client,
      process: client,
      what: (told) => `receives it from ${told['queue']} through ${told['node']}${flagged(told)}`,
      peer: byChannel('from'),
    },
  ],
  [
    records.acked,
    {
      node: client,
      process: client,
      what: (told) => `acknowledges it to ${told['queue']}`,
      peer: toLeader,
      usual: () => 'BRK-31',
    },
  ],
  [
    records.rejectSent,
    {
      node: client,
      process: client,
      what: (told) => (told['requeue'] === '1' ? 'refuses it, with requeue' : 'refuses it'),
      peer: toLeader,
      usual: () => 'BRK-31',
    },
  ],
  [
    records.skipped,
    { node: client, process: client, what: () => 'takes the flag for proof of a repeat and drops it' },
  ],
  [records.deduplicated, { node: client, process: client, what: () => 'knows it already and drops it' }],
  [
    records.drained,
    { node, process: () => 'drain', what: (told) => `takes it out of ${told['queue']}${flagged(told)}` },
  ],
  [
    records.routed,
    { node, process: channel, what: (told) => `routes it to ${told['queue']}`, usual: () => 'BRK-11' },
  ],
  [
    records.deadLetterRouted,
    {
      node,
      process: (told) => `${told['from']} leader`,
      what: (told) =>
        `publishes it as a dead letter (${told['reason']}), which is routed to ${told['queue']}`,
    },
  ],
  [
    records.delegated,
    {
      node,
      process: (told) => `delegate_${told['delegate']}`,
      what: (told) => `hands it on to ${told['receivers']} processes here`,
      peer: () => someChannel('from'),
      usual: () => 'NET-13',
    },
  ],
  [
    records.deadLetterKept,
    {
      node,
      process: leader,
      what: (told) => `gives it up (${told['reason']}) and keeps it until its targets have it`,
    },
  ],
  [records.publishRefused, { node, process: leader, what: () => 'is full and does not take it in' }],
  [records.unroutable, { node, process: channel, what: () => 'finds no queue for it' }],
  [records.publishDropped, { node, process: channel, what: () => 'drops the publish with its connection' }],
  [
    records.copyStored,
    {
      node,
      process: replica,
      what: (told) => `takes it in (${told['how']})`,
      peer: handedBy,
      usual: (told) => USUAL_BY_WAY[told['how'] ?? ''] ?? '',
    },
  ],
  [
    records.copyConfirmed,
    {
      node,
      process: replica,
      what: () => 'gives its confirm',
      peer: () => someChannel('to'),
      usual: () => 'MIR-31',
    },
  ],
  [
    records.copyTaken,
    {
      node,
      process: leader,
      what: (told) => `hands it to a consumer's channel${flagged(told)}`,
      usual: () => 'BRK-27',
    },
  ],
  [records.copyRequeued, { node, process: leader, what: () => 'puts it back' }],
  [
    records.copyFinished,
    { node, process: leader, what: () => 'removes it: finished', usual: () => 'BRK-31' },
  ],
  [
    records.copyEnded,
    { node, process: leader, what: (told) => `ends it: ${told['how']?.replaceAll('_', ' ')}` },
  ],
  [records.copyDestroyed, { node, process: replica, what: (told) => `loses it: ${told['why']}` }],
  [records.deliveryLost, { node, process: channel, what: () => 'loses the delivery on its way' }],
];

const BY_TYPE = new Map(STEPS);

/** Records that tell of a message's steps. */
export const stepTypes: readonly RecordType[] = STEPS.map(([type]) => type);

function tell(type: RecordType, slots: readonly number[], journal: Journal): Told {
  const told: Record<string, string> = {};
  let slot = 0;
  for (const field of type.fields) {
    const value = slots[slot]!;
    slot += field.type === 'message' ? 2 : 1;
    if (field.type === 'message') {
      told[field.name] = `${journal.text(value)}-${slots[slot - 1]}`;
      continue;
    }
    if (field.name === 'rule') {
      const cited = rules[value];
      if (cited !== undefined) told['rule'] = cited.id;
    } else told[field.name] = field.type === 'name' ? journal.text(value) : String(value);
  }
  return told;
}
