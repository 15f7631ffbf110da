/**
 * A whole scenario as a file writes it. The JSON Schema for editors is made from this, and every file is held against it
 * before anything else is asked; what the parts say about each other is checked in `build/`.
 */
import { z } from 'zod';
import { chaosRow } from './chaos.ts';
import { clusterKeys } from './cluster.ts';
import { expect } from './expect.ts';
import { proxyKeys } from './proxies.ts';
import { topologyKeys } from './topology.ts';
import { fieldValue, name, time } from './values.ts';
import { workload } from './workloads.ts';

export const scenario = z.strictObject({
  name,
  description: z.string().default(''),
  seed: z.int().default(1),
  seeds: z.int().min(1).max(1_000_000).default(1),
  ...clusterKeys,
  ...topologyKeys,
  ...proxyKeys,
  workloads: z.array(workload).default([]),
  chaos: z.array(chaosRow).default([]),
  settle: time.default(20_000_000),
  drain: z.boolean().default(true),
  expect: expect.optional(),
  matrix: z.record(z.string(), z.array(fieldValue).min(1, { error: 'the list is empty' })).optional(),
});

export type Written = z.output<typeof scenario>;
export type WrittenWorkload = z.output<typeof workload>;
export type WrittenChaosRow = z.output<typeof chaosRow>;
