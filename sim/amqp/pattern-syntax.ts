/** Reads a policy's pattern into a tree. What the matcher does not take is refused here, with its place. */

/** A pattern that cannot be used. `offset` counts UTF-16 units from its start. */
export class PatternError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'PatternError';
    this.offset = offset;
  }
}

export type PatternNode =
  | { readonly kind: 'chars'; readonly accepts: (code: number) => boolean }
  | { readonly kind: 'assert'; readonly assertion: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'look'; readonly inner: PatternNode; readonly negated: boolean }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat';
      readonly inner: PatternNode;
      readonly least: number;
      readonly most: number | null;
    };

type Accepts = (code: number) => boolean;

const lengthLimit = 1_000;
const depthLimit = 50;
const repeatLimit = 255;

const digit: Accepts = (code) => code >= 48 && code <= 57;
const word: Accepts = (code) =>
  digit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const space: Accepts = (code) => code === 32 || (code >= 9 && code <= 13);
const not =
  (accepts: Accepts): Accepts =>
  (code) =>
    !accepts(code);
const only = (char: string): Accepts => {
  const wanted = char.charCodeAt(0);
  return (code) => code === wanted;
};

const classes: Readonly<Record<string, Accepts>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
};
const controls: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  e: '\u001b',
  a: '\u0007',
};

/** The tree of a pattern. Throws PatternError. */
export function parsePattern(source: string): PatternNode {
  if (source.length > lengthLimit)
    throw new PatternError(`a pattern has at most ${lengthLimit} characters`, 0);
  return new Reader(source).whole();
}

class Reader {
  readonly #source: string;
  #at = 0;
  #ignoreCase = false;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): PatternNode {
    if (this.#take('(?i)')) this.#ignoreCase = true;
    const node = this.#choice(0);
    if (this.#at < this.#source.length) this.#fail('a ) without its (');
    return node;
  }

  #fail(message: string, offset = this.#at): never {
    throw new PatternError(message, offset);
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #choice(depth: number): PatternNode {
    if (depth > depthLimit) this.#fail('nested too deep');
    const options = [this.#sequence(depth)];
    while (this.#take('|')) options.push(this.#sequence(depth));
    return options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
  }

  #sequence(depth: number): PatternNode {
    const items: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)))
      items.push(this.#repeated(depth));
    return { kind: 'sequence', items };
  }

  #repeated(depth: number): PatternNode {
    let node = this.#atom(depth);
    const start = this.#at;
    const counts = this.#quantifier();
    if (!counts) return node;
    // Lazy or greedy find the same matches; only how much they take differs, and nobody asks for that.
    this.#take('?');
    if (this.#take('+')) this.#fail('possessive quantifiers are not supported', start);
    node = { kind: 'repeat', inner: node, ...counts };
    if (this.#quantifier()) this.#fail('a quantifier of a quantifier', start);
    return node;
  }

  #quantifier(): { readonly least: number; readonly most: number | null } | undefined {
    if (this.#take('*')) return { least: 0, most: null };
    if (this.#take('+')) return { least: 1, most: null };
    if (this.#take('?')) return { least: 0, most: 1 };
    const counted = /^\{(\d{1,5})(,(\d{0,5}))?\}/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (!counted) return undefined;
    const least = Number(counted[1]);
    const most = counted[2] === undefined ? least : counted[3] === '' ? null : Number(counted[3]);
    if (Math.max(least, most ?? 0) > repeatLimit) this.#fail(`more than ${repeatLimit} repetitions`);
    if (most !== null && most < least) this.#fail('the smaller number of repetitions comes first');
    this.#at += counted[0].length;
    return { least, most };
  }

  #atom(depth: number): PatternNode {
    const start = this.#at;
    if (this.#take('^')) return { kind: 'assert', assertion: 'start' };
    if (this.#take('$')) return { kind: 'assert', assertion: 'end' };
    if (this.#take('.')) return { kind: 'chars', accepts: not(only('\n')) };
    if (this.#take('(')) return this.#group(start, depth);
    if (this.#take('[')) return { kind: 'chars', accepts: this.#set(start) };
    if (this.#take('\\')) return this.#escape(start);
    const char = this.#source.charAt(this.#at++);
    if ('*+?'.includes(char)) this.#fail('a quantifier with nothing before it', start);
    return { kind: 'chars', accepts: this.#folded(only(char)) };
  }

  #group(start: number, depth: number): PatternNode {
    const look = this.#take('?=') ? 'positive' : this.#take('?!') ? 'negative' : undefined;
    if (!look && !this.#take('?:') && this.#source.charAt(this.#at) === '?')
      if (!/^\?(P?<[A-Za-z_]\w{0,31}>)/.test(this.#source.slice(this.#at, this.#at + 40)))
        this.#fail('this kind of group is not supported', start);
      else this.#at = this.#source.indexOf('>', this.#at) + 1;
    const inner = this.#choice(depth + 1);
    if (!this.#take(')')) this.#fail('a ( without its )', start);
    return look ? { kind: 'look', inner, negated: look === 'negative' } : inner;
  }

  #escape(start: number): PatternNode {
    const char = this.#source.charAt(this.#at++);
    if (char === '') this.#fail('a backslash ends the pattern', start);
    if (char === 'b') return { kind: 'assert', assertion: 'boundary' };
    if (char === 'B') return { kind: 'assert', assertion: 'inside' };
    if (char === 'A') return { kind: 'assert', assertion: 'start' };
    if (char === 'z' || char === 'Z') return { kind: 'assert', assertion: 'end' };
    const known = classes[char];
    if (known) return { kind: 'chars', accepts: known };
    return { kind: 'chars', accepts: this.#folded(only(this.#literal(char, start))) };
  }

  /** The character that a backslash and `char` stand for. */
  #literal(char: string, start: number): string {
    const control = controls[char];
    if (control !== undefined) return control;
    const hex = char === 'x' ? /^[0-9A-Fa-f]{2}/.exec(this.#source.slice(this.#at, this.#at + 2)) : null;
    if (hex) {
      this.#at += 2;
      return String.fromCharCode(Number.parseInt(hex[0], 16));
    }
    if (/[A-Za-z0-9]/.test(char)) this.#fail(`\\${char} is not supported`, start);
    return char;
  }

  #set(start: number): Accepts {
    const negated = this.#take('^');
    const parts: Accepts[] = [];
    for (let first = true; first || this.#source.charAt(this.#at) !== ']'; first = false) {
      if (this.#at >= this.#source.length) this.#fail('a [ without its ]', start);
      if (this.#source.startsWith('[:', this.#at)) this.#fail('named classes are not supported');
      const from = this.#setMember();
      const range =
        this.#source.charAt(this.#at) === '-' && !['', ']'].includes(this.#source.charAt(this.#at + 1));
      if (typeof from === 'function' || !range) {
        parts.push(typeof from === 'function' ? from : this.#folded(only(from)));
        continue;
      }
      this.#at++;
      const to = this.#setMember();
      if (typeof to === 'function' || to < from) this.#fail('a range out of order', start);
      const [low, high] = [from.charCodeAt(0), to.charCodeAt(0)];
      parts.push(this.#folded((code) => code >= low && code <= high));
    }
    this.#at++;
    const any: Accepts = (code) => parts.some((accepts) => accepts(code));
    return negated ? not(any) : any;
  }

  #setMember(): string | Accepts {
    const start = this.#at;
    const char = this.#source.charAt(this.#at++);
    if (char !== '\\') return char;
    const escaped = this.#source.charAt(this.#at++);
    if (escaped === '') this.#fail('a backslash ends the pattern', start);
    return classes[escaped] ?? (escaped === 'b' ? '\b' : this.#literal(escaped, start));
  }

  #folded(accepts: Accepts): Accepts {
    if (!this.#ignoreCase) return accepts;
    return (code) => {
      const char = String.fromCharCode(code);
      return (
        accepts(code) ||
        accepts(char.toLowerCase().charCodeAt(0)) ||
        accepts(char.toUpperCase().charCodeAt(0))
      );
    };
  }
}
