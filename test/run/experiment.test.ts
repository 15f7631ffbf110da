import { describe, expect, test } from 'vitest';
import { runOn } from './fake-cluster.ts';

const HEAD = `
name: test
nodes: [rabbit1, rabbit2, rabbit3]
queues: [{ name: q, durable: true }]
`;
const SHOP = `
workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit1, rate: 10/s, start: 1s, stop: 5s, confirms: true } }
`;

describe('the clock of an experiment', () => {
  test('ends `settle` after the last stop and the last step, its `for` included; then a second, then the drain', () => {
    const { experiment, of } = runOn(
      `${HEAD}${SHOP}chaos: [{ at: 3s, cut: [rabbit1, rabbit2], for: 4s }]\nsettle: 6s\n`,
    );
    expect(experiment.durationUs).toBe(13_000_000);
    expect(experiment.settlingFromUs).toBe(7_000_000);
    expect(experiment.drainFromUs).toBe(14_000_000);
    expect(of('phase').map(({ phase }) => phase)).toEqual(['workload', 'settle', 'drain', 'end']);
    expect(of('published')).toHaveLength(39);
  });

  test('begins when the cluster is formed, whenever that is', () => {
    const text = `${HEAD}${SHOP}chaos: [{ at: 3s, kill: rabbit2 }]\nsettle: 1s\n`;
    const late = runOn(text, { formedAfterUs: 12_345_678 });
    const early = runOn(text);
    expect(late.experiment.originUs).toBe(12_345_678);
    expect(late.records).toEqual(early.records);
    expect(late.experiment.durationUs).toBe(early.experiment.durationUs);
  });

  test('without a drain leaves messages where they are', () => {
    const { experiment, of } = runOn(`${HEAD}${SHOP}settle: 1s\ndrain: false\n`);
    expect(experiment.drainFromUs).toBe(null);
    expect(experiment.observations).toHaveLength(1);
    expect(of('phase').at(-1)).toMatchObject({ phase: 'end' });
  });
});

describe('the rows of chaos', () => {
  test('happen at their times, in file order where times are equal', () => {
    const { told } = runOn(`${HEAD}
chaos:
  - { at: 2s, freeze: rabbit1, for: 3s }
  - { at: 4s, kill: [rabbit2, rabbit3] }
  - { at: 4s, start: rabbit3 }
  - { at: 5s, slow_disk: { node: rabbit1, fsync: 100ms }, for: 1s }
  - { at: 6s, reset: [rabbit1, rabbit2] }
settle: 1s
drain: false
`);
    expect(told).toEqual([
      '2 rabbit1 freeze',
      '4 rabbit2 kill',
      '4 rabbit3 kill',
      '4 rabbit3 start',
      '5 rabbit1 unfreeze',
      '5 rabbit1 fsync 100000',
      '6 rabbit1 fsync 2000',
      '6 rabbit1 reset rabbit2',
    ]);
  });

  test('are noted when they begin and when they end, by themselves or by another', () => {
    const { of, at } = runOn(`${HEAD}
chaos:
  - { at: 1s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 5s }
  - { at: 2s, freeze: rabbit2 }
  - { at: 3s, kill: rabbit3 }
  - { at: 4s, unfreeze: rabbit2 }
  - { at: 5s, heal: all }
settle: 3s
drain: false
`);
    expect(at('fault_began')).toEqual([1, 2, 3, 4, 5]);
    expect(of('fault_began').map(({ line }) => line)).toEqual([7, 8, 9, 10, 11]);
    const ends = of('fault_ended').map(({ fault, time }) => [fault, Number(time)]);
    expect(ends).toEqual([
      [3, 3],
      [2, 4],
      [4, 4],
      [1, 5],
      [5, 5],
    ]);
  });

  test('of one kind on one node last until the last of them ends', () => {
    const { told, of } = runOn(`${HEAD}
chaos:
  - { at: 1s, freeze: rabbit1, for: 4s }
  - { at: 2s, freeze: [rabbit1, rabbit2], for: 1s }
  - { at: 5s, freeze: rabbit1, for: 1s }
settle: 3s
drain: false
`);
    expect(told.filter((line) => line.includes('unfreeze'))).toEqual([
      '3 rabbit2 unfreeze',
      '5 rabbit1 unfreeze',
      '6 rabbit1 unfreeze',
    ]);
    expect(of('fault_ended').map(({ fault }) => fault)).toEqual([2, 1, 3]);
  });

  test('with `after` wait for their event, counted from the row before, and move the end', () => {
    const { told, experiment } = runOn(`${HEAD}
chaos:
  - { at: 1s, freeze: rabbit1 }
  - { at: 3s, freeze: rabbit2 }
  - { after: { event: node_paused, plus: 2s }, kill: rabbit3 }
  - { at: 4s, freeze: rabbit3 }
settle: 5s
drain: false
`);
    // The first node_paused after the row at 3 s is the one at 4 s.
    expect(told.filter((line) => line.includes('kill'))).toEqual(['6 rabbit3 kill']);
    expect(experiment.durationUs).toBe(11_000_000);
    expect(experiment.unmetRows).toEqual([]);
  });

  test('whose event never comes are named', () => {
    const { experiment } = runOn(`${HEAD}
chaos:
  - { at: 1s, freeze: rabbit1 }
  - { after: { event: node_paused, node: rabbit3 }, kill: rabbit3 }
settle: 1s
drain: false
`);
    expect(experiment.unmetRows.map(({ line }) => line)).toEqual([8]);
  });

  test('restart nodes one after the other', () => {
    const { told, experiment } = runOn(`${HEAD}
chaos:
  - { at: 1s, rolling_restart: [rabbit1, rabbit2], downtime: 2s, pause: 10s }
settle: 1s
drain: false
`);
    expect(told).toEqual(['1 rabbit1 stop', '3 rabbit1 start', '13 rabbit2 stop', '15 rabbit2 start']);
    expect(experiment.durationUs).toBeGreaterThanOrEqual(15_000_000);
  });

  test('cut clients off, old and new ones', () => {
    const { at, of } = runOn(`${HEAD}${SHOP}
chaos:
  - { at: 2s, cut_clients: rabbit1, for: 10s }
  - { at: 3s, amqp: { queue.declare: { queue: other } }, via: rabbit1 }
  - { at: 4s, kill_client: shop }
settle: 5s
drain: false
`);
    expect(of('amqp_reply')).toMatchObject([{ code: 0, text: 'connect ETIMEDOUT' }]);
    expect(at('connection_lost')).toEqual([4]);
    expect(at('connection_opened')).toHaveLength(2);
    expect(at('connection_opened')[1]).toBeGreaterThan(12);
  });

  test('run command lines, which take their time', () => {
    const { told, of } = runOn(`${HEAD}
chaos: [{ at: 1s, rabbitmqctl: stop_app, on: rabbit2 }]
settle: 5s
drain: false
`);
    expect(of('operator')).toMatchObject([{ command: 'stop_app', on: 'rabbit2', exit: 0 }]);
    const seconds = Number(told[0]!.split(' ')[0]);
    expect(seconds).toBeGreaterThan(1.1);
    expect(seconds).toBeLessThan(2);
  });

  test('drawn by a nemesis are noted, end by themselves, and follow the seed', () => {
    const text = `${HEAD}
chaos:
  - { at: 1s, nemesis: { kinds: [kill, freeze, partition], every: 5s, lasting: [1s, 3s], until: 60s } }
settle: 5s
drain: false
`;
    const first = runOn(text, { seed: 1 });
    expect(first.experiment.drawnSteps).toHaveLength(11);
    // The nemesis itself is a row, its steps are faults; all have ended by the end.
    expect(first.of('fault_began')).toHaveLength(11);
    expect(first.of('fault_ended')).toHaveLength(11);
    expect(runOn(text, { seed: 1 }).records).toEqual(first.records);
    expect(runOn(text, { seed: 2 }).told).not.toEqual(first.told);
  });
});

describe('what is seen', () => {
  test('is taken at the times that expectations ask for, and at the end', () => {
    const { experiment } = runOn(`${HEAD}${SHOP}
chaos: [{ at: 3s, kill: rabbit1 }]
settle: 2s
expect:
  at:
    - { time: 4s, nodes: { rabbit1: down } }
    - { time: 2s, nodes: { rabbit1: running } }
    - { time: end, clients: { shop: disconnected } }
  any_of:
    - { at: [{ time: 2500ms, nodes: { rabbit1: running } }] }
`);
    const { observations } = experiment;
    expect(observations.map(({ timeUs }) => timeUs)).toEqual([2_000_000, 2_500_000, 4_000_000, null]);
    expect(observations.map(({ nodes }) => nodes['rabbit1']!.state)).toEqual([
      'running',
      'running',
      'down',
      'down',
    ]);
    expect(observations.map(({ clients }) => clients['shop'])).toEqual([
      'connected',
      'connected',
      'connected',
      'connected',
    ]);
    expect(observations[2]!.members).toEqual({
      rabbit2: ['rabbit1', 'rabbit2', 'rabbit3'],
      rabbit3: ['rabbit1', 'rabbit2', 'rabbit3'],
    });
    expect(observations[0]!.queues['q']).toMatchObject({ master: 'rabbit1' });
    expect(observations[2]!.queues['q']).toMatchObject({ master: 'rabbit2' });
    expect(observations[0]!.seenBy['rabbit3']!['q']).toMatchObject({ master: 'rabbit3' });
  });

  test('of several clients of a workload is the worst, and each of them', () => {
    const { experiment } = runOn(`${HEAD}
workloads:
  - { name: shop, count: 2, publish: { routing_key: q, via: rabbit1, rate: 1/s, stop: 5s } }
chaos: [{ at: 1s, kill_client: shop }]
settle: 2s
expect: { at: [{ time: 1500ms, clients: { shop: disconnected } }] }
`);
    expect(experiment.observations[0]!.clients).toEqual({
      shop: 'disconnected',
      'shop.1': 'disconnected',
      'shop.2': 'disconnected',
    });
  });
});

describe('limits', () => {
  test.each([
    ['events: 500', 'events'],
    ['virtual_time: 3s', 'virtual_time'],
    ['messages: 1000', 'messages'],
  ])('%s ends the run and says so', (limit, name) => {
    const { experiment } = runOn(`${HEAD}
workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit1, rate: 1000/s, stop: 50s, confirms: true } }
limits: { ${limit} }
`);
    expect(experiment.limitReached).toBe(name);
    expect(experiment.durationUs).toBeLessThan(50_000_000);
  });
});
