/** What running one scenario with one seed is asked and yields. Types only. */
import type { Journal } from '../kernel/journal.ts';
import type { Judgement } from '../ledger/expectations.ts';
import type { RunResult } from '../ledger/result.ts';
import type { RunReport, StoryStep } from '../ledger/run-report.ts';

export interface SimulateOptions {
  /** A safe integer; the scenario's own where it is absent. */
  readonly seed?: number;
  /** Collect what only a report shows, too. */
  readonly forReport?: boolean;
  /** Receives the journal as NDJSON, a line at a time, line feed included. */
  readonly onTraceLine?: (line: string) => void;
  /** For exports of our own: called with the journal before anything is written to it. Whoever listens may not intern a word. */
  readonly onJournal?: (journal: Journal) => void;
  /** Called now and then while the run goes on, with its virtual time. */
  readonly onProgress?: (timeUs: number) => void;
}

/** One run of one scenario with one seed, judged by what holds for every seed. */
export interface ScenarioRun {
  readonly result: RunResult;
  /** One sentence: what came of it. */
  readonly verdictSentence: string;
  /** Why, most harm first, a sentence a cause; empty when nothing went wrong. */
  readonly causeSentences: readonly string[];
  /** At most fifteen lines, each with the one that brought it about. */
  readonly story: readonly StoryStep[];
  readonly judgement: Judgement;
  /**
   * Makes the report, given the command that yields this run again; runs the seed a second time where too much
   * was to be kept for the lives of its messages. Null unless asked `forReport`.
   */
  readonly report: ((replayCommand: string) => RunReport) | null;
}
