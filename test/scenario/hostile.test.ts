import { expect, test } from 'vitest';
import { problems, told } from './a-file.ts';

/** Ten lists, each of which repeats the one before nine times: a billion elements from four hundred characters. */
const bomb = [...'bcdefghij'].reduce(
  (text, letter, index) =>
    `${text}${letter}: &${letter} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(', ')}]\n`,
  'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n',
);

const cases: readonly (readonly [what: string, text: string, told: RegExp])[] = [
  ['an empty file', '', /^1:1 a scenario is a map/],
  ['a list', '- a\n', /^1:1 a scenario is a map/],
  ['a tab', 'name: x\n\tnodes: [a]\n', /^2:1 a tab: YAML is indented with spaces/],
  ['a quote that stays open', 'name: "x\nnodes: [a]\n', /closing/],
  ['a key that stands twice', 'name: x\nname: y\nnodes: [a]\n', /^2:1 this key stands twice/],
  ['two documents', 'name: x\nnodes: [a]\n---\nname: y\n', /^3:1 a second YAML document/],
  ['a tag', 'name: !!js/function x\nnodes: [a]\n', /^1:7 .*no tags/],
  ['a prototype', 'name: x\nnodes: [a]\n__proto__: { polluted: 1 }\n', /^3:1 __proto__ cannot be a key/],
  ['a prototype inside', 'name: x\nnodes: { __proto__: { type: ram } }\n', /^2:10 __proto__ cannot be a key/],
  ['a key that is a list', '? [a]\n: b\n', /^1:3 a key has to be a text/],
  ['an infinite seed', 'name: x\nnodes: [a]\nseed: .inf\n', /^3:7 not a number/],
  ['an alias of nothing', 'name: *x\nnodes: [a]\n', /^1:7 .*&x/],
  ['an alias inside what it repeats', 'name: x\nnodes: &n [a, *n]\n', /^2:15 \*n stands inside/],
  ['an alias bomb', `${bomb}name: x\nnodes: [a]\n`, /^1:1 too much for one scenario/],
  ['an endless flow list', '['.repeat(200_000), /nested too deep/],
  ['deep lists on many lines', `${'[\n'.repeat(3_000)}${']'.repeat(3_000)}`, /nested too deep/],
  ['deep block lists', '- '.repeat(80_000), /nested too deep/],
  [
    'deep maps',
    Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    /nested too deep/,
  ],
  ['a huge file', '# x\n'.repeat(500_000), /^1:1 the file has more than/],
  [
    'a name built from Object',
    'name: x\nnodes: [a]\nconstructor: 1\ntoString: 2\n',
    /^3:1 unknown key "constructor"/,
  ],
];

test.each(cases)('%s is refused with its place', (_, text, expected) => {
  expect(told(text)[0]).toMatch(expected);
});

test('thousands of unknown keys are no more work than twenty', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('');
  expect(problems(`name: x\nnodes: [a]\n${keys}`)).toHaveLength(20);
});

test('long blanks cost no more than they are long', () => {
  const blanks = ' '.repeat(100_000);
  const bound = `name: x\nnodes: [a]\nexpect: { messages: { acked: "${blanks}x${blanks}" } }\n`;
  expect(told(bound)[0]).toMatch(/^3:30 a number or a comparison/);
  const row = `name: x\nnodes: [a]\nchaos: [{ at: 1s,${blanks} kill: b }]\n`;
  expect(told(row)[0]).toMatch(/nothing declares a node called "b"/);
});

test('a large file cannot be multiplied by a matrix', () => {
  const filler = `# ${'x'.repeat(200_000)}\n`;
  const numbers = Array.from({ length: 100 }, (_, index) => index).join(', ');
  expect(told(`name: x\nnodes: [a]\nmatrix: { seed: [${numbers}] }\n${filler}`)[0]).toMatch(
    /^3:1 100 combinations of so large a file/,
  );
});

test('keys of YAML 1.1 have no meaning of their own', () => {
  const merge = 'name: x\nnodes: [a]\ndisks: { a: &d { fsync: 1ms } }\nlimits: { <<: *d }\n';
  expect(told(merge)[0]).toMatch(/^4:11 unknown key "<<"/);
});
