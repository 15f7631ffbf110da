/**
 * The story as a Mermaid flowchart: a box a step, an arrow from what it follows from. Mermaid has no escape character but entities of its
 * own, `#quot;` or `#59;`, and sees more in a label than its quotes: a comment, a directive, the end of a statement. So every sign but the plainest is
 * an entity. It reads a label that begins like a list or a number with a point as Markdown, which the time in front prevents.
 */
import { formatTime } from '../page/format.ts';
import { printable } from '../page/markup.ts';

/** What is drawn of a step of the story. */
export interface DrawnStep {
  readonly timeUs: number;
  readonly sentence: string;
  /** Index of the step that brought it about; null where it begins something. */
  readonly follows: number | null;
  readonly because?: { readonly rule: string };
}

/** Mermaid text, several lines. */
export function storyAsMermaid(steps: readonly DrawnStep[]): string {
  const boxes = steps.map(({ timeUs, sentence, because }, index) => {
    const why = because === undefined ? '' : ` (${because.rule})`;
    const [open, close] = because === undefined ? ['["', '"]'] : ['(["', '"])'];
    return `  s${index + 1}${open}${escaped(`${formatTime(timeUs)}: ${sentence}${why}`)}${close}`;
  });
  const arrows = steps.flatMap(({ follows }, index) =>
    follows === null ? [] : [`  s${follows + 1} --> s${index + 1}`],
  );
  return ['flowchart TD', ...boxes, ...arrows].join('\n');
}

/** Letters, digits and what stands between them in a sentence need no entity; a colon does unless a space follows: `fa:fa-car` is a picture. */
const SPECIAL = /(?!: )[^\p{L}\p{M}\p{N} .,/=()'+_-]/gu;

function escaped(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(SPECIAL, (sign) => `#${sign.codePointAt(0)};`);
}
