// A scenario file may be wrong in any way: it ends with an error that has a place and exit code 2, or it runs. The real command line
// answers for it, from the file on disk to the exit code; what it runs is kept short by limits. `WATERSHIP_RUNS` asks for more files
// than the suite tries, `WATERSHIP_SEED` for others.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileWith, perform } from '../cli/captured.ts';

const root = path.resolve(import.meta.dirname, '../../scenarios');

/** The scenarios that ship, as texts: between them they use all of the language. */
const originals = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml'))
  .toSorted()
  .map((file) => readFileSync(path.join(root, file), 'utf8'));

/** Words as files have them, and other amounts for their quantities: a good part of what comes out means something else, and runs. */
const words = [...new Set(originals.flatMap((text) => text.match(/[\w.@^-]+/g) ?? []))];
const amounts = ['0', '1', '2', '3', '0.5', '0.001', '7', '29.97', '90', '100', '1000', '65536', '10000000'];
const oddities = [
  ...'[]{}:,-&*!|>\'"%@#? \n\t0~',
  ...[
    '1e400',
    '-1',
    '.nan',
    '0s',
    '1us',
    '48h',
    '1000000h',
    '1bit',
    '100%',
    '99.99%',
    '0B',
    '10GB',
    '0.001/s',
  ],
  ...[
    '1: 2',
    '__proto__',
    '<<: *x',
    '&a ',
    '*a',
    '---\n',
    '\u0000',
    '\u202E',
    '\r\n',
    '\u{1F407}',
    '(a+)+$',
    'no such name',
  ],
];

interface Mutation {
  readonly kind: 'word' | 'amount' | 'characters' | 'lines';
  readonly at: number;
  readonly length: number;
  readonly pick: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('word', 'amount', 'amount', 'amount', 'characters', 'lines'),
  at: fc.nat(100_000),
  length: fc.nat(8),
  pick: fc.nat(100_000),
});

function mutated(text: string, { kind, at, length, pick }: Mutation): string {
  switch (kind) {
    case 'characters': {
      const from = at % text.length;
      return text.slice(0, from) + oddities[pick % oddities.length]! + text.slice(from + length);
    }
    case 'lines': {
      const lines = text.split('\n');
      const [taken = ''] = lines.splice(at % lines.length, 1);
      // One line in three is dropped, the others move or come twice.
      if (length % 3 > 0) lines.splice(pick % (lines.length + 1), 0, taken);
      if (length % 3 > 1) lines.splice(at % lines.length, 0, taken);
      return lines.join('\n');
    }
    case 'word':
      return replaced(text, /[\w.@^-]+/g, at, length === 0 ? oddities : words, pick);
    case 'amount':
      return replaced(text, /(?<=[ [])\d[\d.]*/g, at, amounts, pick);
  }
}

/** Puts one of `others` in the place of one match. */
function replaced(
  text: string,
  pattern: RegExp,
  at: number,
  others: readonly string[],
  pick: number,
): string {
  const found = [...text.matchAll(pattern)];
  const old = found[at % Math.max(1, found.length)];
  if (old === undefined) return text;
  return text.slice(0, old.index) + others[pick % others.length]! + text.slice(old.index + old[0].length);
}

const numRuns = Number(process.env['WATERSHIP_RUNS'] ?? 1000);
const seed = Number(process.env['WATERSHIP_SEED'] ?? 11);

const mutatedFile = fc
  .tuple(fc.constantFrom(...originals), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([original, mutations]) => mutations.reduce(mutated, original));

/** So little of everything that no run takes long. */
const limits = ['events=15k', 'virtual_time=30s', 'messages=500'].flatMap((limit) => [
  '--set',
  `limits.${limit}`,
]);

test('1,000 mutated files end with an error that has a place and exit code 2, or run', async () => {
  const codes = { ran: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(mutatedFile, fc.nat(3), async (text, lot) => {
      const file = fileWith('mutated.yaml', text);
      const checked = await perform(['check', file]);
      expect([0, 2]).toContain(checked.code);
      // Every line of the output, so that nothing that looks like a stack hides behind a good beginning.
      expect(checked.out + checked.err).not.toMatch(/internal error|^\s+at .*[:(]\d/m);
      if (checked.code === 2) {
        codes.refused += 1;
        expect(checked.err).toMatch(/mutated\.yaml:\d+:\d+: \S/);
        return;
      }
      codes.ran += 1;
      // One in four; one seed of each, because the file may ask for a million.
      if (lot > 0) return;
      const ran = await perform(['run', file, '--seed', '1', '--quiet', ...limits]);
      expect(ran.err).not.toMatch(/internal error|^\s+at .*[:(]\d/m);
      expect(ran.code).toBeLessThanOrEqual(2);
    }),
    { numRuns, seed },
  );
  // Mutations that spare everything, or nothing, would not have tried much.
  expect(Math.min(codes.ran, codes.refused)).toBeGreaterThan(numRuns / 10);
}, 600_000);

test.each([
  { set: 'limits.events=10', says: 'limits.events is reached before the cluster has formed' },
  { set: 'links=[{ between: all, latency: 100h }]', says: 'the cluster does not form' },
  { set: 'links=[{ between: all, bandwidth: 1bit }]', says: 'the cluster does not form' },
  { set: 'disks={ rabbit1: { fsync: 1h } }', says: 'the cluster does not form' },
  { set: 'net_ticktime=1us', says: 'at least 1s is needed' },
  {
    set: 'chaos=[{ at: 1s, nemesis: { kinds: [kill], every: 1us, lasting: [1us, 1us], until: 1h } }]',
    says: 'steps',
  },
])('$set: what no cluster comes of has a place, too', async ({ set, says }) => {
  const file = path.join(root, 'failover/kill.yaml');
  const { code, err } = await perform(['run', file, '--set', set, '--seeds', '2']);
  expect(err).toContain(says);
  expect(err).toMatch(/:\d+:\d+: \S/);
  expect(code).toBe(2);
});
