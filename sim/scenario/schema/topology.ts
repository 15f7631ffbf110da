/** What is declared before time 0, in the shapes of a `definitions.json`. */
import { z } from 'zod';
import { clusterName, fieldTable, fieldValue, name, nodeName, oneOrMore, shortText } from './values.ts';

const vhost = name.default('/');
/** The clusters in which it is declared; the first one if absent. */
const cluster = oneOrMore(clusterName).optional();
const table = fieldTable.default({});

/** Below zero: none. */
const limit = z.int().min(-1).max(1_000_000_000).optional();

const user = z.strictObject({
  name,
  password: z.string().optional(),
  password_hash: z.string().optional(),
  hashing_algorithm: z.string().optional(),
  tags: z.union([z.string(), z.array(z.string())]).default([]),
  limits: z.strictObject({ 'max-connections': limit, 'max-channels': limit }).optional(),
});

const virtualHost = z.strictObject({
  name,
  limits: z.strictObject({ 'max-connections': limit, 'max-queues': limit }).optional(),
});

const permission = z.strictObject({
  user: name,
  vhost,
  configure: z.string(),
  write: z.string(),
  read: z.string(),
});

const topicPermission = z.strictObject({
  user: name,
  vhost,
  exchange: name,
  write: z.string(),
  read: z.string(),
});

const exchange = z.strictObject({
  name,
  vhost,
  type: z.enum(['direct', 'fanout', 'topic', 'headers']),
  durable: z.boolean().default(true),
  auto_delete: z.boolean().default(false),
  internal: z.boolean().default(false),
  arguments: table,
  cluster,
});

const queue = z.strictObject({
  name,
  vhost,
  durable: z.boolean().default(true),
  auto_delete: z.boolean().default(false),
  arguments: table,
  declare_on: nodeName.optional(),
  cluster,
});

const binding = z.strictObject({
  source: name,
  vhost,
  destination: name,
  destination_type: z.enum(['queue', 'exchange']).default('queue'),
  routing_key: shortText.default(''),
  arguments: table,
  cluster,
});

const policy = z.strictObject({
  name,
  vhost,
  pattern: z.string().max(1000),
  'apply-to': z.enum(['all', 'queues', 'exchanges']).default('all'),
  priority: z.int().default(0),
  definition: fieldTable,
  cluster,
});

const shovel = z.strictObject({
  name,
  source: fieldTable,
  destination: fieldTable,
  ack_mode: z.string().optional(),
  reconnect_delay: z.int().optional(),
  cluster,
});

const parameter = z.strictObject({ component: name, name, vhost, value: fieldValue, cluster });

export const topologyKeys = {
  definitions: z.string().describe('a file exported from a real cluster, loaded first').optional(),
  vhosts: z.array(virtualHost).default([]),
  users: z.array(user).default([]),
  permissions: z.array(permission).default([]),
  topic_permissions: z.array(topicPermission).default([]),
  exchanges: z.array(exchange).default([]),
  queues: z.array(queue).default([]),
  bindings: z.array(binding).default([]),
  policies: z.array(policy).default([]),
  parameters: z.array(parameter).default([]),
  shovels: z.array(shovel).default([]).describe('static shovels, as rabbitmq_shovel in advanced.config'),
};
