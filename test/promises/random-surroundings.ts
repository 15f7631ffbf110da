/**
 * Random experiments with more around the cluster: a proxy that dies and stands still, services and calls, clients with the ways of other
 * libraries, and an operator's tools of maintenance. Laid over what `random-scenario.ts` draws.
 */
import fc from 'fast-check';
import { randomScenario, type RandomScenario } from './random-scenario.ts';

const PROXY = 'lb';
const tenths = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from * 10, max: to * 10 }).map((value) => `${value / 10}s`);

const proxy = fc.record(
  {
    balance: fc.constantFrom('roundrobin', 'leastconn', 'first'),
    check: fc.constantFrom(
      'inter 1000 rise 2 fall 3',
      'inter 2000 rise 1 fall 1 on-marked-down shutdown-sessions',
      'inter 500 fastinter 100 downinter 4000',
    ),
    options: fc.subarray(['option redispatch', 'timeout client 3s', 'timeout connect 500ms', 'retries 1']),
  },
  { requiredKeys: [] },
);

const client = fc.constantFrom('amqplib', 'java', 'spring');
const reconnect = fc.constantFrom('100ms', '3s');

function workloadsOf(via: fc.Arbitrary<string | readonly string[]>): fc.Arbitrary<readonly object[]> {
  const common = { via, client, reconnect, heartbeat: fc.constantFrom('2s', '60s') };
  const publish = fc.record({
    ...common,
    routing_key: fc.constant('ha.a'),
    rate: fc.constantFrom('10/s', '50/s'),
    stop: tenths(15, 40),
    confirms: fc.boolean(),
    trace: fc.boolean(),
  });
  const service = fc.record(
    {
      ...common,
      queue: fc.constantFrom('ha.a', 'ha.b'),
      prefetch: fc.constantFrom(1, 20),
      ack: fc.constantFrom('manual', 'auto', 'never'),
      processing_time: fc.constantFrom('0ms', '5ms'),
      dedupe: fc.boolean(),
      publish: fc.record({
        exchange: fc.constant(''),
        routing_key: fc.constantFrom('plain', 'nowhere', ['plain', 'calls']),
        confirms: fc.boolean(),
        mandatory: fc.boolean(),
      }),
    },
    { requiredKeys: ['queue', 'via', 'publish'] },
  );
  const caller = fc.record(
    {
      ...common,
      queue: fc.constant('calls'),
      rate: fc.constantFrom('5/s', '30/s'),
      messages: fc.constantFrom(20, 200),
      stop: tenths(15, 40),
      timeout: tenths(0.5, 5),
    },
    { requiredKeys: ['queue', 'via', 'messages'] },
  );
  const server = fc.record({
    ...common,
    role: fc.constant('server'),
    queue: fc.constant('calls'),
    prefetch: fc.constantFrom(1, 10),
    processing_time: fc.constantFrom('0ms', '30ms'),
  });
  const some = fc.record({
    publish,
    service,
    callers: fc.array(caller, { maxLength: 2 }),
    servers: fc.array(server, { maxLength: 2 }),
    watcher: fc.record({
      ...common,
      queue: fc.constant('screen'),
      declare: fc.constant({ exclusive: true }),
      bind: fc.constant([{ exchange: 'everywhere' }]),
    }),
  });
  return some.map((drawn) => [
    { name: 'outside', publish: drawn.publish },
    { name: 'relay', service: drawn.service },
    ...drawn.callers.map((rpc, i) => ({ name: `caller-${i}`, rpc })),
    ...drawn.servers.map((rpc, i) => ({ name: `server-${i}`, rpc })),
    { name: 'screen', consume: drawn.watcher },
  ]);
}

function chaosOf(nodes: readonly string[]): fc.Arbitrary<readonly object[]> {
  const node = fc.constantFrom(...nodes);
  const step = fc.oneof(
    fc.record({ at: tenths(1, 25), for: tenths(0.5, 8), freeze: fc.constant(PROXY) }).map((row) => [row]),
    fc
      .record({ at: fc.integer({ min: 1, max: 20 }), how: fc.constantFrom('kill', 'power_off') })
      .map(({ at, how }) => [
        { at: `${at}s`, [how]: PROXY },
        { at: `${at + 2}s`, start: PROXY },
      ]),
    fc
      .record({ at: tenths(1, 25), for: tenths(0.5, 8), cut: node.map((one) => [PROXY, one]) })
      .map((row) => [row]),
    fc
      .record({ at: tenths(1, 20), 'rabbitmq-upgrade': fc.constantFrom('drain', 'revive'), on: node })
      .map((row) => [row]),
    fc
      .record({
        at: tenths(1, 25),
        'rabbitmq-queues': fc.constantFrom('rebalance all', 'rebalance classic --queue-pattern a'),
        on: node,
      })
      .map((row) => [row]),
    fc
      .record({ at: tenths(1, 25), kill_client: fc.constantFrom('relay', 'outside', 'screen') })
      .map((row) => [row]),
    fc
      .record({
        at: tenths(1, 25),
        for: tenths(0.5, 8),
        freeze_client: fc.constantFrom('relay', 'outside', 'screen'),
      })
      .map((row) => [row]),
  );
  return fc.array(step, { minLength: 1, maxLength: 4 }).map((rows) => rows.flat());
}

/** The scenarios, as data. */
export const randomSurroundings: fc.Arbitrary<RandomScenario> = randomScenario.chain((base) => {
  const { nodes } = base;
  const via = fc.oneof(
    fc.constant(PROXY),
    fc.constantFrom(...nodes),
    fc.constant([PROXY, ...nodes]),
    fc.constant([...nodes]),
  );
  return fc.record({ lb: proxy, workloads: workloadsOf(via), chaos: chaosOf(nodes) }).map((drawn) => ({
    ...base,
    // Limits and dead letters have their own way with order; they are tried without all this around them.
    policies: (base['policies'] as { readonly definition: object }[]).map((policy) => ({
      ...policy,
      definition: Object.fromEntries(
        Object.entries(policy.definition).filter(([key]) => key.startsWith('ha-')),
      ),
    })),
    queues: [
      ...(base['queues'] as object[]).map((queue) => ({ ...queue, arguments: {} })),
      { name: 'calls' },
    ],
    proxies: [{ name: PROXY, ...drawn.lb }],
    workloads: [...(base['workloads'] as object[]), ...drawn.workloads],
    chaos: [
      ...drawn.chaos,
      ...base.chaos,
      ...nodes.map((on) => ({ at: '70s', 'rabbitmq-upgrade': 'revive', on })),
    ],
  }));
});
