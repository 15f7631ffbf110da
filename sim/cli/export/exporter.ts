/** What an export of a run is made of: it listens to the journal and writes as the run goes on, so that nothing has to be kept. */
import type { Journal } from '../../kernel/journal.ts';

export type Write = (text: string) => void;

export interface Exporter {
  /** Subscribes; nothing has been written to the journal yet. */
  listen(journal: Journal): void;
  /** The run is over; `endUs` is when. What is still open is closed. */
  end(endUs: number): void;
}
