/** The journal, one record a line. */
import type { Journal } from '../../kernel/journal.ts';
import type { Exporter, Write } from './exporter.ts';
import { namedRecord } from './named-record.ts';

export function ndjson(write: Write): Exporter {
  return {
    listen(journal: Journal): void {
      journal.onAny((type, timeUs, ...slots) =>
        write(`${JSON.stringify(namedRecord(type, timeUs, slots, journal))}\n`),
      );
    },
    end: () => undefined,
  };
}
