/** Losses of what a shovel or a federation link had in its hands: taken from one queue and not, or not safely, in another. */
import type { CauseRow } from './causes.ts';
import { atEnd, cites, destroyed, type ExaminedLoss, queue } from './loss-case.ts';
import { Copy, Id } from './message-words.ts';

/** The link did not wait for the destination's confirm before it acknowledged, or never acknowledged at all. */
const unconfirmed = ({ forwarded }: ExaminedLoss): boolean =>
  forwarded !== null && forwarded.why !== 'on-confirm';

/** Taken from a queue that a link without acknowledgements was consuming, before the link did anything with it. */
const linkOf = (fate: ExaminedLoss): { readonly link: string; readonly rule: string } | undefined => {
  const { end, copy, history } = fate;
  const taken = end?.kind === 'delivery_lost' || (end?.kind === 'finished' && (copy & Copy.autoAck) !== 0);
  if (!taken) return undefined;
  return history.links.findLast(
    (link) => link.queue === fate.queue?.name && link.ackMode === 'no-ack' && link.timeUs <= end.timeUs,
  );
};

export const acrossLinks: readonly CauseRow<ExaminedLoss>[] = [
  {
    hazard: 'HAZ-1',
    rule: 'BRK-10',
    when: (fate) => fate.end?.kind === 'forwarded' && (fate.id & Id.unroutable) !== 0,
    timeUs: atEnd,
    says: ({ end }) => `${end!.role} published it to an exchange that led to no queue`,
  },
  {
    hazard: 'HAZ-67',
    rule: (fate) => fate.end!.rule!,
    when: (fate) => fate.end?.kind === 'forwarded',
    timeUs: atEnd,
    says: ({ end }) =>
      `${end!.role} was done with it as soon as it had sent it (${end!.why}), and it never reached a queue at the other end`,
  },
  {
    hazard: 'HAZ-67',
    rule: (fate) => fate.forwarded!.rule!,
    when: (fate) => unconfirmed(fate) && destroyed(fate) && cites(fate, 'BRK-20', 'BRK-22', 'BRK-23'),
    timeUs: atEnd,
    says: (fate) =>
      `${queue(fate)} lost with its node what ${fate.forwarded!.role} had been done with before it was safe there (${fate.forwarded!.why})`,
  },
  {
    hazard: 'HAZ-67',
    rule: (fate) => linkOf(fate)!.rule,
    when: (fate) => linkOf(fate) !== undefined,
    timeUs: atEnd,
    says: (fate) =>
      `${linkOf(fate)!.link} consumed ${queue(fate)} without acknowledgements and never published what it had been given`,
  },
];
