/** A record for readers outside: as `--trace` has it, but messages are called by their publisher's name and rules by their number. */
import type { Journal, RecordType } from '../../kernel/journal.ts';
import { renderRecord, type RenderedRecord } from '../../kernel/journal-text.ts';
import { rules } from '../../rules/registry.ts';

/** Times and durations are seconds with six decimals, as text; a message is `shop-17`. */
export function namedRecord(
  type: RecordType,
  timeUs: number,
  slots: readonly number[],
  journal: Journal,
): RenderedRecord {
  const rendered = renderRecord(type, timeUs, slots, journal);
  let slot = 0;
  for (const { name, type: kind } of type.fields) {
    const value = slots[slot] ?? 0;
    if (kind === 'message') rendered[name] = messageName(journal, value, slots[slot + 1] ?? 0);
    if (kind === 'int' && name === 'rule') rendered[name] = rules[value]?.id ?? '';
    slot += kind === 'message' ? 2 : 1;
  }
  return rendered;
}

/** The id of a message as results have it. */
export function messageName(journal: Journal, publisher: number, sequence: number): string {
  return `${journal.text(publisher)}-${sequence}`;
}
