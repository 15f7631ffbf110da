/** Losses by the nature of what was lost (transient, not flushed, deleted), or of what was on its way to somebody. */
import type { CauseRow } from './causes.ts';
import {
  atEnd,
  cites,
  deletedBefore,
  destroyed,
  type ExaminedLoss,
  leaderless,
  neverArrived,
  node,
  promoted,
  queue,
  refused,
  wasDeleted,
} from './loss-case.ts';
import { Copy, Id } from './message-words.ts';

const isDeadLetter = ({ copy }: ExaminedLoss): boolean => (copy & Copy.successor) !== 0;

export const byNature: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-27',
    rule: 'BRK-40',
    when: (fate) =>
      isDeadLetter(fate) && destroyed(fate) && cites(fate, 'BRK-20', 'BRK-22', 'BRK-23', 'MIR-50'),
    timeUs: atEnd,
    says: (fate) =>
      `${cites(fate, 'MIR-50') ? `The process of ${queue(fate)}` : node(fate)} died before it had written to disk what was dead-lettered into ${queue(fate)}`,
  },
  {
    hazard: 'HAZ-25',
    rule: 'BRK-15',
    when: (fate) => destroyed(fate) && cites(fate, 'BRK-13', 'BRK-15'),
    timeUs: atEnd,
    says: (fate) => `The transient queue ${queue(fate)} was deleted because its node was declared down`,
  },
  {
    hazard: 'HAZ-24',
    rule: (fate) => fate.end!.rule!,
    when: (fate) => destroyed(fate) && cites(fate, 'BRK-16', 'BRK-17'),
    timeUs: atEnd,
    says: (fate) => `${queue(fate)} was deleted because nobody used it for a moment`,
  },
  {
    hazard: 'HAZ-29',
    rule: (fate) => fate.end?.rule ?? 'BRK-52',
    when: (fate) => cites(fate, 'BRK-52', 'MIR-32') || (fate.end === null && wasDeleted(fate)),
    timeUs: (fate) => fate.end?.timeUs ?? fate.queue!.deletions[0]!.timeUs,
    says: (fate) => `${queue(fate)} was deleted or purged with publishes outstanding`,
  },
  {
    hazard: 'HAZ-11',
    rule: 'CLU-11',
    when: (fate) => destroyed(fate) && cites(fate, 'CLU-11'),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} adopted the metadata of the other side, in which there is no ${queue(fate)}`,
  },
  {
    hazard: 'HAZ-2',
    rule: (fate) => fate.end!.rule!,
    when: (fate) => destroyed(fate) && cites(fate, 'BRK-19', 'BRK-21'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} stopped, and what was transient in ${queue(fate)} ended with it`,
  },
  {
    hazard: 'HAZ-22',
    rule: 'BRK-23',
    when: (fate) => destroyed(fate) && !fate.confirmed && cites(fate, 'BRK-20', 'BRK-22', 'BRK-23'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} died before it had written the tail of ${queue(fate)} to disk`,
  },
  {
    hazard: 'HAZ-2',
    rule: 'BRK-19',
    when: (fate) => destroyed(fate) && fate.confirmed && cites(fate, 'BRK-20', 'BRK-22', 'BRK-23'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} died as the last that had it, with what ${queue(fate)} kept in memory`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'MIR-53',
    when: (fate) => destroyed(fate) && !fate.confirmed && fate.promotion !== null,
    timeUs: atEnd,
    says: (fate) =>
      `The leader of ${queue(fate)} on ${node(fate)} was gone before it had told its mirrors; ${promoted(fate)} took over`,
  },
  {
    hazard: 'HAZ-21',
    rule: (fate) => fate.end?.rule ?? 'BRK-42',
    when: (fate) => destroyed(fate) && !fate.confirmed,
    timeUs: atEnd,
    says: (fate) => `${node(fate)} lost what ${queue(fate)} had not confirmed yet`,
  },
];

export const onTheWay: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-27',
    rule: 'BRK-40',
    when: (fate) => isDeadLetter(fate) && fate.end?.kind === 'refused',
    timeUs: atEnd,
    says: (fate) => `${queue(fate)} was full and refused what was dead-lettered into it`,
  },
  {
    hazard: 'HAZ-27',
    rule: 'BRK-40',
    when: (fate) => isDeadLetter(fate) && (fate.copy & Copy.stored) === 0,
    timeUs: atEnd,
    says: (fate) => `What was dead-lettered into ${queue(fate)} never arrived there`,
  },
  {
    hazard: 'HAZ-66',
    rule: 'BRK-41',
    when: (fate) => fate.end?.kind === 'refused',
    timeUs: atEnd,
    says: (fate) =>
      `${queue(fate)} was full and took no more in` +
      ((fate.id & Id.nacked) === 0
        ? ', of which its publisher heard nothing'
        : ', as its publisher was told'),
  },
  {
    hazard: 'HAZ-20',
    rule: (fate) => (fate.end?.kind === 'delivery_lost' ? (fate.end.rule ?? 'MIR-42') : 'MIR-42'),
    when: (fate) =>
      fate.end?.kind === 'delivery_lost' ||
      (fate.end?.kind === 'finished' && (fate.copy & Copy.autoAck) !== 0),
    timeUs: atEnd,
    says: (fate) =>
      `Deliveries of ${queue(fate)} with automatic acknowledgement were on their way when their connection ended`,
  },
  {
    hazard: 'HAZ-39',
    rule: 'CLI-20',
    when: (fate) => fate.end?.kind === 'finished' && (fate.copy & Copy.acked) !== 0,
    timeUs: atEnd,
    says: (fate) =>
      `A consumer of ${queue(fate)} took the redelivered flag for proof of a repeat and acknowledged what it had never handled`,
  },
  {
    hazard: 'HAZ-65',
    rule: 'MIR-39',
    when: (fate) => fate.end?.kind === 'finished',
    timeUs: atEnd,
    says: (fate) =>
      `An acknowledgement meant for another message removed it from ${queue(fate)} on ${node(fate)}`,
  },
  {
    hazard: 'HAZ-27',
    // A quorum queue's record says why it died; that its letter is sent once is another rule.
    rule: (fate) => (fate.queue?.type === 'quorum' && !cites(fate, 'QQ-25') ? 'QQ-16' : fate.end!.rule!),
    when: (fate) => fate.end?.kind === 'dead_lettered',
    timeUs: atEnd,
    says: (fate) => `What ${queue(fate)} dead-lettered, no queue took in`,
  },
  {
    hazard: 'HAZ-1',
    rule: (fate) => fate.end?.rule ?? 'BRK-10',
    when: (fate) => fate.end?.kind === 'unroutable',
    timeUs: atEnd,
    says: (fate) => `${node(fate)} found no queue for what was published`,
  },
  {
    hazard: 'HAZ-23',
    rule: (fate) => fate.end!.rule!,
    when: (fate) => fate.end?.kind === 'publish_dropped' && cites(fate, 'BRK-8', 'BRK-47'),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} closed the channel over a publish that it does not take, and dropped what followed`,
  },
  {
    hazard: 'HAZ-23',
    rule: 'BRK-43',
    when: (fate) => fate.end?.kind === 'publish_dropped' && cites(fate, 'BRK-43'),
    timeUs: atEnd,
    says: (fate) => `A channel on ${node(fate)} ended before its transaction was committed`,
  },
  {
    hazard: 'HAZ-23',
    rule: (fate) => fate.end?.rule ?? 'BRK-37',
    when: (fate) => fate.end?.kind === 'publish_dropped',
    timeUs: atEnd,
    says: (fate) => `The connection to ${node(fate)} ended before its last publishes were routed`,
  },
  {
    hazard: 'HAZ-48',
    rule: (fate) => (leaderless(fate) === 'shutdown' ? 'MIR-21' : 'MIR-20'),
    when: (fate) => refused(fate) && leaderless(fate) !== null && fate.queue!.mirrored,
    timeUs: atEnd,
    says: (fate) =>
      `No mirror of ${queue(fate)} could take over from its ${leaderless(fate) === 'shutdown' ? 'stopped' : 'dead'} leader, and ${node(fate)} refused publishes (nack)`,
  },
  {
    hazard: 'HAZ-25',
    rule: 'MIR-30',
    when: (fate) => refused(fate) && deletedBefore(fate)?.why === 'node_down',
    timeUs: atEnd,
    says: (fate) =>
      `${queue(fate)} went with its node while publishes were on their way to it, and ${node(fate)} refused them (nack)`,
  },
  {
    hazard: 'HAZ-24',
    rule: 'BRK-16',
    when: (fate) => refused(fate) && /exclusive|auto_delete/.test(deletedBefore(fate)?.why ?? ''),
    timeUs: atEnd,
    says: (fate) =>
      `${queue(fate)} went with its only user while publishes were on their way to it, and ${node(fate)} refused them (nack)`,
  },
  {
    hazard: 'HAZ-48',
    rule: 'MIR-30',
    when: refused,
    timeUs: atEnd,
    says: (fate) =>
      `The process of ${queue(fate)} ended with publishes on their way to it, and ${node(fate)} refused them (nack)`,
  },
  {
    hazard: 'HAZ-14',
    rule: 'PAR-11',
    when: (fate) => neverArrived(fate) && fate.outage?.reasons.has('pause') === true,
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} was cut off, and what it routed to ${queue(fate)} never reached the replicas on the other side`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'MIR-8',
    when: neverArrived,
    timeUs: atEnd,
    says: (fate) => `What was on its way to the replicas of ${queue(fate)} never reached them`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'BRK-37',
    when: (fate) => !fate.confirmed && fate.end?.kind === 'connection_lost',
    timeUs: atEnd,
    says: (fate) => `The connection to ${node(fate)} was lost with its last publishes unread`,
  },
];
