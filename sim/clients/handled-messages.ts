/**
 * What an idempotent consumer remembers: the ids it has handled (CLI-20), a bit for each message of a publisher.
 */

const FIRST_WORDS = 32;

export class HandledMessages {
  private readonly byPublisher = new Map<number, Uint32Array>();

  has(publisher: number, sequence: number): boolean {
    const words = this.byPublisher.get(publisher);
    const word = sequence >>> 5;
    return words !== undefined && word < words.length && (words[word]! & (1 << (sequence & 31))) !== 0;
  }

  add(publisher: number, sequence: number): void {
    const word = sequence >>> 5;
    let words = this.byPublisher.get(publisher);
    if (words === undefined || word >= words.length) {
      const larger = new Uint32Array(Math.max(FIRST_WORDS, word + 1, 2 * (words?.length ?? 0)));
      if (words !== undefined) larger.set(words);
      words = larger;
      this.byPublisher.set(publisher, words);
    }
    words[word]! |= 1 << (sequence & 31);
  }
}
