/**
 * The timeline of the contract: what nodes, queues and clients went through, in the words that scenarios and the real
 * cluster share. The first 20,000 events are kept, and counted by kind however many there are; what single messages went
 * through is added when the ledger is closed.
 */
import type { Journal, RecordType } from '../kernel/journal.ts';
import * as applicationRecords from '../records/applications.ts';
import * as clusterRecords from '../records/cluster.ts';
import * as linkRecords from '../records/links.ts';
import * as proxyRecords from '../records/proxies.ts';
import { type EventField, timelineEvents } from '../scenario/results.ts';
import type { CauseGroup } from './cause-tally.ts';
import type { Scalar, TimelineEvent } from './result.ts';

/** At most this many events of nodes, queues and clients are kept, and as many about single messages as `MESSAGES_KEPT`. */
export const EVENTS_KEPT = 20_000;
const MESSAGES_KEPT = 2_000;

const recordTypes: readonly RecordType[] = [
  clusterRecords,
  proxyRecords,
  linkRecords,
  applicationRecords,
].flatMap((types) => Object.values(types));

interface Column {
  readonly name: string;
  readonly slot: number;
  readonly kind: 'number' | 'seconds' | 'name' | 'flag' | 'list';
}

export interface KeptEvent {
  readonly timeUs: number;
  readonly event: string;
  readonly fields: Readonly<Record<string, Scalar | readonly string[]>>;
}

export class Timeline {
  private readonly kept: KeptEvent[] = [];
  private readonly counts = new Map<string, number>();

  /** Subscribes to every record whose name is an event of the timeline. */
  constructor(journal: Journal) {
    for (const type of recordTypes) {
      const fields = fieldsOf(type.name);
      if (fields !== null) this.watch(journal, type, fields);
    }
  }

  /** All events kept, in order of time. */
  get events(): readonly KeptEvent[] {
    return this.kept;
  }

  /** How often an event happened, kept or not. */
  count(event: string): number {
    return this.counts.get(event) ?? 0;
  }

  /** Events that happened, kept or not. */
  get total(): number {
    let total = 0;
    for (const count of this.counts.values()) total += count;
    return total;
  }

  /** Adds `message_lost` and `message_duplicated` at the times at which these fates were decided. Call once. */
  addMessages(groups: readonly CauseGroup[]): void {
    const added: KeptEvent[] = [];
    for (const group of groups) {
      const { outcome, hazard, rule } = group.cause;
      if (outcome !== 'lost' && outcome !== 'duplicated') continue;
      const event = outcome === 'lost' ? 'message_lost' : 'message_duplicated';
      this.counts.set(event, this.count(event) + group.messages);
      for (const { publisher, from, to } of group.ranges) {
        for (let sequence = from; sequence < to && added.length < MESSAGES_KEPT; sequence += 1) {
          const fields = { id: publisher.nameOf(sequence), queue: group.queue, hazard, rule };
          added.push({ timeUs: group.cause.timeUs, event, fields });
        }
      }
    }
    this.kept.push(...added);
    // Sorting is stable: events of one moment stay in the order in which they were written.
    this.kept.sort((a, b) => a.timeUs - b.timeUs);
  }

  /** The timeline as the result has it: times in seconds. */
  toJson(): TimelineEvent[] {
    return this.kept.map(({ timeUs, event, fields }) => ({ time: timeUs / 1_000_000, event, ...fields }));
  }

  private watch(journal: Journal, type: RecordType, fields: Readonly<Record<string, EventField>>): void {
    const columns = columnsOf(type, fields);
    const event = type.name;
    journal.on(type, (timeUs, f0, f1, f2, f3, f4, f5, f6, f7) => {
      this.counts.set(event, this.count(event) + 1);
      if (this.kept.length >= EVENTS_KEPT) return;
      const slots = [f0, f1, f2, f3, f4, f5, f6, f7];
      const values: Record<string, Scalar | readonly string[]> = {};
      for (const { name, slot, kind } of columns) values[name] = valueOf(slots[slot]!, kind, journal);
      this.kept.push({ timeUs, event, fields: values });
    });
  }
}

function fieldsOf(event: string): Readonly<Record<string, EventField>> | null {
  return Object.hasOwn(timelineEvents, event) ? timelineEvents[event as keyof typeof timelineEvents] : null;
}

/** Which slots of the record make the event's fields; the record may say more than the timeline shows. */
function columnsOf(type: RecordType, fields: Readonly<Record<string, EventField>>): Column[] {
  const columns: Column[] = [];
  let slot = 0;
  for (const field of type.fields) {
    const shown = fields[field.name];
    if (shown !== undefined) {
      const kind =
        shown === 'nodes'
          ? 'list'
          : field.type === 'name' || field.type === 'flag'
            ? field.type
            : field.type === 'us'
              ? 'seconds'
              : 'number';
      columns.push({ name: field.name, slot, kind });
    }
    slot += field.type === 'message' ? 2 : 1;
  }
  return columns;
}

function valueOf(slot: number, kind: Column['kind'], journal: Journal): Scalar | readonly string[] {
  switch (kind) {
    case 'number':
      return slot;
    case 'seconds':
      return slot / 1_000_000;
    case 'name':
      return journal.text(slot);
    case 'flag':
      return slot !== 0;
    case 'list':
      return journal
        .text(slot)
        .split(' ')
        .filter((name) => name !== '');
  }
}
