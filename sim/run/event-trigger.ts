/**
 * Waits for the first timeline event that a pattern describes: a listener on the journal, since the journal is the only witness.
 */
import type { Journal } from '../kernel/journal.ts';
import type { RecordType } from '../kernel/record-type.ts';
import * as clusterRecords from '../records/cluster.ts';
import type { EventPattern } from '../scenario/chaos-model.ts';
import type { FieldValue } from '../scenario/model.ts';

const byName = new Map<string, RecordType>(Object.values(clusterRecords).map((type) => [type.name, type]));

/** Calls `happened` once, from within the writing of the first record from now on that fits the pattern. */
export function onFirstEvent(journal: Journal, pattern: EventPattern, happened: () => void): void {
  const type = byName.get(pattern.event);
  if (type === undefined) return;
  let waiting = true;
  journal.on(type, (_timeUs, ...slots) => {
    if (!waiting || !fits(journal, type, slots, pattern.fields)) return;
    waiting = false;
    happened();
  });
}

function fits(
  journal: Journal,
  type: RecordType,
  slots: readonly number[],
  fields: EventPattern['fields'],
): boolean {
  return Object.entries(fields).every(([name, expected]) => {
    const slot = type.fields.findIndex((field) => field.name === name);
    const field = type.fields[slot];
    if (field === undefined) return false;
    const value = slots[slot]!;
    if (field.type === 'name') return isText(journal.text(value), expected);
    return field.type === 'flag' ? (value !== 0) === expected : value === expected;
  });
}

/** A list of nodes is a set; records hold it separated by spaces. */
function isText(text: string, expected: FieldValue): boolean {
  if (!Array.isArray(expected)) return text === expected;
  const wanted = expected.map(String).toSorted();
  return text.split(' ').toSorted().join(' ') === wanted.join(' ');
}
