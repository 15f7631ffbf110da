// The language's words for faults and for when they happen, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, threeNodes, timesOf } from './one-run.ts';

const mirrored = 'policies: [{ name: ha, pattern: "^q$", definition: { ha-mode: all } }]\n';
const shop =
  'workloads: [{ name: shop, publish: { routing_key: q, rate: 10/s, stop: 20s, confirms: true } }]\n';

/** From one node's view: the peers whose VM it lost and regained, in order. */
function seen(text: string, node: string): readonly string[] {
  return resultOf(text)
    .timeline.filter(({ event, node: by }) => (event === 'nodedown' || event === 'nodeup') && by === node)
    .map(({ event, peer }) => `${event} ${peer as string}`);
}

describe('cuts', () => {
  test('drop node-to-node traffic between the groups, while clients still reach their nodes', () => {
    const result = resultOf(
      `${threeNodes}${shop}chaos: [{ at: 2s, partition: [[rabbit1], [rabbit2, rabbit3]] }]\nsettle: 5s\n`,
    );
    expect(eventsOf(result, 'nodedown', { node: 'rabbit1' })).toHaveLength(2);
    expect(eventsOf(result, 'nodedown', { node: 'rabbit2', peer: 'rabbit3' })).toEqual([]);
    expect(eventsOf(result, 'connection_lost')).toEqual([]);
    expect(result.messages.confirmed).toBe(result.messages.published);
  });

  test('of one link that overlap end when the last of them does', () => {
    const result = resultOf(`${threeNodes}chaos:
  - { at: 2s, cut: [rabbit1, rabbit2], for: 40s }
  - { at: 5s, partition: [[rabbit1], [rabbit2, rabbit3]], for: 20s }
settle: 10s
`);
    expect(result.duration).toBe(52);
    expect(timesOf(result, 'nodeup', { node: 'rabbit1', peer: 'rabbit3' })[0]).toBeLessThan(30);
    expect(timesOf(result, 'nodeup', { node: 'rabbit1', peer: 'rabbit2' })[0]).toBeGreaterThan(42);
  });

  test('of one direction are noticed by the side that hears nothing first', () => {
    const result = resultOf(
      `${threeNodes}chaos: [{ at: 2s, cut_one_way: [rabbit1, rabbit2], for: 30s }]\nsettle: 10s\n`,
    );
    const [deaf = 0] = timesOf(result, 'nodedown', { node: 'rabbit2', peer: 'rabbit1' });
    expect(deaf).toBeGreaterThan(8);
    expect(deaf).toBeLessThan(13);
    expect(eventsOf(result, 'nodeup', { node: 'rabbit2', peer: 'rabbit1' })).toHaveLength(1);
  });

  test('are ended link by link, or all at once, by a heal', () => {
    const healed = `${threeNodes}chaos:
  - { at: 2s, partition: [[rabbit1], [rabbit2, rabbit3]] }
  - { at: 20s, heal: [[rabbit2, rabbit1]] }
  - { at: 40s, heal: all }
settle: 10s
`;
    const result = resultOf(healed);
    expect(timesOf(result, 'nodeup', { node: 'rabbit1', peer: 'rabbit2' })[0]).toBeLessThan(25);
    expect(timesOf(result, 'nodeup', { node: 'rabbit1', peer: 'rabbit3' })[0]).toBeGreaterThan(40);
  });

  test('shorter than half the tick time pass unnoticed', () => {
    expect(seen(`${threeNodes}chaos: [{ at: 2s, cut: [rabbit1, rabbit2], for: 3s }]\n`, 'rabbit1')).toEqual(
      [],
    );
  });
});

describe('a reset', () => {
  test('ends a connection and not the link', () => {
    const result = resultOf(`${threeNodes}chaos: [{ at: 2s, reset: [rabbit2, rabbit3] }]\nsettle: 20s\n`);
    const [down = 0] = timesOf(result, 'nodedown', { node: 'rabbit2', peer: 'rabbit3' });
    expect(down).toBeLessThan(2.1);
    expect(timesOf(result, 'nodeup', { node: 'rabbit2', peer: 'rabbit3' })[0]).toBeLessThan(6);
  });
});

describe('a degraded link', () => {
  const latencies = (fault: string, seconds = 40) =>
    resultOf(
      `${threeNodes}${mirrored}${shop.replace('stop: 20s', `stop: ${seconds}s`)}chaos: [{ at: 2s, ${fault}, for: 5s }]\nsettle: 20s\n`,
    );

  test('delays, and is itself again afterwards', () => {
    const { availability, messages } = latencies('delay: { between: [rabbit1, rabbit2], latency: 400ms }');
    expect(availability.confirm_latency_p99).toBeGreaterThan(0.7);
    expect(availability.confirm_latency_p50).toBeLessThan(0.05);
    expect(messages.confirmed).toBe(messages.published);
  });

  test('drops packets, which are sent again', () => {
    const { availability, messages } = latencies('drop: { between: [rabbit1, rabbit3], loss: 40% }');
    expect(availability.confirm_latency_p99).toBeGreaterThan(0.2);
    expect(messages.confirmed_lost + messages.unconfirmed_lost).toBe(0);
  });

  test('is narrow, and what waited leaves when it is wide again', () => {
    const { availability } = latencies('throttle: { between: [rabbit1, rabbit2], bandwidth: 10kbit }');
    expect(availability.confirm_latency_p99).toBeGreaterThan(1);
    expect(availability.confirm_latency_p99).toBeLessThan(5);
    expect(availability.confirm_latency_p50).toBeLessThan(0.05);
  });

  test('is ended by a heal like a cut', () => {
    const { availability } = resultOf(
      `${threeNodes}${mirrored}${shop}chaos: [{ at: 2s, delay: { between: [rabbit1, rabbit2], latency: 400ms } }, { at: 4s, heal: all }]\nsettle: 5s\n`,
    );
    expect(availability.confirm_latency_p50).toBeLessThan(0.05);
  });
});

describe('a node', () => {
  const failover = (fault: string) =>
    resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: [rabbit3, rabbit2], rate: 10/s, stop: 60s, heartbeat: 5s } }
chaos: [{ at: 10s, ${fault} }]
settle: 5s
`);

  test('that is killed resets its connections: everybody knows at once', () => {
    const result = failover('kill: [rabbit3]');
    expect(timesOf(result, 'connection_lost')[0]).toBeLessThan(10.1);
    expect(timesOf(result, 'nodedown', { node: 'rabbit1', peer: 'rabbit3' })[0]).toBeLessThan(10.1);
  });

  test('that loses power resets nothing: peers wait for a tick, clients for a heartbeat', () => {
    const result = failover('power_off: rabbit3');
    expect(timesOf(result, 'connection_lost')[0]).toBeGreaterThan(18);
    expect(timesOf(result, 'nodedown', { node: 'rabbit1', peer: 'rabbit3' })[0]).toBeGreaterThan(15);
    expect(result.nodes['rabbit3']?.state).toBe('down');
  });

  test('that stands still keeps its connections open until others give up, and lasts until it is woken', () => {
    const result = resultOf(`${threeNodes}chaos:
  - { at: 2s, freeze: rabbit3, for: 5s }
  - { at: 3s, freeze: rabbit3 }
  - { at: 25s, unfreeze: rabbit3 }
settle: 10s
expect:
  at: [{ time: 15s, nodes: { rabbit3: frozen } }, { time: end, nodes: { rabbit3: running } }]
`);
    expect(result.failures).toEqual([]);
    const [down = 0] = timesOf(result, 'nodedown', { node: 'rabbit1', peer: 'rabbit3' });
    expect(down).toBeGreaterThan(8);
    expect(down).toBeLessThan(14);
  });

  test('restarts after another, `downtime` down and `pause` apart', () => {
    const result = resultOf(
      `${threeNodes}chaos: [{ at: 2s, rolling_restart: [rabbit1, rabbit2], downtime: 3s, pause: 20s }]\nsettle: 5s\n`,
    );
    const [first = 0, second = 0] = timesOf(result, 'node_stopped');
    expect(first).toBeLessThan(3);
    expect(second - first).toBeGreaterThan(23);
    expect(second - first).toBeLessThan(24);
    expect(eventsOf(result, 'node_started')).toHaveLength(2);
    expect(result.nodes).toMatchObject({ rabbit1: { state: 'running' }, rabbit2: { state: 'running' } });
  });
});

describe('one process', () => {
  test('of a queue crashes alone: a mirror comes back empty-handed, a leader is followed by a mirror', () => {
    const result = resultOf(`${threeNodes}${mirrored}chaos:
  - { at: 5s, crash_queue: { queue: q, on: rabbit2 } }
  - { at: 15s, crash_queue: { queue: q, on: rabbit1 } }
settle: 5s
`);
    const story = result.timeline
      .filter(({ event }) => ['mirror_removed', 'mirror_added', 'queue_promoted'].includes(event))
      .map(({ time, event, node }) => `${Math.floor(time)} ${event} ${node as string}`);
    expect(story).toEqual([
      '5 mirror_removed rabbit2',
      '5 mirror_added rabbit2',
      '15 queue_promoted rabbit3',
      '15 mirror_added rabbit1',
    ]);
    expect(result.nodes['rabbit1']?.state).toBe('running');
  });

  test('of a queue that crashes again and again stays down: `crashed`', () => {
    const crashes = Array.from(
      { length: 7 },
      (_, index) => `  - { at: ${2000 + 600 * index}ms, crash_queue: { queue: q, on: rabbit1 } }\n`,
    ).join('');
    const result = resultOf(`${threeNodes}chaos:\n${crashes}settle: 5s\n`);
    expect(result.queues['q']?.state).toBe('crashed');
  });

  test('stands still while the node goes on: a suspended node monitor decides late (OVR-1)', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
cluster_partition_handling: pause_minority
chaos:
  - { at: 2s, suspend: { process: rabbit_node_monitor, on: rabbit1 }, for: 20s }
  - { at: 3s, kill: rabbit2 }
settle: 10s
`);
    const [paused = 0] = timesOf(result, 'node_paused', { node: 'rabbit1' });
    expect(paused).toBeGreaterThan(22);
    expect(paused).toBeLessThan(23);
  });

  test('that the simulator does not have is refused', () => {
    expect(
      complaintsAbout(`${threeNodes}chaos: [{ at: 1s, suspend: { process: nobody, on: rabbit1 } }]\n`),
    ).toEqual(['5: the simulator has no model of "nobody" standing still']);
  });
});

describe('a slow disk', () => {
  test('makes persistent confirms wait, and only while it lasts', () => {
    const { availability } = resultOf(
      `${threeNodes}${shop}chaos: [{ at: 2s, slow_disk: { node: rabbit1, fsync: 400ms }, for: 5s }]\nsettle: 5s\n`,
    );
    expect(availability.confirm_latency_p99).toBeGreaterThan(0.3);
    expect(availability.confirm_latency_p50).toBeLessThan(0.2);
  });
});

describe('clients that are cut off', () => {
  test('lose their node by their heartbeat, and the node its clients; nodes go on among themselves', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: [rabbit1, rabbit2], rate: 10/s, stop: 60s, heartbeat: 5s } }
chaos: [{ at: 10s, cut_clients: rabbit1, for: 30s }]
settle: 5s
`);
    const [lost = 0] = timesOf(result, 'connection_lost');
    expect(lost).toBeGreaterThan(19);
    expect(lost).toBeLessThan(26);
    expect(eventsOf(result, 'connection_opened').at(-1)).toMatchObject({ node: 'rabbit2' });
    expect(eventsOf(result, 'nodedown')).toEqual([]);
  });
});

describe('when a row happens', () => {
  test('at the same time in file order', () => {
    const last = (first: string, second: string): string | undefined =>
      resultOf(
        `nodes: [rabbit1]\nchaos: [{ at: 1s, kill: rabbit1 }, { at: 5s, ${first} }, { at: 5s, ${second} }]\nsettle: 10s\n`,
      ).nodes['rabbit1']?.state;
    expect(last('start: rabbit1', 'kill: rabbit1')).toBe('down');
    expect(last('kill: rabbit1', 'start: rabbit1')).toBe('running');
  });

  test('`after` its event and `plus`, counted from the row before', () => {
    const result = resultOf(`${threeNodes}chaos:
  - { at: 2s, kill: rabbit1 }
  - { after: { event: nodedown, node: rabbit2, peer: rabbit1, plus: 3s }, start: rabbit1 }
  - { after: { event: node_started, node: rabbit1, plus: 1s }, kill: rabbit1 }
settle: 10s
`);
    const [killed = 0, again = 0] = timesOf(result, 'node_killed');
    const [down = 0] = timesOf(result, 'nodedown', { node: 'rabbit2' });
    const [started = 0] = timesOf(result, 'node_started');
    expect(killed).toBe(2);
    expect(started).toBeGreaterThan(down + 3);
    expect(again).toBeCloseTo(started + 1, 5);
    expect(result.duration).toBeCloseTo(again + 10, 5);
  });

  test('never, when its event comes only after the workloads have closed: the verdict is failed and names it', () => {
    const result = resultOf(`${threeNodes}chaos:
  - { at: 2s, kill: rabbit1 }
  - { at: 3s, start: rabbit1 }
  - { after: { event: node_started, node: rabbit1 }, kill: rabbit2 }
settle: 1s
`);
    expect(result.verdict).toBe('failed');
    expect(result.failures).toMatchObject([{ line: 8, observed: 'never' }]);
    expect(result.nodes['rabbit2']?.state).toBe('running');
  });

  test('drawn by a nemesis from the seed, and everything that it breaks ends', () => {
    const nemesis = (seed: number) =>
      resultOf(
        `seed: ${seed}\n${threeNodes}chaos: [{ at: 0s, nemesis: { kinds: [kill, freeze, partition], every: 20s, lasting: [5s, 10s], until: 100s } }]\nsettle: 60s\n`,
      );
    const steps = (seed: number) => timesOf(nemesis(seed), 'nodedown');
    expect(steps(1)).toEqual(steps(1));
    expect(steps(1)).not.toEqual(steps(2));
    const states = Object.values(nemesis(1).nodes).map(({ state }) => state);
    expect(states).toEqual(['running', 'running', 'running']);
  });
});
