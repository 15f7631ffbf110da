/**
 * Records as text, for the trace file and for people. Times and durations become seconds with six decimals, written as
 * text so that no digit is lost or added; names become their text, and a message the two numbers
 * `publisher-sequence` (who a publisher is, the kernel cannot say).
 */
import type { Journal, RecordType } from './journal.ts';

/** A record as JSON has it: `time`, `record` (the type's name), then the type's fields. */
export type RenderedRecord = Record<string, string | number | boolean>;

/** The record as an object; `slots` holds at least as many numbers as the type has slots. */
export function renderRecord(
  type: RecordType,
  timeUs: number,
  slots: readonly number[],
  journal: Journal,
): RenderedRecord {
  const rendered: RenderedRecord = { time: renderSeconds(timeUs), record: type.name };
  let slot = 0;
  for (const field of type.fields) {
    const value = slots[slot] ?? 0;
    slot += 1;
    switch (field.type) {
      case 'int':
        rendered[field.name] = value;
        break;
      case 'us':
        rendered[field.name] = renderSeconds(value);
        break;
      case 'name':
        rendered[field.name] = journal.text(value);
        break;
      case 'flag':
        rendered[field.name] = value !== 0;
        break;
      case 'message':
        rendered[field.name] = `${value}-${slots[slot] ?? 0}`;
        slot += 1;
        break;
    }
  }
  return rendered;
}

/** The record as a line of NDJSON, line feed included. */
export function renderRecordLine(
  type: RecordType,
  timeUs: number,
  slots: readonly number[],
  journal: Journal,
): string {
  return `${JSON.stringify(renderRecord(type, timeUs, slots, journal))}\n`;
}

/** Integer microseconds as seconds with exactly six decimals: 1_500_000 is `1.500000`. */
export function renderSeconds(us: number): string {
  const magnitudeUs = Math.abs(us);
  const seconds = Math.floor(magnitudeUs / 1_000_000);
  const fraction = String(magnitudeUs - seconds * 1_000_000).padStart(6, '0');
  return `${us < 0 ? '-' : ''}${seconds}.${fraction}`;
}
