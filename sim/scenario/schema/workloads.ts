/** The clients of a scenario. Which of the five kinds a workload is, is decided by the one key of theirs that it has. */
import { z } from 'zod';
import {
  duration,
  fieldTable,
  name,
  oneOrMore,
  positiveTime,
  rate,
  share,
  shortText,
  size,
  time,
  timeOrNever,
} from './values.ts';

const second = 1_000_000;
/** Whose defaults differ with the client library: `build/workloads.ts` fills them in. */
const byLibrary = (amqplib: string, others: string): string => `${amqplib}; ${others}`;
const table = fieldTable.default({});

const client = {
  via: oneOrMore(name).optional().describe('a node, a list of nodes to fail over along, or a proxy'),
  start: time.default(0),
  stop: positiveTime.optional(),
  reconnect: timeOrNever.optional().describe(byLibrary('1s', 'java and spring: 5s')),
  heartbeat: time.default(60 * second),
  client: z
    .enum(['amqplib', 'java', 'spring'])
    .default('amqplib')
    .describe('the client library whose recovery and defaults it has'),
  vhost: name.optional().describe('where its queues and exchanges are; / where none is given'),
  user: name.optional().describe('one of `users`; guest, who may do everything, where none is given'),
};

const transaction = z.union([
  z
    .int()
    .min(1)
    .transform((messages) => ({ messages, rollback: 0 })),
  z.strictObject({ messages: z.int().min(1), rollback: share.default(0) }),
]);

const publish = z.strictObject({
  exchange: shortText.default(''),
  routing_key: oneOrMore(shortText).default(['']),
  ...client,
  rate: rate.optional(),
  messages: z.int().min(1).optional(),
  confirms: z.boolean().default(false),
  persistent: z.boolean().default(true),
  mandatory: z.boolean().default(false),
  body: size.default(100),
  headers: oneOrMore(fieldTable).default([]),
  expiration: time.optional(),
  priority: oneOrMore(z.int().min(0).max(255)).default([]),
  confirm_timeout: timeOrNever.default(null),
  republish_unconfirmed: z.boolean().default(false),
  max_in_flight: z.int().min(1).optional(),
  transaction: transaction
    .optional()
    .describe('publishes in AMQP transactions of so many messages, and rolls back a share of them'),
  trace: z.boolean().default(false).describe('each message begins a trace in its headers, as Sleuth does'),
});

const ack = z.enum(['manual', 'auto', 'never']).default('manual');

const prefetch = z.int().min(0).max(65_535).optional().describe(byLibrary('0, unlimited', 'spring: 250'));

const consumer = {
  queue: oneOrMore(name).describe('with a list, one consumer a queue, all on one channel'),
  ...client,
  prefetch,
  global_prefetch: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe('a limit for all consumers of the channel together (basic.qos with global)'),
  ack,
  processing_time: duration.default({ kind: 'fixed', us: 0 }),
  fail: share.default(0),
  requeue: z.boolean().optional().describe(byLibrary('false', 'spring: true')),
  arguments: table,
  exclusive: z.boolean().default(false),
  declare: z
    .strictObject({
      durable: z.boolean().default(false),
      exclusive: z.boolean().default(false),
      auto_delete: z.boolean().default(false),
      arguments: table,
    })
    .optional(),
  bind: z
    .array(z.strictObject({ exchange: name, routing_key: shortText.default(''), arguments: table }))
    .optional()
    .describe('bindings that the client makes for the queue that it declares'),
  dedupe: z
    .union([z.boolean(), z.literal('by_flag')])
    .default(false)
    .describe(
      'true: drops ids that it has handled; by_flag: drops what is flagged redelivered, handled or not',
    ),
  resubscribe: z.boolean().optional().describe(byLibrary('true', 'java: false')),
};

const consume = z.strictObject(consumer);

const get = z.strictObject({ queue: name, ...client, every: positiveTime, ack });

const service = z.strictObject({
  ...consumer,
  publish: z.strictObject({
    exchange: shortText.default(''),
    routing_key: oneOrMore(shortText).default(['']),
    confirms: z.boolean().default(false),
    persistent: z.boolean().default(true),
    mandatory: z.boolean().default(false),
    body: size.default(100),
    transaction: z
      .boolean()
      .default(false)
      .describe('what goes out and the acknowledgement of what came in are committed together'),
  }),
});

const rpc = z.strictObject({
  role: z.enum(['client', 'server']).default('client'),
  queue: name,
  ...client,
  rate: rate.optional(),
  messages: z.int().min(1).optional(),
  timeout: timeOrNever.optional(),
  body: size.default(100),
  prefetch,
  processing_time: duration.optional(),
});

export const workload = z.strictObject({
  name,
  count: z.int().min(1).max(100_000, { error: 'at most 100000 clients' }).default(1),
  publish: publish.optional(),
  consume: consume.optional(),
  get: get.optional(),
  service: service.optional(),
  rpc: rpc.optional(),
});

export const workloadKinds = ['publish', 'consume', 'get', 'service', 'rpc'] as const;
