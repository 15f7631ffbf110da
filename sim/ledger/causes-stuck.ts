/** Why a message neither arrived nor ended: it is in a queue that nobody can read, or has not left its client. */
import type { Cause } from './causes.ts';
import type { Decision } from './decisions.ts';
import type { History, QueueHistory } from './history.ts';

/** Why the copies in this queue cannot be read at the end. `erased`: by what another replica of them went, if one did. */
export function causeOfWaiting(
  queue: QueueHistory,
  mirrored: boolean,
  erased: Decision | null,
  history: History,
  endUs: number,
): Cause {
  if (queue.type === 'quorum') {
    return {
      outcome: 'stuck',
      hazard: 'HAZ-62',
      rule: 'QQ-3',
      timeUs: queue.down ? queue.downSinceUs : endUs,
      sentence: `No majority of the members of ${queue.name} was there at the end`,
      node: queue.leader ?? '',
    };
  }
  if (erased !== null && erasedWithoutLeader(queue, erased, history)) {
    return {
      outcome: 'stuck',
      hazard: 'HAZ-7',
      rule: 'MIR-49',
      timeUs: erased.timeUs,
      sentence: `${erased.node} booted while the leader of ${queue.name} was away, and erased its copy; the leader did not come back`,
      node: erased.node,
    };
  }
  return {
    outcome: 'stuck',
    hazard: 'HAZ-48',
    rule: mirrored ? 'MIR-20' : 'BRK-14',
    timeUs: queue.down ? queue.downSinceUs : endUs,
    sentence: mirrored
      ? `No mirror of ${queue.name} could be promoted, and the queue waits for its old leader`
      : `${queue.name} lives on ${queue.leader ?? 'one node'} alone, which did not come back`,
    node: queue.leader ?? '',
  };
}

/** A mirror's boot emptied it for a leader that was not there to fill it. */
function erasedWithoutLeader({ leader }: QueueHistory, erased: Decision, history: History): boolean {
  return (
    erased.kind === 'destroyed' &&
    (erased.rule === 'MIR-23' || erased.rule === 'MIR-49') &&
    leader !== null &&
    leader !== erased.node &&
    !history.runs(leader, erased.timeUs)
  );
}

/** Why the copies in this queue, whose leader does nothing but synchronise, cannot be read at the end. */
export function causeOfSynchronising(queue: QueueHistory, endUs: number): Cause {
  return {
    outcome: 'stuck',
    hazard: 'HAZ-51',
    rule: 'MIR-28',
    timeUs: endUs,
    sentence: `${queue.name} was still held up by a synchronisation when the run ended`,
    node: queue.leader ?? '',
  };
}

/** Why publishes of this client were still in its socket at the end. */
export function causeOfUnsent(workload: string, history: History, endUs: number): Cause {
  const blocked = history.blockedWorkloads.has(workload);
  return {
    outcome: 'stuck',
    hazard: blocked ? 'HAZ-55' : 'HAZ-45',
    rule: blocked ? 'BRK-45' : 'MIR-47',
    timeUs: endUs,
    sentence: blocked
      ? `An alarm blocked the connection of ${workload}, and its publishes were never read`
      : `No broker had read the last publishes of ${workload} when the run ended`,
    node: '',
  };
}
