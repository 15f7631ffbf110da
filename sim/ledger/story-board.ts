/**
 * What could be told of a run, and the choice of what is: at most fifteen lines. Events of one kind that come together are one line, a
 * sentence that returns again and again is told once with how often, and what explains losses comes before what only accompanies it.
 */
import type { StoryLine, StoryStep } from './run-report.ts';
import { storySteps } from './story-steps.ts';

const STORY_LINES_MAX = 15;
/** Events of one kind and subject within this time are one line. */
const TOGETHER_US = 3_000_000;
const CANDIDATES_MAX = 5_000;
const NAMES_MAX = 100;
/** A sentence may be told so often before it is told once for all. */
const REPEATS_MAX = 2;

/** 0 is told first. */
export type Weight = 0 | 1 | 2 | 3 | 4;

export interface Telling {
  /** Tellings with the same key are one line if they come together. */
  readonly key: string;
  readonly weight: Weight;
  /** Stands before all else that happens at that moment, because the rest follows from it. */
  readonly first?: boolean;
  /** Who or what took part. */
  readonly name: string;
  /** The same for what it follows from and what follows from it, where `name` is none of a node or queue. */
  readonly actors?: readonly string[];
  /** When what it tells of ended, where that belongs into the sentence; null: never. */
  readonly untilUs?: number | null;
  /** The sentence for all names that came together, without repeats. */
  readonly says: (names: readonly string[], fromUs: number, untilUs: number | null) => string;
}

interface Candidate {
  timeUs: number;
  untilUs: number | null;
  readonly names: string[];
  readonly telling: Telling;
}

export interface WeighedLine extends StoryLine {
  readonly first?: boolean;
  readonly weight: Weight;
  /** As in `ToldLine`. */
  readonly kind: string;
  readonly actors: readonly string[];
  readonly because?: StoryStep['because'];
}

export class StoryBoard {
  private readonly candidates: Candidate[] = [];
  private readonly latest = new Map<string, Candidate>();
  private isOpen = false;

  /** What is told before is forgotten: how a cluster forms is no part of what happens to it. */
  open(): void {
    this.isOpen = true;
  }

  /** Something that began at `timeUs`. */
  tell(timeUs: number, telling: Telling): void {
    if (!this.isOpen) return;
    const { key, name, untilUs = timeUs } = telling;
    const known = this.latest.get(key);
    if (known !== undefined && Math.abs(timeUs - known.timeUs) <= TOGETHER_US) {
      if (!known.names.includes(name) && known.names.length < NAMES_MAX) known.names.push(name);
      known.timeUs = Math.min(known.timeUs, timeUs);
      known.untilUs = known.untilUs === null || untilUs === null ? null : Math.max(known.untilUs, untilUs);
      return;
    }
    if (this.candidates.length >= CANDIDATES_MAX) return;
    const candidate = { timeUs, untilUs, names: [name], telling };
    this.candidates.push(candidate);
    this.latest.set(key, candidate);
  }

  /** The lines of most weight, `more` among them, in order of time. */
  lines(more: readonly WeighedLine[]): StoryStep[] {
    const own = this.candidates.map(({ timeUs, untilUs, names, telling }) => ({
      timeUs,
      weight: telling.weight,
      first: telling.first === true,
      sentence: telling.says(names, timeUs, untilUs),
      kind: telling.key.split(' ', 1)[0] ?? '',
      actors: [...names, ...(telling.actors ?? [])],
    }));
    // What is told of an event stands behind the event: the sort is stable.
    const all = [...withoutRepeats(own), ...more].toSorted(
      (a, b) => a.timeUs - b.timeUs || Number(b.first === true) - Number(a.first === true),
    );
    const told = new Set(all.toSorted((a, b) => a.weight - b.weight).slice(0, STORY_LINES_MAX));
    return storySteps(all.filter((line) => told.has(line)));
  }
}

function withoutRepeats(lines: readonly WeighedLine[]): WeighedLine[] {
  const bySentence = new Map<string, WeighedLine[]>();
  for (const line of lines) {
    const alike = bySentence.get(line.sentence);
    if (alike === undefined) bySentence.set(line.sentence, [line]);
    else alike.push(line);
  }
  return lines.flatMap((line) => {
    const alike = bySentence.get(line.sentence)!;
    if (alike.length <= REPEATS_MAX) return [line];
    if (line !== alike[0]) return [];
    const lastUs = Math.max(...alike.map(({ timeUs }) => timeUs));
    const again = `${alike.length} times up to ${(lastUs / 1_000_000).toFixed(1)} s`;
    return [{ ...line, sentence: `${line.sentence} (${again})` }];
  });
}
