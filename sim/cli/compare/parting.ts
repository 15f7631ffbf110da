/**
 * The first record at which two runs part. The journals are compared as they stream by: of the first run four bytes a record are kept, of the second a few
 * lines; the record of the first run that differs is had by running it once more, up to there. Lines of the scenario file are left out of account, so
 * that a comment more in one file parts nothing.
 */
import { rules } from '../../rules/registry.ts';
import type { ScenarioRun } from '../scenario-run.ts';

/** A record of the journal, as `--trace` has it. */
export type TraceRecord = Readonly<Record<string, string | number | boolean>>;

export interface Parting {
  /** Counted from 1, the formation of the cluster included. */
  readonly record: number;
  /** The few before it, the same in both. */
  readonly before: readonly TraceRecord[];
  /** The records that differ; null where that run has ended. */
  readonly a: TraceRecord | null;
  readonly b: TraceRecord | null;
}

/** Runs one scenario and hands over its journal, line by line. */
export type RunTraced = (onLine: (line: string) => void) => ScenarioRun;

const recordsBefore = 4;

/** Runs both and says where they part; null: nowhere. */
export function compareRuns(
  runA: RunTraced,
  runB: RunTraced,
): { readonly a: ScenarioRun; readonly b: ScenarioRun; readonly parting: Parting | null } {
  const marks = new Marks();
  const a = runA((line) => marks.add(markOf(withoutLine(line))));
  const before: string[] = [];
  let count = 0;
  let different: { readonly b: string | null } | null = null;
  const b = runB((line) => {
    if (different !== null) return;
    if (marks.at(count) !== markOf(withoutLine(line))) different = { b: line };
    else {
      count += 1;
      before.push(line);
      if (before.length > recordsBefore) before.shift();
    }
  });
  if (different === null && count === marks.count) return { a, b, parting: null };
  const lineOfB = (different as { readonly b: string | null } | null)?.b ?? null;
  const lineOfA = count < marks.count ? nthLine(runA, count) : null;
  return {
    a,
    b,
    parting: { record: count + 1, before: before.map(recordOf), a: nullOr(lineOfA), b: nullOr(lineOfB) },
  };
}

/** Thrown to end a run that has shown what was asked of it. */
class Enough extends Error {}

function nthLine(run: RunTraced, index: number): string | null {
  let count = 0;
  let found: string | null = null;
  try {
    run((line) => {
      if (count === index) {
        found = line;
        throw new Enough();
      }
      count += 1;
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return found;
}

function nullOr(line: string | null): TraceRecord | null {
  return line === null ? null : recordOf(line);
}

/** A rule is an index in the journal, and its name here. */
function recordOf(line: string): TraceRecord {
  const record = JSON.parse(line) as TraceRecord;
  const id = typeof record.rule === 'number' ? rules[record.rule]?.id : undefined;
  return id === undefined ? record : { ...record, rule: id };
}

function withoutLine(line: string): string {
  return line.replace(/,"line":\d+/, '');
}

/** Thirty-two bits of a line (FNV-1a). */
function markOf(line: string): number {
  let mark = 0x811c9dc5;
  for (let index = 0; index < line.length; index += 1) {
    mark ^= line.charCodeAt(index);
    mark = Math.imul(mark, 0x01000193);
  }
  return mark >>> 0;
}

/** A list of numbers of 32 bits that grows. */
class Marks {
  count = 0;
  private marks = new Uint32Array(65_536);

  add(mark: number): void {
    if (this.count === this.marks.length) {
      const larger = new Uint32Array(this.marks.length * 2);
      larger.set(this.marks);
      this.marks = larger;
    }
    this.marks[this.count] = mark;
    this.count += 1;
  }

  /** Undefined beyond the end. */
  at(index: number): number | undefined {
    return index < this.count ? this.marks[index] : undefined;
  }
}
