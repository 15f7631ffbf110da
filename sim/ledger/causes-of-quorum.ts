/**
 * Fates of messages in quorum queues, where these differ from those in classic ones: nothing is promoted or synchronised there, what is
 * lost was never committed, and what comes again was returned. Losses that operators, limits and connections cause are the same for both.
 */
import type { CauseRow } from './causes.ts';
import type { ReorderedCase } from './causes-reordered.ts';
import type { RepeatedCase } from './causes-repeated.ts';
import { atEnd, cites, destroyed, type ExaminedLoss, forgotten, node, queue, refused } from './loss-case.ts';
import { Copy, Id } from './message-words.ts';

const isQuorum = (fate: ExaminedLoss): boolean => fate.queue?.type === 'quorum';
const neverCommitted = (fate: ExaminedLoss): boolean =>
  isQuorum(fate) &&
  !fate.confirmed &&
  fate.copy !== 0 &&
  (fate.copy & (Copy.stored | Copy.successor)) === 0 &&
  (fate.end?.kind ?? 'connection_lost') === 'connection_lost';

/** The first time that a leader of the queue was cut off from somebody, up to the moment in question. */
function cutOff({ queue: history, history: all, endUs }: ExaminedLoss): { timeUs: number } | undefined {
  const leaders = new Set(history?.leaderEnds.map((end) => end.node) ?? []);
  if (history?.leader !== null && history !== null) leaders.add(history.leader);
  return all.downs.find(({ node: name, timeUs }) => leaders.has(name) && timeUs <= endUs);
}

/** A leader that led on lost a peer and had it back: then there was a majority all the time, and only what was on that link is gone. */
function briefBreak({ queue: history, history: all, endUs }: ExaminedLoss): { timeUs: number } | undefined {
  if (history === null || history.leaderEnds.length > 0) return undefined;
  const downs = all.downs.filter(({ node: name, timeUs }) => name === history.leader && timeUs <= endUs);
  const areBack = downs.every(({ node: name, peer, timeUs }) =>
    all.ups.some((up) => up.node === name && up.peer === peer && up.timeUs >= timeUs),
  );
  return areBack ? downs[0] : undefined;
}

/** Rows that come before the general ones. */
export const lostByQuorum: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-62',
    rule: 'QQ-10',
    when: (fate) => cites(fate, 'QQ-10'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} found no leader to publish to, and refused what it had not sent (nack)`,
  },
  {
    hazard: 'HAZ-66',
    rule: 'QQ-15',
    when: (fate) => cites(fate, 'QQ-15'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} refused publishes because a quorum queue was over its limit`,
  },
  {
    hazard: 'HAZ-29',
    rule: 'BRK-52',
    when: (fate) =>
      isQuorum(fate) && (refused(fate) || neverCommitted(fate) || destroyed(fate)) && wasDeleted(fate),
    timeUs: atEnd,
    says: (fate) => `${queue(fate)} was deleted with publishes outstanding`,
  },
  {
    hazard: 'HAZ-18',
    rule: 'QQ-2',
    when: (fate) => isQuorum(fate) && destroyed(fate) && cites(fate, 'QQ-2') && forgotten(fate) === undefined,
    timeUs: atEnd,
    says: (fate) => `The last member of ${queue(fate)} that had it, on ${node(fate)}, was removed`,
  },
  {
    hazard: 'HAZ-50',
    rule: 'QQ-13',
    when: (fate) => neverCommitted(fate) && briefBreak(fate) !== undefined,
    timeUs: (fate) => fate.end?.timeUs ?? briefBreak(fate)!.timeUs,
    says: (fate) =>
      `A connection to the leader of ${queue(fate)} broke and came back while it led on; commands lost with it were too few to be sent again`,
  },
  {
    hazard: 'HAZ-62',
    rule: 'QQ-7',
    when: (fate) => neverCommitted(fate) && cutOff(fate) !== undefined,
    timeUs: (fate) => fate.end?.timeUs ?? cutOff(fate)!.timeUs,
    says: (fate) =>
      `What a leader of ${queue(fate)} took without a majority was never committed, and its publishers were never told that it is safe`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'QQ-4',
    when: neverCommitted,
    timeUs: atEnd,
    says: (fate) => `What was on its way to the leader of ${queue(fate)} was never committed`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'QQ-7',
    when: (fate) => isQuorum(fate) && !fate.confirmed && destroyed(fate) && cites(fate, 'BRK-23'),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} died before what ${queue(fate)} had taken in was on the disks of a majority`,
  },
];

function wasDeleted({ queue: history }: ExaminedLoss): boolean {
  return history !== null && history.deletions.length > 0;
}

const basis = ({ again }: RepeatedCase): string => again?.basis?.rule ?? '';
const since = ({ again, endUs }: RepeatedCase): number => again?.basis?.timeUs ?? again?.timeUs ?? endUs;
const isAgain = (id: number): boolean => (id & Id.republished) !== 0;

/** Why a quorum queue delivered a message again. */
export const repeatedByQuorum: readonly CauseRow<RepeatedCase>[] = [
  {
    hazard: 'HAZ-34',
    rule: basis,
    when: (fate) => basis(fate) === 'QQ-22' || basis(fate) === 'QQ-23',
    timeUs: since,
    says: ({ queue: { name } }) => `A consumer of ${name} refused with requeue`,
  },
  {
    hazard: 'HAZ-35',
    rule: 'QQ-20',
    when: (fate) => basis(fate) === 'QQ-20',
    timeUs: since,
    says: ({ queue: { name } }) =>
      `The leader of ${name} suspected a consumer's node and gave its messages to others`,
  },
  {
    hazard: 'HAZ-30',
    rule: 'BRK-36',
    when: (fate) => basis(fate) === 'BRK-36',
    timeUs: since,
    says: ({ queue: { name } }) =>
      `${name} put back what a consumer had not acknowledged when its channel was gone`,
  },
  {
    hazard: 'HAZ-34',
    rule: 'BRK-40',
    when: ({ copy }) => (copy & Copy.successor) !== 0,
    timeUs: since,
    says: ({ queue: { name } }) => `What had been in ${name} before came to it again as a dead letter`,
  },
  {
    hazard: 'HAZ-69',
    rule: 'MIR-30',
    when: ({ id, queues }) => isAgain(id) && (id & Id.nacked) !== 0 && queues > 1,
    timeUs: since,
    says: ({ queue: { name } }) =>
      `Another queue of the same publishes refused them, so their publisher was told no and published again what ${name} had`,
  },
  {
    hazard: 'HAZ-32',
    rule: 'CLI-19',
    when: ({ id }) => isAgain(id),
    timeUs: since,
    says: ({ queue: { name } }) => `A publisher got no answer and published again, so ${name} had it twice`,
  },
];

const now = ({ timeUs }: ReorderedCase): number => timeUs;

/** Why a quorum queue delivered a message after a later one. */
export const reorderedByQuorum: readonly CauseRow<ReorderedCase>[] = [
  {
    hazard: 'HAZ-44',
    rule: 'BRK-40',
    when: ({ copy }) => (copy & Copy.successor) !== 0,
    timeUs: now,
    says: ({ queue: { name } }) =>
      `What came to ${name} as a dead letter came in the order in which it had died`,
  },
  {
    hazard: 'HAZ-32',
    rule: 'CLI-19',
    when: ({ id, copy }) => isAgain(id) && (copy & Copy.requeued) === 0,
    timeUs: now,
    says: ({ queue: { name } }) => `What its publisher published again came to ${name} behind later messages`,
  },
  {
    hazard: 'HAZ-43',
    rule: 'QQ-23',
    when: ({ returned }) => returned?.rule === 'QQ-23',
    timeUs: ({ returned, timeUs }) => returned?.timeUs ?? timeUs,
    says: ({ queue: { name } }) => `${name} put what a consumer refused behind all others`,
  },
  {
    hazard: 'HAZ-40',
    rule: (fate) => fate.returned?.rule ?? 'QQ-22',
    when: ({ copy }) => (copy & Copy.requeued) !== 0,
    timeUs: ({ returned, timeUs }) => returned?.timeUs ?? timeUs,
    says: ({ queue: { name } }) =>
      `What was put back into ${name} came after later messages that had been handed out`,
  },
  {
    hazard: 'HAZ-40',
    rule: 'BRK-50',
    when: ({ severalConsumers }) => severalConsumers,
    timeUs: now,
    says: ({ queue: { name } }) =>
      `Several consumers of ${name} had messages out at a time, and one was quicker`,
  },
  {
    hazard: 'HAZ-40',
    rule: 'QQ-12',
    when: () => true,
    timeUs: now,
    says: ({ queue: { name } }) =>
      `What an earlier channel of its publisher had sent came to ${name} behind what a later one did`,
  },
];
