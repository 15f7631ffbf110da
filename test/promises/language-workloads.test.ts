// The language's words for clients, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { eventsOf, resultOf, runOf, threeNodes, timesOf } from './one-run.ts';

const nothingElse = 'settle: 5s\n';

describe('a publisher', () => {
  test('of several is called by its number, with its own rate and its own messages', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, count: 3, publish: { routing_key: q, rate: 10/s, start: 1s, stop: 6s, confirms: true } }
${nothingElse}`);
    expect(result.by_workload['shop']).toMatchObject({ published: 147, skipped_while_disconnected: 3 });
    expect(result.by_workload['shop.2']).toMatchObject({ published: 49, confirmed: 49, drained: 49 });
  });

  test('takes turn n at start + n/rate and skips what comes while it has no channel', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit2, rate: 10/s, start: 1s, stop: 31s } }
chaos: [{ at: 11s, kill: rabbit2 }, { at: 11s, start: rabbit2 }]
${nothingElse}`);
    const { published, skipped_while_disconnected: skipped } = result.messages;
    expect(published + skipped).toBe(300);
    // The turn at its start, and some six seconds of boot.
    expect(skipped).toBeGreaterThan(40);
    expect(skipped).toBeLessThan(90);
  });

  test('with `messages` waits instead, does not hold up the end, and what it has not sent is reported', () => {
    const publisher = (when: string): string =>
      `${threeNodes}workloads: [{ name: shop, publish: { routing_key: q, via: rabbit2, rate: 10/s, messages: 200 } }]\nchaos: [{ at: 2s, cut_clients: rabbit2, for: ${when} }]\n`;
    const whole = resultOf(`${publisher('5s')}settle: 30s\n`);
    expect(whole.messages).toMatchObject({ published: 200, skipped_while_disconnected: 0, drained: 200 });
    const cutShort = runOf(`${publisher('1s')}settle: 5050ms\n`);
    expect(cutShort.result).toMatchObject({ duration: 8.05, messages: { published: 81 } });
    expect(cutShort.verdictSentence).toContain('shop had sent 81 of its 200 messages when the run ended.');
  });

  test('ends publishing at its stop and keeps the connection; without one it goes on until the drain', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: short, publish: { routing_key: q, rate: 10/s, stop: 5s } }
  - { name: long, publish: { routing_key: q, rate: 10/s } }
settle: 10050ms
expect:
  at: [{ time: end, clients: { short: connected, long: connected } }]
`);
    expect(result.failures).toEqual([]);
    expect(result.duration).toBe(15.05);
    expect(result.by_workload).toMatchObject({ short: { published: 49 }, long: { published: 150 } });
    expect(eventsOf(result, 'connection_lost')).toEqual([]);
  });

  test('fails over along its list, one step at each attempt, `reconnect` apart', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: [rabbit2, rabbit3, rabbit1], rate: 10/s, stop: 30s, reconnect: 2s } }
chaos: [{ at: 5s, kill: [rabbit3] }, { at: 10s, kill: rabbit2 }]
${nothingElse}`);
    const opened = eventsOf(result, 'connection_opened').map(({ node, time }) => [node, Math.round(time)]);
    // Lost at 10 s, rabbit3 refuses at 12 s, rabbit1 accepts at 14 s.
    expect(opened).toEqual([
      ['rabbit2', 0],
      ['rabbit1', 14],
    ]);
  });

  test('that is never to connect again stays away', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit2, rate: 10/s, stop: 10s, reconnect: never } }
chaos: [{ at: 5s, kill_client: shop }]
settle: 5s
expect: { at: [{ time: 4s, clients: { shop: connected } }, { time: end, clients: { shop: disconnected } }] }
`);
    expect(result.failures).toEqual([]);
    expect(result.messages.published).toBe(49);
  });

  test('is told of what reaches no queue, with `mandatory`; without, it is confirmed and lost (HAZ-1)', () => {
    const publish = (mandatory: boolean) =>
      resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: nowhere, mandatory: ${mandatory}, confirms: true, messages: 7 } }
${nothingElse}`).messages;
    expect(publish(true)).toMatchObject({ returned: 7, confirmed: 7, confirmed_lost: 0 });
    expect(publish(false)).toMatchObject({ returned: 0, confirmed: 7, confirmed_lost: 7 });
  });

  test('gives up waiting after confirm_timeout and publishes again; max_in_flight holds it back', () => {
    const result = resultOf(`${threeNodes}disks: { rabbit1: { fsync: 3s } }
workloads:
  - { name: again, publish: { routing_key: q, messages: 4, confirms: true, confirm_timeout: 1s, republish_unconfirmed: true } }
${nothingElse}`);
    expect(result.messages.published).toBe(4);
    expect(result.messages.publishes).toBeGreaterThan(4);
    const held = resultOf(`${threeNodes}disks: { rabbit1: { fsync: 500ms } }
workloads: [{ name: slow, publish: { routing_key: q, rate: 100/s, stop: 10s, confirms: true, max_in_flight: 1 } }]
settle: 0s
`);
    expect(held.messages.published).toBeLessThan(30);
  });

  test('of transient messages loses them with the node, of persistent ones in a durable queue does not', () => {
    const publish = (persistent: boolean) =>
      resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, messages: 9, confirms: true, persistent: ${persistent} } }
chaos: [{ at: 5s, kill: rabbit1 }, { at: 6s, start: rabbit1 }]
settle: 20s
`).messages;
    expect(publish(true)).toMatchObject({ confirmed: 9, confirmed_lost: 0, drained: 9 });
    expect(publish(false)).toMatchObject({ confirmed: 9, confirmed_lost: 9, drained: 0 });
  });
});

describe('a consumer', () => {
  const nine = '  - { name: shop, publish: { routing_key: q, messages: 9 } }\n';

  test('takes one message at a time, and as many ahead as its prefetch allows', () => {
    const result = resultOf(`${threeNodes}workloads:
${nine}  - { name: house, consume: { queue: q, prefetch: 4, processing_time: 1s, start: 1s, stop: 4500ms } }
settle: 1s
expect: { at: [{ time: 3500ms, queues: { q: { messages_ready: 3, messages_unacknowledged: 4 } } }] }
`);
    expect(result.failures).toEqual([]);
    expect(result.messages).toMatchObject({ delivered: 7, acked: 3, drained: 2, drained_deliveries: 6 });
  });

  test.each([
    ['manual', { delivered: 9, acked: 9, drained_deliveries: 0 }],
    ['auto', { delivered: 9, acked: 0, drained_deliveries: 0 }],
    ['never', { delivered: 9, acked: 0, drained_deliveries: 9 }],
  ])('with ack: %s', (ack, figures) => {
    const result = resultOf(
      `${threeNodes}workloads:\n${nine}  - { name: house, consume: { queue: q, ack: ${ack} } }\n${nothingElse}`,
    );
    expect(result.messages).toMatchObject(figures);
  });

  test('rejects the share that fails: gone without `requeue`, delivered again with it', () => {
    const reject = (requeue: boolean) =>
      resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, messages: 200 } }
  - { name: house, consume: { queue: q, prefetch: 10, fail: 25%, requeue: ${requeue} } }
${nothingElse}`).messages;
    const gone = reject(false);
    expect(gone.rejected).toBeGreaterThan(20);
    expect(gone.rejected).toBeLessThan(80);
    expect(gone).toMatchObject({ delivered: 200, confirmed_lost: 0, unconfirmed_lost: 0 });
    expect(gone.acked + gone.rejected).toBe(200);
    const again = reject(true);
    expect(again).toMatchObject({ rejected: 0, acked: 200, drained: 0 });
    expect(again.redelivered).toBe(again.delivered - 200);
    expect(again.redelivered).toBeGreaterThan(20);
  });

  test('closes its connection at its stop', () => {
    const result = resultOf(`${threeNodes}workloads:
${nine}  - { name: house, consume: { queue: q, ack: never, stop: 3s } }
settle: 2s
expect: { at: [{ time: 2s, clients: { house: connected } }, { time: 4s, clients: { house: disconnected } }] }
`);
    expect(result.failures).toEqual([]);
    expect(result.messages.drained_deliveries).toBe(9);
  });

  test('that is exclusive keeps others out', () => {
    const result = resultOf(`${threeNodes}workloads:
${nine}  - { name: only, consume: { queue: q, exclusive: true, stop: 6s } }
  - { name: other, consume: { queue: q, start: 1s } }
settle: 5s
`);
    expect(eventsOf(result, 'channel_closed', { workload: 'other' })[0]).toMatchObject({
      code: 403,
      text: "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use",
    });
    expect(result.verdict).toBe('passed');
  });

  test('declares its own queue: exclusive ones are its connection’s and go with it', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: mine, consume: { queue: own, declare: { exclusive: true }, stop: 5s } }
  - { name: other, consume: { queue: own, via: rabbit2, start: 1s, stop: 2s } }
settle: 2s
expect: { at: [{ time: 3s, queues: { own: { state: running } } }, { time: 6s, queues: { own: absent } }] }
`);
    expect(result.failures).toEqual([]);
    expect(eventsOf(result, 'channel_closed', { workload: 'other' })[0]).toMatchObject({ code: 405 });
  });

  test('drops what it has handled with `dedupe`: delivered, but not duplicated', () => {
    const failover = (dedupe: boolean) =>
      resultOf(`${threeNodes}policies: [{ name: ha, pattern: "^q$", definition: { ha-mode: all } }]
workloads:
  - { name: shop, publish: { routing_key: q, via: rabbit2, rate: 50/s, stop: 10s } }
  - { name: house, consume: { queue: q, via: rabbit3, prefetch: 50, processing_time: 40ms, dedupe: ${dedupe} } }
chaos: [{ at: 5s, kill: rabbit1 }]
settle: 20s
`).messages;
    const [plain, idempotent] = [failover(false), failover(true)];
    expect(plain.duplicated).toBeGreaterThan(0);
    expect(idempotent.duplicated).toBeLessThan(plain.duplicated);
    expect(idempotent.delivered).toBeGreaterThan(idempotent.delivered_unique);
  });

  test('is cancelled on a failover if it asked for that, and subscribes again unless told not to', () => {
    const failover = (resubscribe: boolean) =>
      resultOf(`${threeNodes}policies: [{ name: ha, pattern: "^q$", definition: { ha-mode: all } }]
workloads:
  - name: house
    consume: { queue: q, via: rabbit2, arguments: { x-cancel-on-ha-failover: true }, resubscribe: ${resubscribe} }
chaos: [{ at: 5s, kill: rabbit1 }]
settle: 10s
expect: { at: [{ time: end, clients: { house: ${resubscribe ? 'connected' : 'cancelled'} } }] }
`);
    for (const resubscribe of [true, false]) {
      const result = failover(resubscribe);
      expect(result.failures).toEqual([]);
      expect(eventsOf(result, 'consumer_cancelled', { workload: 'house', queue: 'q' })).toHaveLength(1);
    }
  });

  test('tries again after `reconnect` when its queue is not there', () => {
    const result =
      resultOf(`${threeNodes}workloads: [{ name: house, consume: { queue: late, reconnect: 2s } }]
chaos: [{ at: 5s, amqp: { queue.declare: { queue: late } } }]
settle: 5s
`);
    const closed = timesOf(result, 'channel_closed', { workload: 'house', code: 404 });
    expect(closed.map((time) => Math.round(time))).toEqual([0, 2, 4]);
  });
});

describe('a poller', () => {
  test('asks every so often from its start to its stop', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, messages: 20 } }
  - { name: one, get: { queue: q, every: 1s, start: 2s, stop: 6500ms } }
  - { name: two, get: { queue: q, every: 1s, ack: auto, start: 10s, stop: 12500ms } }
  - { name: three, get: { queue: q, every: 1s, ack: never, start: 20s, stop: 21500ms } }
settle: 1s
`);
    expect(result.by_workload).toMatchObject({
      one: { delivered: 5, acked: 5 },
      two: { delivered: 3, acked: 0 },
      three: { delivered: 2, acked: 0 },
    });
    expect(result.messages.drained_deliveries).toBe(12);
  });
});

describe('a client that goes wrong', () => {
  const house = (chaos: string): string => `${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, rate: 10/s, stop: 20s } }
  - { name: house, count: 2, consume: { queue: q, prefetch: 5, processing_time: 50ms, heartbeat: 3s } }
chaos: [{ at: 5s, ${chaos} }]
settle: 10s
`;

  test('killed, breaks off abruptly and comes back; one of several alone', () => {
    const result = resultOf(house('kill_client: house.2'));
    expect(eventsOf(result, 'connection_lost')).toMatchObject([{ time: 5, workload: 'house' }]);
    expect(eventsOf(result, 'connection_opened', { workload: 'house' })).toHaveLength(3);
    expect(result.messages.confirmed_lost + result.messages.unconfirmed_lost).toBe(0);
  });

  test('frozen, is silent until the broker gives it up, and finds out when it wakes', () => {
    const result = resultOf(house('freeze_client: house, for: 12s'));
    expect(timesOf(result, 'connection_lost', { workload: 'house' }).map(Math.round)).toEqual([17, 17]);
    expect(result.messages.redelivered).toBeGreaterThan(0);
    expect(result.messages.unconfirmed_lost).toBe(0);
  });
});
