/**
 * What `watership test` found: the document that the reporter `json` writes and `watership merge` reads back, format 1. Everything in it is the
 * same however many workers ran it and on whichever machine: durations stay outside, in `Durations`. Field names are snake_case, as in results.
 */
import type { Problem } from '../../scenario/problem.ts';
import type { Scalar, Verdict } from '../../ledger/result.ts';

export interface TestReport {
  readonly watership_test: 1;
  /** Of Watership. */
  readonly version: string;
  /** Null: everything was run here. */
  readonly shard: Shard | null;
  /** In the order in which they were found. */
  readonly files: readonly FileReport[];
  /** What concerns no file: a baseline entry whose scenario is gone, a shard that is missing. */
  readonly notes: readonly string[];
}

/** Which part of the tests this is, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export interface FileReport {
  /** As it was found, with `/` between folders. */
  readonly file: string;
  /** Its place among all files, whichever shard ran them. */
  readonly nth: number;
  /** Why it cannot run; then it has no cases. */
  readonly problems: readonly Problem[];
  readonly cases: readonly CaseReport[];
}

/**
 * `failed`: an expectation did not hold, or the baseline moved. `unknown`: a limit came first. `refused`: no cluster comes of the file.
 * `defect`: Watership contradicted itself. `skipped`: `--bail` ended the run before.
 */
export type Status = 'passed' | 'failed' | 'unknown' | 'refused' | 'defect' | 'skipped';

/** One scenario (a cell of a matrix is one) with all its seeds. */
export interface CaseReport {
  readonly scenario: string;
  /** Its place among the cells of the file. */
  readonly nth: number;
  readonly matrix: Readonly<Record<string, Scalar>>;
  readonly status: Status;
  /** Whether the file expects anything. */
  readonly expects: boolean;
  readonly seeds: { readonly first: number; readonly count: number };
  /** In the order of seeds; those that ended. */
  readonly runs: readonly RunFigures[];
  readonly findings: readonly Finding[];
  /** Every figure of every seed that moved; null where there is no baseline. */
  readonly moved: readonly MovedFigure[] | null;
  /** What is worth saying and fails nothing. */
  readonly notes: readonly string[];
  /** How the first seed that did not pass went; null where all did. */
  readonly story: Story | null;
}

export interface RunFigures {
  readonly seed: number;
  readonly verdict: Verdict;
  readonly trace_hash: string;
  /** Of messages those that are not zero; of availability all, null where nothing could be measured. */
  readonly figures: Readonly<Record<string, number | null>>;
}

/** A figure (or `trace_hash`) of one seed that is not what the baseline has. */
export interface MovedFigure {
  readonly seed: number;
  readonly figure: string;
  /** Null: not measured. */
  readonly was: number | string | null;
  readonly is: number | string | null;
  /** Least and most that it might have been; null where nothing else might. */
  readonly allowed: readonly [least: number, most: number] | null;
}

/** `expectation`: an expectation did not hold; `moved`: the baseline has other figures; `error`: the file cannot run; `defect`: ours. */
export type FindingKind = 'expectation' | 'moved' | 'error' | 'defect';

/** Something wrong, once for all seeds that show it. */
export interface Finding {
  readonly kind: FindingKind;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** That line of the file. */
  readonly excerpt: string;
  readonly message: string;
  /** The first seed that shows it; null where only the set does. */
  readonly seed: number | null;
  /** How many seeds show it. */
  readonly seeds: number;
  /** The command that shows it again; null where no single run does. */
  readonly replay: string | null;
}

export interface Story {
  readonly seed: number;
  readonly sentence: string;
  readonly causes: readonly string[];
  readonly lines: readonly ToldStep[];
}

export interface ToldStep {
  /** Seconds. */
  readonly time: number;
  readonly sentence: string;
  /** Index of the step that brought it about; null where it begins something. */
  readonly follows: number | null;
  /** By which messages met their fate; null where none did. */
  readonly rule: string | null;
}

/** How long cases took, in milliseconds of this machine: outside the report, because no two runs agree. */
export class Durations {
  private readonly ms = new Map<string, number>();
  totalMs = 0;

  set(file: string, nth: number, ms: number): void {
    this.ms.set(`${nth} ${file}`, ms);
  }

  /** Null where nobody measured: in a merged report. */
  of(file: string, { nth }: CaseReport): number | null {
    return this.ms.get(`${nth} ${file}`) ?? null;
  }
}
