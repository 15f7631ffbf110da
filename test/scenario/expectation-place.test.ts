// An annotation stands at the expectation that failed, also where one line holds several.
import { describe, expect, test } from 'vitest';
import { ExpectationPlaces } from '../../sim/scenario/expectation-place.ts';
import { loadText } from '../../sim/scenario/load.ts';

const text = `name: places
nodes: [a, b]
queues: [{ name: q, durable: true }, { name: r, durable: true }]
workloads:
  - { name: shop, publish: { routing_key: q, via: a, rate: 1/s } }
  - { name: mill, publish: { routing_key: q, via: a, rate: 1/s } }
expect:
  messages: { published: 7, confirmed_lost: 0 }
  workloads: { shop: { confirmed: 8 }, mill: { confirmed: 9 } }
  at:
    - { time: end, nodes: { a: running, b: down }, queues: { q: absent, r: { state: down, master: a } } }
  timeline: [ { event: nodedown, node: a, peer: b }, { event: nodedown, node: b, peer: a } ]
  any_of:
    - messages: { confirmed: 1 }
    - messages: { confirmed: 2 }
`;
const places = new ExpectationPlaces('places.yaml', text);

/** What begins at the column, up to the end of its word. */
function wordAt(line: number, column: number): string {
  return /^[\w{ :]*/.exec((text.split('\n')[line - 1] ?? '').slice(column - 1))?.[0] ?? '';
}

test('the file of this test loads', () => {
  expect(loadText('places.yaml', text)).toHaveLength(1);
});

describe('the column of an expectation', () => {
  test.each([
    { line: 8, expected: 'published = 7', word: 'published: 7' },
    { line: 8, expected: 'confirmed_lost = 0', word: 'confirmed_lost: 0 ' },
    { line: 9, expected: 'shop: confirmed = 8', word: 'confirmed: 8 ' },
    { line: 9, expected: 'mill: confirmed = 9', word: 'confirmed: 9 ' },
    { line: 11, expected: 'at the end: b down', word: 'b: down ' },
    { line: 11, expected: 'at the end: q absent', word: 'q: absent' },
    { line: 11, expected: 'at the end: r state = down', word: 'state: down' },
    { line: 12, expected: '{ event: nodedown, node: a, peer: b }', word: '{ event: nodedown' },
    { line: 13, expected: 'any of 2 outcomes', word: 'any_of:' },
  ])('of "$expected" is where "$word" begins', ({ line, expected, word }) => {
    expect(wordAt(line, places.columnOf(line, expected))).toBe(word);
  });

  test('tells the rows of one line apart', () => {
    const [first, second] = [...(text.split('\n')[11] ?? '').matchAll(/\{/g)].map(({ index }) => index + 1);
    expect(places.columnOf(12, '{ event: nodedown, node: a, peer: b }')).toBe(first);
    expect(places.columnOf(12, '{ event: nodedown, node: b, peer: a }')).toBe(second);
  });

  test('is where the line begins for what is no expectation', () => {
    expect(places.columnOf(5, 'this happens: kill a')).toBe(3);
    expect(places.columnOf(99, 'beyond the end')).toBe(1);
  });

  test('is where the line begins in a file that is no scenario', () => {
    expect(new ExpectationPlaces('x.yaml', 'a\n  b: [').columnOf(2, 'b')).toBe(3);
  });
});
