/** What a scenario promises. */
import { z } from 'zod';
import {
  applicationFigures,
  availabilityFigures,
  clientStates,
  messageFigures,
  messageOutcomes,
  nodeStates,
  queueStates,
} from '../results.ts';
import { eventFields, eventNames } from './chaos.ts';
import { byNode, fieldValue, name, nodeName, oneOrMore, time } from './values.ts';

/** A number, a comparison (`"<= 3"`), or another figure's name; which figures there are depends on the block. */
const operand = z.union([z.number(), z.string()]);
const bound = z.union([
  z.number(),
  z.string(),
  z
    .strictObject({ min: operand.optional(), max: operand.optional() })
    .refine((given) => given.min !== undefined || given.max !== undefined, {
      error: 'min, max or both are needed',
    }),
]);
export type WrittenBound = z.output<typeof bound>;

function figures<Figure extends string>(names: readonly Figure[]) {
  const entries = names.map((figure) => [figure, bound.optional()]);
  return z.strictObject(Object.fromEntries(entries) as Record<Figure, z.ZodOptional<typeof bound>>);
}

const ofQueue = z.record(name, figures([...messageFigures, ...availabilityFigures]));
const ofWorkload = z.record(
  name,
  figures([...messageFigures, ...availabilityFigures, ...applicationFigures]),
);
const nodeSet = byNode(z.array(nodeName));

const queue = z.union([
  z.literal('absent'),
  z.strictObject({
    type: oneOrMore(z.enum(['classic', 'quorum', 'stream'])).optional(),
    state: oneOrMore(z.enum(queueStates)).optional(),
    master: oneOrMore(nodeName).optional(),
    leader: oneOrMore(nodeName).optional(),
    mirrors: z.array(nodeName).optional(),
    synchronised_mirrors: z.array(nodeName).optional(),
    members: z.array(nodeName).optional(),
    online: z.array(nodeName).optional(),
    messages_ready: oneOrMore(bound).optional(),
    messages_unacknowledged: oneOrMore(bound).optional(),
    messages_dlx: oneOrMore(bound).optional(),
  }),
]);

const moment = z.strictObject({
  time: z.union([z.literal('end').transform(() => null), time]),
  seen_by: nodeName.optional(),
  nodes: byNode(oneOrMore(z.enum(nodeStates))).default({}),
  partitions: nodeSet.optional(),
  members: nodeSet.default({}),
  running: nodeSet.default({}),
  queues: z.record(name, queue).default({}),
  clients: z.record(name, oneOrMore(z.enum(clientStates))).default({}),
});

const timelineRow = z.strictObject({
  event: z.enum(eventNames),
  ...eventFields,
  count: bound.optional(),
  after: time.optional(),
  before: time.optional(),
  never: z.literal(true).optional(),
});

/** What the ledger found to be the cause, as under `causes` in a result. */
const cause = {
  rule: oneOrMore(name).optional().describe('the rule that decided, such as MIR-18, or any of several'),
  outcome: z.enum(messageOutcomes).optional(),
  messages: bound.optional().describe('how many messages met this end; at least one where nothing is said'),
  confirmed: bound.optional().describe('how many of them the broker had confirmed'),
};

const causeRow = z.strictObject({
  hazard: name.describe('HAZ-3, or unexplained'),
  ...cause,
  never: z.literal(true).optional(),
});

const blockKeys = {
  messages: figures(messageFigures).default({}),
  availability: figures(availabilityFigures).default({}),
  workloads: ofWorkload.default({}),
  queues: ofQueue.default({}),
  at: z.array(moment).default([]),
  timeline: z.array(timelineRow).default([]),
  causes: z.array(causeRow).optional(),
};

const block = z.strictObject(blockKeys);

const cell = z.record(z.string(), fieldValue);

/** The hazard that a scenario is about: where it shows, and that it shows nowhere else. */
const hazard = z.strictObject({
  id: name.describe('HAZ-3'),
  ...cause,
  cells: z
    .union([cell.transform((one) => [one]), z.array(cell).min(1, { error: 'the list is empty' })])
    .optional()
    .describe('the cells of the matrix that show it, by their values; in all others it must not show'),
  shows: block
    .optional()
    .describe('how it shows where it is no message that comes to harm; the cells without it must not be so'),
  sometimes: z
    .boolean()
    .default(false)
    .describe('it takes luck: of the seeds of a cell at least one shows it, instead of each'),
});

export const expect = z.strictObject({
  ...blockKeys,
  any_of: z.array(block).min(1, { error: 'the list is empty' }).optional(),
  all_reached: z.boolean().default(false),
  sometimes: block.optional(),
  hazard: hazard.optional(),
});

export type WrittenExpect = z.output<typeof expect>;
export type WrittenBlock = z.output<typeof block>;
export type WrittenCause = z.output<typeof causeRow>;
export type WrittenHazard = z.output<typeof hazard>;
export type WrittenMoment = z.output<typeof moment>;
