/**
 * The lives of a few messages, step by step, told after the run from what was kept of it (`StepLog`). Where that was too
 * much to keep, the run is deterministic: it is run a second time with a log of these messages alone.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import type { InterestingId } from './ledger.ts';
import { LIFE_STEPS_MAX, type LifeStep, MESSAGE_LIVES_MAX, type MessageLife } from './run-report.ts';
import { slotOfMessage, StepKinds } from './step-kinds.ts';
import { StepLog } from './step-log.ts';
import { stepTypes, stepWords } from './step-words.ts';

class Trail {
  readonly steps: LifeStep[] = [];
  leftOut = 0;

  add(step: LifeStep): void {
    this.steps.push(step);
    if (this.steps.length <= LIFE_STEPS_MAX) return;
    this.steps.splice(LIFE_STEPS_MAX / 2, 1);
    this.leftOut += 1;
  }
}

/** Keeps all that lives are told from; subscribe before anything is written. */
export function logSteps(journal: Journal): StepLog {
  return new StepLog(journal, new StepKinds(stepTypes));
}

export class LifeCollector {
  private readonly journal: Journal;
  private readonly ids: readonly InterestingId[];
  private readonly trails = new Map<number, Map<number, Trail>>();

  /** `journal` is the one that the steps come from, by `read` of a log of it. */
  constructor(journal: Journal, ids: readonly InterestingId[]) {
    this.journal = journal;
    this.ids = ids.slice(0, MESSAGE_LIVES_MAX);
    for (const { publisher, sequence } of this.ids) {
      let trails = this.trails.get(publisher);
      if (trails === undefined) this.trails.set(publisher, (trails = new Map()));
      if (!trails.has(sequence)) trails.set(sequence, new Trail());
    }
  }

  /** Takes the steps from the log of a run that is over. */
  read(log: StepLog): void {
    log.replay(this.wanted, (type, timeUs, slots) => this.take(type, timeUs, slots));
  }

  /** Whether a message is one of those whose lives are told. */
  readonly wanted = (publisher: number, sequence: number): boolean =>
    this.trails.get(publisher)?.has(sequence) === true;

  /** The lives, in the order of the ids. After the run. */
  lives(): MessageLife[] {
    return this.ids.map(({ publisher, sequence, id, confirmed, group }) => {
      const trail = this.trails.get(publisher)!.get(sequence)!;
      const { outcome, hazard, rule, timeUs, sentence } = group.cause;
      return {
        id,
        outcome,
        queue: group.queue,
        confirmed,
        cause: { hazard, rule, timeUs, sentence },
        steps: trail.steps,
        stepsLeftOut: trail.leftOut,
      };
    });
  }

  private take(type: RecordType, timeUs: number, slots: readonly number[]): void {
    const at = slotOfMessage(type);
    const { node, process, what, rule, other } = stepWords(type, slots, this.journal);
    const trail = this.trails.get(slots[at]!)!.get(slots[at + 1]!)!;
    const step = { timeUs, node, process, what: other === '' ? what : `${what} ${other}` };
    trail.add(rule === undefined ? step : { ...step, rule });
  }
}
