// Limits of unacknowledged messages in the language's words, each tried as a user would (BRK-28, BRK-29).
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf } from './one-run.ts';

const queues =
  'nodes: [rabbit1, rabbit2]\nqueues: [{ name: a }, { name: b, declare_on: rabbit2 }, { name: c }]\n';
const shop = '  - { name: shop, publish: { routing_key: [a, b, c], messages: 150 } }\n';

describe('BRK-29: a limit for all consumers of a channel', () => {
  test('is for their sum, however many queues and acknowledgements there are', () => {
    const house = (limits: string): string =>
      `${queues}workloads:\n${shop}  - { name: house, consume: { queue: [a, b, c], ack: never, start: 1s, ${limits} } }\nsettle: 5s\n`;
    const delivered = (limits: string) => resultOf(house(limits)).by_workload['house']?.['delivered'];
    expect(delivered('global_prefetch: 7')).toBe(7);
    expect(delivered('prefetch: 7')).toBe(21);
    expect(delivered('prefetch: 4, global_prefetch: 10')).toBe(10);
    expect(delivered('prefetch: 4, global_prefetch: 100')).toBe(12);
  });

  test('lets each queue have its turn as messages are acknowledged', () => {
    const result = resultOf(
      `${queues}workloads:\n${shop}  - { name: house, consume: { queue: [a, b, c], global_prefetch: 5, processing_time: 1ms, start: 1s } }\nsettle: 5s\n`,
    );
    expect(result.messages).toMatchObject({ delivered: 150, acked: 150, drained: 0 });
    expect(result.rules).toContain('BRK-29');
  });

  test('does not outlive its channel', () => {
    const result = resultOf(
      `${queues}workloads:\n${shop}  - { name: house, consume: { queue: [a, b, c], global_prefetch: 5, ack: never, start: 1s } }\nchaos: [{ at: 2s, kill_client: house }, { at: 4s, kill_client: house }]\nsettle: 5s\n`,
    );
    expect(result.by_workload['house']).toMatchObject({ delivered: 15, delivered_unique: 5 });
  });

  test('holds up a queue and everybody beside it while its node stands still', () => {
    const silence = (limit: string): number | null => {
      const { by_workload: workloads } = resultOf(`nodes: [rabbit1, rabbit2]
net_ticktime: 8s
queues: [{ name: q }]
workloads:
  - { name: shop, publish: { routing_key: q, rate: 20/s, stop: 25s } }
  - { name: near, consume: { queue: q, prefetch: 10 } }
  - { name: far, consume: { queue: q, via: rabbit2, ${limit}: 10 } }
chaos: [{ at: 5s, freeze: rabbit2, for: 25s }]
settle: 5s
`);
      return workloads['near']!['longest_without_delivery']!;
    };
    expect(silence('global_prefetch')).toBeGreaterThan(5);
    expect(silence('prefetch')).toBeLessThan(1);
  });

  test('is unknown to quorum queues (QQ-1)', () => {
    const result = resultOf(`nodes: [rabbit1]
queues: [{ name: q, durable: true, arguments: { x-queue-type: quorum } }]
workloads: [{ name: c, consume: { queue: q, global_prefetch: 5, reconnect: never } }]
settle: 2s
`);
    expect(eventsOf(result, 'connection_lost').map(({ code, text }) => [code, text])).toEqual([
      [540, "NOT_IMPLEMENTED - queue 'q' in vhost '/' does not support global qos"],
    ]);
  });
});

test('a list of queues: each once, each declared, and none by the client', () => {
  const consume = (fields: string): readonly string[] =>
    complaintsAbout(`${queues}workloads: [{ name: w, consume: { ${fields} } }]\n`);
  expect(consume('queue: [a, b, a]')).toEqual([
    '4: a second consumer of the same client from the queue called "a"',
  ]);
  expect(consume('queue: [a, d]')).toEqual(['4: nothing declares a queue called "d"']);
  expect(consume('queue: [a, b], declare: { durable: true }')).toEqual([
    '4: a client that declares its queue consumes from one',
  ]);
  expect(consume('queue: a, global_prefetch: 0')).toHaveLength(1);
});
