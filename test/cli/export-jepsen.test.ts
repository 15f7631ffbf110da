// A foreign checker, given the history of a run and nothing else, comes to the ledger's figures.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asEdn, asJson } from '../../sim/cli/export/jepsen-operation.ts';
import { JepsenHistory } from '../../sim/cli/export/jepsen.ts';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import type { RunResult } from '../../sim/ledger/result.ts';
import { loadFile, loadText } from '../../sim/scenario/load.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { inFolder, perform } from './captured.ts';
import { totalQueue, type HistoryOperation } from './total-queue.ts';

const scenarios = path.join(import.meta.dirname, '../../scenarios');

function historyOf(scenario: Scenario, seed: number): { history: HistoryOperation[]; result: RunResult } {
  const history: HistoryOperation[] = [];
  const exporter = new JepsenHistory(
    scenario,
    asJson,
    (line) => void history.push(JSON.parse(line) as HistoryOperation),
  );
  let endUs = 0;
  const { result } = runScenario(scenario, {
    seed,
    onJournal: (journal) => {
      journal.onAny((_, timeUs) => (endUs = timeUs));
      exporter.listen(journal);
    },
  });
  exporter.end(endUs);
  return { history, result };
}

describe('total-queue agrees with the ledger', () => {
  test.each([
    ['tour/tour.yaml', 1],
    ['failover/kill.yaml', 2],
    ['failover/republish-after-kill.yaml', 1],
    ['failover/power-off.yaml', 1],
    ['partitions/pause-minority-leader-in-minority.yaml', 1],
    ['partitions/quorum-leader-in-minority.yaml', 1],
    ['hazards/HAZ-01-acked-but-routed-nowhere.yaml', 1],
    ['hazards/HAZ-03-unsynchronised-mirror-is-promoted.yaml', 1],
    ['broker/transactions.yaml', 1],
  ])('%s, seed %i', (file, seed) => {
    for (const scenario of loadFile(path.join(scenarios, file))) {
      const { history, result } = historyOf(scenario, seed);
      const verdict = totalQueue(history);
      const { messages } = result;
      expect(verdict.unexpected).toEqual([]);
      expect(verdict.attempts).toBe(messages.publishes);
      expect(verdict.lost).toHaveLength(messages.confirmed_lost);
      // What an idempotent consumer drops was delivered all the same.
      const dedupes = scenario.workloads.some((workload) => 'dedupe' in workload && workload.dedupe);
      expect(deliveredTwice(history)).toEqual(dedupes ? expect.any(Number) : messages.duplicated);
    }
  });

  /** Pairs of a value and a queue that workloads dequeued more than once. */
  function deliveredTwice(history: readonly HistoryOperation[]): number {
    const counts = new Map<string, number>();
    for (const { f, type, value, queue } of history) {
      if (f !== 'dequeue' || type !== 'ok') continue;
      const pair = JSON.stringify([value, queue]);
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    return [...counts.values()].filter((count) => count > 1).length;
  }

  test('and the checker can tell a loss', () => {
    const { history } = historyOf(loadFile(path.join(scenarios, 'failover/kill.yaml'))[0]!, 1);
    const { lost } = totalQueue(history);
    const taken = history.find(
      ({ f, type, value }) => f === 'dequeue' && type === 'ok' && !lost.includes(value as string),
    );
    const without = history.filter(({ value, f }) => f !== 'dequeue' || value !== taken?.value);
    expect(totalQueue(without).lost).toHaveLength(lost.length + 1);
  });
});

describe('a history is one as Jepsen knows it', () => {
  const { history } = historyOf(loadFile(path.join(scenarios, 'failover/republish-after-kill.yaml'))[0]!, 1);

  test('operations are numbered, in order of time', () => {
    expect(history.map(({ index }) => index)).toEqual(history.map((_, index) => index));
    expect(history.every(({ time }, index) => index === 0 || time >= history[index - 1]!.time)).toBe(true);
  });

  test('a process does one thing at a time, and nothing after an outcome that nobody knows', () => {
    const doing = new Map<number | 'nemesis', HistoryOperation>();
    const crashed = new Set<number | 'nemesis'>();
    for (const operation of history) {
      const { process, type, f } = operation;
      if (process === 'nemesis') continue;
      const begun = doing.get(process);
      expect([process, crashed.has(process)]).toEqual([process, false]);
      expect([process, type === 'invoke']).toEqual([process, begun === undefined]);
      if (type === 'invoke') doing.set(process, operation);
      else {
        expect(begun?.f).toBe(f);
        if (f === 'enqueue') expect(begun?.value).toBe(operation.value);
        doing.delete(process);
        if (type === 'info') crashed.add(process);
      }
    }
    expect([...doing]).toEqual([]);
    expect(crashed.size).toBeGreaterThan(0);
  });

  test('faults are the nemesis', () => {
    expect(history.filter(({ process }) => process === 'nemesis')[0]).toMatchObject({
      type: 'info',
      f: 'start',
      value: 'kill rabbit1',
    });
  });
});

test('publishes without confirms are never said to have been heard', () => {
  const [scenario] = loadText(
    'quiet.yaml',
    'name: quiet\nnodes: [a]\nqueues: [{ name: q }]\nworkloads: [{ name: w, count: 2, publish: { routing_key: q, rate: 10/s, stop: 3s } }]\n',
  );
  const { history } = historyOf(scenario!, 1);
  const ends = history.filter(({ f, type }) => f === 'enqueue' && type !== 'invoke');
  expect(new Set(ends.map(({ type }) => type))).toEqual(new Set(['info']));
  expect(totalQueue(history)).toMatchObject({ valid: true, acknowledged: 0 });
  expect(totalQueue(history).recovered).toHaveLength(ends.length);
});

test('EDN and JSON are the same history', async () => {
  const file = path.join(scenarios, 'failover/kill.yaml');
  const [edn, json] = [inFolder('history.edn'), inFolder('history.json')];
  expect(await perform(['export', file, '--format', 'jepsen', '--out', edn])).toMatchObject({
    code: 0,
    out: '',
  });
  expect(await perform(['export', file, '--format', 'jepsen-json', '--out', json])).toMatchObject({
    code: 0,
    out: '',
  });
  expect(readFileSync(edn, 'utf8').trim().split('\n').map(fromEdn)).toEqual(
    readFileSync(json, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  );
});

test('whatever a queue is called, EDN says it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })), (queue, value) => {
      const line = asEdn({ time: 1, process: 0, type: 'ok', f: 'drain', value, queue }, 7);
      expect(line.split('\n')).toHaveLength(2);
      expect(fromEdn(line)).toEqual({ index: 7, time: 1, process: 0, type: 'ok', f: 'drain', value, queue });
    }),
  );
});

/** Reads the EDN that a history has: maps with keywords for keys, keywords, strings, whole numbers, nil, vectors. */
function fromEdn(line: string): unknown {
  const tokens = [...line.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|:[a-z]+|-?\d+|nil/g)].map(([token]) => token);
  let at = 0;
  const read = (): unknown => {
    const token = tokens[at++] ?? '';
    if (token === 'nil') return null;
    if (token.startsWith(':')) return token.slice(1);
    if (token === '[') {
      const list: unknown[] = [];
      while (tokens[at] !== ']') list.push(read());
      at += 1;
      return list;
    }
    if (token === '{') {
      const map: Record<string, unknown> = {};
      while (tokens[at] !== '}') map[String(read())] = read();
      at += 1;
      return map;
    }
    return JSON.parse(token) as unknown;
  };
  return read();
}
