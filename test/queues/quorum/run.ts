/** A three-node cluster with a quorum queue `q`, run as a scenario: what tests of members and channels together look at. */
import { runScenario } from '../../../sim/cli/run-scenario.ts';
import type { RunResult } from '../../../sim/ledger/result.ts';
import { loadText } from '../../../sim/scenario/load.ts';

export interface Experiment {
  readonly [key: string]: unknown;
}

/** A publisher of `q` through a node. */
export function publisher(via: string, more: object = {}): object {
  const publish = { routing_key: 'q', via, rate: '50/s', start: '1s', stop: '10s', confirms: true, ...more };
  return { name: `to-${via}`, publish };
}

/** A consumer of `q` through a node. */
export function consumer(via: string, more: object = {}): object {
  return { name: `from-${via}`, consume: { queue: 'q', via, prefetch: 10, processing_time: '2ms', ...more } };
}

export function run(experiment: Experiment, seed = 1): RunResult {
  const scenario = {
    name: 'quorum',
    nodes: ['rabbit1', 'rabbit2', 'rabbit3'],
    net_ticktime: '8s',
    queues: [{ name: 'q', declare_on: 'rabbit1', arguments: { 'x-queue-type': 'quorum' } }],
    settle: '10s',
    ...experiment,
  };
  return runScenario(loadText('quorum.yaml', JSON.stringify(scenario))[0]!, { seed }).result;
}

/** Seconds at which somebody was elected, and who. */
export function elections(result: RunResult): { readonly time: number; readonly node: unknown }[] {
  return result.timeline
    .filter(({ event }) => event === 'queue_promoted')
    .map(({ time, node }) => ({ time, node }));
}
