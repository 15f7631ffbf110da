/**
 * One line on stderr that says how far a long command is, for a person who waits; it goes away when there is something to
 * read. Wall-clock time decides when it is drawn and nothing else.
 */
import { excerpt } from './printable.ts';
import type { Terminal } from './terminal.ts';

/** Shorter waits need no explanation. */
const patienceMs = 1_000;
const redrawMs = 100;
const clearLine = '\r\u001b[2K';
const barCharacters = 24;
/** Of fewer runs nobody can say how long the rest will take. */
const runsToJudgeBy = 4;

export class Progress {
  private readonly terminal: Terminal;
  private readonly wanted: boolean;
  private readonly total: number;
  private readonly beganMs: number;
  private readonly stop: () => void;
  private label = '';
  private done = 0;
  private failed = 0;
  private drawnMs: number;
  private shown = false;

  /** `total`: how many runs there will be. Nothing is drawn where nobody watches, or when `quiet`. Ended by `end`. */
  constructor(terminal: Terminal, total: number, quiet: boolean) {
    this.terminal = terminal;
    this.wanted = terminal.errIsTerminal && !quiet;
    this.total = total;
    this.beganMs = this.wanted ? terminal.nowMs() : 0;
    // The first drawing is due when patience ends.
    this.drawnMs = this.beganMs + patienceMs - redrawMs;
    this.stop =
      this.wanted && total > 1 ? terminal.nowAndThen(() => this.draw(() => this.bar())) : () => undefined;
  }

  /** The next run begins in this process. Returns what to call with its virtual time, undefined where nobody watches. */
  begin(label: string): ((timeUs: number) => void) | undefined {
    this.label = label;
    return this.wanted ? (timeUs) => this.at(timeUs) : undefined;
  }

  /** A run is over; `failed`: it did not pass. */
  ended(failed: boolean): void {
    this.done += 1;
    if (failed) this.failed += 1;
    if (this.total > 1) this.draw(() => this.bar());
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.shown) this.terminal.err(clearLine);
    this.shown = false;
  }

  /** There will be nothing more to wait for. */
  end(): void {
    this.stop();
    this.clear();
  }

  private at(timeUs: number): void {
    const seconds = `${Math.floor(timeUs / 1_000_000)} s of virtual time`;
    this.draw(() => (this.total > 1 ? this.bar() : `${this.label}, ${seconds}`));
  }

  private draw(line: () => string): void {
    if (!this.wanted) return;
    const nowMs = this.terminal.nowMs();
    if (nowMs - this.drawnMs < redrawMs) return;
    this.drawnMs = nowMs;
    this.shown = true;
    this.terminal.err(clearLine + excerpt(line(), Math.max(1, this.terminal.errColumns - 1)));
  }

  private bar(): string {
    const { done, failed, total } = this;
    const filled = Math.floor((done / total) * barCharacters);
    const bar = `[${'='.repeat(filled)}${' '.repeat(barCharacters - filled)}]`;
    return `${bar} ${done} of ${total} done, ${failed} failed${this.timeLeft()}`;
  }

  /** As if the runs to come took as long as those that are over. */
  private timeLeft(): string {
    if (this.done < Math.min(runsToJudgeBy, this.total)) return '';
    const perRunMs = (this.terminal.nowMs() - this.beganMs) / this.done;
    const seconds = Math.ceil((perRunMs * (this.total - this.done)) / 1_000);
    const minutes = Math.floor(seconds / 60);
    return minutes === 0 ? `, ${seconds} s left` : `, ${minutes} min ${seconds % 60} s left`;
  }
}
