// How many workers there are shows in nothing but durations.
import { describe, expect, test } from 'vitest';
import { watership } from '../../../sim/cli/watership.ts';
import { type Answer, answerOf, type Order } from '../../../sim/cli/pool/job.ts';
import type { StartWorker } from '../../../sim/cli/pool/worker.ts';
import type { Scenario } from '../../../sim/scenario/model.ts';
import { perform, terminalTo } from '../captured.ts';
import { byName, scenario } from './setting.ts';

const files = [
  scenario('flaky.yaml', 'flaky', 'seeds: 7\nmatrix: { net_ticktime: [8s, 12s] }\n'),
  scenario('broken.yaml', 'broken'),
  scenario('good.yaml', 'passes', 'seeds: 3\n'),
  scenario('limit.yaml', 'limit'),
];

/** Workers of this process that answer later the lower their number, so that answers come in the wrong order. */
function startWorkers(): StartWorker {
  let started = 0;
  return (listener) => {
    const turns = 20 - 4 * started++;
    let told: Scenario | null = null;
    let isDead = false;
    const later = (action: () => void, left: number): void => {
      if (left === 0) action();
      else setImmediate(() => later(action, left - 1));
    };
    const answer = (message: Answer): void =>
      later(() => {
        if (!isDead) listener.onAnswer(message);
      }, turns);
    answer({ kind: 'ready' });
    return {
      send: (order: Order) => {
        if (order.kind === 'scenario') {
          told = order.scenario;
          return;
        }
        try {
          const { report: _, ...run } = byName(told!, { seed: order.seed });
          answer({ kind: 'ended', run });
        } catch (error) {
          answer(answerOf(error));
        }
      },
      kill: () => {
        isDead = true;
      },
    };
  };
}

async function withWorkers(args: readonly string[], atOnce: number): Promise<string> {
  let out = '';
  await watership(args, terminalTo({ out: (text) => void (out += text), err: () => undefined }), {
    load: () => Promise.resolve(byName),
    workers: { start: startWorkers(), atOnce },
  });
  return out;
}

describe.each(['default', 'json', 'github'])('%s', (reporter) => {
  test.each([2, 5])('says with %i workers what it says with one', async (atOnce) => {
    for (const more of [[], ['--bail'], ['--bail=2']]) {
      const args = ['test', ...files, '--reporter', reporter, ...more];
      const { out } = await perform(args, { runner: byName });
      expect(await withWorkers(args, atOnce)).toBe(out);
    }
  });
});
