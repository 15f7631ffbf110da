/** Losses by what was done to the cluster: an operator's command, a partition strategy, a promotion. */
import type { CauseRow } from './causes.ts';
import {
  atEnd,
  atPromotion,
  bootedWithout,
  because,
  cites,
  commanded,
  destroyed,
  type ExaminedLoss,
  forgotten,
  inSpiteOf,
  leaderIsAway,
  momentary,
  node,
  passedOver,
  promoted,
  queue,
  rebalanced,
  splitOfHolders,
  staggered,
  vanished,
  wasSplitBefore,
} from './loss-case.ts';

export const byOperator: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-17',
    rule: (fate) => (commanded(fate, 'join_cluster') ? 'CLU-2' : 'CLU-6'),
    when: (fate) =>
      commanded(fate, 'reset', 'force_reset', 'join_cluster') ||
      (destroyed(fate) && cites(fate, 'CLU-2', 'CLU-6')),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} ${commanded(fate, 'join_cluster') ? 'joined another cluster' : 'was reset'}, which deleted its part of ${queue(fate)}`,
  },
  {
    hazard: 'HAZ-18',
    rule: 'CLU-19',
    when: (fate) =>
      cites(fate, 'CLU-19') || fate.queue?.deletions.some(({ why }) => why.includes('forget')) === true,
    timeUs: atEnd,
    says: (fate) => `The home node of ${queue(fate)} was forgotten, and its content with it`,
  },
  {
    hazard: 'HAZ-18',
    rule: (fate) => (forgotten(fate)?.command.includes('--offline') === true ? 'CLU-20' : 'CLU-19'),
    when: (fate) => forgotten(fate) !== undefined,
    timeUs: (fate) => forgotten(fate)!.timeUs,
    says: (fate) =>
      `${fate.heldBy.join(', ')} was forgotten, and what only it had of ${queue(fate)} stayed there`,
  },
  {
    hazard: 'HAZ-16',
    rule: 'CLU-14',
    when: (fate) =>
      destroyed(fate) &&
      fate.history.commands.some(
        ({ command, timeUs }) => command.startsWith('force_boot') && timeUs <= fate.end!.timeUs,
      ),
    timeUs: atEnd,
    says: (fate) =>
      `After a forced boot elsewhere ${node(fate)} rejoined and its part of ${queue(fate)} was erased`,
  },
  {
    hazard: 'HAZ-16',
    rule: 'CLU-14',
    when: (fate) => fate.end === null && bootedWithout(fate) !== undefined,
    timeUs: (fate) => bootedWithout(fate)!.timeUs,
    says: (fate) =>
      `${bootedWithout(fate)!.on} was forced to boot without ${fate.heldBy.join(', ')}, and leads ${queue(fate)} without what only they have`,
  },
];

export const byPartition: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-11',
    rule: (fate) => (because(fate, 'autoheal') ? 'PAR-26' : 'CLU-11'),
    when: (fate) => destroyed(fate) && fate.outage !== null && vanished(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} took over the metadata of the other side, in which there is no ${queue(fate)}, and erased it`,
  },
  {
    hazard: 'HAZ-8',
    rule: 'PAR-26',
    when: (fate) => because(fate, 'autoheal'),
    timeUs: atEnd,
    says: (fate) =>
      `Autoheal restarted ${node(fate)}, which threw away what only its side of ${queue(fate)} had`,
  },
  {
    hazard: 'HAZ-13',
    rule: 'PAR-9',
    when: (fate) => because(fate, 'pause') && cites(fate, 'BRK-19', 'BRK-21'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} paused, and what was transient in ${queue(fate)} ended with it`,
  },
  {
    hazard: 'HAZ-14',
    rule: 'PAR-10',
    when: (fate) => because(fate, 'pause') && !fate.confirmed && !passedOver(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} paused while it was cut off; what ${queue(fate)} had taken there and not confirmed was thrown away when it resumed`,
  },
  {
    hazard: 'HAZ-15',
    rule: 'PAR-12',
    when: (fate) => because(fate, 'pause') && fate.confirmed && !passedOver(fate) && staggered(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} lost its peers one after the other and confirmed alone in between; paused and resumed, it threw that away`,
  },
  {
    hazard: 'HAZ-70',
    rule: (fate) => (momentary(fate) ? 'NET-11' : 'PAR-10'),
    when: (fate) => because(fate, 'pause') && fate.confirmed && !passedOver(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} released confirms as its mirrors were declared down, then paused, and threw those messages of ${queue(fate)} away when it resumed`,
  },
  {
    hazard: 'HAZ-9',
    rule: 'CLU-11',
    when: (fate) => destroyed(fate) && fate.outage !== null && !passedOver(fate) && wasSplitBefore(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} was restarted after an ignored partition and threw away what only its side of ${queue(fate)} had`,
  },
  {
    hazard: 'HAZ-64',
    rule: 'NET-21',
    when: (fate) => because(fate, 'frozen') && !passedOver(fate),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} woke up after its peers had taken it for dead, and threw away what only it had of ${queue(fate)}`,
  },
];

export const byPromotion: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-19',
    rule: (fate) => (fate.promotion!.why.includes('policy') && !rebalanced(fate) ? 'MIR-25' : 'MIR-51'),
    when: (fate) => passedOver(fate) && /policy|transfer|rebalance/.test(fate.promotion!.why),
    timeUs: atPromotion,
    says: (fate) => `The leader of ${queue(fate)} was moved to ${promoted(fate)}, which was not synchronised`,
  },
  {
    hazard: 'HAZ-6',
    rule: 'MIR-29',
    when: (fate) => passedOver(fate) && fate.promotion!.duringSync,
    timeUs: atPromotion,
    says: (fate) =>
      `${promoted(fate)} took over ${queue(fate)} although a synchronisation had emptied it and was not finished`,
  },
  {
    hazard: 'HAZ-5',
    rule: 'MIR-21',
    when: (fate) => passedOver(fate) && fate.promotion!.why.includes('shutdown'),
    timeUs: atPromotion,
    says: (fate) =>
      `The leader of ${queue(fate)} was stopped in order and ${promoted(fate)}, not synchronised, took over${inSpiteOf(fate) || ', as ha-promote-on-shutdown: always wants it'}`,
  },
  {
    hazard: 'HAZ-4',
    rule: 'MIR-17',
    when: (fate) => passedOver(fate) && fate.promotion!.promote === 'when-synced',
    timeUs: atPromotion,
    says: (fate) =>
      `${promoted(fate)} was promoted to lead ${queue(fate)} without being synchronised${inSpiteOf(fate)}`,
  },
  {
    hazard: 'HAZ-3',
    rule: 'MIR-18',
    when: passedOver,
    timeUs: atPromotion,
    says: (fate) => `${promoted(fate)} was promoted to lead ${queue(fate)} without being synchronised`,
  },
  {
    hazard: 'HAZ-6',
    rule: 'MIR-29',
    when: (fate) => destroyed(fate) && cites(fate, 'MIR-28', 'MIR-29'),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} emptied its mirror of ${queue(fate)} for a synchronisation that never completed`,
  },
  {
    hazard: 'HAZ-7',
    rule: 'MIR-49',
    when: (fate) => destroyed(fate) && cites(fate, 'MIR-23', 'MIR-49') && leaderIsAway(fate),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} booted while the leader of ${queue(fate)} was away, and erased its copy`,
  },
  {
    hazard: 'HAZ-3',
    rule: 'MIR-23',
    when: (fate) => destroyed(fate) && cites(fate, 'MIR-23'),
    timeUs: atEnd,
    says: (fate) => `${node(fate)} became an empty mirror of ${queue(fate)}, whose leader did not have it`,
  },
  {
    hazard: 'HAZ-2',
    rule: 'MIR-17',
    when: (fate) => destroyed(fate) && cites(fate, 'MIR-17'),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} was not allowed to lead ${queue(fate)} and gave up its copy; the leader's had ended with its node`,
  },
  {
    hazard: 'HAZ-10',
    rule: 'MIR-48',
    when: (fate) => fate.end === null && splitOfHolders(fate) !== undefined,
    timeUs: (fate) => splitOfHolders(fate)!.timeUs,
    says: (fate) =>
      `${fate.heldBy.join(', ')} kept it in a ${queue(fate)} of its own since a partition, and nobody could read that one any more`,
  },
];
