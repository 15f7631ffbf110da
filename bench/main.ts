/**
 * `npm run bench`: first how much faster the kernel is than an ordinary binary heap of event objects, as ratios, since
 * times say more about the machine than about the code. Each figure is the median over pairs of runs, ours and the
 * reference's in turn, so that a machine that is busy for a while slows both. Then what a whole experiment costs: mirrored
 * messages a CPU second with a short queue and with a million waiting, and memory. CPU time is measured, not the clock;
 * each measurement has a process of its own.
 *
 * Exits with 1 if a figure is not what the project promises.
 */
import { execFileSync } from 'node:child_process';
import process, { execPath, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

/** A line of the table. */
interface Row {
  readonly name: string;
  readonly measured: string;
  readonly required: string;
  readonly held: boolean;
}

interface Measurement {
  cpuNsPerEvent: number;
  checksum: number;
  nowUs: number;
}

const PAIRS = 7;
const EVENTS = 2_000_000;
const MESSAGES_PER_CPU_SECOND = 60_000;
const MEMORY_MIB = 1_000;
/** The pages that the ledger keeps open (4 MiB) and what the allocator rounds up. */
const HEAP_GROWTH_MIB = 6;

/** Measures one workload of `bench/kernel.ts` on both engines, which must run the same events in the same order. */
function kernelRow(name: string, workload: string, requiredRatio: number): Row {
  const ratios = Array.from({ length: PAIRS }, () => {
    const ours = measureKernel(workload, 'ours');
    const reference = measureKernel(workload, 'reference');
    if (ours.checksum !== reference.checksum || ours.nowUs !== reference.nowUs) {
      throw new Error(`${name}: the engines ran different events`);
    }
    return reference.cpuNsPerEvent / ours.cpuNsPerEvent;
  });
  const ratio = median(ratios);
  return { name, measured: ratio.toFixed(2), required: `>= ${requiredRatio}`, held: ratio >= requiredRatio };
}

function measureKernel(workload: string, engine: 'ours' | 'reference'): Measurement {
  const script = fileURLToPath(new URL('./kernel.js', import.meta.url));
  return JSON.parse(execFileSync(execPath, [script, workload, engine, String(EVENTS)], { encoding: 'utf8' }));
}

interface EndToEnd {
  messagesPerCpuSecond: number;
  eventsPerMessage: number;
  waiting: number;
  peakRssMiB: number;
}

function runScript(name: string, argument: number, ...nodeOptions: string[]): string {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return execFileSync(execPath, [...nodeOptions, script, String(argument)], { encoding: 'utf8' });
}

/** Messages that are published, confirmed, delivered and acknowledged on a mirrored queue of three (`end-to-end.ts`). */
function endToEndRows(waiting: number, runs: number): Row[] {
  const measured = Array.from(
    { length: runs },
    () => JSON.parse(runScript('./end-to-end.js', waiting, `--max-old-space-size=${MEMORY_MIB}`)) as EndToEnd,
  );
  const rate = median(measured.map(({ messagesPerCpuSecond }) => messagesPerCpuSecond));
  const events = median(measured.map(({ eventsPerMessage }) => eventsPerMessage));
  const peakMiB = Math.max(...measured.map(({ peakRssMiB }) => peakRssMiB));
  const name = `${waiting === 0 ? 'short queue' : `${waiting} waiting`}:`;
  return [
    {
      name: `${name} mirrored messages a CPU second`,
      measured: rate.toFixed(0),
      required: `>= ${MESSAGES_PER_CPU_SECOND}`,
      held: rate >= MESSAGES_PER_CPU_SECOND,
    },
    { name: `${name} events a message`, measured: events.toFixed(1), required: '', held: true },
    {
      name: `${name} memory of the process, MiB`,
      measured: peakMiB.toFixed(0),
      required: `<= ${MEMORY_MIB}`,
      held: peakMiB <= MEMORY_MIB,
    },
  ];
}

/** An hour of virtual traffic through a queue that stays short. */
function heapRow(): Row {
  const { earlyBytes, lateBytes } = JSON.parse(runScript('./steady-heap.js', 60, '--expose-gc')) as {
    earlyBytes: number;
    lateBytes: number;
  };
  const grownMiB = (lateBytes - earlyBytes) / 1_048_576;
  return {
    name: 'an hour of traffic: growth of the heap, MiB',
    measured: grownMiB.toFixed(1),
    required: `<= ${HEAP_GROWTH_MIB}`,
    held: grownMiB <= HEAP_GROWTH_MIB,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[sorted.length >> 1]!;
}

function printRow(name: string, measured: string, required: string, verdict: string): void {
  stdout.write(`${name.padEnd(52)}${measured.padStart(10)}${required.padStart(12)}   ${verdict}\n`);
}

const measurements: readonly (() => Row[])[] = [
  () => [kernelRow('hold model, 1,000 pending', 'hold-1000', 2)],
  () => [kernelRow('hold model, 100,000 pending', 'hold-100000', 4)],
  () => [kernelRow('timer churn (set and cancel)', 'churn', 4)],
  () => [kernelRow('message passing among 1,000 processes', 'messages', 1.2)],
  () => endToEndRows(0, 3),
  () => endToEndRows(1_000_000, 1),
  () => [heapRow()],
];

printRow('', 'measured', 'required', '');
for (const measure of measurements) {
  for (const row of measure()) {
    printRow(row.name, row.measured, row.required, row.held ? 'held' : 'MISSED');
    if (!row.held) process.exitCode = 1;
  }
}
