/** Promise: timeline, story, lanes, series and lives tell the same run as the journal. */
import { describe, expect, test } from 'vitest';
import { Lanes } from '../../sim/ledger/lanes.ts';
import { Ledger } from '../../sim/ledger/ledger.ts';
import { LifeCollector, logSteps } from '../../sim/ledger/lives.ts';
import { StepLog } from '../../sim/ledger/step-log.ts';
import { Series } from '../../sim/ledger/series.ts';
import { Story } from '../../sim/ledger/story.ts';
import { EVENTS_KEPT, Timeline } from '../../sim/ledger/timeline.ts';
import { causeSentences } from '../../sim/ledger/verdict-sentence.ts';
import * as cluster from '../../sim/records/cluster.ts';
import { confirmed, published } from '../../sim/records/messages.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];
const S = 1_000_000;

/** Autoheal: rabbit1 alone from 8 s to 28 s, restarted at 31 s with three messages that it had confirmed. */
function autoheal(script: Script): void {
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  const mirror = { queue: 'q', node: 'rabbit2', by: 'rabbit2', leader: 'rabbit1' };
  script.write(cluster.mirrorAdded, mirror).write(cluster.mirrorSynchronised, mirror);
  script.at(8).write(cluster.faultBegan, { fault: 1, label: 'partition: rabbit1 | rabbit2', line: 12 });
  script.at(13).write(cluster.nodedown, { node: 'rabbit2', peer: 'rabbit1', reason: 'net_tick_timeout' });
  script.at(13.1).promote('q', 'rabbit2', true);
  script
    .at(14)
    .write(cluster.mirrorRemoved, { queue: 'q', node: 'rabbit2', by: 'rabbit1', leader: 'rabbit1' });
  for (const n of [1, 2, 3])
    script.publish(`shop-${n}`, 'q').store(`shop-${n}`, 'q', 'rabbit1').confirm(`shop-${n}`);
  script.at(28).write(cluster.faultEnded, { fault: 1, label: 'the partition rabbit1 | rabbit2 ends' });
  script.at(30);
  script.write(cluster.autohealWinner, {
    node: 'rabbit1',
    winner: 'rabbit2',
    losers: 'rabbit1',
    partitions: '',
  });
  script.write(cluster.nodeRestarting, { node: 'rabbit1', by: 'rabbit2' });
  script.at(30.5).state('rabbit1', 'stopped', 'autoheal');
  script.at(31.2).state('rabbit1', 'booting');
  for (const n of [1, 2, 3]) script.destroy(`shop-${n}`, 'q', 'rabbit1', 'erased at boot');
  script.at(35).state('rabbit1', 'running').write(cluster.mirrorAdded, {
    queue: 'q',
    node: 'rabbit1',
    by: 'rabbit1',
    leader: 'rabbit2',
  });
}

describe('the timeline', () => {
  test('has the contract’s events with its fields, and the lost messages when they were lost', () => {
    const script = new Script();
    const timeline = new Timeline(script.journal);
    const ledger = new Ledger(script.journal, { workloads });
    autoheal(script);
    timeline.addMessages(ledger.close({ endUs: 40 * S, observation: null }).groups);
    const events = timeline.toJson();
    expect(events).toContainEqual({ time: 13, event: 'nodedown', node: 'rabbit2', peer: 'rabbit1' });
    expect(events).toContainEqual({
      time: 30,
      event: 'autoheal_winner',
      winner: 'rabbit2',
      losers: ['rabbit1'],
    });
    const promoted = { time: 13.1, event: 'queue_promoted', queue: 'q', node: 'rabbit2', synchronised: true };
    expect(events).toContainEqual(promoted);
    const lost = {
      time: 31.2,
      event: 'message_lost',
      id: 'shop-1',
      queue: 'q',
      hazard: 'HAZ-8',
      rule: 'PAR-26',
    };
    expect(events).toContainEqual(lost);
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted((a, b) => a - b));
  });

  test('keeps a limited number of events and counts all of them', () => {
    const script = new Script();
    const timeline = new Timeline(script.journal);
    for (let n = 0; n < EVENTS_KEPT + 10; n += 1) script.write(cluster.nodePaused, { node: 'rabbit1' });
    expect(timeline.events).toHaveLength(EVENTS_KEPT);
    expect(timeline.count('node_paused')).toBe(EVENTS_KEPT + 10);
  });
});

describe('the story', () => {
  test('tells what mattered in order, and why in a sentence', () => {
    const script = new Script();
    const story = new Story(script.journal);
    script.write(cluster.phase, { phase: 'workload' });
    const ledger = new Ledger(script.journal, { workloads });
    autoheal(script);
    const { groups } = ledger.close({ endUs: 40 * S, observation: null });
    const lines = story.lines(groups, 40 * S).map(({ sentence }) => sentence);
    expect(lines[0]).toBe('partition: rabbit1 | rabbit2');
    expect(lines).toContain('rabbit2 loses rabbit1');
    expect(lines).toContain(
      'rabbit2, synchronised, is promoted to lead q, while rabbit1 goes on leading it, too',
    );
    expect(lines).toContain('the partition rabbit1 | rabbit2 ends');
    expect(lines.at(-1)).toBe('3 confirmed messages of q are lost (HAZ-8)');
    expect(lines).toContain('Autoheal: rabbit2 wins, rabbit1 must restart');
    expect(causeSentences(groups)).toEqual([
      'Autoheal restarted rabbit1, which threw away what only its side of q had: 3 messages lost, confirmed (HAZ-8, PAR-26, at 31.2 s).',
    ]);
  });

  test('has at most fifteen lines, the heaviest first to be told', () => {
    const script = new Script();
    const story = new Story(script.journal);
    script.write(cluster.phase, { phase: 'workload' });
    for (let n = 0; n < 40; n += 1) {
      script.at(n * 10).write(cluster.connectionLost, {
        workload: 'shop',
        node: `n${n}`,
        code: 0,
        text: '',
        client: 'shop',
      });
    }
    script.at(500).promote('q', 'rabbit2', false);
    const lines = story.lines([], 600 * S);
    expect(lines).toHaveLength(15);
    expect(lines.at(-1)?.sentence).toBe('rabbit2, NOT synchronised, is promoted to lead q');
  });
});

describe('lanes', () => {
  test('show states of nodes without gaps, and two leaders exactly while both sides serve', () => {
    const script = new Script();
    const lanes = new Lanes(script.journal, [
      { name: 'rabbit1', state: 'running' },
      { name: 'rabbit2', state: 'running' },
    ]);
    autoheal(script);
    expect(lanes.nodeLanes(40 * S)[0]?.spans).toEqual([
      { fromUs: 0, toUs: 30.5 * S, state: 'running' },
      { fromUs: 30.5 * S, toUs: 31.2 * S, state: 'stopped' },
      { fromUs: 31.2 * S, toUs: 35 * S, state: 'booting' },
      { fromUs: 35 * S, toUs: 40 * S, state: 'running' },
    ]);
    const [lane] = lanes.queueLanes(40 * S);
    expect(lane?.leaders).toEqual([
      { node: 'rabbit1', fromUs: 0, toUs: 13.1 * S },
      { node: 'rabbit2', fromUs: 13.1 * S, toUs: 30.5 * S, view: ['rabbit2'] },
      { node: 'rabbit1', fromUs: 13.1 * S, toUs: 30.5 * S, view: ['rabbit1'] },
      { node: 'rabbit2', fromUs: 30.5 * S, toUs: 40 * S },
    ]);
    expect(lane?.mirrors).toContainEqual({ node: 'rabbit2', fromUs: 0, toUs: 13.1 * S, synchronised: true });
    expect(lane?.mirrors).toContainEqual({
      node: 'rabbit1',
      fromUs: 35 * S,
      toUs: 40 * S,
      synchronised: false,
    });
    expect(lanes.faultSpans(40 * S)).toEqual([
      { label: 'partition: rabbit1 | rabbit2', fromUs: 8 * S, toUs: 28 * S, line: 12 },
    ]);
  });
});

describe('lanes of a node that flaps for hours', () => {
  test('have at most 300 spans, and still no gap', () => {
    const script = new Script();
    const lanes = new Lanes(script.journal, [{ name: 'rabbit1', state: 'running' }]);
    for (let n = 0; n < 2_000; n += 1) {
      script.at(10 * n + 1).state('rabbit1', 'paused');
      script.at(10 * n + 6).state('rabbit1', 'running');
    }
    const endUs = 20_000 * S;
    const spans = lanes.nodeLanes(endUs)[0]!.spans;
    expect(spans.length).toBeLessThanOrEqual(300);
    expect(spans[0]?.fromUs).toBe(0);
    expect(spans.at(-1)?.toUs).toBe(endUs);
    for (let n = 1; n < spans.length; n += 1) expect(spans[n]?.fromUs).toBe(spans[n - 1]?.toUs);
  });
});

describe('series', () => {
  test('have a bucket a second, and never more than 600 however long the run', () => {
    const script = new Script();
    const series = new Series(script.journal);
    for (let n = 1; n <= 3_000; n += 1)
      script
        .at(n)
        .publish(`shop-${n}`, 'q')
        .at(n + 0.25)
        .confirm(`shop-${n}`);
    const { bucketUs, points } = series.perSecond(3_001 * S);
    expect(bucketUs).toBe(8 * S);
    expect(points.length).toBeLessThanOrEqual(600);
    const total = points.reduce((sum, point) => sum + point.published * 8, 0);
    expect(total).toBe(3_000);
    const latencies = series.confirmLatency().points;
    expect(latencies.length).toBe(points.length);
    for (const { maxUs } of latencies) expect(maxUs).toBe(250_000);
  });
});

describe('depth', () => {
  test('of a queue that two nodes lead is the deeper one, and goes on when one of them ends', () => {
    const script = new Script();
    const series = new Series(script.journal);
    const depth = (node: string, ready: number) =>
      script.write(cluster.queueDepth, { queue: 'q', node, ready, unacknowledged: 0 });
    depth('rabbit1', 10);
    script.at(1.5);
    depth('rabbit2', 4);
    script.at(2.5).write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'shutdown' });
    script.at(3.5).write(cluster.queueDown, { queue: 'q', node: 'rabbit2', why: 'shutdown' });
    expect(series.depth()[0]?.points.map(({ ready }) => ready)).toEqual([10, 10, 4, null]);
  });
});

describe('lives', () => {
  test('are kept up to a bound, and beyond it those of every other message', () => {
    const { journal } = new Script();
    const log = logSteps(journal);
    const steps = (from: number, to: number) => {
      for (let sequence = from; sequence <= to; sequence += 1) {
        journal.write(published, 0, 1, sequence, 1, 0);
        journal.write(confirmed, 0, 1, sequence, 0);
      }
    };
    steps(1, 2_000_000);
    expect(log.isComplete).toBe(true);
    const visited: number[] = [];
    log.replay(
      (_publisher, sequence) => sequence % 500_000 === 0,
      (_type, _timeUs, slots) => visited.push(slots[2]!),
    );
    expect(visited).toEqual([500_000, 1_000_000, 1_500_000, 2_000_000].flatMap((id) => [id, id]));
    steps(2_000_001, 2_200_000);
    expect(log.isComplete).toBe(false);
    expect(log.oneOf).toBe(2);
    const counts = new Map<number, number>();
    log.visit((_kind, _timeUs, _publisher, sequence) =>
      counts.set(sequence, (counts.get(sequence) ?? 0) + 1),
    );
    // Each message that is kept is whole, early and late ones alike.
    expect(new Set(counts.values())).toEqual(new Set([2]));
    expect(Math.abs(counts.size - 1_100_000)).toBeLessThan(5_000);
    expect(Math.abs([...counts.keys()].filter((id) => id > 2_000_000).length - 100_000)).toBeLessThan(2_000);
  });

  test('are told of the messages that matter, alike from the log of a run and from a second run', () => {
    const first = new Script();
    const log = logSteps(first.journal);
    const ledger = new Ledger(first.journal, { workloads });
    autoheal(first);
    ledger.close({ endUs: 40 * S, observation: null });
    const ids = ledger.interestingIds(2);
    expect(ids.map(({ id }) => id)).toEqual(['shop-1', 'shop-2']);

    const second = new Script();
    const collector = new LifeCollector(second.journal, ids);
    const logOfLives = new StepLog(second.journal, log.kinds, collector.wanted);
    autoheal(second);
    collector.read(logOfLives);
    expect(logOfLives.steps).toBeLessThan(log.steps);
    const reader = new LifeCollector(first.journal, ids);
    reader.read(log);
    expect(log.isComplete).toBe(true);
    expect(reader.lives()).toEqual(collector.lives());
    const [life] = collector.lives();
    expect(life).toMatchObject({ id: 'shop-1', outcome: 'lost', confirmed: true, queue: 'q' });
    expect(life?.cause).toMatchObject({ hazard: 'HAZ-8', timeUs: 31_200_000 });
    expect(life?.steps.map(({ what }) => what)).toEqual([
      'publishes to rabbit1',
      'routes it to q',
      'takes it in (publish)',
      'is told by rabbit1 that it is safe',
      'loses it: erased at boot',
    ]);
    expect(life?.steps.at(-1)?.rule).toBe('MIR-23');
  });
});
