/** Runs the gallery: its scenarios one after another, what waits beside them, and what neither shows nor waits. */
import type { Exhibit, GalleryReport } from '../../ledger/gallery.ts';
import { type Hazard, hazards } from '../../rules/registry.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import type { Surroundings } from '../command.ts';
import { defectText } from '../defect.ts';
import { ExitCode } from '../exit-code.ts';
import { OutputFile } from '../output-file.ts';
import { packageVersion } from '../../library/package.ts';
import { printable } from '../printable.ts';
import { Progress } from '../progress.ts';
import { replayCommand } from '../replay.ts';
import { type ExhibitFile, exhibitFiles } from './exhibits.ts';
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

/** A run that ended with a defect of ours, said already. */
class DefectSaid extends Error {}

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

async function runAll(
  files: readonly ExhibitFile[],
  { seeds }: GalleryRequest,
  { terminal, loadEngine, debug }: Surroundings,
): Promise<{ readonly exhibits: readonly Exhibit[]; readonly defects: number }> {
  const runScenario = await loadEngine();
  const runs = files.flatMap(({ cells }) => cells).reduce((sum, cell) => sum + seedsOf(cell, seeds), 0);
  const progress = new Progress(terminal, runs, false);
  const exhibits: Exhibit[] = [];
  let defects = 0;
  for (const file of files) {
    try {
      exhibits.push(
        await runExhibit(file, seeds, async (scenario, seed) => {
          await terminal.breathe();
          const onProgress = progress.begin(`${file.hazard}, seed ${seed}`);
          try {
            return runScenario(scenario, { seed, ...(onProgress && { onProgress }) });
          } catch (error) {
            if (error instanceof ScenarioError) throw error;
            progress.clear();
            const { matrix } = scenario;
            const again = replayCommand({
              file: file.file,
              seed,
              matrix,
              overrides: [],
              allowUnmodelled: false,
            });
            terminal.err(defectText(error, again, debug, terminal.paintErr));
            throw new DefectSaid();
          }
        }),
      );
    } catch (error) {
      if (!(error instanceof DefectSaid)) throw error;
      defects += 1;
    }
  }
  progress.end();
  return { exhibits, defects };
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
