/** The story of a run as a sequence diagram: a note for each line, over the nodes that it speaks of, over all where it names none. */
import type { StoryLine } from '../../ledger/run-report.ts';
import { SequenceDiagram } from './mermaid-text.ts';

export function mermaidStory(nodes: readonly string[], story: readonly StoryLine[]): string {
  const diagram = new SequenceDiagram();
  const places = new Map(nodes.map((node) => [node, diagram.participant(node)]));
  for (const { timeUs, sentence } of story) {
    const words = new Set(sentence.split(/[\s,;()|]+/));
    const named = [...places].filter(([node]) => words.has(node)).map(([, place]) => place);
    const over = named.length > 0 ? named : [...places.values()];
    diagram.note(timeUs, Math.min(...over), Math.max(...over), sentence);
  }
  return diagram.toString();
}
