/** What a link has published and nobody has confirmed yet: the delivery tags of its source by the numbers of its publishes, oldest first. */
export class Unconfirmed {
  private published = 0;
  private readonly tags = new Map<number, number>();

  /** One more publish, of what the source delivered under this tag. */
  add(deliveryTag: number): void {
    this.published += 1;
    this.tags.set(this.published, deliveryTag);
  }

  /** The destination has answered for a publish, or for all up to it: the tag to answer for at the source, and how many they are. */
  settle(number: number, multiple: boolean): { readonly tag: number; readonly count: number } | undefined {
    const tag = this.tags.get(number);
    if (tag === undefined) return undefined;
    let count = 0;
    for (const known of multiple ? this.tags.keys() : [number]) {
      if (known > number) break;
      this.tags.delete(known);
      count += 1;
    }
    return { tag, count };
  }
}
