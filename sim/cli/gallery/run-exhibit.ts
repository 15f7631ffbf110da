/** One scenario of the gallery, cell by cell and seed by seed: where its hazard showed. */
import type { Judgement } from '../../ledger/expectations.ts';
import type { Exhibit, ExhibitCell } from '../../ledger/gallery.ts';
import { judgeSeeds } from '../../ledger/judge-seeds.ts';
import type { Failure, RunResult } from '../../ledger/result.ts';
import { hazard } from '../../rules/registry.ts';
import { cellValues } from '../plan.ts';
import { replayCommand } from '../replay.ts';
import type { ScenarioRun } from '../scenario-run.ts';
import { forTheSet } from '../set-judgement.ts';
import { knobsOf } from './knobs.ts';
import type { ExhibitFile, HazardScenario } from './exhibits.ts';

/** How a run is had: one scenario, one seed. */
export type RunOne = (scenario: HazardScenario, seed: number) => ScenarioRun;

/** Seeds of a cell where neither the command line nor its file asks for more. */
const SEEDS_USUAL = 8;

const FAILURES_KEPT = 3;

/** How many seeds a cell is run with. `asked`: null where nobody said. What takes luck is not asked for it too rarely. */
export function seedsOf({ seeds, expect }: HazardScenario, asked: number | null): number {
  if (asked === null) return Math.max(SEEDS_USUAL, seeds);
  return expect.hazard.sometimes ? Math.max(asked, seeds) : asked;
}

/** Asks `runOne` for every run of the exhibit, in order, and puts together what they came to. */
export function runExhibit(exhibit: ExhibitFile, seeds: number | null, runOne: RunOne): Exhibit {
  const cells: ExhibitCell[] = [];
  for (const scenario of exhibit.cells) {
    const count = seedsOf(scenario, seeds);
    const tally = new CellTally(exhibit.file, scenario);
    for (let nth = 0; nth < count; nth++) tally.add(runOne(scenario, scenario.seed + nth));
    cells.push(tally.cell());
  }
  const wanted = cells.filter((cell) => cell.wanted);
  const others = cells.filter((cell) => !cell.wanted);
  const shown = wanted.length > 0 && wanted.every(showsAsItShould);
  const prevented = others.length === 0 ? null : others.every((cell) => cell.shown === 0);
  return {
    hazard: hazard(exhibit.hazard),
    file: exhibit.file,
    description: exhibit.cells[0]?.description ?? '',
    cells,
    shown,
    prevented,
    knobs: knobsOf(cells),
    held: shown && prevented !== false && cells.every(({ held }) => held),
  };
}

/** With chance in it one seed may be too few to see anything. */
function showsAsItShould({ byChance, shown, seeds }: ExhibitCell): boolean {
  return byChance ? shown > 0 || seeds === 1 : shown === seeds;
}

/** One cell, run by run: figures only, since a run is large. */
class CellTally {
  private readonly file: string;
  private readonly scenario: HazardScenario;
  private readonly judgements: Judgement[] = [];
  private readonly failures: Failure[] = [];
  private readonly rules = new Set<string>();
  private readonly messages: number[] = [];
  private shown = 0;
  private failed = 0;
  private sentence = '';
  private badSeed: number | null = null;

  constructor(file: string, scenario: HazardScenario) {
    this.file = file;
    this.scenario = scenario;
  }

  add({ result, judgement, causeSentences }: ScenarioRun): void {
    const { id, here } = this.scenario.expect.hazard;
    this.judgements.push(forTheSet(judgement));
    if (judgement.hazard === true) this.shown += 1;
    this.messages.push(this.countMessages(result));
    // Where it is prevented, what happens instead is of interest.
    this.sentence ||= causeSentences.find((sentence) => !here || names(sentence, id)) ?? '';
    if (result.verdict === 'passed') return;
    this.failed += 1;
    this.badSeed ??= result.seed;
    if (this.failures.length < FAILURES_KEPT) this.failures.push(...result.failures.slice(0, FAILURES_KEPT));
  }

  cell(): ExhibitCell {
    const { expect, matrix, seed } = this.scenario;
    const { here, sometimes, rules } = expect.hazard;
    const ofTheSet = judgeSeeds(expect, this.judgements).filter(({ judged, held }) => judged && !held);
    const failures = ofTheSet.map(({ line, expected, observed }) => ({ line, expected, observed }));
    const { file } = this;
    return {
      values: cellValues(matrix),
      wanted: here,
      byChance: here && sometimes,
      seeds: this.judgements.length,
      shown: this.shown,
      messagesMin: Math.min(...this.messages),
      messagesMax: Math.max(...this.messages),
      rules: this.rules.size > 0 ? [...this.rules] : here ? rules : [],
      sentence: this.sentence,
      held: this.failed === 0 && ofTheSet.length === 0,
      failures: [...failures, ...this.failures],
      replayCommand: replayCommand({
        file,
        seed: this.badSeed ?? seed,
        matrix,
        overrides: [],
        allowUnmodelled: false,
      }),
    };
  }

  /** Messages that the ledger put down to the hazard. */
  private countMessages({ causes }: RunResult): number {
    let messages = 0;
    for (const cause of causes) {
      if (cause.hazard !== this.scenario.expect.hazard.id) continue;
      messages += cause.messages;
      this.rules.add(cause.rule);
    }
    return messages;
  }
}

function names(sentence: string, id: string): boolean {
  return new RegExp(`\\b${id}\\b`).test(sentence);
}
