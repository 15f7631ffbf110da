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

export class Progress {
  private readonly terminal: Terminal;
  private readonly wanted: boolean;
  private readonly total: number;
  private label = '';
  private nth = 0;
  private drawnMs: number;
  private shown = false;

  /** `total`: how many runs there will be. Nothing is drawn where nobody watches, or when `quiet`. */
  constructor(terminal: Terminal, total: number, quiet: boolean) {
    this.terminal = terminal;
    this.wanted = terminal.errIsTerminal && !quiet;
    this.total = total;
    // The first drawing is due when patience ends.
    this.drawnMs = terminal.nowMs() + patienceMs - redrawMs;
  }

  /** The next run begins. Returns what to call with its virtual time, undefined where nobody watches. */
  begin(label: string): ((timeUs: number) => void) | undefined {
    this.label = label;
    this.nth += 1;
    return this.wanted ? (timeUs) => this.at(timeUs) : undefined;
  }

  /** Takes the line away, before anything else is written. */
  clear(): void {
    if (this.shown) this.terminal.err(clearLine);
    this.shown = false;
  }

  private at(timeUs: number): void {
    const nowMs = this.terminal.nowMs();
    if (nowMs - this.drawnMs < redrawMs) return;
    this.drawnMs = nowMs;
    this.shown = true;
    const counted = this.total > 1 ? `run ${this.nth} of ${this.total}: ` : '';
    const line = `${counted}${this.label}, ${Math.floor(timeUs / 1_000_000)} s of virtual time`;
    this.terminal.err(clearLine + excerpt(line, Math.max(1, this.terminal.errColumns - 1)));
  }
}
