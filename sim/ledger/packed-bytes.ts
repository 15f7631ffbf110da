/** Numbers in as few bytes as they need (LEB128), one after another. */
export class PackedBytes {
  private bytes = new Uint8Array(65_536);
  private used = 0;

  /** An integer of at least 0, up to 2^53. */
  push(value: number): void {
    if (this.used + 8 > this.bytes.length) this.grow();
    const { bytes } = this;
    let rest = value;
    while (rest >= 2_097_152) {
      bytes[this.used++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[this.used++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.used++] = rest;
  }

  /** An integer of either sign, small ones short. */
  pushSigned(value: number): void {
    this.push(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** What was pushed, so far. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.used);
  }

  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
