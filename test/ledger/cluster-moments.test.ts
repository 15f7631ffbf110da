/** Promise: the report knows what each node believed from moment to moment, says what it forgot, and looking changes nothing of the run. */
import { describe, expect, test } from 'vitest';
import { ClusterMoments } from '../../sim/ledger/cluster-moments.ts';
import type { Observation } from '../../sim/records/observation.ts';
import { createCluster } from '../../sim/run/create-cluster.ts';
import { runExperiment } from '../../sim/run/experiment.ts';
import { loadText } from '../../sim/scenario/load.ts';

function seen(leader: string, ready = 0): Observation {
  const queue = {
    type: 'classic' as const,
    state: 'running' as const,
    master: leader,
    mirrors: [],
    synchronised_mirrors: [],
    messages_ready: ready,
    messages_unacknowledged: 0,
  };
  return {
    timeUs: 0,
    nodes: { rabbit1: { state: 'running', partitions: [] } },
    members: { rabbit1: ['rabbit1'] },
    running: { rabbit1: ['rabbit1'] },
    queues: { q: queue },
    seenBy: { rabbit1: { q: queue } },
    clients: {},
  };
}

describe('moments', () => {
  test('are those at which somebody believed something else; how deep a queue is does not matter', () => {
    const moments = new ClusterMoments();
    moments.add(0, seen('rabbit1'));
    moments.add(1, seen('rabbit1', 17));
    moments.add(2, seen('rabbit2'));
    const taken = moments.take();
    expect(taken.moments.map(({ timeUs }) => timeUs)).toEqual([0, 2]);
    expect(taken.moments[1]?.nodes['rabbit1']?.queues['q']?.leader).toBe('rabbit2');
  });

  test('are at most 400, the shortest forgotten, the first and the last kept, all counted', () => {
    const moments = new ClusterMoments();
    for (let nth = 0; nth < 5_000; nth += 1) moments.add(nth * 10 + (nth % 7), seen(`rabbit${nth % 2}`));
    moments.add(90_000, seen('last'));
    const taken = moments.take();
    expect(taken.moments.length).toBe(400);
    expect(taken.total).toBe(5_001);
    expect(taken.moments[0]?.timeUs).toBe(0);
    expect(taken.moments.at(-1)?.timeUs).toBe(90_000);
    const times = taken.moments.map(({ timeUs }) => timeUs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

const SPLIT = `name: split
description: a node alone
nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
policies:
  - { name: ha-all, pattern: "^ha[.]", definition: { ha-mode: all } }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1 }
workloads:
  - { name: shop, publish: { routing_key: ha.q, via: rabbit2, rate: 20/s, stop: 20s } }
chaos:
  - { at: 2s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 12s }
settle: 5s
`;

describe('looking at every change', () => {
  function run(text: string, looks: boolean) {
    const [scenario] = loadText('split.yaml', text);
    const moments = new ClusterMoments();
    const experiment = runExperiment(scenario!, {
      seed: 3,
      createCluster,
      ...(looks && { changed: (observation) => moments.add(observation.timeUs, observation) }),
    });
    const { limitReached, endUs } = experiment;
    return { moments, end: { hash: experiment.simulation.journal.hash(), limitReached, endUs } };
  }

  test('shows both sides of a split, each with its own leader', () => {
    const { moments } = run(SPLIT, true).moments.take();
    const split = moments.filter(({ nodes }) => {
      const [one, two] = [nodes['rabbit1']?.queues['ha.q'], nodes['rabbit2']?.queues['ha.q']];
      return one?.leader === 'rabbit1' && two?.leader !== undefined && two.leader !== 'rabbit1';
    });
    expect(split.length).toBeGreaterThan(0);
    expect(split[0]?.nodes['rabbit1']?.running).toEqual(['rabbit1']);
    expect(split[0]?.nodes['rabbit2']?.running?.toSorted()).toEqual(['rabbit2', 'rabbit3']);
  });

  test.each(['', 'limits: { events: 7000 }\n'])('changes nothing of the run %s', (limits) => {
    const watched = run(SPLIT + limits, true);
    expect(watched.end).toEqual(run(SPLIT + limits, false).end);
    expect(watched.end.limitReached).toBe(limits === '' ? null : 'events');
  });
});
