/**
 * Sequence diagrams as Mermaid text. Mermaid has no escape character but entities of its own (`#quot;`), ends a statement at a semicolon
 * and takes much else for its own, so participants are called p1, p2 … and everything from outside goes through `escaped`.
 */
import { printable } from '../printable.ts';

const entities: Readonly<Record<string, string>> = {
  '#': '#35;',
  ';': '#59;',
  '"': '#quot;',
  '<': '#lt;',
  '>': '#gt;',
  '%': '#37;',
  '{': '#123;',
  '}': '#125;',
};
/** A note does not wrap by itself. */
const noteCharacters = 60;

export class SequenceDiagram {
  private readonly participants: string[] = [];
  private readonly lines: string[] = [];

  /** Notes a participant, if it is new, and returns its place, from 0 on the left. */
  participant(name: string): number {
    const known = this.participants.indexOf(name);
    return known >= 0 ? known : this.participants.push(name) - 1;
  }

  /** An arrow from one participant to another; a cross at its end where it did not arrive. */
  arrow(timeUs: number, from: number, to: number, text: string, arrives = true): void {
    this.lines.push(`${id(from)}${arrives ? '->>' : '-x'}${id(to)}: ${at(timeUs)} ${wrapped(text)}`);
  }

  /** A note over the participants from one to another. */
  note(timeUs: number, from: number, to: number, text: string): void {
    const over = from === to ? id(from) : `${id(Math.min(from, to))},${id(Math.max(from, to))}`;
    this.lines.push(`Note over ${over}: ${at(timeUs)} ${wrapped(text)}`);
  }

  /** The text, with a line feed at its end. */
  toString(): string {
    const participants = this.participants.map(
      (name, place) => `participant ${id(place)} as ${escaped(name)}`,
    );
    return ['sequenceDiagram', ...[...participants, ...this.lines].map((line) => `  ${line}`), ''].join('\n');
  }
}

function id(place: number): string {
  return `p${place + 1}`;
}

function at(timeUs: number): string {
  return `${(timeUs / 1_000_000).toFixed(3)} s`;
}

function wrapped(text: string): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + word.length > noteCharacters) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(escaped).join('<br/>');
}

function escaped(text: string): string {
  return printable(text).replaceAll(/[#;"<>%{}]/g, (character) => entities[character] ?? '');
}
