/**
 * Fates with the same cause put together: how many messages, how many of them confirmed, which were the first. Keeps
 * ranges of ids instead of ids, and not many of those, since a million messages can share one cause.
 */
import type { Cause } from './causes.ts';
import type { PublisherAccount } from './accounts.ts';
import type { CauseFigures } from './result.ts';

/** Ids [from, to) of a publisher. */
export interface IdRange {
  readonly publisher: PublisherAccount;
  readonly from: number;
  readonly to: number;
}

/** Messages of one queue that met the same fate for the same reason. */
export interface CauseGroup {
  readonly cause: Cause;
  /** Empty for messages that reached no queue. */
  readonly queue: string;
  messages: number;
  confirmed: number;
  /** The earliest decision of the group. */
  timeUs: number;
  readonly first: string;
  /** The first ranges of the group, at most `RANGES_MAX`. */
  readonly ranges: IdRange[];
}

const RANGES_MAX = 128;

export class CauseTally {
  private readonly groups = new Map<string, CauseGroup>();

  /** All groups: worst outcome first, then most messages, then earliest. */
  sorted(): CauseGroup[] {
    return [...this.groups.values()].toSorted(
      (a, b) =>
        b.confirmed * harm(b) - a.confirmed * harm(a) ||
        harm(b) - harm(a) ||
        b.messages - a.messages ||
        a.timeUs - b.timeUs ||
        (a.first < b.first ? -1 : 1),
    );
  }

  /** Counts the messages [from, to) of a publisher under this cause. */
  add(cause: Cause, queue: string, range: IdRange, confirmed: boolean): CauseGroup {
    const key = `${cause.outcome} ${cause.hazard} ${cause.rule} ${queue} ${cause.sentence}`;
    const messages = range.to - range.from;
    let group = this.groups.get(key);
    if (group === undefined) {
      group = {
        cause,
        queue,
        messages: 0,
        confirmed: 0,
        timeUs: cause.timeUs,
        first: range.publisher.nameOf(range.from),
        ranges: [],
      };
      this.groups.set(key, group);
    }
    group.messages += messages;
    if (confirmed) group.confirmed += messages;
    if (cause.timeUs < group.timeUs) group.timeUs = cause.timeUs;
    if (group.ranges.length < RANGES_MAX) group.ranges.push(range);
    return group;
  }

  /** Takes over the groups of another tally. */
  include(other: CauseTally): void {
    for (const [key, group] of other.groups) this.groups.set(key, group);
  }

  /** As the result has it: by hazard, rule and outcome, most harm first. */
  figures(): CauseFigures[] {
    const figures = new Map<string, { -readonly [K in keyof CauseFigures]: CauseFigures[K] }>();
    for (const group of this.sorted()) {
      const { hazard, rule, outcome } = group.cause;
      const key = `${hazard} ${rule} ${outcome}`;
      const known = figures.get(key);
      if (known === undefined) {
        const { messages, confirmed, first } = group;
        figures.set(key, { hazard, rule, outcome, messages, confirmed, first });
      } else {
        known.messages += group.messages;
        known.confirmed += group.confirmed;
      }
    }
    return [...figures.values()];
  }
}

/** Loss outweighs what is stuck, that outweighs repeats, and those disorder. */
function harm({ cause }: CauseGroup): number {
  switch (cause.outcome) {
    case 'lost':
      return 1_000_000;
    case 'stuck':
      return 10_000;
    case 'duplicated':
      return 100;
    case 'reordered':
      return 1;
  }
}
