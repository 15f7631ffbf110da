// Transactions in the language's words, each tried as a user would (BRK-43).
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, threeNodes } from './one-run.ts';

const nothingElse = 'settle: 5s\n';
const shop = (fields: string): string =>
  `workloads: [{ name: shop, publish: { routing_key: q, ${fields} } }]\n`;

describe('a publisher in transactions', () => {
  test('commits after so many messages, the last ones at its end, and waits for each answer', () => {
    const result = resultOf(
      `${threeNodes}${shop('rate: 100/s, messages: 25, transaction: 10')}${nothingElse}`,
    );
    expect(result.messages).toMatchObject({ published: 25, confirmed: 25, drained: 25, rolled_back: 0 });
    // A commit waits for the disk of a durable queue as confirms do, and holds up what comes next.
    const slow = resultOf(`nodes: [rabbit1]
queues: [{ name: q, durable: true }]
disks: { rabbit1: { fsync: 1s } }
${shop('rate: 100/s, stop: 10s, transaction: 1')}settle: 0s
`);
    expect(slow.messages.published).toBeLessThan(12);
    expect(slow.rules).toContain('BRK-43');
  });

  test('rolls back the share that it is told to: none of those arrives, and none of them is lost', () => {
    const all = resultOf(
      `${threeNodes}${shop('rate: 100/s, messages: 50, transaction: { messages: 5, rollback: 100% }')}${nothingElse}`,
    );
    expect(all.messages).toMatchObject({
      published: 50,
      rolled_back: 50,
      confirmed: 0,
      drained: 0,
      unconfirmed_lost: 0,
    });
    const some = resultOf(
      `${threeNodes}${shop('rate: 100/s, messages: 500, transaction: { messages: 5, rollback: 30% }')}${nothingElse}`,
    ).messages;
    expect(some.rolled_back % 5).toBe(0);
    expect(some.rolled_back).toBeGreaterThan(50);
    expect(some.rolled_back + some.drained).toBe(500);
  });

  test('loses what was open when its node died, or publishes it again in the next transaction', () => {
    const run = (more: string) =>
      resultOf(`${threeNodes}workloads:
  - { name: shop, publish: { routing_key: q, via: [rabbit2, rabbit3], rate: 10/s, messages: 60, transaction: 10${more} } }
chaos: [{ at: 3550ms, kill: rabbit2 }]
${nothingElse}`);
    expect(run('').messages).toMatchObject({ confirmed: 54, drained: 54, unconfirmed_lost: 6 });
    expect(run('').causes).toMatchObject([{ hazard: 'HAZ-23', messages: 6 }]);
    expect(run(', republish_unconfirmed: true').messages).toMatchObject({
      publishes: 66,
      confirmed: 60,
      drained: 60,
      drained_deliveries: 60,
      unconfirmed_lost: 0,
    });
  });

  test('is not committed on a minority that is about to pause (PAR-10)', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2, rabbit3]
net_ticktime: 8s
cluster_partition_handling: pause_minority
policies: [{ name: p, pattern: q, definition: { ha-mode: all } }]
queues: [{ name: q, durable: true }]
${shop('rate: 10/s, stop: 20s, transaction: 10')}chaos: [{ at: 5050ms, partition: [[rabbit1], [rabbit2, rabbit3]], for: 20s }]
settle: 40s
`);
    expect(result.rules).toContain('PAR-10');
    expect(result.messages).toMatchObject({ confirmed: 50, confirmed_lost: 0 });
  });

  test('has no confirms', () => {
    expect(complaintsAbout(`${threeNodes}${shop('rate: 1/s, confirms: true, transaction: 10')}`)).toEqual([
      '5: a channel has confirms or transactions',
    ]);
    expect(complaintsAbout(`${threeNodes}${shop('rate: 1/s, transaction: 10, max_in_flight: 1')}`)).toEqual([
      '5: it needs confirms: true',
    ]);
    expect(complaintsAbout(`${threeNodes}${shop('rate: 1/s, transaction: { messages: 0 }')}`)).toHaveLength(
      1,
    );
  });
});

describe('a service in transactions', () => {
  const chain = (transaction: boolean): string => `nodes: [rabbit1, rabbit2, rabbit3]
queues: [{ name: in, durable: true }, { name: out, durable: true }]
workloads:
  - { name: feeder, publish: { routing_key: in, rate: 50/s, messages: 200, confirms: true } }
  - { name: worker, service: { queue: in, via: rabbit2, prefetch: 50, publish: { routing_key: out, transaction: ${transaction} } } }
chaos: [{ at: 1s, kill_client: worker }, { at: 2s, kill_client: worker }, { at: 3s, kill_client: worker }]
settle: 5s
`;

  test('publishes and acknowledges in one: what it consumed again, it had not published', () => {
    const { by_queue: queues, messages } = resultOf(chain(true));
    expect(queues['in']).toMatchObject({ published: 200, drained: 0 });
    // One publish for each acknowledgement that the broker took in.
    expect(queues['out']).toMatchObject({ published: 200, drained_deliveries: 200 });
    expect(messages.confirmed_lost).toBe(0);
  });

  test('needs ack: manual and no confirms', () => {
    const service = (fields: string, publish: string): string =>
      `${threeNodes}workloads: [{ name: w, service: { queue: q, ${fields} publish: { transaction: true${publish} } } }]\n`;
    expect(complaintsAbout(service('ack: auto,', ''))).toEqual(['5: a transaction needs ack: manual']);
    expect(complaintsAbout(service('', ', confirms: true'))).toEqual([
      '5: a channel has confirms or transactions',
    ]);
  });
});

test('an amqp step publishes in a transaction, or ends one that nobody began', () => {
  const result = resultOf(`${threeNodes}chaos:
  - { at: 1s, amqp: { basic.publish: { routing_key: q, transaction: commit } } }
  - { at: 2s, amqp: { basic.publish: { routing_key: q, transaction: rollback } } }
  - { at: 3s, amqp: { basic.publish: { routing_key: nowhere, mandatory: true, transaction: commit } } }
  - { at: 4s, amqp: { tx.select: {} } }
  - { at: 5s, amqp: { tx.rollback: {} } }
${nothingElse}`);
  expect(eventsOf(result, 'amqp_reply').map(({ code, text }) => [code, text])).toEqual([
    [200, 'ok'],
    [200, 'rolled back'],
    [312, 'NO_ROUTE'],
    [200, 'ok'],
    [406, 'PRECONDITION_FAILED - channel is not transactional'],
  ]);
  expect(result.messages).toMatchObject({ published: 3, rolled_back: 1, drained: 1, unconfirmed_lost: 0 });
});
