// Several processes on one list of runs: outcomes come in the order of the list, each once, whoever was faster and whoever died.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer, Job, Outcome } from '../../sim/cli/pool/job.ts';
import { runOnWorkers } from '../../sim/cli/pool/pool.ts';
import { processWorker, type StartWorker, type WorkerListener } from '../../sim/cli/pool/worker.ts';
import { loadText } from '../../sim/scenario/load.ts';
import { engine, fileWith, inFolder, perform, scenarioText } from './captured.ts';

const [scenario] = loadText('quiet.yaml', scenarioText);
const runner = engine(() => ({}));

function jobs(count: number): readonly Job[] {
  return Array.from({ length: count }, (_, index) => ({ scenario: scenario!, seed: index }));
}

function ended(seed: number): Answer {
  const { report: _, ...run } = runner(scenario!, { seed });
  return { kind: 'ended', run };
}

interface Fake {
  readonly listener: WorkerListener;
  readonly seeds: number[];
  isKilled: boolean;
}

/** Workers that do one thing each time `choose` points at one of them: answer what they were asked first, or die of it. */
async function runOnFakes(
  count: number,
  size: number,
  choose: (workers: number) => { readonly worker: number; readonly dies: boolean },
): Promise<{
  readonly outcomes: readonly (readonly [number, Outcome['kind']])[];
  readonly fakes: readonly Fake[];
}> {
  const fakes: Fake[] = [];
  const startWorker: StartWorker = (listener) => {
    const fake: Fake = { listener, seeds: [], isKilled: false };
    fakes.push(fake);
    return {
      send: (order) => {
        if (order.kind === 'run') fake.seeds.push(order.seed);
      },
      kill: () => {
        fake.isKilled = true;
      },
    };
  };
  const outcomes: (readonly [number, Outcome['kind']])[] = [];
  const over = runOnWorkers(jobs(count), (outcome, { seed }) => outcomes.push([seed, outcome.kind]), {
    size,
    startWorker,
  });
  for (const { listener } of fakes) listener.onAnswer({ kind: 'ready' });
  for (;;) {
    const busy = fakes.filter(({ seeds, isKilled }) => seeds.length > 0 && !isKilled);
    if (busy.length === 0) break;
    const { worker, dies } = choose(busy.length);
    const fake = busy[worker]!;
    if (dies) {
      fake.seeds.length = 0;
      fake.isKilled = true;
      const before = fakes.length;
      fake.listener.onExit('was ended by SIGABRT');
      for (const { listener } of fakes.slice(before)) listener.onAnswer({ kind: 'ready' });
    } else fake.listener.onAnswer(ended(fake.seeds.shift()!));
  }
  await over;
  return { outcomes, fakes };
}

describe('outcomes', () => {
  test('come in the order of the jobs, each once, whoever answers first and whoever dies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.record({ worker: fc.nat(100), dies: fc.integer({ min: 0, max: 20 }) })),
        async (count, size, choices) => {
          let deaths = 0;
          const { outcomes, fakes } = await runOnFakes(count, size, (busy) => {
            const { worker, dies } = choices.next().value;
            if (dies === 0) deaths += 1;
            return { worker: worker % busy, dies: dies === 0 };
          });
          expect(outcomes.map(([seed]) => seed)).toEqual(jobs(count).map(({ seed }) => seed));
          expect(outcomes.filter(([, kind]) => kind === 'broken')).toHaveLength(deaths);
          expect(fakes.every(({ isKilled }) => isKilled)).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('wait for the one that takes long, and only so many of them', async () => {
    let answered = 0;
    let answeredBeforeFirst = 0;
    const { outcomes } = await runOnFakes(1_000, 2, (busy) => {
      // The worker with the first job is chosen only when nobody else has anything to do.
      if (busy === 1 && answeredBeforeFirst === 0) answeredBeforeFirst = answered;
      answered += 1;
      return { worker: busy - 1, dies: false };
    });
    expect(outcomes).toHaveLength(1_000);
    expect(answeredBeforeFirst).toBeGreaterThan(50);
    expect(answeredBeforeFirst).toBeLessThan(150);
  });
});

test('an error of whoever listens ends everything', async () => {
  const killed: boolean[] = [];
  const startWorker: StartWorker = (listener) => ({
    send: (order) => {
      if (order.kind === 'run') queueMicrotask(() => listener.onAnswer(ended(order.seed)));
    },
    kill: () => void killed.push(true),
  });
  const failing = runOnWorkers(
    jobs(10),
    (_, { seed }) => {
      if (seed === 3) throw new Error('the disk is full');
    },
    { size: 2, startWorker },
  );
  await expect(failing).rejects.toThrow('the disk is full');
  expect(killed).toEqual([true, true]);
});

describe('a process', () => {
  const program = (name: string, text: string): URL => pathToFileURL(fileWith(name, text));

  test('that dies is told of, with how', async () => {
    const start = processWorker(program('aborts.mjs', "process.on('message', () => process.abort());"));
    const how = await new Promise<string>((resolve) => {
      start({ onAnswer: () => undefined, onExit: resolve }).send({ kind: 'run', seed: 1 });
    });
    expect(how).toBe('was ended by SIGABRT');
  });

  test('leaves no listener behind for each of its kind', async () => {
    const before = process.listenerCount('exit');
    const start = processWorker(program('ends.mjs', 'process.exit(0);'));
    const exits = Array.from(
      { length: 12 },
      () =>
        new Promise<string>((resolve) => {
          start({ onAnswer: () => undefined, onExit: resolve });
        }),
    );
    // Node warns of a leak where there are more than ten.
    expect(process.listenerCount('exit') - before).toBe(1);
    expect(new Set(await Promise.all(exits))).toEqual(new Set(['ended with 0']));
  });

  test('that cannot even start ends the command, rather than being started for ever', async () => {
    const startWorker = processWorker(program('wrong.mjs', "throw new Error('no');"));
    const failing = runOnWorkers(jobs(4), () => undefined, { size: 2, startWorker });
    await expect(failing).rejects.toThrow('a worker did not start: the process that ran it ended with 1');
  });
});

describe('--jobs', () => {
  test.each(['0', 'all', '-1'])('refuses %s', async (value) => {
    const file = fileWith('jobs.yaml', scenarioText);
    const { code, err } = await perform(['run', file, '--jobs', value], { runner });
    expect(code).toBe(2);
    expect(err).toContain('--jobs');
  });
});

const built = path.resolve(import.meta.dirname, '../../dist/program/main.js');

describe.skipIf(!existsSync(built))('the built program', () => {
  const file = fileWith(
    'pooled.yaml',
    `${scenarioText}matrix: { net_ticktime: [8s, 60s] }
queues: [{ name: q, durable: true }]
workloads: [{ name: shop, publish: { routing_key: q, via: rabbit1, rate: 20/s, stop: 5s, confirms: true } }]
chaos: [{ at: 2s, nemesis: { kinds: [kill], every: 1s, lasting: [1s, 2s], until: 4s } }]
expect: { messages: { published: { min: 90 } } }
`,
  );
  const start = (...args: string[]) =>
    spawn(process.execPath, [built, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ending = async (...args: string[]) => {
    const child = start(...args);
    let out = '';
    let err = '';
    child.stdout.on('data', (data) => (out += String(data)));
    child.stderr.on('data', (data) => (err += String(data)));
    const [code] = (await once(child, 'close')) as [number];
    return { out, err, code };
  };

  test('prints the same results in the same order, in one process and in three', async () => {
    const alone = await ending('run', file, '--seeds', '6', '--json', '--jobs', '1');
    const together = await ending('run', file, '--seeds', '6', '--json', '--jobs', '3');
    expect(together).toEqual(alone);
    expect(alone.out.trimEnd().split('\n')).toHaveLength(12);
  });

  test('whose output nobody reads any more, ends with 141 and leaves no file behind', async () => {
    const report = inFolder('unread/report.html');
    const child = start('run', file, '--seeds', '100000', '--jobs', '2', '--json', '--report', report);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stderr.resume();
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(141);
    expect(readdirSync(inFolder('unread'))).toEqual([]);
  });

  test('interrupted, ends with 130 and leaves no file behind', async () => {
    const report = inFolder('interrupted/report.html');
    const child = start('run', file, '--seeds', '100000', '--jobs', '2', '--json', '--report', report);
    await once(child.stdout, 'data');
    child.stdout.resume();
    let err = '';
    child.stderr.on('data', (data) => (err += String(data)));
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(130);
    expect(err).toBe('watership: interrupted\n');
    expect(readdirSync(inFolder('interrupted'))).toEqual([]);
  });
});
