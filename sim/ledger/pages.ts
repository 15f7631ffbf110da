/**
 * State words of many things with dense numbers, in little memory. Words live in pages of 1,024. A page that is being
 * written is plain words; one that has not been touched for a while is put away as runs of equal words, and pages of
 * equal content are put away once for the whole run. So messages that all met the same fate cost one page and a
 * reference for each 1,024 of them, a regular alternation (routing keys used in turn) costs a few pages, and what is
 * irregular costs its irregularities. Any word can still be changed at any time: its page is taken out again.
 *
 * Left out: forgetting. The reference (eight bytes for 1,024 messages) stays, because a message of an hour ago may still
 * be delivered a second time.
 */
import { fail } from '../kernel/invariant.ts';

const PAGE_BITS = 10;
const PAGE_WORDS = 1 << PAGE_BITS;
const OFFSET_MASK = PAGE_WORDS - 1;
/** With more runs than this the runs would be larger than the words. */
const RUNS_MAX = PAGE_WORDS / 2;
/** Pages that may be open for writing at a time: 4 MiB. */
const OPEN_PAGES_MAX = 1_024;

/** A run of equal words: [from, to) in numbers, and the word. */
export type RunVisitor = (from: number, to: number, word: number) => void;

class Page {
  /** 1,024 words, or null while the page is put away as runs. */
  words: Int32Array | null;
  /** Pairs of (end offset, word) in order; null while the page is open, or when words are smaller. */
  runs: Int32Array | null;
  open = false;
  touched = false;
  /** How many places of books hold this page while it is put away. */
  holders = 0;
  hash = 0;
  book: PageBook | null = null;
  place = 0;

  constructor(words: Int32Array | null, runs: Int32Array | null) {
    this.words = words;
    this.runs = runs;
  }

  word(offset: number): number {
    if (this.words !== null) return this.words[offset]!;
    const runs = this.runs!;
    let low = 0;
    let high = (runs.length >> 1) - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (runs[middle * 2]! > offset) high = middle;
      else low = middle + 1;
    }
    return runs[low * 2 + 1]!;
  }
}

/** What a run's books share: the pages put away, and the limit on open ones. */
export class PagePool {
  private readonly putAway = new Map<number, Page[]>();
  private readonly openPages: Page[] = [];
  private readonly spareWords: Int32Array[] = [];
  private hand = 0;
  private distinct = 0;
  readonly zero: Page;

  constructor() {
    this.zero = new Page(null, Int32Array.of(PAGE_WORDS, 0));
    this.file(this.zero);
    // Held by the pool itself, so that it is never forgotten.
    this.zero.holders = 1;
  }

  /** Distinct pages that are put away, the empty one included. */
  get distinctPages(): number {
    return this.distinct;
  }

  /** Pages open for writing. */
  get openPageCount(): number {
    return this.openPages.length;
  }

  /** Words and runs held by all pages together, in 4-byte units. */
  get heldWords(): number {
    let held = this.openPages.length * PAGE_WORDS;
    for (const pages of this.putAway.values()) {
      for (const page of pages) held += page.words?.length ?? page.runs!.length;
    }
    return held;
  }

  /** The page at this place of the book, open for writing. */
  open(book: PageBook, place: number, shared: Page): Page {
    if (this.openPages.length >= OPEN_PAGES_MAX) this.putOneAway();
    const words = this.spareWords.pop() ?? new Int32Array(PAGE_WORDS);
    if (shared.words !== null) words.set(shared.words);
    else unpack(shared.runs!, words);
    this.release(shared);
    const page = new Page(words, null);
    page.open = true;
    page.touched = true;
    page.book = book;
    page.place = place;
    this.openPages.push(page);
    return page;
  }

  /** Puts every open page away; for counting and for the end of a run. */
  putAllAway(): void {
    while (this.openPages.length > 0) this.close(this.openPages.length - 1);
  }

  /** Second chance: a page touched since the hand last passed it stays open once more. */
  private putOneAway(): void {
    for (;;) {
      if (this.hand >= this.openPages.length) this.hand = 0;
      const page = this.openPages[this.hand]!;
      if (!page.touched) break;
      page.touched = false;
      this.hand += 1;
    }
    this.close(this.hand);
  }

  private close(index: number): void {
    const page = this.openPages[index]!;
    const last = this.openPages.pop()!;
    if (last !== page) this.openPages[index] = last;
    const filed = this.find(page);
    page.book!.replace(page.place, filed);
    filed.holders += 1;
  }

  /** The put-away page with this content; `page` gives up its words unless they are the shortest form. */
  private find(page: Page): Page {
    const words = page.words!;
    const runs = pack(words);
    const content = runs ?? words;
    const hash = hashOf(content);
    for (const candidate of this.putAway.get(hash) ?? []) {
      if (equal(candidate.runs ?? candidate.words!, content)) {
        this.spareWords.push(words);
        return candidate;
      }
    }
    const filed = new Page(runs === null ? words : null, runs);
    if (runs !== null) this.spareWords.push(words);
    this.file(filed);
    return filed;
  }

  private file(page: Page): void {
    page.hash = hashOf(page.runs ?? page.words!);
    const same = this.putAway.get(page.hash);
    if (same === undefined) this.putAway.set(page.hash, [page]);
    else same.push(page);
    this.distinct += 1;
  }

  private release(page: Page): void {
    page.holders -= 1;
    if (page.holders > 0 || page === this.zero) return;
    const same = this.putAway.get(page.hash) ?? fail('a page that was put away is missing');
    if (same.length === 1) this.putAway.delete(page.hash);
    else same.splice(same.indexOf(page), 1);
    this.distinct -= 1;
  }
}

/** One word for each number from 0; 0 where none was set. */
export class PageBook {
  private readonly pool: PagePool;
  private readonly places: Page[] = [];

  constructor(pool: PagePool) {
    this.pool = pool;
  }

  /** How many pages the book spans. */
  get pageCount(): number {
    return this.places.length;
  }

  get(number: number): number {
    const page = this.places[number >>> PAGE_BITS];
    if (page === undefined) return 0;
    page.touched = true;
    return page.word(number & OFFSET_MASK);
  }

  set(number: number, word: number): void {
    const place = number >>> PAGE_BITS;
    let page = this.places[place];
    if (page === undefined || !page.open) page = this.openAt(place);
    page.touched = true;
    page.words![number & OFFSET_MASK] = word;
  }

  /** Calls `visit` for the runs of page `place`, those of word 0 included, in order. */
  runsOfPage(place: number, visit: RunVisitor): void {
    const page = this.places[place] ?? this.pool.zero;
    const base = place * PAGE_WORDS;
    const runs = page.runs ?? pack(page.words!);
    if (runs === null) {
      for (let offset = 0; offset < PAGE_WORDS; offset += 1) {
        visit(base + offset, base + offset + 1, page.words![offset]!);
      }
      return;
    }
    let from = 0;
    for (let i = 0; i < runs.length; i += 2) {
      visit(base + from, base + runs[i]!, runs[i + 1]!);
      from = runs[i]!;
    }
  }

  /** For the pool: the page at this place has been put away. */
  replace(place: number, page: Page): void {
    this.places[place] = page;
  }

  private openAt(place: number): Page {
    while (this.places.length <= place) {
      this.places.push(this.pool.zero);
      this.pool.zero.holders += 1;
    }
    const page = this.pool.open(this, place, this.places[place]!);
    this.places[place] = page;
    return page;
  }
}

/**
 * Walks several books side by side: `visit` gets each longest stretch [from, to) on which none of them changes, and
 * their words there (one array, used again). Stretches on which the first book's word is 0 are left out.
 */
export function walkTogether(
  books: readonly PageBook[],
  visit: (from: number, to: number, words: Int32Array) => void,
): void {
  const pages = books[0]?.pageCount ?? 0;
  const words = new Int32Array(books.length);
  const ends: number[][] = books.map(() => []);
  const values: number[][] = books.map(() => []);
  const at = new Int32Array(books.length);
  for (let place = 0; place < pages; place += 1) {
    books.forEach((book, index) => {
      const bookEnds = ends[index]!;
      const bookValues = values[index]!;
      bookEnds.length = 0;
      bookValues.length = 0;
      at[index] = 0;
      book.runsOfPage(place, (_, to, word) => {
        bookEnds.push(to);
        bookValues.push(word);
      });
    });
    let from = place * PAGE_WORDS;
    const pageEnd = from + PAGE_WORDS;
    while (from < pageEnd) {
      let to = pageEnd;
      for (let index = 0; index < books.length; index += 1) {
        const run = at[index]!;
        words[index] = values[index]![run]!;
        to = Math.min(to, ends[index]![run]!);
      }
      if (words[0] !== 0) visit(from, to, words);
      for (let index = 0; index < books.length; index += 1) {
        if (ends[index]![at[index]!] === to) at[index]! += 1;
      }
      from = to;
    }
  }
}

function pack(words: Int32Array): Int32Array | null {
  let count = 1;
  for (let i = 1; i < PAGE_WORDS; i += 1) if (words[i] !== words[i - 1]) count += 1;
  if (count > RUNS_MAX) return null;
  const runs = new Int32Array(count * 2);
  let run = 0;
  for (let i = 1; i <= PAGE_WORDS; i += 1) {
    if (i < PAGE_WORDS && words[i] === words[i - 1]) continue;
    runs[run] = i;
    runs[run + 1] = words[i - 1]!;
    run += 2;
  }
  return runs;
}

function unpack(runs: Int32Array, words: Int32Array): void {
  let from = 0;
  for (let i = 0; i < runs.length; i += 2) {
    words.fill(runs[i + 1]!, from, runs[i]);
    from = runs[i]!;
  }
}

function hashOf(content: Int32Array): number {
  let hash = content.length;
  for (let i = 0; i < content.length; i += 1) hash = Math.imul(hash ^ content[i]!, 0x01000193);
  return hash;
}

function equal(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
