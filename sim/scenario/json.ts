/**
 * A JSON text as nodes of a document, each with its place, so that an imported file goes through the same checks as what a
 * scenario writes itself and its errors point into it. Strict: RFC 8259 and nothing beyond. Keys that stand twice, and numbers no
 * computer holds, are left to `toData`, which refuses them for every source alike.
 */
import { Pair, Scalar, YAMLMap, YAMLSeq, type Node } from 'yaml';
import { placeOfOffset, type Origin } from './document.ts';
import { ScenarioError } from './problem.ts';

const depthLimit = 40;

/** Called for each node, a map's keys included. */
type Visit = (node: Node) => void;

/** Reads the one value of `text`, in which `origin`'s places count. Throws ScenarioError. */
export function readJson(origin: Origin, text: string, visit: Visit): Node {
  return new Reader(origin, text, visit).whole();
}

const blank = /[ \t\r\n]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const QUOTE = 34;
const BACKSLASH = 92;
const FIRST_PRINTABLE = 32;
const word = /[A-Za-z]+/y;

const words: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Reader {
  private readonly origin: Origin;
  private readonly text: string;
  private readonly visit: Visit;
  private at = 0;

  constructor(origin: Origin, text: string, visit: Visit) {
    this.origin = origin;
    this.text = text;
    this.visit = visit;
  }

  whole(): Node {
    this.skipBlanks();
    if (this.at === this.text.length) this.refuse('an empty file where JSON is needed');
    const node = this.value(0);
    this.skipBlanks();
    if (this.at < this.text.length) this.refuse('something stands behind the end of the JSON');
    return node;
  }

  private value(depth: number): Node {
    if (depth > depthLimit) this.refuse('nested too deep');
    const from = this.at;
    const char = this.text[from];
    if (char === '{') return this.map(depth);
    if (char === '[') return this.list(depth);
    if (char === '"') return this.scalar(from, this.string());
    const digits = this.take(number);
    if (digits !== null) return this.scalar(from, Number(digits));
    const value = words.get(this.take(word) ?? '');
    this.at = value === undefined ? from : this.at;
    return value === undefined ? this.refuse('this is no JSON: a value is needed') : this.scalar(from, value);
  }

  private map(depth: number): Node {
    const map = new YAMLMap();
    const from = this.at;
    this.items('}', () => {
      const keyFrom = this.at;
      if (this.text[keyFrom] !== '"') this.refuse('this is no JSON: a key in double quotes is needed');
      const key = this.scalar(keyFrom, this.string());
      this.skipBlanks();
      if (this.text[this.at] !== ':') this.refuse('this is no JSON: a colon is needed');
      this.at += 1;
      this.skipBlanks();
      map.items.push(new Pair(key, this.value(depth + 1)));
    });
    return this.placed(map, from);
  }

  private list(depth: number): Node {
    const list = new YAMLSeq();
    const from = this.at;
    this.items(']', () => void list.items.push(this.value(depth + 1)));
    return this.placed(list, from);
  }

  /** What stands between brackets, separated by commas. */
  private items(end: string, item: () => void): void {
    this.at += 1;
    this.skipBlanks();
    if (this.text[this.at] === end) {
      this.at += 1;
      return;
    }
    for (;;) {
      item();
      this.skipBlanks();
      const next = this.text[this.at];
      if (next !== ',' && next !== end) this.refuse(`this is no JSON: a comma or ${end} is needed`);
      this.at += 1;
      if (next === end) return;
      this.skipBlanks();
    }
  }

  private string(): string {
    const from = this.at;
    let to = from + 1;
    for (let code = this.text.charCodeAt(to); code !== QUOTE; code = this.text.charCodeAt(to)) {
      // Past the end the code is NaN, which is no character either.
      if (!(code >= FIRST_PRINTABLE)) this.refuse('this is no JSON: a text in quotes does not end', from);
      to += code === BACKSLASH ? 2 : 1;
    }
    this.at = to + 1;
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string;
    } catch {
      return this.refuse('this is no JSON: a wrong escape', from);
    }
  }

  private scalar(from: number, value: string | number | boolean | null): Node {
    return this.placed(new Scalar(value), from);
  }

  private placed<Placed extends Node>(node: Placed, from: number): Placed {
    node.range = [from, this.at, this.at];
    this.visit(node);
    return node;
  }

  private skipBlanks(): void {
    this.take(blank);
  }

  /** What the pattern matches here, null if it does not. */
  private take(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.at += found?.length ?? 0;
    return found;
  }

  private refuse(message: string, at = this.at): never {
    throw new ScenarioError([{ kind: 'syntax', ...placeOfOffset(this.origin, at), message }]);
  }
}
