/**
 * Today's figures against a baseline: what moved, and by how much it might have. A figure that moved further than its tolerance fails the case. A trace hash that
 * moved although all figures held is a note: any change of Watership, and of the scenario's own lines, moves hashes, and what a team keeps a baseline for is what
 * becomes of its messages; `exact` makes it fail too. What a baseline does not know yet is a note as well.
 */
import { cellText } from '../plan.ts';
import { OutputFile } from '../output-file.ts';
import { UsageError } from '../usage-error.ts';
import { counted } from '../../ledger/words.ts';
import {
  baselineText,
  entryFileExists,
  nameInBaseline,
  readBaseline,
  type BaselineContent,
  type BaselineEntry,
  type BaselineRun,
} from './baseline-file.ts';
import type { CaseReport, FileReport, Finding, MovedFigure, RunFigures } from './report.ts';
import { allowedOf, baselineFigures, type Tolerances } from './tolerance.ts';

export interface BaselineRequest {
  readonly file: string;
  /** Take today's figures over instead of comparing. */
  readonly update: boolean;
  /** From the command line: before those of the file. */
  readonly tolerances: Tolerances;
  /** A trace hash that moved fails. */
  readonly exact: boolean;
}

/** What reporters and the report must not overwrite: `inputs`, and a baseline that is read. */
export function withBaseline(inputs: readonly string[], baseline: BaselineRequest | null): readonly string[] {
  return baseline === null ? inputs : [...inputs, baseline.file];
}

const hashFigure = 'trace_hash';

export class Baseline {
  private readonly request: BaselineRequest;
  private readonly was: BaselineContent;
  private readonly tolerances: Tolerances;
  private readonly entries: ReadonlyMap<string, BaselineEntry>;
  private readonly output: OutputFile | null;
  private hashesMoved = 0;
  private readonly casesWithMovedHash: string[] = [];
  private unknownRuns = 0;

  /** Reads the file, and with `update` opens it for writing; `inputs` must not be overwritten. Throws UsageError and OutputError. */
  constructor(request: BaselineRequest, inputs: readonly string[], version: string) {
    this.request = request;
    const read = readBaseline(request.file);
    if (read === null && !request.update)
      throw new UsageError(`there is no baseline ${request.file}`, 'make it with --update');
    this.was = read ?? { version, figures: baselineFigures, tolerances: {}, entries: [] };
    this.tolerances = { ...this.was.tolerances, ...request.tolerances };
    this.entries = new Map(this.was.entries.map((entry) => [keyOf(entry), entry]));
    this.output = request.update ? new OutputFile(request.file, inputs) : null;
  }

  /**
   * The case with what moved as findings; as it is when the baseline is to be updated. `replay` gives the command that yields a seed again, null
   * where nobody knows.
   */
  judge(file: string, report: CaseReport, replay: ((seed: number) => string) | null): CaseReport {
    if (this.request.update || report.runs.length === 0) return report;
    const name = nameInBaseline(this.request.file, file);
    const entry = this.entries.get(keyOf({ file: name, cell: cellText(report.matrix) }));
    const known = new Map(entry?.runs.map((run) => [run.seed, run]));
    const moved: MovedFigure[] = [];
    let hashes = 0;
    for (const run of report.runs) {
      const before = known.get(run.seed);
      if (before === undefined) {
        this.unknownRuns += 1;
        continue;
      }
      const figures = this.movedFigures(before, run);
      moved.push(...figures);
      if (before.trace_hash === run.trace_hash) continue;
      if (this.request.exact)
        moved.push({
          seed: run.seed,
          figure: hashFigure,
          was: before.trace_hash,
          is: run.trace_hash,
          allowed: null,
        });
      else if (figures.length === 0) hashes += 1;
    }
    this.hashesMoved += hashes;
    if (hashes > 0) this.casesWithMovedHash.push(file);
    if (moved.length === 0) return { ...report, moved };
    return {
      ...report,
      status: report.status === 'passed' ? 'failed' : report.status,
      findings: [...report.findings, ...findingsOf(moved, replay)],
      moved,
    };
  }

  /** What there is to say of all cases together; writes the baseline where it was to be updated. `complete`: every case of these files was meant. */
  close(files: readonly FileReport[], complete: boolean, version: string): readonly string[] {
    if (this.output !== null) return [this.write(this.output, files, complete, version)];
    const notes: string[] = [];
    const { file } = this.request;
    if (this.hashesMoved > 0) {
      const where = [...new Set(this.casesWithMovedHash)];
      const more = where.length > 3 ? ` and ${where.length - 3} more` : '';
      const made =
        this.was.version === version
          ? ''
          : ` (${file} is by Watership ${this.was.version}, this is ${version})`;
      notes.push(
        `the trace hash of ${counted(this.hashesMoved, 'run')} moved although all figures held${made}: ${where.slice(0, 3).join(', ')}${more}`,
      );
    }
    if (this.unknownRuns > 0)
      notes.push(
        `${file} does not know ${counted(this.unknownRuns, 'run')} yet: take them over with --update`,
      );
    const gone = complete ? this.goneEntries(files).length : 0;
    if (gone > 0)
      notes.push(`${file} has ${counted(gone, 'scenario')} that are no more: let go of them with --update`);
    return notes;
  }

  discard(): void {
    this.output?.discard();
  }

  private movedFigures(before: BaselineRun, run: RunFigures): readonly MovedFigure[] {
    return this.was.figures.flatMap((figure): MovedFigure[] => {
      // A figure that this version does not have is no figure that moved.
      if (!baselineFigures.includes(figure)) return [];
      const was = before.figures[figure] === undefined ? 0 : before.figures[figure];
      const is = run.figures[figure] === undefined ? 0 : run.figures[figure];
      const allowed = allowedOf(figure, was, this.tolerances);
      const held = allowed === null || is === null ? was === is : is >= allowed[0] && is <= allowed[1];
      return held ? [] : [{ seed: run.seed, figure, was, is, allowed }];
    });
  }

  private write(
    output: OutputFile,
    files: readonly FileReport[],
    complete: boolean,
    version: string,
  ): string {
    const fresh = new Map<string, BaselineEntry>();
    for (const { file, cases } of files)
      for (const { matrix, runs } of cases) {
        if (runs.length === 0) continue;
        const entry: BaselineEntry = {
          file: nameInBaseline(this.request.file, file),
          cell: cellText(matrix),
          runs: runs.map(({ seed, trace_hash, figures }) => ({ seed, trace_hash, figures })),
        };
        fresh.set(keyOf(entry), entry);
      }
    const gone = new Set(complete ? this.goneEntries(files) : []);
    const kept = this.was.entries.filter(
      (entry) => !gone.has(entry) && entryFileExists(this.request.file, entry),
    );
    const all = [...kept.filter((entry) => !fresh.has(keyOf(entry))), ...fresh.values()];
    const entries = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    output.write(baselineText({ version, figures: baselineFigures, tolerances: this.tolerances, entries }));
    output.commit();
    const runs = [...fresh.values()].reduce((sum, entry) => sum + entry.runs.length, 0);
    return `${this.request.file} has the figures of ${counted(runs, 'run')} of today`;
  }

  /** Entries of the files that were tested whose cells are no more. */
  private goneEntries(files: readonly FileReport[]): readonly BaselineEntry[] {
    const tested = new Map(
      files
        .filter(({ problems }) => problems.length === 0)
        .map(({ file, cases }) => [
          nameInBaseline(this.request.file, file),
          new Set(cases.map(({ matrix }) => cellText(matrix))),
        ]),
    );
    return this.was.entries.filter(({ file, cell }) => tested.get(file)?.has(cell) === false);
  }
}

function keyOf({ file, cell }: Pick<BaselineEntry, 'file' | 'cell'>): string {
  return `${file}\n${cell}`;
}

/** One finding a figure, at the beginning of the file: a baseline has no line of its own there. */
function findingsOf(
  moved: readonly MovedFigure[],
  replay: ((seed: number) => string) | null,
): readonly Finding[] {
  const byFigure = new Map<string, Finding>();
  for (const each of moved) {
    const known = byFigure.get(each.figure);
    byFigure.set(
      each.figure,
      known === undefined
        ? {
            kind: 'moved',
            line: 1,
            column: 1,
            excerpt: '',
            message: movedText(each),
            seed: each.seed,
            seeds: 1,
            replay: replay === null ? null : replay(each.seed),
          }
        : { ...known, seeds: known.seeds + 1 },
    );
  }
  return [...byFigure.values()];
}

/** `duplicated was 10, is 12, allowed 9 to 11`. */
export function movedText({ figure, was, is, allowed }: MovedFigure): string {
  const shown = (value: MovedFigure['was']): string => (value === null ? 'not measured' : String(value));
  const [least, most] = allowed ?? [null, null];
  const range = least === null || least === most ? '' : `, allowed ${rounded(least)} to ${rounded(most)}`;
  return `${figure} was ${shown(was)}, is ${shown(is)}${range}`;
}

/** Without the digits that only binary fractions have. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}
