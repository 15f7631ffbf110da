/** Promise: memory follows what is alive, not what has passed. Live heap is counted after a collection; nothing is timed. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import { Priority } from '../../sim/kernel/simulation.ts';
import { phase } from '../../sim/records/cluster.ts';
import { copyStored } from '../../sim/records/messages.ts';
import { createCluster } from '../../sim/run/create-cluster.ts';
import { runExperiment } from '../../sim/run/experiment.ts';
import { loadText } from '../../sim/scenario/load.ts';

const MIB = 1_048_576;
const CLUSTER = `
nodes: [rabbit1, rabbit2, rabbit3]
policies:
  - { name: ha-all, pattern: "^ha[.]", definition: { ha-mode: all, ha-sync-mode: automatic } }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1 }
drain: false
`;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Runs a scenario with a ledger; returns the live heap at these times of it, and how many copies were stored in all. */
function liveHeap(text: string, timesS: readonly number[]): { liveBytes: number[]; copiesStored: number } {
  const [scenario] = loadText('memory.yaml', `name: memory\n${CLUSTER}${text}`);
  const liveBytes: number[] = [];
  let copiesStored = 0;
  runExperiment(scenario!, {
    seed: 1,
    createCluster,
    prepare: (simulation) => {
      const { journal } = simulation;
      const ledger = new Ledger(journal, scenario!);
      journal.on(copyStored, () => (copiesStored += 1));
      let begun = false;
      journal.on(phase, () => {
        if (begun) return;
        begun = true;
        for (const timeS of timesS) {
          simulation.after(timeS * 1_000_000, Priority.world, () => {
            collectGarbage();
            liveBytes.push(process.memoryUsage().heapUsed);
            expect(ledger.size.openPages).toBeLessThanOrEqual(1_024);
          });
        }
      });
    },
  });
  return { liveBytes, copiesStored };
}

describe('the heap', () => {
  test('does not grow with traffic through a queue that stays short, while nodes and clients come and go', () => {
    const restarts = [60, 120, 180, 240]
      .flatMap((s) => [`  - { at: ${s}s, kill: rabbit3 }`, `  - { at: ${s + 10}s, start: rabbit3 }`])
      .join('\n');
    const { liveBytes, copiesStored } = liveHeap(
      `
workloads:
  - { name: in, publish: { routing_key: ha.q, via: [rabbit1, rabbit3], rate: 100/s, confirms: true, stop: 300s } }
  - { name: out, consume: { queue: ha.q, via: [rabbit3, rabbit2], prefetch: 10 } }
chaos:
${restarts}
`,
      [55, 295],
    );
    // 24,000 messages passed in between, in three copies.
    expect(copiesStored).toBeGreaterThan(80_000);
    expect((liveBytes[1]! - liveBytes[0]!) / MIB).toBeLessThan(3);
  });

  test('holds a waiting mirrored message in less than 800 bytes, its three copies and the books included', () => {
    const { liveBytes, copiesStored } = liveHeap(
      `
workloads:
  - { name: in, count: 2, publish: { routing_key: ha.q, via: rabbit1, rate: 1000/s, confirms: true, stop: 31s } }
`,
      [1, 31],
    );
    expect(copiesStored).toBeGreaterThan(3 * 60_000);
    expect((liveBytes[1]! - liveBytes[0]!) / 60_000).toBeLessThan(800);
  });
});
