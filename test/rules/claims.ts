// What sim/rules/evidence says of a scenario or an experiment, held against its runs.

import { idsOf } from '../../bench/evidence-runs.ts';
import type { RunResult } from '../../sim/ledger/result.ts';
import { experiments } from '../../sim/rules/evidence/experiments.ts';
import { scenarios } from '../../sim/rules/evidence/scenarios.ts';

/**
 * The rules and hazards that the tables say every seed exercises and some seed of these results did not, a line each. The results are those
 * of all cells of a matrix; a seed exercised what any of its cells did. What is not in the tables claims nothing.
 */
export function claimsNotHeld(name: string, results: readonly RunResult[]): readonly string[] {
  const table = scenarios[name] ?? experiments[name]?.exercised ?? '';
  const claimed = table.split(' ').filter((id) => id !== '' && !id.endsWith('?'));
  const bySeed = new Map<number, Set<string>>();
  for (const result of results) {
    const ids = bySeed.get(result.seed) ?? new Set();
    for (const id of idsOf(result)) ids.add(id);
    bySeed.set(result.seed, ids);
  }
  return [...bySeed].flatMap(([seed, ids]) =>
    claimed
      .filter((id) => !ids.has(id))
      .map((id) => `seed ${seed} does not exercise ${id}: \`npm run rules\` writes the evidence anew`),
  );
}
