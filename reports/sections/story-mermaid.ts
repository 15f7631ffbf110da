/**
 * The story as a Mermaid flowchart: a box a step, an arrow from what it follows from. Mermaid has no escape character but entities of its
 * own, `#quot;`, and reads a label that begins like a list or a number with a point as Markdown, which the time in front prevents.
 */
import type { StoryStep } from '../../sim/ledger/run-report.ts';
import { formatTime } from '../page/format.ts';
import { printable } from '../page/markup.ts';

/** Mermaid text, several lines. */
export function storyAsMermaid(steps: readonly StoryStep[]): string {
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

const ENTITIES: Readonly<Record<string, string>> = {
  '#': '#35;',
  '"': '#quot;',
  '<': '#lt;',
  '>': '#gt;',
  '`': '#96;',
  '\n': ' ',
  '\t': ' ',
};

function escaped(text: string): string {
  return printable(text).replace(/[#"<>`\n\t]/g, (character) => ENTITIES[character] ?? '');
}
