/**
 * The program of a worker process: loads the engine once, then runs what it is asked, one run after another. It ends when the process that
 * asks is gone, also in the middle of a long run, so that nothing is left running.
 */
import { runScenario } from '../run-scenario.ts';
import type { Scenario } from '../../scenario/model.ts';
import { type Answer, answerOf, type Order } from './job.ts';

const parent = process.ppid;
let scenario: Scenario | null = null;

function answer(message: Answer): void {
  process.send?.(message);
}

/** A run is synchronous, so between two slices of it is the only moment to look. */
function endWithParent(): void {
  if (process.ppid !== parent) process.exit();
}

function perform(order: Order): void {
  if (order.kind === 'scenario') {
    scenario = order.scenario;
    return;
  }
  if (scenario === null) throw new Error('a run was asked for before its scenario was told');
  const beganMs = performance.now();
  try {
    const { report: _, ...run } = runScenario(scenario, { seed: order.seed, onProgress: endWithParent });
    answer({ kind: 'ended', run, elapsedMs: performance.now() - beganMs });
  } catch (error) {
    answer(answerOf(error));
  }
}

// An interrupt at the terminal reaches every process of the command; what it means is decided by the one that asks.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (order) => perform(order as Order));
answer({ kind: 'ready' });
