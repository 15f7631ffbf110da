/** What is declared before time 0, in the shapes of a `definitions.json`, and the proxies in front of the nodes. */
import { z } from 'zod';
import { fieldTable, fieldValue, name, nodeName, positiveTime, shortText } from './values.ts';

const vhost = name.default('/');
const table = fieldTable.default({});

const user = z.strictObject({
  name,
  password: z.string().optional(),
  password_hash: z.string().optional(),
  hashing_algorithm: z.string().optional(),
  tags: z.union([z.string(), z.array(z.string())]).default([]),
  limits: fieldTable.optional(),
});

const permission = z.strictObject({
  user: name,
  vhost,
  configure: z.string(),
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
});

const queue = z.strictObject({
  name,
  vhost,
  durable: z.boolean().default(true),
  auto_delete: z.boolean().default(false),
  arguments: table,
  declare_on: nodeName.optional(),
});

const binding = z.strictObject({
  source: name,
  vhost,
  destination: name,
  destination_type: z.enum(['queue', 'exchange']).default('queue'),
  routing_key: shortText.default(''),
  arguments: table,
});

const policy = z.strictObject({
  name,
  vhost,
  pattern: z.string().max(1000),
  'apply-to': z.enum(['all', 'queues', 'exchanges']).default('all'),
  priority: z.int().default(0),
  definition: fieldTable,
});

const parameter = z.strictObject({ component: name, name, vhost, value: fieldValue });

/** HAProxy's words: `inter 5000 rise 2 fall 3`, where a bare number is milliseconds. */
const check = z.union([
  z
    .string()
    .regex(/^\s*((inter\s+\d{1,9}(ms|s|m)?|rise\s+\d{1,4}|fall\s+\d{1,4})(\s+|$))+$/, {
      error: 'HAProxy\'s words are needed, such as "inter 5000 rise 2 fall 3"',
    })
    .transform(haproxyCheck),
  z.strictObject({
    inter: positiveTime.default(2_000_000),
    rise: z.int().min(1).default(2),
    fall: z.int().min(1).default(3),
  }),
]);

function haproxyCheck(text: string): { inter: number; rise: number; fall: number } {
  const read = (word: string): RegExpExecArray | null => new RegExp(`${word}\\s+(\\d+)(ms|s|m)?`).exec(text);
  const inter = read('inter');
  const unitUs = { ms: 1_000, s: 1_000_000, m: 60_000_000 }[inter?.[2] ?? 'ms'] ?? 1_000;
  return {
    inter: Number(inter?.[1] ?? 2_000) * (inter ? unitUs : 1_000),
    rise: Number(read('rise')?.[1] ?? 2),
    fall: Number(read('fall')?.[1] ?? 3),
  };
}

const proxy = z.strictObject({
  name,
  balance: z.enum(['roundrobin', 'leastconn', 'first']).default('roundrobin'),
  servers: z.array(nodeName).min(1, { error: 'a proxy without servers' }).optional(),
  // HAProxy's own defaults, should a file leave some or all of them out.
  check: check.default({ inter: 2_000_000, rise: 2, fall: 3 }),
});

export const topologyKeys = {
  definitions: z.string().describe('a file exported from a real cluster, loaded first').optional(),
  vhosts: z.array(z.strictObject({ name })).default([]),
  users: z.array(user).default([]),
  permissions: z.array(permission).default([]),
  exchanges: z.array(exchange).default([]),
  queues: z.array(queue).default([]),
  bindings: z.array(binding).default([]),
  policies: z.array(policy).default([]),
  parameters: z.array(parameter).default([]),
  proxies: z.array(proxy).default([]),
};
