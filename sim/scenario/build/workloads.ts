/** Workloads, with the rules that their fields have among each other. */
import type { Path } from '../document.ts';
import type {
  ClientSpec,
  ConsumeSpec,
  QueueDeclaration,
  ViaTarget,
  Workload,
  WorkloadIdentity,
} from '../workload-model.ts';
import type { Written, WrittenWorkload } from '../schema/scenario.ts';
import { shortNodeName } from '../schema/values.ts';
import { workloadKinds } from '../schema/workloads.ts';
import { formatTime } from '../units.ts';
import { checkConsumeArguments, checkQueueArguments } from './arguments.ts';
import type { Checker } from './checker.ts';
import { isClient } from './names.ts';

export function buildWorkloads(checker: Checker, written: Written, firstNode: string): readonly Workload[] {
  checker.distinct(
    'workload',
    written.workloads.map(({ name }) => name),
    (index) => ['workloads', index, 'name'],
  );
  return written.workloads.flatMap((row, index) => {
    const path = ['workloads', index];
    if (isClient(checker.names, row.name))
      checker.problem([...path, 'name'], `"${row.name}" is a client of another workload's count`);
    const workload = buildWorkload(checker, row, path, firstNode);
    return workload ? [workload] : [];
  });
}

function buildWorkload(
  checker: Checker,
  row: WrittenWorkload,
  path: Path,
  firstNode: string,
): Workload | undefined {
  const kinds = workloadKinds.filter((kind) => row[kind] !== undefined);
  const [kind, second] = kinds;
  if (kind === undefined) {
    checker.problem(path, `the workload does nothing: ${workloadKinds.join(', ')} is needed`);
    return undefined;
  }
  if (second !== undefined) {
    checker.problem([...path, second], `a workload does one thing: it has ${kind} already`, undefined, 'key');
    return undefined;
  }
  checker.uses([...path, kind], `workload ${kind}`);
  const identity: WorkloadIdentity = { name: row.name, count: row.count, line: checker.line(path) };
  const inner = [...path, kind];
  if (row.publish) return publish(checker, row.publish, inner, identity, firstNode);
  if (row.consume)
    return { kind: 'consume', ...identity, ...consumer(checker, row.consume, inner, firstNode) };
  if (row.get) {
    checker.knownIn(row.get.vhost ?? '/', [...inner, 'queue'], row.get.queue, 'queue');
    const { queue, every, ack } = row.get;
    return {
      kind: 'get',
      ...identity,
      ...client(checker, row.get, inner, firstNode),
      queue,
      everyUs: every,
      ack,
    };
  }
  if (row.service) {
    const { publish: out } = row.service;
    checker.knownIn(row.service.vhost ?? '/', [...inner, 'publish', 'exchange'], out.exchange, 'exchange');
    const { exchange, confirms, persistent, mandatory } = out;
    const spec = consumer(checker, row.service, inner, firstNode);
    const publishing = {
      exchange,
      routingKeys: out.routing_key,
      confirms,
      persistent,
      mandatory,
      bodyBytes: out.body,
      ...(out.transaction && { transaction: true as const }),
    };
    const inTransactions = [...inner, 'publish', 'transaction'];
    if (out.transaction && confirms)
      checker.problem(inTransactions, 'a channel has confirms or transactions', undefined, 'key');
    if (out.transaction && row.service.ack !== 'manual')
      checker.problem(inTransactions, 'a transaction needs ack: manual', undefined, 'key');
    return { kind: 'service', ...identity, ...spec, publish: publishing };
  }
  if (row.rpc) return rpc(checker, row.rpc, inner, identity, firstNode);
  return undefined;
}

type WrittenClient = Pick<
  NonNullable<WrittenWorkload['get']>,
  'via' | 'start' | 'stop' | 'reconnect' | 'heartbeat' | 'client' | 'user' | 'vhost'
>;

/** What the libraries do where the scenario says nothing. */
const libraryDefaults = {
  amqplib: { reconnectUs: 1_000_000, prefetch: 0, requeue: false, resubscribe: true },
  java: { reconnectUs: 5_000_000, prefetch: 0, requeue: false, resubscribe: false },
  spring: { reconnectUs: 5_000_000, prefetch: 250, requeue: true, resubscribe: true },
} as const;

function client(checker: Checker, given: WrittenClient, path: Path, firstNode: string): ClientSpec {
  const names = given.via ?? [firstNode];
  const via = names.map((name, index): ViaTarget => {
    const at = names.length > 1 ? [...path, 'via', index] : [...path, 'via'];
    if (checker.names.proxy.has(name)) return { kind: 'proxy', name };
    const node = shortNodeName(name);
    checker.known(at, node, ['node', 'proxy']);
    return { kind: 'node', name: node };
  });
  if (given.user !== undefined) checker.known([...path, 'user'], given.user, ['user']);
  if (given.vhost !== undefined) checker.known([...path, 'vhost'], given.vhost, ['vhost']);
  if (given.stop !== undefined && given.stop <= given.start)
    checker.problem(
      [...path, 'stop'],
      `it stops at ${formatTime(given.stop)}, before its start at ${formatTime(given.start)}`,
    );
  return {
    via,
    startUs: given.start,
    stopUs: given.stop ?? null,
    reconnectUs: given.reconnect === undefined ? libraryDefaults[given.client].reconnectUs : given.reconnect,
    heartbeatUs: given.heartbeat,
    ...(given.client !== 'amqplib' && { library: given.client }),
    ...(given.user !== undefined && { user: given.user }),
    ...(given.vhost !== undefined && given.vhost !== '/' && { vhost: given.vhost }),
  };
}

function rpc(
  checker: Checker,
  given: NonNullable<WrittenWorkload['rpc']>,
  path: Path,
  identity: WorkloadIdentity,
  firstNode: string,
): Workload {
  const { role, queue } = given;
  // To a client it is a routing key.
  if (role === 'server') checker.knownIn(given.vhost ?? '/', [...path, 'queue'], queue, 'queue');
  const others =
    role === 'client'
      ? (['prefetch', 'processing_time'] as const)
      : (['rate', 'messages', 'timeout'] as const);
  for (const key of others) {
    const value = given[key];
    if (value !== undefined && value !== null)
      checker.problem([...path, key], `a ${role} has no ${key}`, undefined, 'key');
  }
  return {
    kind: 'rpc',
    ...identity,
    ...client(checker, given, path, firstNode),
    role,
    queue,
    ratePerSecond: given.rate ?? null,
    messages: given.messages ?? null,
    timeoutUs: given.timeout ?? null,
    bodyBytes: given.body,
    prefetch: given.prefetch ?? libraryDefaults[given.client].prefetch,
    processingTime: given.processing_time ?? { kind: 'fixed', us: 0 },
  };
}

function publish(
  checker: Checker,
  given: NonNullable<WrittenWorkload['publish']>,
  path: Path,
  identity: WorkloadIdentity,
  firstNode: string,
): Workload {
  checker.knownIn(given.vhost ?? '/', [...path, 'exchange'], given.exchange, 'exchange');
  if (given.rate === undefined && given.messages === undefined)
    checker.problem(path, 'rate, messages or both are needed', undefined, 'key');
  if (given.confirms && given.transaction !== undefined)
    checker.problem([...path, 'transaction'], 'a channel has confirms or transactions', undefined, 'key');
  if (!given.confirms) {
    const needs = 'it needs confirms: true';
    if (given.republish_unconfirmed && given.transaction === undefined)
      checker.problem([...path, 'republish_unconfirmed'], needs, undefined, 'key');
    if (given.confirm_timeout !== null)
      checker.problem([...path, 'confirm_timeout'], needs, undefined, 'key');
    if (given.max_in_flight !== undefined)
      checker.problem([...path, 'max_in_flight'], needs, undefined, 'key');
  }
  if (given.expiration !== undefined) checker.uses([...path, 'expiration'], 'publish expiration');
  if (given.priority.length > 0) checker.uses([...path, 'priority'], 'publish priority');
  return {
    kind: 'publish',
    ...identity,
    ...client(checker, given, path, firstNode),
    exchange: given.exchange,
    routingKeys: given.routing_key,
    ratePerSecond: given.rate ?? null,
    messages: given.messages ?? null,
    confirms: given.confirms,
    persistent: given.persistent,
    mandatory: given.mandatory,
    bodyBytes: given.body,
    headers: given.headers,
    expirationUs: given.expiration ?? null,
    priorities: given.priority,
    confirmTimeoutUs: given.confirm_timeout,
    republishUnconfirmed: given.republish_unconfirmed,
    maxInFlight: given.max_in_flight ?? null,
    ...(given.trace && { trace: true as const }),
    ...(given.transaction !== undefined && { transaction: given.transaction }),
  };
}

function consumer(
  checker: Checker,
  given: NonNullable<WrittenWorkload['consume']>,
  path: Path,
  firstNode: string,
): ConsumeSpec {
  const [queue, ...otherQueues] = given.queue as [string, ...string[]];
  given.queue.forEach((name, index) =>
    checker.knownIn(
      given.vhost ?? '/',
      otherQueues.length > 0 ? [...path, 'queue', index] : [...path, 'queue'],
      name,
      'queue',
    ),
  );
  checker.distinct('consumer of the same client from the queue', given.queue, (index) => [
    ...path,
    'queue',
    index,
  ]);
  if (given.declare && otherQueues.length > 0)
    checker.problem(
      [...path, 'declare'],
      'a client that declares its queue consumes from one',
      undefined,
      'key',
    );
  checkConsumeArguments(checker, [...path, 'arguments'], given.arguments);
  if (given.fail > 0 && given.ack !== 'manual')
    checker.problem([...path, 'fail'], 'a delivery can only be rejected with ack: manual', undefined, 'key');
  if (given.requeue === true && given.fail === 0)
    checker.problem([...path, 'requeue'], 'requeue says nothing without fail', undefined, 'key');
  const defaults = libraryDefaults[given.client];
  let declare: QueueDeclaration | null = null;
  if (given.declare) {
    checkQueueArguments(checker, [...path, 'declare', 'arguments'], given.declare.arguments, queue);
    const { durable, exclusive, auto_delete: autoDelete } = given.declare;
    declare = { durable, exclusive, autoDelete, arguments: given.declare.arguments };
  }
  const bind = (given.bind ?? []).map(({ exchange, routing_key: routingKey, arguments: table }, index) => {
    checker.knownIn(given.vhost ?? '/', [...path, 'bind', index, 'exchange'], exchange, 'exchange');
    return { exchange, routingKey, arguments: table };
  });
  if (bind.length > 0 && declare === null)
    checker.problem([...path, 'bind'], 'a client binds only a queue that it declares', undefined, 'key');
  return {
    ...client(checker, given, path, firstNode),
    queue,
    ...(otherQueues.length > 0 && { otherQueues }),
    prefetch: given.prefetch ?? defaults.prefetch,
    ...(given.global_prefetch !== undefined && { globalPrefetch: given.global_prefetch }),
    ack: given.ack,
    processingTime: given.processing_time,
    fail: given.fail,
    requeue: given.requeue ?? (defaults.requeue && given.fail > 0),
    arguments: given.arguments,
    exclusive: given.exclusive,
    declare,
    ...(bind.length > 0 && { bind }),
    dedupe: given.dedupe === true,
    ...(given.dedupe === 'by_flag' && { skipsRedelivered: true }),
    resubscribe: given.resubscribe ?? defaults.resubscribe,
  };
}
