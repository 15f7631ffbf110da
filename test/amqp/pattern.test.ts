import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern, matches, PatternError } from '../../sim/amqp/pattern.ts';

test('a pattern is unanchored, and case matters', () => {
  expect(matches('Queue1', 'myQueue12')).toBe(true);
  expect(matches('Queue1', 'queue1')).toBe(false);
  expect(matches('(?i)Queue1', 'QUEUE1')).toBe(true);
  expect(matches('', 'anything')).toBe(true);
  expect(matches('^$', '')).toBe(true);
});

test('the patterns that people write for policies mean what they do in RabbitMQ', () => {
  expect(matches(String.raw`^ha\.`, 'ha.orders')).toBe(true);
  expect(matches(String.raw`^ha\.`, 'haXorders')).toBe(false);
  expect(matches(String.raw`^(?!amq\.).*`, 'amq.gen-1')).toBe(false);
  expect(matches(String.raw`^(?!amq\.).*`, 'orders')).toBe(true);
  expect(matches('^(orders|bills)$', 'bills')).toBe(true);
  expect(matches(String.raw`^q-[0-9a-f]{2,4}$`, 'q-1f3')).toBe(true);
  expect(matches(String.raw`^q-[0-9a-f]{2,4}$`, 'q-1')).toBe(false);
});

test('a pathological pattern is quick to say no', () => {
  const name = 'a'.repeat(255);
  for (const pattern of ['^(a+)+$', '^(a|a)*$', '^(a*)*b', '(.*)*x', '^((a+)*)+$', '^(?=(a+)+b)']) {
    expect(matches(pattern, `${name}!`)).toBe(false);
  }
});

test('what is not supported is refused with its place, never misread', () => {
  const refused: readonly (readonly [string, number])[] = [
    ['(a', 0],
    ['a)', 1],
    ['[a', 0],
    ['*a', 0],
    ['a**', 1],
    [String.raw`(a)\1`, 3],
    ['(?<=a)b', 0],
    ['a++', 1],
    ['(?>a)', 0],
    ['a{9999}', 1],
    [String.raw`a\p{L}`, 1],
    ['a\\', 1],
  ];
  const offsetOf = (pattern: string): number | string => {
    try {
      compilePattern(pattern);
      return 'compiles';
    } catch (error) {
      return error instanceof PatternError ? error.offset : String(error);
    }
  };
  expect(refused.map(([pattern]) => [pattern, offsetOf(pattern)])).toEqual(refused);
  expect(() => compilePattern('((a{200}){200}){200}')).toThrow('too large');
  expect(() => compilePattern('('.repeat(900))).toThrow('too deep');
});

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  String.raw`\w`,
  String.raw`\d`,
  String.raw`\.`,
  '(?:a|b)',
  '(?=a)',
  '(?!b)',
  '$',
  '^',
  String.raw`\b`,
);
const piece = fc
  .tuple(atom, fc.constantFrom('', '', '?', '*', '+', '{1,2}', '*?'))
  .map(([one, many]) => one + (/^([\^$]|\\b|\(\?[=!])/.test(one) ? '' : many));
const sequence = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((options) => options.join('|'));

test('for what both support, it agrees with the engine of JavaScript', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.string({ unit: fc.constantFrom('a', 'b', '.', '1', ' '), maxLength: 8 }),
      (source, name) => {
        expect(matches(source, name)).toBe(new RegExp(source).test(name));
      },
    ),
  );
});
