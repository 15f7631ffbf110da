/**
 * The ledger: what became of each message, from the journal alone (and, at the end, from what the nodes answer when they
 * are asked about their queues). It listens while the run goes on and keeps books whose size follows from how many
 * different histories messages had, not from how many messages there were; `close` settles them.
 *
 * Left out: the way of each single message. Which ones are interesting (`interestingIds`) is known when the books are
 * closed; `lives.ts` tells of those.
 */
import type { Journal } from '../kernel/journal.ts';
import { phase } from '../records/cluster.ts';
import type { Observation } from '../records/observation.ts';
import type { Scenario } from '../scenario/model.ts';
import type { ApplicationFigure } from '../scenario/results.ts';
import { Accounts } from './accounts.ts';
import { Applications } from './applications.ts';
import { Availability, clientNames } from './availability.ts';
import { type CauseGroup, CauseTally } from './cause-tally.ts';
import { watchDeliveries } from './deliveries.ts';
import { Disorder } from './disorder.ts';
import { Fates } from './fates.ts';
import { addCounts, type Counts, zeroCounts } from './figures.ts';
import { History } from './history.ts';
import { watchKeptLetters } from './kept-letters.ts';
import { Id } from './message-words.ts';
import { watchPublishing } from './publishing.ts';
import { type QueueEnd, queueEnd } from './queue-end.ts';
import { watchReplicas } from './replicas.ts';
import type { AvailabilityFigures, CauseFigures, MessageFigures } from './result.ts';

/** What is told of a workload; null: not measured. */
type WorkloadFigures = MessageFigures &
  Partial<AvailabilityFigures> &
  Partial<Record<ApplicationFigure, number | null>>;

/** The figures of a closed ledger. */
export interface LedgerFigures {
  readonly messages: MessageFigures;
  readonly availability: AvailabilityFigures;
  /** By client; where a workload has several, also their sum under the workload's own name. */
  readonly byWorkload: ReadonlyMap<string, WorkloadFigures>;
  readonly byQueue: ReadonlyMap<string, MessageFigures>;
  readonly causes: readonly CauseFigures[];
  readonly groups: readonly CauseGroup[];
}

/** A message that has a story: one of those that share a fate and a cause. */
export interface InterestingId {
  readonly publisher: number;
  readonly sequence: number;
  readonly id: string;
  readonly confirmed: boolean;
  readonly group: CauseGroup;
}

export interface Closing {
  /** When the workloads' time was over: availability is measured up to here. */
  readonly endUs: number;
  /** The end as the nodes tell it; null (tests) takes every queue for readable. */
  readonly observation: Observation | null;
  /** A limit ended the run: what was under way then is neither lost nor stuck. */
  readonly brokenOff?: boolean;
}

export class Ledger {
  private readonly accounts: Accounts;
  private readonly history: History;
  private readonly availability: Availability;
  private readonly disorder: Disorder;
  private readonly applications: Applications;
  private readonly scenario: Pick<Scenario, 'workloads'>;
  private figures: LedgerFigures | null = null;
  private hasDrained = false;

  /** Subscribes to the journal; nothing may have been written yet. */
  constructor(journal: Journal, scenario: Pick<Scenario, 'workloads'>) {
    this.scenario = scenario;
    this.accounts = new Accounts(journal);
    this.history = new History(journal);
    this.availability = new Availability(journal, scenario.workloads);
    this.disorder = new Disorder(this.accounts, this.history);
    this.applications = new Applications(journal, this.accounts.pool);
    watchPublishing(journal, this.accounts, (timeUs, publisher, sequence, latencyUs) => {
      this.availability.confirm(timeUs, publisher, latencyUs);
      this.disorder.confirmed(publisher, sequence);
    });
    journal.on(phase, (_, name) => {
      if (journal.text(name) === 'drain') this.hasDrained = true;
    });
    watchReplicas(journal, this.accounts);
    watchKeptLetters(journal, this.accounts);
    watchDeliveries(journal, this.accounts, (timeUs, copies, sequence, word) =>
      this.disorder.late(timeUs, copies, sequence, word),
    );
  }

  /** What the books hold, for tests of their size: distinct pages, open pages, 4-byte words in all. */
  get size(): { readonly distinctPages: number; readonly openPages: number; readonly words: number } {
    const { pool } = this.accounts;
    return { distinctPages: pool.distinctPages, openPages: pool.openPageCount, words: pool.heldWords };
  }

  /**
   * Settles the books. Call once, when the drain is over.
   * Throws InvariantError naming the messages when a sum does not close.
   */
  close(closing: Closing): LedgerFigures {
    const fates = new Fates(this.accounts, this.history, {
      endUs: closing.endUs,
      brokenOff: closing.brokenOff === true,
      queue: (name) => this.queueEnd(name, closing.observation),
    });
    fates.settle();
    this.accounts.pool.putAllAway();
    const tally = new CauseTally();
    tally.include(fates.tally);
    tally.include(this.disorder.tally);
    this.figures = {
      messages: this.accounts.counts,
      availability: this.availability.figures(closing.endUs),
      byWorkload: this.byWorkload(closing.endUs),
      byQueue: new Map(this.accounts.queues.map(({ name, counts }) => [name, counts])),
      causes: tally.figures(),
      groups: tally.sorted(),
    };
    return this.figures;
  }

  /** Up to `cap` messages of each group of equal fate, cause and queue: the first ones. After `close`. */
  interestingIds(cap: number): InterestingId[] {
    const chosen: InterestingId[] = [];
    for (const group of this.figures?.groups ?? []) {
      let left = cap;
      for (const { publisher, from, to } of group.ranges) {
        for (let sequence = from; sequence < to && left > 0; sequence += 1, left -= 1) {
          chosen.push({
            publisher: publisher.number,
            sequence,
            id: publisher.nameOf(sequence),
            confirmed: (publisher.ids.get(sequence) & Id.confirmed) !== 0,
            group,
          });
        }
      }
    }
    return chosen;
  }

  /** The name of the publisher that messages are numbered by. */
  publisherName(publisher: number): string {
    return this.accounts.publisherName(publisher);
  }

  private queueEnd(name: string, observation: Observation | null): QueueEnd | null {
    if (observation !== null) {
      return queueEnd(name, observation, !this.history.queue(name).exists, this.hasDrained);
    }
    const nodes = this.accounts.queues.find((queue) => queue.name === name)?.nodes ?? [];
    return { known: true, readable: true, heldUp: false, leaders: nodes, empty: false };
  }

  private byWorkload(endUs: number): Map<string, WorkloadFigures> {
    const counted = new Map(this.accounts.workloads.map(({ name, counts }) => [name, counts]));
    const availability = this.availability.byClient(endUs);
    const figures = new Map<string, WorkloadFigures>();
    for (const workload of this.scenario.workloads) {
      const names = clientNames(workload);
      const sum: Counts = zeroCounts();
      for (const name of names) {
        const counts = counted.get(name) ?? zeroCounts();
        addCounts(sum, counts);
        figures.set(name, { ...counts, ...availability.get(name), ...this.applications.figures([name]) });
        counted.delete(name);
      }
      if (names.length > 1) figures.set(workload.name, { ...sum, ...this.applications.figures(names) });
    }
    for (const [name, counts] of counted) figures.set(name, counts);
    return figures;
  }
}
