/** A sweep to draw: four configurations over eight seeds, with a text of the test's choice wherever a file's text can come to stand. */
import { quantileInterval, shareInterval } from '../../sim/ledger/intervals.ts';
import type { FigureSpread, SweepCell, SweepReport } from '../../sim/ledger/sweep.ts';

const SEEDS = 8;

function spread(figure: FigureSpread['figure'], sorted: readonly number[]): FigureSpread {
  const at = (nth: number): number => sorted[nth] ?? 0;
  return {
    figure,
    runs: sorted.length,
    min: at(0),
    lowerQuartile: at(1),
    median: at(3),
    upperQuartile: at(5),
    max: at(7),
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    medianInterval: quantileInterval(sorted, 0.5),
  };
}

function cell(
  text: string,
  strategy: string,
  tick: number,
  lost: readonly number[],
  silence: number,
): SweepCell {
  const losing = lost.filter((value) => value > 0).length;
  const share = (outcome: 'failed' | 'confirmed_lost' | 'duplicated', runs: number) => ({
    outcome,
    runs,
    interval: shareInterval(runs, SEEDS),
  });
  return {
    file: `${text}strategies.yaml`,
    values: { [`${text}cluster_partition_handling`]: `${text}${strategy}`, [`${text}net_ticktime`]: tick },
    firstSeed: 1,
    runs: SEEDS,
    refused: 0,
    defects: 0,
    verdict: losing > 0 ? 'failed' : 'passed',
    setFailures:
      losing > 4 ? [{ line: 9, expected: `${text}sometimes`, observed: `${text}0 of 8 seeds` }] : [],
    outcomes: [share('failed', losing), share('confirmed_lost', losing), share('duplicated', 0)],
    figures: [
      spread(
        'published',
        Array.from({ length: SEEDS }, () => 2_000),
      ),
      spread('confirmed_lost', lost),
      spread(
        'longest_without_confirm',
        lost.map((_, nth) => silence + nth / 10),
      ),
      spread('confirm_latency_p50', [0.002, 0.002, 0.003, 0.003, 0.003, 0.004, 0.004, 0.005]),
    ],
    lostShare: lost.reduce((sum, value) => sum + value, 0) / (2_000 * SEEDS),
    withoutConfirm: silence + 0.35,
    withoutDelivery: null,
    replayCommand: `npx watership run ${text}strategies.yaml --seed 1`,
  };
}

/** `text` stands before every string that a scenario file or a command line contributes. */
export function sampleSweep(text = ''): SweepReport {
  const cells = [
    cell(text, 'ignore', 8, [0, 0, 0, 0, 0, 3, 40, 900], 4),
    cell(text, 'pause_minority', 8, [0, 0, 0, 0, 0, 0, 0, 0], 12),
    cell(text, 'autoheal', 8, [1, 2, 3, 300, 400, 500, 600, 1_300], 4),
    cell(text, 'autoheal', 60, [0, 0, 0, 0, 0, 0, 0, 0], 30),
  ];
  return {
    version: '0.1.0',
    names: [`${text}strategies`],
    descriptions: [`${text}A partition under each strategy. HAZ-8 shows under \`autoheal\`.`],
    expects: true,
    cells,
    worst: [
      {
        cell: 2,
        seed: 7,
        verdict: 'failed',
        confirmedLost: 1_300,
        unconfirmedLost: 12,
        duplicated: 0,
        withoutConfirm: 4.7,
        withoutDelivery: null,
        sentence: `${text}Autoheal restarted rabbit1: 1300 messages lost, confirmed (HAZ-8, PAR-26, at 36.4 s).`,
        replayCommand: `npx watership run ${text}strategies.yaml --seed 7`,
      },
    ],
    seeds: [],
  };
}
