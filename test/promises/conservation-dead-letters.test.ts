// Whatever happens to a small cluster whose quorum queues keep their dead letters (QQ-25): every message is accounted for, nothing that was confirmed
// is lost between a queue that gave it up and those that are to have it, and what comes twice has its cause. `WATERSHIP_RUNS=500` tries more
// experiments, `WATERSHIP_SEED=7` others.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import type { MessageOutcome, RunResult } from '../../sim/ledger/result.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { randomScenario } from './random-scenario.ts';

const numRuns = Number(process.env['WATERSHIP_RUNS'] ?? 15);
const seed = Number(process.env['WATERSHIP_SEED'] ?? 1);

interface Queue {
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A random experiment with quorum queues only, which keep what dies: after a moment, where nothing else is said. */
const keepingScenario = randomScenario.map((scenario) => {
  const { queues } = scenario as unknown as { readonly queues: readonly Queue[] };
  const keeping = queues.map((queue) => {
    const { 'x-max-priority': _, 'x-overflow': __, ...others } = queue.arguments;
    const args = {
      'x-message-ttl': 2_000,
      'x-dead-letter-exchange': 'everywhere',
      ...others,
      'x-queue-type': 'quorum',
      'x-overflow': 'reject-publish',
      'x-dead-letter-strategy': 'at-least-once',
    };
    return { ...queue, durable: true, arguments: args };
  });
  return { ...scenario, queues: keeping };
});

function keptAtEnd({ queues }: RunResult): number {
  return Object.values(queues).reduce(
    (sum, queue) => sum + (queue.type === 'quorum' ? (queue.messages_dlx ?? 0) : 0),
    0,
  );
}

test('random experiments lose no dead letter that is kept (QQ-25)', () => {
  const seen = { kept: 0, duplicated: 0, deadLettered: 0 };
  fc.assert(
    fc.property(keepingScenario, (scenario) => {
      const { result } = runScenario(loadText('random.yaml', JSON.stringify(scenario))[0]!, { seed: 1 });
      const { causes, messages } = result;
      expect(causes.filter(({ hazard }) => hazard === 'unexplained')).toEqual([]);
      expect(causes.filter(({ hazard, outcome }) => hazard === 'HAZ-27' && outcome === 'lost')).toEqual([]);
      const sum = (...outcomes: MessageOutcome[]): number =>
        causes.reduce((all, cause) => (outcomes.includes(cause.outcome) ? all + cause.messages : all), 0);
      expect(sum('duplicated')).toBe(messages.duplicated);
      expect(sum('reordered')).toBe(messages.out_of_order);
      const {
        delivered_unique: delivered,
        drained,
        confirmed_lost: lost,
        unconfirmed_lost: others,
      } = messages;
      const ended = messages.expired + messages.rejected + messages.purged + messages.returned;
      const dropped = messages.dropped_by_limit + messages.dropped_by_delivery_limit;
      expect(delivered + drained + lost + others).toBeLessThanOrEqual(messages.published);
      expect(
        delivered + drained + lost + others + ended + dropped + keptAtEnd(result),
      ).toBeGreaterThanOrEqual(messages.published);
      seen.kept += keptAtEnd(result);
      seen.duplicated += messages.duplicated;
      seen.deadLettered += messages.dead_lettered;
    }),
    { numRuns, seed },
  );
  // Experiments in which nothing is ever kept, passed on or repeated would prove nothing.
  expect(Math.min(seen.kept, seen.duplicated, seen.deadLettered)).toBeGreaterThan(0);
}, 600_000);
