/**
 * Small experiments at random: a cluster, queues with and without mirrors, a few clients, and whatever may happen to them for half a
 * minute; then everything is whole and started, a while passes, and each node is asked something. Left out: what takes a node
 * out of the cluster for good (`forget_cluster_node`, `reset`), because then there would be nothing to ask; and links too narrow
 * for what is published, because then what waits at the end is no defect.
 */
import fc from 'fast-check';

/** A scenario as a file has it, keys and all; as JSON it is YAML as well. */
export interface RandomScenario {
  readonly nodes: readonly string[];
  readonly chaos: readonly object[];
  readonly [key: string]: unknown;
}

/** When the last fault has ended, and when each node is asked. Ticks, pauses and restarts in between take their time. */
const END_S = 40;
export const ASK_S = 120;

/** A row of `chaos`, as far as the rest of this file looks at it. */
interface Step {
  readonly at: string;
  readonly kill?: string;
  readonly power_off?: string;
  readonly rolling_restart?: readonly string[];
  readonly nemesis?: object;
  readonly rabbitmqctl?: string;
  readonly on?: string;
}

const all = ['rabbit1', 'rabbit2', 'rabbit3'];
const queues = ['ha.a', 'ha.b', 'plain'];
const seconds = (value: number): string => `${value}s`;
const tenths = (from: number, to: number): fc.Arbitrary<string> =>
  fc.integer({ min: from * 10, max: to * 10 }).map((value) => `${value / 10}s`);

const links = fc.array(
  fc.oneof(
    fc.record({
      between: fc.constant('all'),
      latency: fc.constantFrom('100us', '2ms', '40ms', { median: '1ms', p99: '30ms' }),
      jitter: fc.constantFrom('0us', '50us', '1ms'),
      loss: fc.constantFrom('0%', '1%', '10%'),
    }),
    fc.record({ between: fc.constant('all'), bandwidth: fc.constantFrom('20Mbit', '1Gbit') }),
    fc.record({
      between: fc.constant('all'),
      clients: fc.record({ latency: fc.constantFrom('100us', '20ms', { median: '1ms', p99: '50ms' }) }),
    }),
  ),
  { maxLength: 2 },
);

/** Where dead letters go: to one of the queues, round in circles perhaps, to all that are bound, or nowhere. */
const deadLetters = fc.oneof(
  fc.constantFrom('ha.a', 'ha.b', 'plain', 'nowhere').map((key) => ({ exchange: '', key })),
  fc.constantFrom('everywhere', 'missing').map((exchange) => ({ exchange, key: null })),
);

/** Limits, as arguments (`x-`) or as a policy's keys; most queues have none. */
function limitsOf(prefix: string): fc.Arbitrary<object> {
  const some = fc.record(
    {
      'message-ttl': fc.constantFrom(0, 300, 2_000, 15_000),
      'max-length': fc.constantFrom(0, 3, 50),
      'max-length-bytes': fc.constantFrom(500, 20_000),
      overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
      target: deadLetters,
      ...(prefix === 'x-' && {
        'max-priority': fc.constantFrom(1, 4),
        'single-active-consumer': fc.boolean(),
      }),
    },
    { requiredKeys: [] },
  );
  const limits = some.map(({ target, ...keys }) => ({
    ...keys,
    ...(target && { 'dead-letter-exchange': target.exchange }),
    ...(typeof target?.key === 'string' && { 'dead-letter-routing-key': target.key }),
  }));
  const named = limits.map((keys) =>
    Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${prefix}${key}`, value])),
  );
  return fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, named);
}

function policyOf(nodes: readonly string[]): fc.Arbitrary<object> {
  return fc
    .tuple(mirroringOf(nodes), limitsOf(''))
    .map(([mirroring, limits]) => ({ ...mirroring, ...limits }));
}

function mirroringOf(nodes: readonly string[]): fc.Arbitrary<object> {
  const sync = {
    'ha-sync-mode': fc.constantFrom('automatic', 'manual'),
    'ha-promote-on-shutdown': fc.constantFrom('always', 'when-synced'),
    'ha-promote-on-failure': fc.constantFrom('always', 'when-synced'),
    'ha-sync-batch-size': fc.constantFrom(1, 10, 4096),
  };
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ 'ha-mode': fc.constant('all'), ...sync }, { requiredKeys: ['ha-mode'] }),
    },
    fc.record(
      { 'ha-mode': fc.constant('exactly'), 'ha-params': fc.integer({ min: 1, max: 3 }), ...sync },
      { requiredKeys: ['ha-mode', 'ha-params'] },
    ),
    fc.record(
      { 'ha-mode': fc.constant('nodes'), 'ha-params': fc.subarray([...nodes], { minLength: 1 }), ...sync },
      { requiredKeys: ['ha-mode', 'ha-params'] },
    ),
  );
}

/** Most are classic; a quorum queue is durable, and sometimes gives up on what comes back too often. */
function queueOf(nodes: readonly string[]): fc.Arbitrary<object> {
  const place = { declare_on: fc.constantFrom(...nodes) };
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ durable: fc.boolean(), arguments: limitsOf('x-'), ...place }) },
    fc.record({
      durable: fc.constant(true),
      arguments: fc
        .record(
          { 'x-queue-type': fc.constant('quorum'), 'x-delivery-limit': fc.integer({ min: 0, max: 4 }) },
          { requiredKeys: ['x-queue-type'] },
        )
        .chain((own) => limitsOf('x-').map((limits) => ({ ...withoutPriorities(limits), ...own }))),
      ...place,
    }),
  );
}

/** A quorum queue refuses priorities. */
function withoutPriorities(limits: object): object {
  return Object.fromEntries(Object.entries(limits).filter(([key]) => key !== 'x-max-priority'));
}

function workloadsOf(nodes: readonly string[]): fc.Arbitrary<readonly object[]> {
  const via = fc.oneof(fc.constantFrom(...nodes), fc.shuffledSubarray([...nodes], { minLength: 1 }));
  const publish = fc.record(
    {
      routing_key: fc.oneof(fc.constantFrom(...queues), fc.constant([...queues, 'nowhere'])),
      exchange: fc.constantFrom('', 'everywhere'),
      via,
      rate: fc.constantFrom('5/s', '20/s', '60/s'),
      start: tenths(0, 5),
      stop: tenths(15, 40),
      confirms: fc.boolean(),
      persistent: fc.boolean(),
      mandatory: fc.boolean(),
      body: fc.constantFrom('10B', '1kB'),
      expiration: fc.constantFrom('0ms', '400ms', '6s'),
      priority: fc.constantFrom([0], [3, 0, 9]),
      confirm_timeout: tenths(1, 5),
      republish_unconfirmed: fc.boolean(),
      max_in_flight: fc.integer({ min: 1, max: 50 }),
      reconnect: fc.constantFrom('never', '100ms', '3s'),
      heartbeat: fc.constantFrom('2s', '60s'),
    },
    { requiredKeys: ['routing_key', 'exchange', 'via', 'rate', 'start', 'stop', 'confirms'] },
  );
  const anyConsumer = {
    queue: fc.constantFrom(...queues),
    via,
    prefetch: fc.constantFrom(0, 1, 7, 100),
    processing_time: fc.constantFrom('0ms', '20ms', { median: '5ms', p99: '100ms' }),
    start: tenths(0, 10),
    stop: tenths(15, 40),
    arguments: fc.constantFrom<object>({ 'x-cancel-on-ha-failover': true }, { 'x-priority': 2 }),
    dedupe: fc.boolean(),
    resubscribe: fc.boolean(),
    reconnect: fc.constantFrom('never', '100ms', '3s'),
  };
  const consume = fc.oneof(
    fc.record(
      { ...anyConsumer, ack: fc.constantFrom('manual', 'auto', 'never') },
      { requiredKeys: ['queue', 'via', 'ack'] },
    ),
    fc.record(
      { ...anyConsumer, fail: fc.constant('20%'), requeue: fc.boolean() },
      { requiredKeys: ['queue', 'via', 'fail', 'requeue'] },
    ),
  );
  const get = fc.record({
    queue: fc.constantFrom(...queues),
    via,
    every: tenths(0.1, 1),
    ack: fc.constantFrom('manual', 'auto', 'never'),
  });
  const kinds = fc.tuple(
    fc.array(publish, { minLength: 1, maxLength: 3 }),
    fc.array(consume, { maxLength: 3 }),
    fc.array(get, { maxLength: 1 }),
  );
  return kinds.map(([publishers, consumers, getters]) => [
    ...publishers.map((spec, i) => ({
      name: `shop-${i}`,
      publish: spec.confirms ? spec : withoutConfirms(spec),
    })),
    ...consumers.map((spec, i) => ({ name: `house-${i}`, consume: spec })),
    ...getters.map((spec) => ({ name: 'poll', get: spec })),
  ]);
}

/** What needs confirms is refused without them. */
function withoutConfirms(spec: object): object {
  const needing = ['confirm_timeout', 'republish_unconfirmed', 'max_in_flight'];
  return Object.fromEntries(Object.entries(spec).filter(([key]) => !needing.includes(key)));
}

const commands = [
  'stop_app',
  'start_app',
  'stop',
  'force_boot',
  'sync_queue ha.a',
  'cancel_sync_queue ha.b',
  'purge_queue ha.a',
  'delete_queue plain',
  'list_queues',
  `set_policy again "^ha[.]" '{"ha-mode":"exactly","ha-params":2}' --priority 5`,
  'clear_policy mirrors',
];

/** One step; what can end by itself does. */
function stepOf(nodes: readonly string[]): fc.Arbitrary<Step> {
  const node = fc.constantFrom(...nodes);
  const lasting = { at: tenths(1, 25), for: tenths(0.5, 12) };
  const single: fc.Arbitrary<Step>[] = [
    fc.record({ at: tenths(1, 25), kill: node }),
    fc.record({ at: tenths(1, 25), power_off: node }),
    fc.record({ ...lasting, freeze: node }),
    fc.record({ ...lasting, cut_clients: node }),
    fc.record({ ...lasting, slow_disk: fc.record({ node, fsync: fc.constantFrom('20ms', '1s') }) }),
    fc.record({ ...lasting, fill_memory: node }),
    fc.record({ ...lasting, fill_disk: node }),
    fc.record({ at: tenths(1, 28), rabbitmqctl: fc.constantFrom(...commands), on: node }),
    fc.record({
      at: tenths(1, 28),
      'rabbitmq-queues': node.chain((name) =>
        fc.constantFrom(`shrink rabbit@${name}`, `grow rabbit@${name} all`),
      ),
      on: node,
    }),
    fc.record({ at: tenths(1, 25), crash_queue: fc.record({ queue: fc.constantFrom(...queues), on: node }) }),
    fc.record({ at: tenths(1, 25), kill_client: fc.constant('shop-0') }),
    fc.record({ ...lasting, freeze_client: fc.constant('shop-0') }),
    fc.record({ at: tenths(1, 25), amqp: fc.constantFrom(...amqpCalls), via: node }),
    fc.record({
      at: tenths(1, 10),
      rolling_restart: fc.shuffledSubarray([...nodes], { minLength: 1 }),
      downtime: tenths(1, 4),
      pause: tenths(0.1, 5),
    }),
  ];
  if (nodes.length === 1) return fc.oneof(...single);
  const pair = fc.shuffledSubarray([...nodes], { minLength: 2, maxLength: 2 });
  const groups = fc
    .tuple(
      fc.shuffledSubarray([...nodes], { minLength: nodes.length }),
      fc.integer({ min: 1, max: nodes.length - 1 }),
    )
    .map(([shuffled, at]) => [shuffled.slice(0, at), shuffled.slice(at)]);
  return fc.oneof(
    ...single,
    fc.record({ ...lasting, partition: groups }),
    fc.record({ ...lasting, partition: fc.constant(nodes.map((one) => [one])) }),
    fc.record({ ...lasting, cut: pair }),
    fc.record({ ...lasting, cut_one_way: pair }),
    fc.record({ ...lasting, delay: fc.record({ between: pair, latency: fc.constantFrom('50ms', '2s') }) }),
    fc.record({ ...lasting, drop: fc.record({ between: pair, loss: fc.constantFrom('5%', '60%') }) }),
    fc.record({
      ...lasting,
      throttle: fc.record({ between: pair, bandwidth: fc.constantFrom('2Mbit', '50Mbit') }),
    }),
    fc.record({ at: tenths(1, 25), reset: pair }),
    fc.record({ at: tenths(1, 10), nemesis: nemesis }),
  );
}

const nemesis = fc.record({
  kinds: fc.subarray(
    [
      'partition',
      'cut',
      'cut_one_way',
      'delay',
      'drop',
      'reset',
      'kill',
      'power_off',
      'freeze',
      'stop_app',
      'cut_clients',
      'slow_disk',
    ],
    { minLength: 1 },
  ),
  every: tenths(1, 6),
  lasting: fc.constantFrom(['1s', '2s'], ['500ms', '9s']),
  until: tenths(12, 28),
});

const amqpCalls = [
  { 'queue.purge': { queue: 'ha.a' } },
  { 'queue.delete': { queue: 'ha.b' } },
  { 'queue.declare': { queue: 'ha.b', durable: true } },
  { 'queue.declare': { queue: 'plain', passive: true } },
  { 'queue.unbind': { queue: 'ha.a', exchange: 'everywhere', routing_key: '' } },
  { 'basic.get': { queue: 'ha.a' } },
  { 'basic.publish': { routing_key: 'ha.a' } },
];

/** Steps, for some of the dead a start on the way, and at the end everybody up again. */
function chaosOf(nodes: readonly string[]): fc.Arbitrary<readonly object[]> {
  const laters = fc.array(fc.option(tenths(0.5, 20)), { minLength: 5, maxLength: 5 });
  return fc.tuple(fc.array(stepOf(nodes), { maxLength: 5 }), laters).map(([steps, startedAfter]) => {
    const started = steps.flatMap((step, i) => {
      const [node, later] = [step.kill ?? step.power_off, startedAfter[i]];
      return node === undefined || later === undefined || later === null
        ? []
        : [{ at: sum(step.at, later), start: node }];
    });
    return [...steps, ...started, ...ending(nodes, steps)];
  });
}

function sum(a: string, b: string): string {
  return `${(Number.parseFloat(a) + Number.parseFloat(b)).toFixed(1)}s`;
}

/** Who may be down is started, whose application may be stopped too; then all are asked, by command line and by a client. */
function ending(nodes: readonly string[], steps: readonly Step[]): object[] {
  const mayBeDown = (node: string): boolean =>
    steps.some(
      ({ kill, power_off: powerOff, rolling_restart: restarted, rabbitmqctl, on, nemesis: drawn }) =>
        kill === node ||
        powerOff === node ||
        restarted?.includes(node) === true ||
        drawn !== undefined ||
        (rabbitmqctl === 'stop' && on === node),
    );
  return [
    ...nodes.filter(mayBeDown).map((start) => ({ at: seconds(END_S + 5), start })),
    ...nodes.map((on) => ({ at: seconds(END_S + 20), rabbitmqctl: 'start_app', on })),
    ...nodes.map((on) => ({ at: seconds(ASK_S), rabbitmqctl: 'list_queues', on })),
    ...nodes.map((via) => ({
      at: seconds(ASK_S + 1),
      amqp: { 'queue.declare': { queue: `asked-${via}` } },
      via,
    })),
  ];
}

/** The scenarios, as data. */
export const randomScenario: fc.Arbitrary<RandomScenario> = fc
  .constantFrom(1, 2, 2, 3, 3, 3, 3)
  .map((count) => all.slice(0, count))
  .chain((nodes) =>
    fc.record({
      name: fc.constant('random'),
      nodes: fc.constant(nodes),
      net_ticktime: fc.constantFrom('1s', '3s', '8s'),
      cluster_partition_handling: fc.oneof(
        fc.constantFrom('ignore', 'pause_minority', 'autoheal'),
        fc.record({
          pause_if_all_down: fc.record({
            nodes: fc.subarray(nodes, { minLength: 1 }),
            recover: fc.constantFrom('ignore', 'autoheal'),
          }),
        }),
      ),
      config: fc.record({ queue_master_locator: fc.constantFrom('client-local', 'min-masters', 'random') }),
      links,
      exchanges: fc.constant([{ name: 'everywhere', type: 'fanout' }]),
      policies: policyOf(nodes).map((definition) => [{ name: 'mirrors', pattern: '^ha[.]', definition }]),
      queues: fc
        .tuple(...queues.map(() => queueOf(nodes)))
        .map((rows) => rows.map((row, i) => ({ name: queues[i]!, ...row }))),
      bindings: fc
        .subarray(queues)
        .map((bound) => bound.map((destination) => ({ source: 'everywhere', destination }))),
      workloads: workloadsOf(nodes),
      chaos: chaosOf(nodes),
      settle: fc.constant('20s'),
    }),
  );
