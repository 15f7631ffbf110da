/** Puts a scenario together from what the file wrote, in the order in which a reader would check it. */
import type { FieldValue, Scenario } from '../model.ts';
import type { Written } from '../schema/scenario.ts';
import { buildChaos } from './chaos.ts';
import type { Checker } from './checker.ts';
import { checkReach } from './clusters.ts';
import { buildLimits, buildLinks, buildNodes, buildPartitionHandling, buildTimings } from './cluster.ts';
import { buildExpect } from './expect.ts';
import { checkOrder, plannedDuration } from './order.ts';
import { buildProxies } from './proxies.ts';
import { buildTopology } from './topology.ts';
import { buildWorkloads } from './workloads.ts';

const leastTicktimeUs = 1_000_000;

/** The scenario; worth something only if the checker has found no problem. */
export function buildScenario(
  checker: Checker,
  written: Written,
  source: Scenario['source'],
  matrix: { readonly [path: string]: FieldValue },
): Scenario {
  if (written.net_ticktime < leastTicktimeUs)
    checker.problem(['net_ticktime'], 'Erlang counts net_ticktime in whole seconds: at least 1s is needed');
  const nodes = buildNodes(checker, written);
  const names = nodes.map((node) => node.name);
  const firstNode = names[0] ?? '';
  const topology = buildTopology(checker, written, nodes);
  const proxies = buildProxies(checker, written, names);
  const workloads = buildWorkloads(checker, written, firstNode);
  const chaos = buildChaos(checker, written, firstNode);
  checkReach(checker, nodes, { topology, proxies, workloads, chaos });
  // With a step or a workload left out, nobody knows what comes before what.
  const whole =
    !checker.incomplete(['chaos']) && !checker.incomplete(['workloads']) && !checker.incomplete(['nodes']);
  if (whole) checkOrder(checker, nodes, chaos);
  const endUs = whole ? plannedDuration(workloads, chaos, written.settle) : null;
  return {
    name: written.name,
    description: written.description,
    source,
    seed: written.seed,
    seeds: written.seeds,
    matrix,
    nodes,
    netTicktimeUs: written.net_ticktime,
    partitionHandling: buildPartitionHandling(checker, written),
    ...buildLinks(checker, written, names),
    topology,
    proxies,
    workloads,
    chaos,
    settleUs: written.settle,
    drain: written.drain,
    limits: buildLimits(written),
    timings: buildTimings(checker, written),
    expect: written.expect
      ? buildExpect(checker, written.expect, endUs, { values: matrix, axes: written.matrix ?? {} })
      : null,
  };
}
