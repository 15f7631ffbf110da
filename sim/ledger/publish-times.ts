/**
 * When each unanswered publish was written, by sequence number: a ring that grows with what is outstanding. A publisher
 * that never gets an answer (no confirms) must not make it grow for ever, so before the first answer the last 16,384
 * publishes are remembered, later the last 1,048,576; a confirm of an older one is counted but its latency is not.
 */

const FIRST_SIZE = 64;
const UNANSWERED_SIZE_MAX = 16_384;
const SIZE_MAX = 1_048_576;

export class PublishTimes {
  private timesUs = new Float64Array(FIRST_SIZE);
  private sequences = new Float64Array(FIRST_SIZE).fill(-1);
  private answered = false;

  /** Notes the latest attempt of this publish. */
  written(sequence: number, timeUs: number): void {
    let slot = sequence & (this.timesUs.length - 1);
    const held = this.sequences[slot]!;
    if (held !== -1 && held !== sequence) {
      const limit = this.answered ? SIZE_MAX : UNANSWERED_SIZE_MAX;
      if (this.timesUs.length < limit) {
        this.grow();
        slot = sequence & (this.timesUs.length - 1);
      }
    }
    this.sequences[slot] = sequence;
    this.timesUs[slot] = timeUs;
  }

  /** When the publish was written, and forgets it; -1 when it is not known (any more). */
  take(sequence: number): number {
    this.answered = true;
    const slot = sequence & (this.timesUs.length - 1);
    if (this.sequences[slot] !== sequence) return -1;
    this.sequences[slot] = -1;
    return this.timesUs[slot]!;
  }

  private grow(): void {
    const { timesUs, sequences } = this;
    const size = timesUs.length * 2;
    this.timesUs = new Float64Array(size);
    this.sequences = new Float64Array(size).fill(-1);
    for (let slot = 0; slot < sequences.length; slot += 1) {
      const sequence = sequences[slot]!;
      if (sequence === -1) continue;
      this.sequences[sequence & (size - 1)] = sequence;
      this.timesUs[sequence & (size - 1)] = timesUs[slot]!;
    }
  }
}
