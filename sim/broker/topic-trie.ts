/**
 * Topic patterns as a tree of words (BRK-3), so that matching a key costs as much as the patterns that begin like it.
 * Keys and patterns are words between dots: `*` is one word, `#` any number of them, none included, and two dots in a row
 * make an empty word. Wildcards inside a word are letters.
 */
class TrieNode<T> {
  readonly words = new Map<string, TrieNode<T>>();
  readonly values: T[] = [];
}

export class TopicTrie<T> {
  private readonly root = new TrieNode<T>();

  add(pattern: string, value: T): void {
    let node = this.root;
    for (const word of wordsOf(pattern)) {
      let next = node.words.get(word);
      if (next === undefined) node.words.set(word, (next = new TrieNode<T>()));
      node = next;
    }
    node.values.push(value);
  }

  /** The values of all patterns that match; a value may come more than once. */
  match(routingKey: string): T[] {
    const found: T[] = [];
    collect(this.root, wordsOf(routingKey), 0, found);
    return found;
  }
}

function collect<T>(node: TrieNode<T>, words: readonly string[], from: number, found: T[]): void {
  if (from === words.length) found.push(...node.values);
  else {
    const literal = node.words.get(words[from]!);
    if (literal !== undefined) collect(literal, words, from + 1, found);
    const star = node.words.get('*');
    if (star !== undefined) collect(star, words, from + 1, found);
  }
  const hash = node.words.get('#');
  if (hash === undefined) return;
  for (let next = from; next <= words.length; next++) collect(hash, words, next, found);
}

/** An empty text has no words. */
function wordsOf(text: string): string[] {
  return text === '' ? [] : text.split('.');
}
