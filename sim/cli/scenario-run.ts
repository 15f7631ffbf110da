/**
 * The seam between the command line and the engine: what running one scenario with one seed is asked and yields. Types only,
 * so that commands load no engine by naming them.
 */
import type { Journal } from '../kernel/journal.ts';
import type { Judgement } from '../ledger/expectations.ts';
import type { RunResult } from '../ledger/result.ts';
import type { RunReport, StoryLine } from '../ledger/run-report.ts';
import type { Scenario } from '../scenario/model.ts';

export interface RunOptions {
  readonly seed: number;
  /** Collect what only a report shows, too. */
  readonly forReport?: boolean;
  /** Receives the journal as NDJSON, a line at a time, line feed included. */
  readonly onTraceLine?: (line: string) => void;
  /** Called with the journal before anything is written to it. Listeners may not change it: no word may be interned. */
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
  /** At most fifteen lines. */
  readonly story: readonly StoryLine[];
  readonly judgement: Judgement;
  /**
   * Makes the report, given the command that yields this run again; runs the seed a second time where too much
   * was to be kept for the lives of its messages. Null unless asked `forReport`.
   */
  readonly report: ((replayCommand: string) => RunReport) | null;
}

/** Runs a scenario to its verdict. Throws InvariantError, or anything else, only on our own defects. */
export type RunScenario = (scenario: Scenario, options: RunOptions) => ScenarioRun;
