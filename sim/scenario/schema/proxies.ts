/** The proxies in front of the nodes, in HAProxy's words: what stands in its configuration can be pasted. */
import { z } from 'zod';
import { name, nodeName, positiveTime, shown } from './values.ts';

const defaults = { inter: 2_000_000, rise: 2, fall: 3 } as const;

/** A number of HAProxy's: milliseconds unless it has a unit. */
const time = String.raw`\d{1,9}(?:us|ms|s|m|h|d)?`;
const checkWords = ['inter', 'fastinter', 'downinter', 'rise', 'fall', 'on-marked-down'] as const;
const checkPattern = new RegExp(
  String.raw`^\s*(?:(?:(?:inter|fastinter|downinter)\s+${time}|(?:rise|fall)\s+[1-9]\d{0,3}|on-marked-down\s+shutdown-sessions)(?:\s+|$))+$`,
);

const unitsUs: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** Microseconds of a time in HAProxy's notation. */
export function haproxyTimeUs(text: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([a-z]*)$/.exec(text) ?? [];
  return Number(digits) * (unitsUs[unit === '' ? 'ms' : unit] ?? 0);
}

/** The words after `check` in a server's line, or the same as a map. */
const check = z.union([
  z
    .string()
    .regex(checkPattern, { error: 'HAProxy\'s words are needed, such as "inter 5000 rise 2 fall 3"' })
    .transform(fromWords)
    .refine(({ inter }) => inter > 0, { error: 'inter must be above zero' }),
  z
    .strictObject({
      inter: positiveTime.default(defaults.inter),
      fastinter: positiveTime.optional(),
      downinter: positiveTime.optional(),
      rise: z.int().min(1).default(defaults.rise),
      fall: z.int().min(1).default(defaults.fall),
      'on-marked-down': z.literal('shutdown-sessions').optional(),
    })
    .transform((given) => ({ ...given, shutdownSessions: given['on-marked-down'] !== undefined })),
]);

export interface Check {
  readonly inter: number;
  readonly fastinter?: number | undefined;
  readonly downinter?: number | undefined;
  readonly rise: number;
  readonly fall: number;
  readonly shutdownSessions: boolean;
}

function fromWords(text: string): Check {
  const words = text.trim().split(/\s+/);
  const after = (word: (typeof checkWords)[number]): string | undefined => words[words.lastIndexOf(word) + 1];
  const timeAfter = (word: (typeof checkWords)[number]): number | undefined =>
    words.includes(word) ? haproxyTimeUs(after(word) ?? '') : undefined;
  const countAfter = (word: 'rise' | 'fall'): number | undefined =>
    words.includes(word) ? Number(after(word)) : undefined;
  return {
    inter: timeAfter('inter') ?? defaults.inter,
    fastinter: timeAfter('fastinter'),
    downinter: timeAfter('downinter'),
    rise: countAfter('rise') ?? defaults.rise,
    fall: countAfter('fall') ?? defaults.fall,
    shutdownSessions: words.includes('on-marked-down'),
  };
}

/** Lines of a `listen` section, as far as they are modelled. */
const optionPattern = new RegExp(
  String.raw`^\s*(?:timeout\s+(?:connect|client|server)\s+${time}|retries\s+\d{1,4}|option\s+redispatch)\s*$`,
);

const option = z.string().regex(optionPattern, {
  error: (issue) =>
    issue.input === undefined
      ? undefined
      : `${shown(issue.input)} is not modelled: "timeout connect 5s", "timeout client 3h", "timeout server 3h", "retries 3" and "option redispatch" are`,
});

const proxy = z.strictObject({
  name: name.max(100).regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, {
    error: (issue) =>
      issue.input === undefined ? undefined : `${shown(issue.input)} cannot be the name of a machine`,
  }),
  balance: z.enum(['roundrobin', 'leastconn', 'first']).default('roundrobin'),
  servers: z.array(nodeName).min(1, { error: 'a proxy without servers' }).optional(),
  // HAProxy's own defaults, should a file leave some or all of them out.
  check: check.default({ ...defaults, shutdownSessions: false }),
  options: z.array(option).default([]),
});

export const proxyKeys = { proxies: z.array(proxy).default([]) };
