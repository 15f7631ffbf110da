/**
 * `npm run bench`: prints how much faster the kernel is than an ordinary binary heap of event objects, as ratios, since
 * times say more about the machine than about the code. Each figure is the median over pairs of runs, ours and the
 * reference's in turn, so that a machine that is busy for a while slows both. CPU time is measured, not the clock.
 *
 * Exits with 1 if a ratio is below what the project promises.
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

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[sorted.length >> 1]!;
}

function printRow(name: string, measured: string, required: string, verdict: string): void {
  stdout.write(`${name.padEnd(46)}${measured.padStart(10)}${required.padStart(12)}   ${verdict}\n`);
}

const measurements: readonly (() => Row)[] = [
  () => kernelRow('hold model, 1,000 pending', 'hold-1000', 2),
  () => kernelRow('hold model, 100,000 pending', 'hold-100000', 4),
  () => kernelRow('timer churn (set and cancel)', 'churn', 4),
  () => kernelRow('message passing among 1,000 processes', 'messages', 1.2),
];

printRow('', 'ratio', 'required', '');
for (const measure of measurements) {
  const row = measure();
  printRow(row.name, row.measured, row.required, row.held ? 'held' : 'MISSED');
  if (!row.held) process.exitCode = 1;
}
