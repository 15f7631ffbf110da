/**
 * What stays on the heap while messages pass through: a mirrored queue that stays short, clients that come and go with a
 * restarting node, the ledger attached. `node --expose-gc steady-heap.js MINUTES` prints, as one line of JSON, the live heap
 * after the first tenth and at the end of so many virtual minutes.
 */
import process, { argv, stdout } from 'node:process';
import { Ledger } from '../sim/ledger/ledger.ts';
import { type Simulation, Priority } from '../sim/kernel/simulation.ts';
import { phase } from '../sim/records/cluster.ts';
import { createCluster } from '../sim/run/create-cluster.ts';
import { runExperiment } from '../sim/run/experiment.ts';
import { loadText } from '../sim/scenario/load.ts';

const US_PER_MINUTE = 60_000_000;

function scenarioText(minutes: number): string {
  const restarts = Array.from({ length: minutes }, (_, minute) => [
    `- { at: ${minute * 60 + 20}s, kill: rabbit3 }`,
    `- { at: ${minute * 60 + 30}s, start: rabbit3 }`,
  ]).flat();
  return `
name: steady-heap
nodes: [rabbit1, rabbit2, rabbit3]
policies:
  - { name: ha-all, pattern: "^ha[.]", definition: { ha-mode: all, ha-sync-mode: automatic } }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1 }
workloads:
  - { name: publisher, count: 2, publish: { routing_key: ha.q, via: [rabbit1, rabbit2, rabbit3], rate: 50/s, confirms: true, stop: ${minutes}m } }
  - { name: consumer, count: 2, consume: { queue: ha.q, via: [rabbit2, rabbit3, rabbit1], prefetch: 10 } }
chaos:
  ${restarts.join('\n  ')}
drain: false
limits: { virtual_time: 100h, messages: 100000000, events: 10000000000 }
`;
}

function measure(minutes: number): void {
  const [scenario] = loadText('steady-heap.yaml', scenarioText(minutes));
  const live: number[] = [];
  runExperiment(scenario!, {
    seed: 1,
    createCluster,
    prepare: (simulation) => {
      const ledger = new Ledger(simulation.journal, scenario!);
      whenBegun(simulation, () => {
        for (const minute of [minutes / 10, minutes])
          simulation.after(minute * US_PER_MINUTE, Priority.world, () => {
            globalThis.gc!();
            live.push(process.memoryUsage().heapUsed);
            if (ledger.size.distinctPages < 0) throw new Error('the ledger is gone');
          });
      });
    },
  });
  stdout.write(`${JSON.stringify({ earlyBytes: live[0], lateBytes: live[1] })}\n`);
}

/** Calls back once, at time 0 of the scenario. */
function whenBegun(simulation: Simulation, begin: () => void): void {
  let begun = false;
  simulation.journal.on(phase, () => {
    if (begun) return;
    begun = true;
    begin();
  });
}

measure(Number(argv[2] ?? 60));
