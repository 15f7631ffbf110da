/** The cluster of a scenario: nodes, partition handling, links, disks, limits, timings. */
import { z } from 'zod';
import {
  amount,
  bandwidth,
  byNode,
  clusterName,
  duration,
  loss,
  name,
  nodeName,
  nodePair,
  positiveTime,
  size,
  time,
} from './values.ts';

const settings = z
  .record(name, z.union([z.string(), z.number(), z.boolean()]))
  .describe('keys of rabbitmq.conf');

const nodeSettings = z.strictObject({
  type: z.enum(['disc', 'ram']).default('disc'),
  cookie: name.default('watership'),
  cluster: clusterName.optional(),
  clustered: z.boolean().default(true),
  running: z.boolean().default(true),
  config: settings.default({}),
});

/** A list of names, or a map from name to settings (an empty entry is a node like any other). */
const nodes = z.union([
  z.array(nodeName).min(1, { error: 'a cluster needs a node' }).max(64, { error: 'at most 64 nodes' }),
  byNode(nodeSettings.nullable()),
]);

const partitionHandling = z.union([
  z.enum(['ignore', 'pause_minority', 'autoheal']),
  z.strictObject({
    pause_if_all_down: z.strictObject({
      nodes: z.array(nodeName).min(1, { error: 'pause_if_all_down needs the nodes to wait for' }),
      recover: z.enum(['ignore', 'autoheal']),
    }),
  }),
]);

const linkProperties = {
  latency: duration.optional(),
  jitter: time.optional(),
  bandwidth: bandwidth.optional(),
  loss: loss.optional(),
};

const link = z.strictObject({
  between: z.union([z.literal('all'), nodePair]).default('all'),
  ...linkProperties,
  clients: z.strictObject(linkProperties).optional(),
});

const disk = z.strictObject({ fsync: duration.optional(), free: size.optional() });

const limits = z.strictObject({
  events: amount.optional(),
  virtual_time: positiveTime.optional(),
  messages: amount.optional(),
});

const timings = z.strictObject({
  vm_boot: duration.optional(),
  app_boot: duration.optional(),
  app_stop: duration.optional(),
  cli: duration.optional(),
  reconnect: duration.optional(),
  scheduling_pause: duration.optional(),
});

export const clusterKeys = {
  nodes,
  net_ticktime: positiveTime.default(60_000_000),
  cluster_partition_handling: partitionHandling.default('ignore'),
  config: settings.default({}),
  advanced_config: settings
    .default({})
    .describe('settings of the application rabbit in advanced.config, for which rabbitmq.conf has no key'),
  links: z.array(link).default([]),
  disks: byNode(disk).default({}),
  limits: limits.default({}),
  timings: timings.default({}),
};
