/** Why a message was delivered to workloads more than once. The case is a copy and the moment it was handed out again. */
import { type Cause, type CauseRow, explainBy, UNEXPLAINED } from './causes.ts';
import { repeatedByQuorum } from './causes-of-quorum.ts';
import type { Decision } from './decisions.ts';
import type { History, QueueHistory } from './history.ts';
import { Copy, Id } from './message-words.ts';

export interface RepeatedCase {
  readonly id: number;
  readonly copy: number;
  /** The decision of kind `taken_again`; null if the journal has none. */
  readonly again: Decision | null;
  /** The last time that a shovel or federation link published it from another queue; null if none did. */
  readonly forwarded: Decision | null;
  /** The queues that the message was routed to. */
  readonly queues: number;
  readonly queue: QueueHistory;
  readonly history: History;
  readonly endUs: number;
}

const basisCites = ({ again }: RepeatedCase, ...rules: string[]): boolean =>
  rules.includes(again?.basis?.rule ?? '');
const otherLeader = ({ again }: RepeatedCase): boolean =>
  again !== null && again.role !== '' && again.role !== again.node;
const isDeadLetter = ({ copy }: RepeatedCase): boolean => (copy & Copy.successor) !== 0;
const republished = ({ id }: RepeatedCase): boolean => (id & Id.republished) !== 0;
const promotedBefore = ({ again, queue }: RepeatedCase): boolean =>
  again !== null && queue.promotions.some((p) => p.node === again.node && p.timeUs <= again.timeUs);

/** A client given up so shortly before its messages were put back gave the reason. */
const GIVEN_UP_US = 1_000_000;
const givenUp = ({ again, history }: RepeatedCase) =>
  history.givenUp.findLast(({ timeUs }) => {
    const putBackUs = again?.basis?.timeUs ?? -1;
    return timeUs <= putBackUs && putBackUs - timeUs <= GIVEN_UP_US;
  });

const when = ({ again, endUs }: RepeatedCase): number => again?.basis?.timeUs ?? again?.timeUs ?? endUs;
const again = (fate: RepeatedCase): number => fate.again?.timeUs ?? fate.endUs;

/** Of a dead letter that its queue had sent before and kept, for all types of queues. */
const sentAgain: CauseRow<RepeatedCase> = {
  hazard: 'HAZ-36',
  rule: 'QQ-25',
  when: ({ again }) => again?.basis?.kind === 'sent_again',
  timeUs: when,
  says: ({ queue, again }) =>
    `${again!.basis!.role} had not heard that ${queue.name} had its dead letters when it sent them again`,
};

const table: readonly CauseRow<RepeatedCase>[] = [
  sentAgain,
  {
    hazard: 'HAZ-36',
    rule: ({ forwarded }) => forwarded!.rule!,
    when: (fate) =>
      (fate.id & Id.forwardedAgain) !== 0 && fate.forwarded !== null && (fate.again?.basis ?? null) === null,
    timeUs: ({ forwarded }) => forwarded!.timeUs,
    says: ({ forwarded, queue }) =>
      `${forwarded!.role} had lost its connection before it could acknowledge to ${forwarded!.queue}, and published to ${queue.name} again what that already had`,
  },
  {
    hazard: 'HAZ-34',
    rule: 'BRK-32',
    when: (fate) => basisCites(fate, 'BRK-32', 'BRK-31'),
    timeUs: when,
    says: ({ queue }) => `A consumer of ${queue.name} refused with requeue`,
  },
  {
    hazard: 'HAZ-69',
    rule: 'MIR-30',
    when: (fate) => republished(fate) && (fate.id & Id.nacked) !== 0 && fate.queues > 1,
    timeUs: again,
    says: ({ queue }) =>
      `Another queue of the same publishes refused them, so their publisher was told no and published again what ${queue.name} had`,
  },
  {
    hazard: 'HAZ-34',
    rule: 'BRK-40',
    when: (fate) => isDeadLetter(fate) && !otherLeader(fate) && (fate.again?.basis ?? null) === null,
    timeUs: again,
    says: ({ queue }) => `What had been in ${queue.name} before came to it again as a dead letter`,
  },
  {
    hazard: 'HAZ-37',
    rule: 'MIR-38',
    when: (fate) => !republished(fate) && (fate.copy & Copy.storedAgain) !== 0 && promotedBefore(fate),
    timeUs: again,
    says: ({ queue, again }) =>
      `${again!.node} took over ${queue.name} with copies that had never been paired, and enqueued again what was finished`,
  },
  {
    hazard: 'HAZ-32',
    rule: 'CLI-19',
    when: (fate) => republished(fate) && !otherLeader(fate) && (fate.again?.basis ?? null) === null,
    timeUs: again,
    says: ({ queue }) => `A publisher got no answer and published again, so ${queue.name} had it twice`,
  },
  {
    hazard: 'HAZ-12',
    rule: 'MIR-48',
    when: (fate) =>
      otherLeader(fate) &&
      fate.history.bothLead(fate.queue, fate.again!.role, fate.again!.node, fate.again!.timeUs),
    timeUs: again,
    says: ({ queue, again }) =>
      `${again!.role} and ${again!.node} both led ${queue.name} and each delivered the common backlog`,
  },
  {
    hazard: 'HAZ-14',
    rule: 'MIR-41',
    when: (fate) =>
      otherLeader(fate) &&
      fate.history.outage(fate.again!.role, fate.again!.timeUs)?.reasons.has('pause') === true,
    timeUs: again,
    says: ({ queue, again }) =>
      `${again!.role} paused while it was cut off, and what was acknowledged there ${again!.node} delivered again from ${queue.name}`,
  },
  {
    hazard: 'HAZ-31',
    rule: 'MIR-33',
    when: (fate) => otherLeader(fate) || basisCites(fate, 'MIR-33', 'MIR-34', 'MIR-41'),
    timeUs: when,
    says: ({ queue, again }) =>
      `${again!.node} took over ${queue.name} and delivered again what was not known to be acknowledged`,
  },
  {
    hazard: 'HAZ-38',
    rule: (fate) => fate.again!.basis!.rule!,
    when: (fate) => basisCites(fate, 'BRK-48', 'BRK-35', 'BRK-49'),
    timeUs: when,
    says: ({ queue }) => `A consumer of ${queue.name} was taken for dead and its messages went to others`,
  },
  {
    hazard: 'HAZ-38',
    rule: (fate) => givenUp(fate)!.rule,
    when: (fate) => basisCites(fate, 'MIR-40', 'BRK-36') && givenUp(fate) !== undefined,
    timeUs: when,
    says: (fate) =>
      `${givenUp(fate)!.node} took a consumer of ${fate.queue.name} for dead, and its messages were delivered again`,
  },
  {
    hazard: 'HAZ-30',
    rule: (fate) => fate.again!.basis!.rule!,
    when: (fate) => basisCites(fate, 'MIR-40', 'BRK-36'),
    timeUs: when,
    says: ({ queue, again }) =>
      `${again!.node} put back what a consumer of ${queue.name} had not acknowledged when its channel was lost`,
  },
  {
    hazard: 'HAZ-33',
    rule: 'BRK-26',
    when: (fate) => (fate.copy & Copy.recovered) !== 0 && !promotedBefore(fate),
    timeUs: again,
    says: ({ queue, again }) =>
      `${again?.node ?? 'A node'} recovered ${queue.name} from disk, where the last acknowledgements were missing`,
  },
  {
    hazard: 'HAZ-31',
    rule: 'MIR-33',
    when: promotedBefore,
    timeUs: again,
    says: ({ queue, again }) =>
      `${again!.node} took over ${queue.name} and delivered again what was not known to be acknowledged`,
  },
  {
    hazard: 'HAZ-32',
    rule: 'CLI-19',
    when: republished,
    timeUs: again,
    says: ({ queue }) => `A publisher got no answer and published again, so ${queue.name} had it twice`,
  },
];

/** Why this copy was delivered more than once. */
export function causeOfRepeat(fate: RepeatedCase): Cause {
  const place = fate.again?.node ?? '';
  return (
    explainBy(
      fate.queue.type === 'quorum' ? [sentAgain, ...repeatedByQuorum] : table,
      fate,
      'duplicated',
      place,
    ) ?? {
      outcome: 'duplicated',
      hazard: UNEXPLAINED,
      rule: fate.again?.basis?.rule ?? '',
      timeUs: when(fate),
      sentence:
        fate.again === null
          ? `No record tells why ${fate.queue.name} delivered it again`
          : `The leader of ${fate.queue.name} on ${place} handed it out again`,
      node: place,
    }
  );
}
