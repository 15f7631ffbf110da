/** Promise: topic patterns match as BRK-3 says, whatever the words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TopicTrie } from '../../sim/broker/topic-trie.ts';

function matches(pattern: string, key: string): boolean {
  const trie = new TopicTrie<string>();
  trie.add(pattern, pattern);
  return trie.match(key).length > 0;
}

/** The specification: word by word, by trying everything. */
function specification(pattern: readonly string[], words: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#')
    return [...words, ''].some((_word, skipped) => specification(rest, words.slice(skipped)));
  if (words.length === 0) return false;
  return (first === '*' || first === words[0]) && specification(rest, words.slice(1));
}

function split(text: string): string[] {
  return text === '' ? [] : text.split('.');
}

describe('topic patterns', () => {
  test.each([
    ['#', '', true],
    ['*', '', false],
    ['a.#', 'a', true],
    ['#.b', 'b', true],
    ['a.*', 'a', false],
    ['a.*', 'a.', true],
    ['*.*', '.', true],
    ['a.*.c', 'a..c', true],
    ['a.c', 'a..c', false],
    ['a*', 'ab', false],
    ['a*', 'a*', true],
    ['A', 'a', false],
    ['#.#', 'a.b.c', true],
    ['a.#.c', 'a.b.b.c', true],
    ['a.#.c', 'a.b.c.d', false],
  ])('%s on %s: %s', (pattern, key, expected) => {
    expect(matches(pattern, key)).toBe(expected);
  });

  test('agree with the specification on any words', () => {
    const key = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 5 }).map((words) => words.join('.'));
    const pattern = fc
      .array(fc.constantFrom('a', 'b', '', '*', '#'), { maxLength: 5 })
      .map((words) => words.join('.'));
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), key, (patterns, words) => {
        const trie = new TopicTrie<string>();
        for (const each of patterns) trie.add(each, each);
        const found = new Set(trie.match(words));
        for (const each of patterns) expect(found.has(each)).toBe(specification(split(each), split(words)));
      }),
    );
  });
});
