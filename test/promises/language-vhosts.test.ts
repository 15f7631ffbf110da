// Virtual hosts, permissions in them and limits in the language's words, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, timesOf } from './one-run.ts';

const everything = 'configure: ".*", write: ".*", read: ".*"';
const shop = `nodes: [rabbit1, rabbit2]
vhosts: [{ name: shop }]
permissions: [{ user: guest, vhost: shop, ${everything} }]
`;
const nothingElse = 'settle: 3s\n';

describe('a virtual host', () => {
  test('has names, bindings, policies and dead letters of its own', () => {
    const result =
      resultOf(`${shop}policies: [{ name: p, vhost: shop, pattern: q, definition: { ha-mode: all } }]
exchanges: [{ name: dlx, vhost: shop, type: direct }, { name: in, vhost: shop, type: topic, arguments: { alternate-exchange: other } }, { name: other, vhost: shop, type: fanout }]
queues:
  - { name: q }
  - { name: q, vhost: shop, arguments: { x-dead-letter-exchange: dlx, x-dead-letter-routing-key: d } }
  - { name: d, vhost: shop }
  - { name: rest, vhost: shop }
bindings:
  - { source: dlx, vhost: shop, destination: d, routing_key: d }
  - { source: in, vhost: shop, destination: q, routing_key: "a.*" }
  - { source: other, vhost: shop, destination: rest }
workloads:
  - { name: w, publish: { vhost: shop, exchange: in, routing_key: [a.b, b.c], messages: 20, confirms: true } }
  - { name: c, consume: { vhost: shop, queue: q, fail: 100% } }
  - { name: alone, publish: { routing_key: q, messages: 7 } }
settle: 3s
expect: { at: [{ time: 1s, queues: { q: { mirrors: [] }, shop/q: { mirrors: [rabbit2] } } }] }
`);
    expect(result.failures).toEqual([]);
    expect(result.by_queue).toMatchObject({
      q: { published: 7, drained: 7 },
      'shop/q': { published: 10, dead_lettered: 10 },
      'shop/d': { published: 10, drained_deliveries: 10 },
      'shop/rest': { published: 10, drained: 10 },
    });
    expect(result.messages).toMatchObject({ confirmed: 20, confirmed_lost: 0 });
  });

  test('is entered by whom permissions let in, and by nobody where it is not', () => {
    const connected = (fields: string, also = ''): string | undefined => {
      const workload = `{ name: w, publish: { ${fields}, routing_key: q, rate: 10/s, stop: 3s } }`;
      const result = resultOf(
        `${shop}users: [{ name: clerk }]\nworkloads: [${workload}]\n${also}settle: 1s\nexpect: { at: [{ time: 2s, clients: { w: connected } }] }\n`,
      );
      return result.verdict;
    };
    expect(connected('vhost: shop')).toBe('passed');
    expect(connected('vhost: shop, user: clerk')).toBe('failed');
    expect(
      connected('vhost: later', 'chaos: [{ at: 1s, rabbitmqctl: add_vhost later, on: rabbit1 }]\n'),
    ).toBe('failed');
  });

  test('outlives a stop of all nodes with everything in it', () => {
    const result = resultOf(`${shop}queues: [{ name: q, vhost: shop }]
workloads: [{ name: w, publish: { vhost: shop, routing_key: q, messages: 5, confirms: true } }]
chaos:
  - { at: 2s, rabbitmqctl: set_permissions -p shop guest '^q' '.*' '.*', on: rabbit1 }
  - { at: 3s, kill: [rabbit1, rabbit2] }
  - { at: 4s, start: [rabbit1, rabbit2] }
  - { at: 30s, rabbitmqctl: list_permissions -p shop, on: rabbit2 }
${nothingElse}`);
    expect(result.messages).toMatchObject({ confirmed: 5, drained: 5, confirmed_lost: 0 });
    expect(eventsOf(result, 'operator', { command: 'list_permissions -p shop' })[0]?.['output']).toContain(
      'guest\t^q\t.*\t.*',
    );
  });

  test('that is deleted takes its queues and connections along, and what comes after it is another', () => {
    const result = resultOf(`${shop}queues: [{ name: q, vhost: shop }, { name: q }]
workloads:
  - { name: w, publish: { vhost: shop, routing_key: q, rate: 10/s, stop: 20s } }
  - { name: c, consume: { vhost: shop, queue: q, via: rabbit2, ack: never } }
chaos:
  - { at: 5s, rabbitmqctl: delete_vhost shop, on: rabbit2 }
  - { at: 8s, rabbitmqctl: delete_vhost shop, on: rabbit2 }
  - { at: 10s, rabbitmqctl: add_vhost shop, on: rabbit2 }
  - { at: 11s, rabbitmqctl: set_permissions -p shop guest '.*' '.*' '.*', on: rabbit2 }
  - { at: 12s, rabbitmqctl: list_queues -p shop, on: rabbit1 }
  - { at: 13s, amqp: { queue.declare: { queue: q, passive: true } }, vhost: shop }
${nothingElse}`);
    expect(timesOf(result, 'consumer_cancelled')).toHaveLength(1);
    const text = "CONNECTION_FORCED - vhost 'shop' is deleted";
    expect(eventsOf(result, 'connection_lost', { code: 320, text })).toHaveLength(2);
    expect(eventsOf(result, 'operator', { exit: 65 })[0]?.['output']).toContain(
      "Virtual host 'shop' does not exist",
    );
    expect(eventsOf(result, 'connection_opened', { workload: 'w' }).map(({ time }) => time > 11)).toEqual([
      false,
      true,
    ]);
    expect(eventsOf(result, 'amqp_reply')[0]).toMatchObject({
      text: "NOT_FOUND - no queue 'q' in vhost 'shop'",
    });
    expect(Object.keys(result.queues)).toEqual(['q']);
  });
});

describe('BRK-47: limits', () => {
  test('of a virtual host on its connections are counted over all nodes', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
vhosts: [{ name: /, limits: { max-connections: 2 } }]
queues: [{ name: q }]
workloads:
  - { name: a, consume: { queue: q, via: rabbit1 } }
  - { name: b, consume: { queue: q, via: rabbit2, start: 1s, stop: 10s } }
  - { name: c, consume: { queue: q, via: rabbit1, start: 2s } }
chaos: [{ at: 20s, rabbitmqctl: "set_vhost_limits '{\\"max-connections\\": 0}'", on: rabbit2 }, { at: 22s, kill_client: a }]
settle: 5s
expect: { at: [{ time: 5s, clients: { a: connected, b: connected, c: disconnected } }, { time: 12s, clients: { c: connected } }, { time: 25s, clients: { a: disconnected, c: connected } }] }
`);
    expect(result.failures).toEqual([]);
    expect(result.rules).toContain('BRK-47');
  });

  test('count the client of a step as well, which is guest', () => {
    const askedAt = (at: string): unknown =>
      eventsOf(
        resultOf(`nodes: [rabbit1]
vhosts: [{ name: /, limits: { max-connections: 1 } }]
queues: [{ name: q }]
workloads: [{ name: a, consume: { queue: q, start: 2s } }]
chaos: [{ at: ${at}, amqp: { queue.declare: { queue: q, passive: true } } }]
settle: 3s
`),
        'amqp_reply',
      )[0];
    expect(askedAt('1s')).toMatchObject({ code: 200 });
    expect(askedAt('3s')).toMatchObject({
      code: 0,
      text: "NOT_ALLOWED - access to vhost '/' refused for user 'guest': connection limit (1) is reached",
    });
  });

  test('of a user are on connections and on channels', () => {
    const run = (limits: string, count: number) =>
      resultOf(`nodes: [rabbit1, rabbit2]
users: [{ name: clerk, limits: { ${limits} } }]
permissions: [{ user: clerk, ${everything} }]
queues: [{ name: q }]
workloads: [{ name: c, count: ${count}, consume: { queue: q, user: clerk, via: [rabbit1, rabbit2], reconnect: never } }]
settle: 5s
`);
    const opened = (limits: string): number => eventsOf(run(limits, 4), 'connection_opened').length;
    expect(opened('max-channels: 100')).toBe(4);
    expect(opened('max-connections: 0')).toBe(0);
    const noChannels = eventsOf(run('max-channels: 0', 1), 'connection_lost');
    expect(noChannels[0]?.['text']).toBe(
      "NOT_ALLOWED - number of channels opened for user 'clerk' has reached the maximum allowed user limit of (0)",
    );
  });

  test('are changed, listed and cleared by rabbitmqctl, in its words', () => {
    const said = (command: string): unknown => {
      const result = resultOf(
        `${shop}chaos: [{ at: 1s, rabbitmqctl: ${JSON.stringify('set_vhost_limits -p shop \'{"max-queues": 3}\'')}, on: rabbit1 }, { at: 2s, rabbitmqctl: ${JSON.stringify('set_user_limits guest \'{"max-channels": 2}\'')}, on: rabbit1 }, { at: 3s, rabbitmqctl: ${JSON.stringify(command)}, on: rabbit2 }]\n${nothingElse}`,
      );
      const { exit, output } = eventsOf(result, 'operator', { command })[0]!;
      return [exit, String(output).split('\n').slice(1).join('\n')];
    };
    expect(said('list_vhost_limits -p shop')).toEqual([0, '{"max-queues":3}']);
    expect(said('list_user_limits --global')).toEqual([0, 'user\tlimits\nguest\t{"max-channels":2}']);
    expect(said('clear_user_limits guest all')).toEqual([0, '']);
    expect(said(`set_vhost_limits '{"max-foo": 2}'`)).toEqual([
      69,
      'Error:\nValidation failed\n\nUnrecognised terms [{<<"max-foo">>,2}] in limits\n',
    ]);
    expect(said(`set_user_limits guest xx`)).toEqual([69, 'Error:\nJSON decoding error. Reason: badarg']);
    expect(said('set_permissions -p nope guest a b c')).toEqual([
      69,
      'Error:\nVirtual host nope does not exist',
    ]);
    expect(said('list_exchanges -p shop')).toEqual([
      0,
      'name\ttype\n\tdirect\namq.direct\tdirect\namq.fanout\tfanout\namq.headers\theaders\namq.match\theaders\namq.topic\ttopic',
    ]);
  });
});

test('names stand where they are declared: in their virtual host', () => {
  const file = `${shop}queues: [{ name: q, vhost: shop }, { name: only-here }]\n`;
  const about = (more: string): readonly string[] => complaintsAbout(`${file}${more}`);
  expect(about('workloads: [{ name: w, consume: { queue: q } }]\n')).toEqual([
    '6: nothing declares a queue called "q"',
  ]);
  expect(about('workloads: [{ name: w, consume: { vhost: shop, queue: only-here } }]\n')).toEqual([
    '6: nothing declares a queue called "shop/only-here"',
  ]);
  expect(about('workloads: [{ name: w, consume: { vhost: shopp, queue: q } }]\n')[0]).toBe(
    '6: nothing declares a vhost called "shopp"',
  );
  expect(about('bindings: [{ source: amq.topic, destination: q }]\n')).toEqual([
    '6: nothing declares a queue called "q"',
  ]);
  expect(about('chaos: [{ at: 1s, kill: rabbit1, vhost: shop }]\n')).toEqual(['6: kill takes no "vhost"']);
  expect(about('chaos: [{ at: 1s, rabbitmqctl: delete_vhost /, on: rabbit1 }]\n')).toEqual([
    '6: the default vhost / cannot be deleted here',
  ]);
  expect(complaintsAbout(`${shop}queues: [{ name: q, vhost: shop }, { name: shop/q }]\n`)).toEqual([
    '5: a second queue called "shop/q"',
  ]);
  expect(complaintsAbout('nodes: [rabbit1]\nqueues: [{ name: "a\\x01b" }]\n')).toEqual([
    '3: a name cannot contain the character with the code 1',
  ]);
});
