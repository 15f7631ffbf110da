/** The journal as lines of NDJSON: one record a line, the formation of the cluster included, at time 0. */
import type { Journal } from '../kernel/journal.ts';
import { renderRecordLine } from '../kernel/journal-text.ts';

/** Calls `onLine` with each record of `journal` from now on, line feed included. */
export function traceJournal(journal: Journal, onLine: (line: string) => void): void {
  journal.onAny((type, timeUs, ...slots) => onLine(renderRecordLine(type, timeUs, slots, journal)));
}
