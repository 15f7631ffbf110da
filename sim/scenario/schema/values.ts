/**
 * The small values of the language as zod schemas: quantities with units, names, tables. Each turns what is written
 * into what the engine counts in, and says in its error what to write instead.
 */
import { z } from 'zod';
import type { Duration, FieldTable, FieldValue } from '../model.ts';
import * as units from '../units.ts';

/** As a file shows a value in a message: text in quotes, no more than fits. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `"${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'nothing' : 'a map';
}

function quantity(kind: units.Quantity, options: { readonly atLeast?: number; readonly round: boolean }) {
  const error = (issue: { readonly input: unknown }): string | undefined => {
    const { input } = issue;
    if (input === undefined) return undefined;
    const needed = `${kind.what} is needed, such as ${kind.examples}`;
    return typeof input === 'number'
      ? `${needed}: a bare number (${input}) has no unit`
      : `${needed}, not ${shown(input)}`;
  };
  const parse = (text: string): number => {
    const number = units.parseQuantity(kind, text) ?? 0;
    return options.round ? Math.round(number) : number;
  };
  const { atLeast } = options;
  return z
    .string({ error })
    .regex(kind.pattern, { error })
    .transform(parse)
    .refine((number) => atLeast === undefined || number >= atLeast, {
      error: () => `${kind.what} above zero is needed`,
    });
}

/** Microseconds. */
export const time = quantity(units.time, { round: true });
/** Microseconds, not zero. */
export const positiveTime = quantity(units.time, { round: true, atLeast: 1 });
/** Bytes. */
export const size = quantity(units.size, { round: true });
/** Bits a second. */
export const bandwidth = quantity(units.bandwidth, { round: true, atLeast: 1 });
/** A second, above zero. */
export const rate = quantity(units.rate, { round: false, atLeast: 1e-9 });
/** 0 to 1. */
export const share = quantity(units.share, { round: false });

/** A share of packets that leaves some to arrive. */
export const loss = share.refine((number) => number < 1, {
  error: 'a link that loses everything is a cut: less than 100% is needed',
});

/** A count such as 20000 or 500M. */
export const amount = z.union([z.int().min(1), quantity(units.amount, { round: true, atLeast: 1 })]);

/** A time, or a lognormal distribution of times given by its median and 99th percentile. */
export const duration = z.union([
  time.transform((us): Duration => ({ kind: 'fixed', us })),
  z
    .strictObject({ median: positiveTime, p99: positiveTime })
    .refine((given) => given.p99 >= given.median, { error: 'p99 lies below the median', path: ['p99'] })
    .transform((given): Duration => ({ kind: 'lognormal', medianUs: given.median, p99Us: given.p99 })),
]);

/** AMQP's short strings hold 255 bytes; RabbitMQ's names are such. */
export const name = z
  .string()
  .min(1, { error: 'a name cannot be empty' })
  .max(255, { error: 'a name has at most 255 characters' })
  // The simulator's own marks between the parts of a name.
  .refine((text) => !text.includes('\u0000') && !text.includes('\u0001'), {
    error: 'a name cannot contain the characters with the codes 0 and 1',
  });

/** A routing key, the default exchange's name: may be empty. */
export const shortText = z.string().max(255, { error: 'AMQP allows at most 255 characters' });

/** A node's name as written: short or full (`rabbit@rabbit1`). */
const writtenNodeName = z.string().regex(/^(rabbit@)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, {
  error: (issue) =>
    issue.input === undefined ? undefined : `${shown(issue.input)} cannot be the name of a node`,
});

/** The name of one of several clusters: it becomes a part of the names that results give to queues. */
export const clusterName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/, {
  error: (issue) =>
    issue.input === undefined ? undefined : `${shown(issue.input)} cannot be the name of a cluster`,
});

/** A node's name, made short. */
export const nodeName = writtenNodeName.transform(shortNodeName);

/** A map from node to something; its keys become short. */
export function byNode<Schema extends z.ZodType>(schema: Schema) {
  return z
    .record(writtenNodeName, schema)
    .refine((map) => new Set(Object.keys(map).map(shortNodeName)).size === Object.keys(map).length, {
      error: 'a node stands here twice, by its short and its full name',
    })
    .transform((map): { readonly [node: string]: z.output<Schema> } =>
      Object.fromEntries(Object.entries(map).map(([node, value]) => [shortNodeName(node), value])),
    );
}

/** RabbitMQ's full name of `rabbit1` is `rabbit@rabbit1`; either is accepted everywhere, the short one is kept. */
export function shortNodeName(text: string): string {
  return text.startsWith('rabbit@') ? text.slice('rabbit@'.length) : text;
}

/** Two different nodes. */
export const nodePair = z
  .tuple([nodeName, nodeName], {
    error: (issue) => (issue.input === undefined ? undefined : 'two nodes are needed: [a, b]'),
  })
  .refine(([a, b]) => a !== b, { error: 'two different nodes are needed' });

/** One value or a list of them, always as a list. */
export function oneOrMore<Schema extends z.ZodType>(schema: Schema) {
  const many = z.array(schema).min(1, { error: 'the list is empty' });
  return z.union([schema.transform((value) => [value] as z.output<Schema>[]), many]);
}

/** Anything that AMQP tables and JSON hold. Reading has already refused what neither does. */
export const fieldValue = z.custom<FieldValue>((value) => value !== undefined);
export const fieldTable: z.ZodType<FieldTable> = z.record(z.string(), fieldValue);

/** `never`, or a time; never is null. */
export const timeOrNever = z.union([z.literal('never').transform(() => null), positiveTime]);
