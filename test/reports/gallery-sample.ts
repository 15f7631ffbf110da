/** A gallery's report to draw: every kind of exhibit, as it should be and not, with a text of the test's choice wherever a file's text can come to stand. */
import type { Exhibit, ExhibitCell, GalleryReport } from '../../sim/ledger/gallery.ts';
import { hazard } from '../../sim/rules/registry.ts';

/** `text` stands before every string that a scenario file contributes. */
export function sampleGallery(text = ''): GalleryReport {
  const cell = (change: Partial<ExhibitCell>): ExhibitCell => ({
    values: { [`${text}policies.ha-all.definition.ha-sync-mode`]: `${text}manual` },
    wanted: true,
    byChance: false,
    seeds: 8,
    shown: 8,
    messagesMin: 100,
    messagesMax: 100,
    rules: ['MIR-18'],
    sentence: `${text}rabbit2 was promoted: 100 messages lost, confirmed (HAZ-3, MIR-18, at 10.1 s).`,
    held: true,
    failures: [],
    replayCommand: `npx watership run ${text}HAZ-03.yaml`,
    ...change,
  });
  const clear = cell({
    values: { [`${text}policies.ha-all.definition.ha-sync-mode`]: `${text}automatic` },
    wanted: false,
    shown: 0,
    messagesMin: 0,
    messagesMax: 0,
    rules: [],
    sentence: '',
  });
  const exhibit = (id: string, change: Partial<Exhibit>): Exhibit => ({
    hazard: hazard(id),
    file: `${text}scenarios/hazards/HAZ-03-a-mirror.yaml`,
    description: `${text} ${id}. A mirror with \`ha-mode: all\` is promoted (MIR-18).`,
    cells: [cell({}), clear],
    shown: true,
    prevented: true,
    knobs: [`${text}ha-sync-mode=automatic`],
    held: true,
    ...change,
  });
  const leaking = {
    ...clear,
    shown: 3,
    held: false,
    failures: [{ line: 9, expected: `${text}HAZ-8 does not show`, observed: `${text}7 lost by PAR-26` }],
  };
  return {
    version: '0.1.0',
    exhibits: [
      exhibit('HAZ-3', {}),
      exhibit('HAZ-8', { cells: [cell({}), leaking], prevented: false, held: false }),
      exhibit('HAZ-41', { cells: [cell({ values: {} })], prevented: null, knobs: [] }),
      exhibit('HAZ-52', {
        cells: [cell({ messagesMin: 0, messagesMax: 0, sentence: '', rules: ['PAR-8'] }), clear],
      }),
      exhibit('HAZ-70', { cells: [cell({ byChance: true, shown: 3, messagesMin: 0 }), clear] }),
    ],
    waiting: [
      { hazard: hazard('HAZ-62'), waitsFor: ['quorum queues are not modelled yet'], isDue: false },
      { hazard: hazard('HAZ-55'), waitsFor: [], isDue: true },
    ],
    missing: [hazard('HAZ-1')],
  };
}
