/** Runs the gallery: its scenarios one after another, what waits beside them, and what neither shows nor waits. */
import type { Exhibit, GalleryReport } from '../../ledger/gallery.ts';
import { type Hazard, hazards } from '../../rules/registry.ts';
import type { Surroundings } from '../command.ts';
import { defectText } from '../defect.ts';
import { ExitCode } from '../exit-code.ts';
import { OutputFile } from '../output-file.ts';
import { packageVersion } from '../../library/package.ts';
import type { Job, Outcome } from '../pool/job.ts';
import { runJobs } from '../pool/run-jobs.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { replayCommand } from '../replay.ts';
import type { RunOptions, ScenarioRun } from '../scenario-run.ts';
import { type ExhibitFile, exhibitFiles, type HazardScenario } from './exhibits.ts';
import { galleryText } from './gallery-text.ts';
import { runExhibit, seedsOf } from './run-exhibit.ts';
import { missingParts, waitingHazards } from './waiting.ts';

export interface GalleryRequest {
  /** Ids of the hazards asked for; empty: all. */
  readonly wanted: readonly string[];
  /** Null: eight, or what a file asks for. */
  readonly seeds: number | null;
  readonly json: boolean;
  /** Null: none. */
  readonly report: string | null;
}

/** Throws OutputError before anything runs, and ScenarioError for a file of the gallery that is wrong. */
export async function runGallery(request: GalleryRequest, surroundings: Surroundings): Promise<ExitCode> {
  const files = exhibitFiles();
  const chosen = files.filter(({ hazard }) => isWanted(hazard, request));
  const output =
    request.report === null
      ? null
      : new OutputFile(
          request.report,
          files.map(({ file }) => file),
        );
  try {
    const { exhibits, defects } = await runAll(chosen, request, surroundings);
    const report: GalleryReport = {
      version: packageVersion(),
      exhibits,
      ...others(files, request),
    };
    await show(report, request, output, surroundings);
    if (defects > 0) return ExitCode.defect;
    return exhibits.every(({ held }) => held) && report.missing.length === 0
      ? ExitCode.held
      : ExitCode.failed;
  } finally {
    output?.discard();
  }
}

/** One run of the gallery. */
interface GalleryJob extends Job {
  readonly file: ExhibitFile;
  readonly scenario: HazardScenario;
}

/** Runs all files' runs, on all cores, and makes an exhibit of each file once its runs are over. */
async function runAll(
  files: readonly ExhibitFile[],
  { seeds }: GalleryRequest,
  surroundings: Surroundings,
): Promise<{ readonly exhibits: readonly Exhibit[]; readonly defects: number }> {
  const jobs = files.flatMap((file) => jobsOf(file, seeds));
  const progress = new Progress(surroundings.terminal, jobs.length, false);
  const exhibits: Exhibit[] = [];
  let runs: ScenarioRun[] = [];
  let over = 0;
  const broken = new Set<ExhibitFile>();
  const onOutcome = (outcome: Outcome, job: GalleryJob): void => {
    const { file } = job;
    if (outcome.kind === 'refused') throw outcome.error;
    if (outcome.kind === 'ended') runs.push(outcome.run);
    else {
      // One defect a file says enough.
      if (!broken.has(file)) sayDefect(outcome.error, job, progress, surroundings);
      broken.add(file);
    }
    progress.ended(outcome.kind !== 'ended' || outcome.run.result.verdict !== 'passed');
    over += 1;
    if (jobs[over]?.file === file) return;
    const ofFile = runs;
    runs = [];
    if (!broken.has(file)) exhibits.push(runExhibit(file, seeds, () => ofFile.shift()!));
  };
  const here = ({ file, seed }: GalleryJob): Omit<RunOptions, 'seed'> => {
    const onProgress = progress.begin(`${file.hazard}, seed ${seed}`);
    return onProgress === undefined ? {} : { onProgress };
  };
  try {
    await runJobs(jobs, onOutcome, { count: jobs.length, processes: null, surroundings, here });
  } finally {
    progress.end();
  }
  return { exhibits, defects: broken.size };
}

/** The runs of a file in the order in which its exhibit asks for them. */
function jobsOf(file: ExhibitFile, seeds: number | null): readonly GalleryJob[] {
  return file.cells.flatMap((scenario) =>
    Array.from({ length: seedsOf(scenario, seeds) }, (_, nth) => ({
      file,
      scenario,
      seed: scenario.seed + nth,
    })),
  );
}

function sayDefect(
  error: unknown,
  { file: { file }, scenario: { matrix }, seed }: GalleryJob,
  progress: Progress,
  { terminal, debug }: Surroundings,
): void {
  progress.clear();
  const again = replayCommand({ file, seed, matrix, overrides: [], allowUnmodelled: false });
  terminal.err(defectText(error, again, debug, terminal.paintErr));
}

/** What waits, and what nobody thought of. */
function others(
  files: readonly ExhibitFile[],
  request: GalleryRequest,
): Pick<GalleryReport, 'waiting' | 'missing'> {
  const shown = new Set(files.map(({ hazard }) => hazard));
  const rest = hazards.filter(({ id }) => !shown.has(id) && isWanted(id, request));
  const waits = (hazard: Hazard): boolean => waitingHazards.has(hazard.id);
  return {
    waiting: rest.filter(waits).map((hazard) => {
      const waitsFor = missingParts(waitingHazards.get(hazard.id)!);
      return { hazard, waitsFor, isDue: waitsFor.length === 0 };
    }),
    missing: rest.filter((hazard) => !waits(hazard)),
  };
}

function isWanted(hazard: string, { wanted }: GalleryRequest): boolean {
  return wanted.length === 0 || wanted.includes(hazard);
}

async function show(
  report: GalleryReport,
  { json }: GalleryRequest,
  output: OutputFile | null,
  { terminal }: Surroundings,
): Promise<void> {
  if (json) {
    const lines = [
      ...report.exhibits.map(({ hazard, ...rest }) => ({ hazard: hazard.id, title: hazard.title, ...rest })),
      ...report.waiting.map(({ hazard, ...rest }) => ({ hazard: hazard.id, title: hazard.title, ...rest })),
      ...report.missing.map(({ id, title }) => ({ hazard: id, title, missing: true })),
    ];
    for (const line of lines) terminal.out(`${JSON.stringify(line)}\n`);
  } else terminal.out(galleryText(report, terminal.paintOut));
  if (output === null) return;
  const { renderGallery } = await import('../../../reports/write-gallery.ts');
  output.write(renderGallery(report));
  output.commit();
  if (!json) terminal.out(`Report  ${printable(output.path)}\n`);
}
