/**
 * Why a message is gone. The case is one copy (or an id that never became one) that nobody had and that no policy
 * ended. Rows run from the particular to the general: what an operator did, what a strategy did, who was promoted, what
 * a dying VM held in memory, what went with a connection.
 */
import { type Cause, type CauseRow, explainBy, UNEXPLAINED } from './causes.ts';
import type { Decision } from './decisions.ts';
import type { History, Outage, Promotion, QueueHistory } from './history.ts';
import { Copy, Id } from './message-words.ts';

export interface LostCase {
  /** Bits of `Id` and, where there is a copy, of `Copy`. */
  readonly id: number;
  readonly copy: number;
  /** The record that took it away last; null if none did. */
  readonly end: Decision | null;
  readonly queue: QueueHistory | null;
  /** Nodes that still hold the copy, out of anybody's reach. */
  readonly heldBy: readonly string[];
  readonly history: History;
  readonly endUs: number;
}

interface Examined extends LostCase {
  readonly confirmed: boolean;
  /** The outage of the node that lost it, at the time. */
  readonly outage: Outage | null;
  /** A promotion that passed the copy over: its node did not have it, the node that had it led before or was away. */
  readonly promotion: Promotion | null;
}

/** Times of connections that come and go at about the time of detection (HAZ-70) and of cuts that do not (HAZ-15). */
const MOMENT_US = 5_000_000;
const STAGGER_US = 1_000_000;

const destroyed = (fate: Examined): boolean => fate.end?.kind === 'destroyed';
const cites = (fate: Examined, ...rules: string[]): boolean =>
  fate.end !== null && fate.end.rule !== null && rules.includes(fate.end.rule);
const because = (fate: Examined, reason: 'autoheal' | 'pause' | 'killed' | 'frozen' | 'stopped'): boolean =>
  destroyed(fate) && fate.outage !== null && fate.outage.reasons.has(reason);
const commanded = (fate: Examined, ...words: string[]): boolean =>
  destroyed(fate) &&
  fate.outage !== null &&
  fate.outage.commands.some((command) => words.some((word) => command.startsWith(word)));
const passedOver = (fate: Examined): boolean => fate.promotion !== null && !fate.promotion.synchronised;

const atEnd = (fate: Examined): number => fate.end?.timeUs ?? fate.endUs;
const atPromotion = (fate: Examined): number => fate.promotion?.timeUs ?? atEnd(fate);
const node = (fate: Examined): string => fate.end?.node ?? 'A node';
const queue = (fate: Examined): string => fate.queue?.name ?? fate.end?.queue ?? 'the queue';
const promoted = (fate: Examined): string => fate.promotion?.node ?? 'A mirror';

const byOperator: readonly CauseRow<Examined>[] = [
  {
    hazard: 'HAZ-17',
    rule: (fate) => (commanded(fate, 'join_cluster') ? 'CLU-2' : 'CLU-6'),
    when: (fate) =>
      commanded(fate, 'reset', 'force_reset', 'join_cluster') ||
      (destroyed(fate) && cites(fate, 'CLU-2', 'CLU-6')),
    timeUs: atEnd,
    says: (fate) =>
      `${node(fate)} was reset or joined another cluster, which deleted its part of ${queue(fate)}`,
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
];

const byPartition: readonly CauseRow<Examined>[] = [
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
      `${node(fate)} paused in the minority; what ${queue(fate)} had taken there and not confirmed was thrown away when it resumed`,
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
];

const byPromotion: readonly CauseRow<Examined>[] = [
  {
    hazard: 'HAZ-19',
    rule: (fate) => (fate.promotion!.why.includes('policy') ? 'MIR-25' : 'MIR-51'),
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
      `The leader of ${queue(fate)} was stopped in order and ${promoted(fate)}, not synchronised, took over`,
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
];

const byNature: readonly CauseRow<Examined>[] = [
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

const onTheWay: readonly CauseRow<Examined>[] = [
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
    hazard: 'HAZ-65',
    rule: 'MIR-39',
    when: (fate) => fate.end?.kind === 'finished',
    timeUs: atEnd,
    says: (fate) =>
      `An acknowledgement meant for another message removed it from ${queue(fate)} on ${node(fate)}`,
  },
  {
    hazard: 'HAZ-27',
    rule: (fate) => fate.end?.rule ?? 'BRK-40',
    when: (fate) => fate.end?.kind === 'dead_lettered',
    timeUs: atEnd,
    says: (fate) => `${queue(fate)} dead-lettered it, and no queue took the dead letter`,
  },
  {
    hazard: 'HAZ-1',
    rule: (fate) => fate.end?.rule ?? 'BRK-10',
    when: (fate) => fate.end?.kind === 'unroutable',
    timeUs: atEnd,
    says: (fate) => `${node(fate)} found no queue for it`,
  },
  {
    hazard: 'HAZ-23',
    rule: (fate) => fate.end?.rule ?? 'BRK-37',
    when: (fate) => fate.end?.kind === 'publish_dropped',
    timeUs: atEnd,
    says: (fate) => `The connection to ${node(fate)} ended before the publish was routed`,
  },
  {
    hazard: 'HAZ-48',
    rule: 'MIR-30',
    when: (fate) => fate.end?.kind === 'nacked',
    timeUs: atEnd,
    says: (fate) => `${node(fate)} refused the publish: no replica of the queue had taken it`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'BRK-37',
    when: (fate) => !fate.confirmed && fate.end?.kind === 'connection_lost',
    timeUs: atEnd,
    says: (fate) => `The connection to ${node(fate)} was lost with the publish in it`,
  },
  {
    hazard: 'HAZ-21',
    rule: 'MIR-8',
    when: (fate) => !fate.confirmed && (fate.id & Id.routed) !== 0 && (fate.copy & Copy.stored) === 0,
    timeUs: atEnd,
    says: (fate) => `No replica of ${queue(fate)} ever received it`,
  },
];

const table = [...byOperator, ...byPartition, ...byPromotion, ...byNature, ...onTheWay];

/** Why this message is lost. */
export function causeOfLoss(fate: LostCase): Cause {
  const outage = fate.end === null ? null : fate.history.outage(fate.end.node, fate.end.timeUs);
  const examined: Examined = {
    ...fate,
    confirmed: (fate.id & Id.confirmed) !== 0,
    outage,
    promotion: promotionThatPassedOver(fate, outage),
  };
  const place = fate.end?.node ?? '';
  return (
    explainBy(table, examined, 'lost', place) ?? {
      outcome: 'lost',
      hazard: UNEXPLAINED,
      rule: fate.end?.rule ?? '',
      timeUs: atEnd(examined),
      sentence:
        fate.end === null
          ? `No record tells what became of it in ${queue(examined)}`
          : `${fate.end.kind} on ${fate.end.node}: ${fate.end.why || 'no reason given'}`,
      node: place,
    }
  );
}

/**
 * The promotion on account of which this copy no longer counted: of another node, since the node that had the copy went
 * away (or, when it still has it, the latest).
 */
function promotionThatPassedOver(fate: LostCase, outage: Outage | null): Promotion | null {
  const promotions = fate.queue?.promotions ?? [];
  if (fate.end?.kind === 'destroyed') {
    const lostBy = fate.end.node;
    const untilUs = fate.end.timeUs;
    const sinceUs = outage?.fromUs ?? untilUs;
    // A mirror may be promoted a little before the loser's outage is on record: a leader is silent before it is down.
    return (
      promotions.find((p) => p.node !== lostBy && p.timeUs <= untilUs && p.timeUs >= sinceUs) ??
      promotions.findLast((p) => p.node !== lostBy && p.timeUs <= untilUs && p.from === lostBy) ??
      null
    );
  }
  if (fate.heldBy.length === 0) return null;
  return promotions.findLast((p) => !fate.heldBy.includes(p.node)) ?? null;
}

function wasSplitBefore(fate: Examined): boolean {
  const name = fate.end!.node;
  return fate.history.partitions.some(
    (seen) => (seen.node === name || seen.peer === name) && seen.timeUs <= fate.end!.timeUs,
  );
}

/** The node lost its peers at different times before it paused. */
function staggered(fate: Examined): boolean {
  const downs = downsBeforePause(fate);
  const first = downs[0];
  return (
    first !== undefined &&
    downs.some((down) => down.peer !== first.peer && down.timeUs - first.timeUs > STAGGER_US)
  );
}

/** A connection was back a moment after the node had noticed its loss. */
function momentary(fate: Examined): boolean {
  return downsBeforePause(fate).some((down) =>
    fate.history.ups.some(
      (up) => up.node === down.node && up.timeUs >= down.timeUs && up.timeUs - down.timeUs <= MOMENT_US,
    ),
  );
}

function downsBeforePause(fate: Examined): readonly { peer: string; node: string; timeUs: number }[] {
  const name = fate.end!.node;
  const pausedUs = fate.outage!.fromUs;
  const sinceUs = pausedUs - 120_000_000;
  return fate.history.downs.filter(
    (down) => down.node === name && down.timeUs <= pausedUs + STAGGER_US && down.timeUs > sinceUs,
  );
}

function leaderIsAway(fate: Examined): boolean {
  const leader = fate.queue?.leader ?? null;
  return leader !== null && leader !== fate.end!.node && !fate.history.runs(leader, fate.end!.timeUs);
}

function wasDeleted(fate: Examined): boolean {
  return fate.queue !== null && fate.queue.deletions.length > 0;
}
