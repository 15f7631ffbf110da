/**
 * Why a message is gone. The case is one copy (or an id that never became one) that nobody had and that no policy
 * ended. Rows run from the particular to the general: what an operator did, what a strategy did, who was promoted, what
 * a dying VM held in memory, what went with a connection.
 */
import { type Cause, explainBy, UNEXPLAINED } from './causes.ts';
import { byOperator, byPartition, byPromotion } from './loss-by-cluster.ts';
import { lostByQuorum } from './causes-of-quorum.ts';
import { atEnd, type ExaminedLoss, type LostCase, promotionThatPassedOver, queue } from './loss-case.ts';
import { acrossLinks } from './loss-across-links.ts';
import { byNature, onTheWay } from './loss-of-content.ts';
import { Id } from './message-words.ts';

const table = [
  ...acrossLinks,
  ...lostByQuorum,
  ...byOperator,
  ...byPartition,
  ...byPromotion,
  ...byNature,
  ...onTheWay,
];

/** Why this message is lost. */
export function causeOfLoss(fate: LostCase): Cause {
  const outage = fate.end === null ? null : fate.history.outage(fate.end.node, fate.end.timeUs);
  const examined: ExaminedLoss = {
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
