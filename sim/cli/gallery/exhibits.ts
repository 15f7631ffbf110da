/** The scenarios of the gallery: `scenarios/hazards/`, each with the hazard that it says it shows. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { loadFile } from '../../scenario/load.ts';
import type { HazardExpectation, Scenario } from '../../scenario/model.ts';
import { packageRoot } from '../../library/package.ts';

/** A scenario that is about a hazard: one cell of a file's matrix. */
export type HazardScenario = Scenario & {
  readonly expect: { readonly hazard: HazardExpectation };
};

export interface ExhibitFile {
  /** Relative to where Watership was started. */
  readonly file: string;
  readonly hazard: string;
  readonly cells: readonly HazardScenario[];
}

/** Every file of the gallery by the number of its hazard. Throws ScenarioError for a file that is wrong. */
export function exhibitFiles(): readonly ExhibitFile[] {
  const folder = path.join(packageRoot(), 'scenarios', 'hazards');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files
    .map((file) => readExhibit(path.relative(process.cwd(), path.join(folder, file))))
    .toSorted((a, b) => numberOf(a.hazard) - numberOf(b.hazard) || (a.file < b.file ? -1 : 1));
}

function readExhibit(file: string): ExhibitFile {
  const cells = loadFile(file).filter(isAboutHazard);
  const hazard = cells[0]?.expect.hazard.id;
  if (hazard === undefined) throw new Error(`${file} says of no hazard that it shows it (expect.hazard)`);
  return { file, hazard, cells };
}

function isAboutHazard(scenario: Scenario): scenario is HazardScenario {
  return scenario.expect?.hazard !== undefined;
}

function numberOf(hazard: string): number {
  return Number(hazard.slice(hazard.indexOf('-') + 1));
}
