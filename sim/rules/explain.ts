// What `watership explain MIR-16` prints: a rule or a hazard as a person reads it, with the other end of every
// reference. Plain text without colour; the command line decides about that.

import type { Confidence, Hazard, HazardKind, Rule } from './chapters.ts';
import { hazards, lookUp, rule } from './tables.ts';

const WIDTH = 96;

const EVIDENCE: Readonly<Record<Confidence, string>> = {
  read: "read in the broker's source",
  documented: 'documented by the vendor',
  inferred: 'inferred from other rules',
  observed: 'observed on a real cluster',
};

const KINDS: Readonly<Record<HazardKind, string>> = {
  loss: 'a message is lost although its publisher was told it is safe',
  'loss-by-design': 'a message is lost that nobody promised to keep',
  duplicate: 'a message is processed more than once',
  reorder: 'messages arrive in another order',
  stall: 'messages or clients wait',
};

/** The explanation of a rule or hazard, several lines without a final newline. Throws UnknownRuleError. */
export function explain(id: string): string {
  const found = lookUp(id);
  return 'chapter' in found ? explainRule(found) : explainHazard(found);
}

function explainRule(asked: Rule): string {
  const evidence =
    EVIDENCE[asked.confidence] + (asked.questioned ? ', to be confirmed by an experiment' : '');
  const leadsTo = hazards.filter((hazard) => hazard.rules.includes(asked.id));
  return [
    `${asked.id}  ${asked.title}`,
    '',
    ...wrap(asked.statement, '  '),
    '',
    ...field('Source', asked.source),
    ...field('Evidence', evidence),
    ...leadsTo.flatMap(({ id, title }, nth) => field(nth === 0 ? 'Hazards' : '', `${id}  ${title}`)),
  ].join('\n');
}

function explainHazard(asked: Hazard): string {
  return [
    `${asked.id}  ${asked.title}`,
    '',
    ...field('Kind', KINDS[asked.kind]),
    ...field('When', asked.conditions),
    ...field('Then', asked.outcome),
    ...field('Prevented', asked.preventedBy),
    ...asked.rules.flatMap((id, nth) => field(nth === 0 ? 'Rules' : '', `${id}  ${rule(id).title}`)),
  ].join('\n');
}

function field(label: string, text: string): string[] {
  const indent = ' '.repeat(13);
  const [first = '', ...rest] = wrap(text, indent);
  return [`  ${label}`.padEnd(indent.length) + first.trimStart(), ...rest];
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  lines.push(line);
  return lines;
}
