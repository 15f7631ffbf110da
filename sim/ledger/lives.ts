/**
 * The lives of a few messages, step by step, told after the run from what was kept of it (`StepLog`). Where that was too
 * much to keep, the run is deterministic: it is run a second time with this collector on the journal.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import { followed } from '../records/applications.ts';
import * as records from '../records/messages.ts';
import { rules } from '../rules/registry.ts';
import type { InterestingId } from './ledger.ts';
import { LIFE_STEPS_MAX, type LifeStep, MESSAGE_LIVES_MAX, type MessageLife } from './run-report.ts';
import { slotOfMessage, StepLog } from './step-log.ts';

/** Fields of a record by name, names resolved. */
type Told = Readonly<Record<string, string>>;

interface Step {
  /** The field that says where, and who it was there. */
  readonly node: (told: Told) => string;
  readonly process: (told: Told) => string;
  readonly what: (told: Told) => string;
}

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
  return new StepLog(
    journal,
    STEPS.map(([type]) => type),
  );
}

export class LifeCollector {
  private readonly journal: Journal;
  private readonly ids: readonly InterestingId[];
  private readonly trails = new Map<number, Map<number, Trail>>();

  /** `journal` is the one that the steps will come from: by `read` of its log, or by `listen`. */
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
    const steps = new Map(STEPS);
    log.replay(
      (publisher, sequence) => this.trails.get(publisher)?.has(sequence) === true,
      (type, timeUs, slots) => this.take(type, steps.get(type)!, timeUs, slots),
    );
  }

  /** Takes the steps from the journal of a run that is to begin. */
  listen(): void {
    for (const [type, step] of STEPS) {
      const at = slotOfMessage(type);
      this.journal.on(type, (timeUs, f0, f1, f2, f3, f4, f5, f6, f7) => {
        const slots = [f0, f1, f2, f3, f4, f5, f6, f7];
        if (this.trails.get(slots[at]!)?.has(slots[at + 1]!) === true) this.take(type, step, timeUs, slots);
      });
    }
  }

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

  private take(type: RecordType, step: Step, timeUs: number, slots: readonly number[]): void {
    const at = slotOfMessage(type);
    const told = tell(type, slots, this.journal);
    const line = { timeUs, node: step.node(told), process: step.process(told), what: step.what(told) };
    const trail = this.trails.get(slots[at]!)!.get(slots[at + 1]!)!;
    trail.add(told['rule'] === undefined ? line : { ...line, rule: told['rule'] });
  }
}

const node = (told: Told): string => told['node'] ?? '';
const client = (told: Told): string => told['workload'] ?? '';
const channel = (): string => 'channel';
const leader = (told: Told): string => `${told['queue']} leader`;
const replica = (told: Told): string => `${told['queue']} ${told['role']}`;
const flagged = (told: Told): string => (told['redelivered'] === '1' ? ', flagged redelivered' : '');

const STEPS: readonly (readonly [RecordType, Step])[] = [
  [followed, { node: client, process: client, what: (told) => `makes it because of ${told['cause']}` }],
  [
    records.published,
    {
      node: client,
      process: client,
      what: (told) =>
        told['attempt'] === '1'
          ? `publishes to ${told['node']}`
          : `publishes again to ${told['node']}, attempt ${told['attempt']}`,
    },
  ],
  [
    records.confirmed,
    { node: client, process: client, what: (told) => `is told by ${told['node']} that it is safe` },
  ],
  [
    records.nacked,
    { node: client, process: client, what: (told) => `is told by ${told['node']} that it is refused` },
  ],
  [
    records.returned,
    { node: client, process: client, what: (told) => `gets it back from ${told['node']}: no route` },
  ],
  [
    records.delivered,
    {
      node: client,
      process: client,
      what: (told) => `receives it from ${told['queue']} through ${told['node']}${flagged(told)}`,
    },
  ],
  [records.acked, { node: client, process: client, what: (told) => `acknowledges it to ${told['queue']}` }],
  [
    records.rejectSent,
    {
      node: client,
      process: client,
      what: (told) => (told['requeue'] === '1' ? 'refuses it, with requeue' : 'refuses it'),
    },
  ],
  [
    records.skipped,
    { node: client, process: client, what: () => 'takes the flag for proof of a repeat and drops it' },
  ],
  [records.deduplicated, { node: client, process: client, what: () => 'knows it already and drops it' }],
  [
    records.drained,
    { node, process: () => 'drain', what: (told) => `takes it out of ${told['queue']}${flagged(told)}` },
  ],
  [records.routed, { node, process: channel, what: (told) => `routes it to ${told['queue']}` }],
  [
    records.deadLetterRouted,
    {
      node,
      process: (told) => `${told['from']} leader`,
      what: (told) =>
        `publishes it as a dead letter (${told['reason']}), which is routed to ${told['queue']}`,
    },
  ],
  [records.publishRefused, { node, process: leader, what: () => 'is full and does not take it in' }],
  [records.unroutable, { node, process: channel, what: () => 'finds no queue for it' }],
  [records.publishDropped, { node, process: channel, what: () => 'drops the publish with its connection' }],
  [records.copyStored, { node, process: replica, what: (told) => `takes it in (${told['how']})` }],
  [records.copyConfirmed, { node, process: replica, what: () => 'gives its confirm' }],
  [
    records.copyTaken,
    { node, process: leader, what: (told) => `hands it to a consumer's channel${flagged(told)}` },
  ],
  [records.copyRequeued, { node, process: leader, what: () => 'puts it back' }],
  [records.copyFinished, { node, process: leader, what: () => 'removes it: finished' }],
  [
    records.copyEnded,
    { node, process: leader, what: (told) => `ends it: ${told['how']?.replaceAll('_', ' ')}` },
  ],
  [records.copyDestroyed, { node, process: replica, what: (told) => `loses it: ${told['why']}` }],
  [records.deliveryLost, { node, process: channel, what: () => 'loses the delivery on its way' }],
];

function tell(type: RecordType, slots: readonly number[], journal: Journal): Told {
  const told: Record<string, string> = {};
  let slot = 0;
  for (const field of type.fields) {
    const value = slots[slot]!;
    slot += field.type === 'message' ? 2 : 1;
    if (field.type === 'message') {
      told[field.name] = `${journal.text(value)}-${slots[slot - 1]}`;
      continue;
    }
    if (field.name === 'rule') {
      const cited = rules[value];
      if (cited !== undefined) told['rule'] = cited.id;
    } else told[field.name] = field.type === 'name' ? journal.text(value) : String(value);
  }
  return told;
}
