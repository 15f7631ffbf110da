/** The steps of a scenario. Which action a row is, is decided by the one verb among its keys. */
import { z } from 'zod';
import type { ChaosVerb, NemesisKind } from '../chaos-model.ts';
import { timelineEvents, type TimelineEvent } from '../results.ts';
import {
  bandwidth,
  duration,
  fieldTable,
  fieldValue,
  loss,
  name,
  nodeName,
  nodePair,
  oneOrMore,
  positiveTime,
  shortText,
  size,
  time,
} from './values.ts';

export const eventNames = Object.keys(timelineEvents) as [TimelineEvent, ...TimelineEvent[]];

/** Every field that any event has: which event has which is checked where the event is known. */
export const eventFields: Record<string, z.ZodOptional<typeof fieldValue>> = {};
for (const event of eventNames)
  for (const field of Object.keys(timelineEvents[event])) eventFields[field] = fieldValue.optional();

const nodes = oneOrMore(nodeName);
const table = fieldTable.default({});
const flag = z.boolean().default(false);

const queueBinding = z.strictObject({
  queue: name,
  exchange: name,
  routing_key: shortText.default(''),
  arguments: table,
});

const exchangeBinding = z.strictObject({
  destination: name,
  source: name,
  routing_key: shortText.default(''),
  arguments: table,
});

const amqp = z.strictObject({
  'queue.declare': z
    .strictObject({
      queue: name,
      passive: flag,
      durable: flag,
      exclusive: flag,
      auto_delete: flag,
      arguments: table,
    })
    .optional(),
  'queue.delete': z.strictObject({ queue: name, if_unused: flag, if_empty: flag }).optional(),
  'queue.bind': queueBinding.optional(),
  'queue.unbind': queueBinding.optional(),
  'queue.purge': z.strictObject({ queue: name }).optional(),
  'exchange.declare': z
    .strictObject({
      exchange: name,
      type: name.default('direct'),
      passive: flag,
      durable: flag,
      auto_delete: flag,
      internal: flag,
      arguments: table,
    })
    .optional(),
  'exchange.bind': exchangeBinding.optional(),
  'exchange.unbind': exchangeBinding.optional(),
  'exchange.delete': z.strictObject({ exchange: name, if_unused: flag }).optional(),
  'basic.publish': z
    .strictObject({
      exchange: shortText.default(''),
      routing_key: shortText.default(''),
      mandatory: flag,
      persistent: z.boolean().default(true),
      headers: table,
      priority: z.int().min(0).max(255).optional(),
      expiration: time.optional(),
      body: size.default(100),
      transaction: z.enum(['commit', 'rollback']).optional(),
    })
    .optional(),
  'tx.select': z.strictObject({}).optional(),
  'tx.commit': z.strictObject({}).optional(),
  'tx.rollback': z.strictObject({}).optional(),
  'basic.get': z.strictObject({ queue: name, no_ack: z.boolean().default(true) }).optional(),
});

const nemesisKinds = [
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
] as const satisfies readonly NemesisKind[];

const verbs = {
  partition: z
    .array(z.array(nodeName).min(1, { error: 'an empty group' }))
    .min(2, { error: 'two groups at least' }),
  cut: nodePair,
  cut_one_way: nodePair,
  delay: z.strictObject({ between: nodePair, latency: duration }),
  drop: z.strictObject({ between: nodePair, loss }),
  throttle: z.strictObject({ between: nodePair, bandwidth }),
  heal: z.union([z.literal('all'), z.array(nodePair).min(1, { error: 'the list is empty' })]),
  reset: nodePair,
  cut_clients: nodes,
  kill: nodes,
  power_off: nodes,
  freeze: nodes,
  unfreeze: nodes,
  start: nodes,
  crash_queue: z.strictObject({ queue: name, on: nodeName }),
  suspend: z.strictObject({ process: name, on: nodeName }),
  amqp,
  rabbitmqctl: name.max(5000),
  'rabbitmq-queues': name.max(5000),
  'rabbitmq-upgrade': name.max(5000),
  'rabbitmq-diagnostics': name.max(5000),
  kill_client: oneOrMore(name),
  freeze_client: oneOrMore(name),
  slow_disk: z.strictObject({ node: nodeName, fsync: duration }),
  fill_disk: nodes,
  fill_memory: nodes,
  rolling_restart: z.array(nodeName).min(1, { error: 'the list is empty' }),
  nemesis: z.strictObject({
    kinds: z.array(z.enum(nemesisKinds)).min(1, { error: 'a nemesis needs kinds of faults' }),
    every: positiveTime,
    lasting: z
      .tuple([positiveTime, positiveTime], {
        error: (issue) =>
          issue.input === undefined ? undefined : 'the shortest and the longest are needed: [5s, 30s]',
      })
      .refine(([shortest, longest]) => shortest <= longest, { error: 'the shortest comes first' }),
    until: positiveTime,
  }),
} satisfies Record<ChaosVerb, z.ZodType>;

export const chaosVerbs = Object.keys(verbs) as ChaosVerb[];

type Optional<Shape extends Record<string, z.ZodType>> = { [Key in keyof Shape]: z.ZodOptional<Shape[Key]> };

function optional<Shape extends Record<string, z.ZodType>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([key, schema]) => [key, schema.optional()]);
  return Object.fromEntries(entries) as Optional<Shape>;
}

export const chaosRow = z.strictObject({
  at: time.optional(),
  after: z.strictObject({ event: z.enum(eventNames), plus: time.default(0), ...eventFields }).optional(),
  for: positiveTime.optional(),
  on: nodeName.optional(),
  via: nodeName.optional(),
  vhost: name.optional(),
  downtime: positiveTime.optional(),
  pause: time.optional(),
  ...optional(verbs),
});
