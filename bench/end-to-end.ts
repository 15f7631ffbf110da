/**
 * Mirrored messages from end to end: what one of them costs when everything takes part that takes part in a run of a
 * scenario: clients, network, channels, a mirrored queue on three nodes, the ledger. A message counts when its consumer
 * acknowledges it; it has been published, confirmed by three replicas and delivered by then.
 *
 * `node end-to-end.js WAITING` fills the queue with so many messages that stay there, and measures ten seconds of virtual
 * time in which as many are published as are consumed. Prints one line of JSON.
 */
import process, { argv, stdout } from 'node:process';
import { Ledger } from '../sim/ledger/ledger.ts';
import type { Simulation } from '../sim/kernel/simulation.ts';
import { Priority } from '../sim/kernel/simulation.ts';
import { phase, queueDepth } from '../sim/records/cluster.ts';
import { acked } from '../sim/records/messages.ts';
import { createCluster } from '../sim/run/create-cluster.ts';
import { runExperiment } from '../sim/run/experiment.ts';
import { loadText } from '../sim/scenario/load.ts';

/** The model's queue process takes some 9,000 a second; what is to wait is published at that rate before the rest begins. */
const FILLING_PER_SECOND = 5_400;
const PUBLISHERS = 6;
const WARMING_UP_US = 10_000_000;
const MEASURED_US = 10_000_000;

function fillingSeconds(waiting: number): number {
  return Math.ceil(waiting / FILLING_PER_SECOND) + 1;
}

/** Publishers with confirms and consumers with prefetch, on all nodes; nearly as many messages as the queue process can take. */
function scenarioText(waiting: number): string {
  const start = `start: ${fillingSeconds(waiting)}s`;
  const workloads = [1, 2, 3].flatMap((node) => {
    const publish = `routing_key: ha.q, via: rabbit${node}, confirms: true, rate: ${FILLING_PER_SECOND / PUBLISHERS}/s`;
    const consumer = `{ queue: ha.q, via: rabbit${node}, prefetch: 50, processing_time: 700us, ${start} }`;
    return [
      `- { name: publisher${node}, count: 2, publish: { ${publish}, ${start} } }`,
      `- { name: consumer${node}, count: 2, consume: ${consumer} }`,
      ...(waiting === 0
        ? []
        : [
            `- { name: filler${node}, count: 2, publish: { ${publish}, messages: ${Math.ceil(waiting / PUBLISHERS)} } }`,
          ]),
    ];
  });
  return `
name: end-to-end
nodes: [rabbit1, rabbit2, rabbit3]
policies:
  - { name: ha-all, pattern: "^ha[.]", definition: { ha-mode: all } }
queues:
  - { name: ha.q, durable: true, declare_on: rabbit1 }
workloads:
  ${workloads.join('\n  ')}
settle: 1h
drain: false
limits: { virtual_time: 10h, messages: 100000000, events: 10000000000 }
`;
}

function measure(waiting: number): never {
  const [scenario] = loadText('end-to-end.yaml', scenarioText(waiting));
  runExperiment(scenario!, {
    seed: 1,
    createCluster,
    prepare: (simulation) => {
      const ledger = new Ledger(simulation.journal, scenario!);
      watch(simulation, ledger, fillingSeconds(waiting) * 1_000_000);
    },
  });
  throw new Error('the run ended before the measurement did');
}

function watch(simulation: Simulation, ledger: Ledger, fullUs: number): void {
  const { journal } = simulation;
  let messages = 0;
  let depth = 0;
  let begun = false;
  journal.on(acked, () => {
    messages += 1;
  });
  journal.on(queueDepth, (_timeUs, _queue, _node, ready) => {
    depth = ready;
  });
  journal.on(phase, () => {
    if (begun) return;
    begun = true;
    simulation.after(fullUs + WARMING_UP_US, Priority.world, () => {
      const messagesBefore = messages;
      const eventsBefore = simulation.eventsExecuted;
      const cpuBefore = process.cpuUsage();
      simulation.after(MEASURED_US, Priority.world, () => {
        const { user, system } = process.cpuUsage(cpuBefore);
        const measured = messages - messagesBefore;
        stdout.write(
          `${JSON.stringify({
            messagesPerCpuSecond: (measured * 1_000_000) / (user + system),
            eventsPerMessage: (simulation.eventsExecuted - eventsBefore) / measured,
            messages: measured,
            waiting: depth,
            ledgerWords: ledger.size.words,
            peakRssMiB: process.resourceUsage().maxRSS / 1_024,
          })}\n`,
        );
        process.exit(0);
      });
    });
  });
}

measure(Number(argv[2] ?? 0));
