/** Why a message came after a later one of its publisher. The case is its first delivery, judged as it happens. */
import { type Cause, type CauseRow, explainBy, UNEXPLAINED } from './causes.ts';
import { reorderedByQuorum } from './causes-of-quorum.ts';
import type { Decision } from './decisions.ts';
import type { History, QueueHistory } from './history.ts';
import { Copy, Id } from './message-words.ts';

export interface ReorderedCase {
  readonly timeUs: number;
  readonly id: number;
  readonly copy: number;
  /** The decision that put it back before anybody had it, if one did. */
  readonly returned: Decision | null;
  /** The hop by way of a delegate on which the later one overtook it, if one did. */
  readonly overtakenOn: Decision | null;
  /** The node whose leader it came from, and the one that the later message came from. */
  readonly from: string;
  readonly laterFrom: string;
  /** Bits of `Copy` of the later message. */
  readonly laterCopy: number;
  readonly severalConsumers: boolean;
  /** Its publisher lost the connection over which it was published, and the later one came over another. */
  readonly overtakenByReconnection: boolean;
  readonly queue: QueueHistory;
  readonly history: History;
}

const now = ({ timeUs }: ReorderedCase): number => timeUs;
const otherLeader = (fate: ReorderedCase): boolean => fate.from !== fate.laterFrom;
const promotedHere = ({ from, queue }: ReorderedCase): boolean =>
  queue.promotions.some((promotion) => promotion.node === from);

const table: readonly CauseRow<ReorderedCase>[] = [
  {
    hazard: 'HAZ-12',
    rule: 'MIR-48',
    when: (fate) =>
      otherLeader(fate) && fate.history.bothLead(fate.queue, fate.laterFrom, fate.from, fate.timeUs),
    timeUs: now,
    says: ({ from, laterFrom, queue }) =>
      `${laterFrom} and ${from} both led ${queue.name}, each with its own order`,
  },
  {
    hazard: 'HAZ-44',
    rule: 'BRK-40',
    when: ({ copy, laterCopy }) => ((copy | laterCopy) & Copy.successor) !== 0,
    timeUs: now,
    says: ({ queue }) => `Dead letters come to ${queue.name} on a way of their own, when they have died`,
  },
  {
    hazard: 'HAZ-44',
    rule: 'BRK-51',
    when: ({ queue }) => queue.prioritised,
    timeUs: now,
    says: ({ queue }) => `${queue.name} gives messages of a higher priority first`,
  },
  {
    hazard: 'HAZ-40',
    rule: 'BRK-50',
    when: ({ id }) => (id & Id.forwarded) !== 0,
    timeUs: now,
    says: ({ queue }) =>
      `What a link took and published to ${queue.name} came after later messages that had gone on without waiting for it`,
  },
  {
    hazard: 'HAZ-32',
    rule: 'CLI-19',
    when: ({ id, copy }) => (id & Id.republished) !== 0 && (copy & Copy.requeued) === 0,
    timeUs: now,
    says: ({ queue }) => `What its publisher published again came to ${queue.name} behind later messages`,
  },
  {
    hazard: 'HAZ-41',
    rule: 'MIR-33',
    when: (fate) => otherLeader(fate) || fate.returned?.rule === 'MIR-33',
    timeUs: (fate) => fate.queue.promotions.findLast(({ node }) => node === fate.from)?.timeUs ?? fate.timeUs,
    says: ({ from, queue }) => `${from} took over ${queue.name}, which changes the order between channels`,
  },
  {
    hazard: 'HAZ-40',
    rule: (fate) => fate.returned?.rule ?? 'BRK-32',
    when: ({ copy }) => (copy & Copy.requeued) !== 0,
    timeUs: ({ returned, timeUs }) => returned?.timeUs ?? timeUs,
    says: ({ queue }) =>
      `What was put back into ${queue.name} came after later messages that had been handed out`,
  },
  {
    hazard: 'HAZ-42',
    rule: 'NET-13',
    when: ({ overtakenOn }) => overtakenOn !== null,
    timeUs: ({ overtakenOn, timeUs }) => overtakenOn?.timeUs ?? timeUs,
    says: ({ from, queue }) =>
      `What went to several queues of ${from} went by way of a delegate there, and what its channel sent to ${queue.name} alone overtook it`,
  },
  {
    hazard: 'HAZ-40',
    rule: 'BRK-50',
    when: ({ severalConsumers }) => severalConsumers,
    timeUs: now,
    says: ({ queue }) => `Several consumers of ${queue.name} had messages out at a time, and one was quicker`,
  },
  {
    hazard: 'HAZ-40',
    rule: 'BRK-50',
    when: ({ overtakenByReconnection }) => overtakenByReconnection,
    timeUs: now,
    says: ({ queue }) =>
      `What a publisher had under way when its connection broke came to ${queue.name} after what it published over the next`,
  },
  {
    hazard: 'HAZ-41',
    rule: 'MIR-33',
    when: promotedHere,
    timeUs: (fate) => fate.queue.promotions.findLast(({ node }) => node === fate.from)?.timeUs ?? fate.timeUs,
    says: ({ from, queue }) => `${from} took over ${queue.name}, which changes the order between channels`,
  },
];

/** Why this message came late. */
export function causeOfDisorder(fate: ReorderedCase): Cause {
  return (
    explainBy(fate.queue.type === 'quorum' ? reorderedByQuorum : table, fate, 'reordered', fate.from) ?? {
      outcome: 'reordered',
      hazard: UNEXPLAINED,
      rule: '',
      timeUs: fate.timeUs,
      sentence: `${fate.queue.name} delivered it after a later message`,
      node: fate.from,
    }
  );
}
