/**
 * A running 128-bit digest of 32-bit words: MurmurHash3 (x86, 128 bits), the published public-domain algorithm, fed a
 * block of four words at a time. Chosen because it needs only 32-bit integer arithmetic, which is exact and the same on
 * every engine, and costs about 10 ns a block. It tells two runs apart; it does not resist somebody forging one.
 */

const C1 = 0x239b961b;
const C2 = 0xab0e9789 | 0;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93 | 0;

export class Digest {
  private h1 = 0;
  private h2 = 0;
  private h3 = 0;
  private h4 = 0;
  private blocks = 0;

  /** Mixes in four words, each an integer whose low 32 bits count. */
  block(w1: number, w2: number, w3: number, w4: number): void {
    let k = Math.imul(w1, C1);
    let h1 = this.h1 ^ Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (((h1 << 19) | (h1 >>> 13)) + this.h2) | 0;
    h1 = (Math.imul(h1, 5) + 0x561ccd1b) | 0;

    k = Math.imul(w2, C2);
    let h2 = this.h2 ^ Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (((h2 << 17) | (h2 >>> 15)) + this.h3) | 0;
    h2 = (Math.imul(h2, 5) + 0x0bcaa747) | 0;

    k = Math.imul(w3, C3);
    let h3 = this.h3 ^ Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (((h3 << 15) | (h3 >>> 17)) + this.h4) | 0;
    h3 = (Math.imul(h3, 5) + 0x96cd1c35) | 0;

    k = Math.imul(w4, C4);
    let h4 = this.h4 ^ Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (((h4 << 13) | (h4 >>> 19)) + h1) | 0;
    h4 = (Math.imul(h4, 5) + 0x32ac3b17) | 0;

    this.h1 = h1;
    this.h2 = h2;
    this.h3 = h3;
    this.h4 = h4;
    this.blocks = (this.blocks + 1) | 0;
  }

  /** Mixes in a text: its length in UTF-16 code units, then the units, so that no two sequences of texts look alike. */
  text(text: string): void {
    this.block(text.length, -1, 0, 0);
    for (let i = 0; i < text.length; i += 4) {
      this.block(unitAt(text, i), unitAt(text, i + 1), unitAt(text, i + 2), unitAt(text, i + 3));
    }
  }

  /** The digest of everything so far, 32 hex digits; more may follow. */
  hex(): string {
    const length = Math.imul(this.blocks, 16);
    let h1 = this.h1 ^ length;
    let h2 = this.h2 ^ length;
    let h3 = this.h3 ^ length;
    let h4 = this.h4 ^ length;
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    h1 = avalanche(h1);
    h2 = avalanche(h2);
    h3 = avalanche(h3);
    h4 = avalanche(h4);
    h1 = (h1 + h2 + h3 + h4) | 0;
    h2 = (h2 + h1) | 0;
    h3 = (h3 + h1) | 0;
    h4 = (h4 + h1) | 0;
    return hexWord(h1) + hexWord(h2) + hexWord(h3) + hexWord(h4);
  }
}

/** A 32-bit digest of a text, for giving a name a fixed number. */
export function textHash32(text: string): number {
  const digest = new Digest();
  digest.text(text);
  return parseInt(digest.hex().slice(0, 8), 16) | 0;
}

function unitAt(text: string, index: number): number {
  return index < text.length ? text.charCodeAt(index) : 0;
}

function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hexWord(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
