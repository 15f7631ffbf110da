/**
 * What changed, in one piece: an editor that saves one file makes several events, and a checkout makes hundreds. Paths are collected until nothing more has
 * happened for a moment.
 */

/** Calls `action` once after the moment of quiet; what is returned calls that off. */
export type Later = (action: () => void) => () => void;

export class Changes {
  private readonly later: Later;
  private readonly paths = new Set<string>();
  private callOff: () => void = () => undefined;
  private isQuiet = true;
  private waiting: ((paths: readonly string[]) => void) | null = null;

  constructor(later: Later) {
    this.later = later;
  }

  add(path: string): void {
    this.paths.add(path);
    this.isQuiet = false;
    this.callOff();
    this.callOff = this.later(() => {
      this.isQuiet = true;
      this.handOver();
    });
  }

  /** Everything that has changed since the last call, as soon as there is something and it is quiet. One call at a time. */
  next(): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.waiting = resolve;
      if (this.isQuiet) this.handOver();
    });
  }

  private handOver(): void {
    if (this.waiting === null || this.paths.size === 0) return;
    const resolve = this.waiting;
    this.waiting = null;
    const paths = [...this.paths];
    this.paths.clear();
    resolve(paths);
  }
}
