// What `watership explain MIR-16` prints: a rule or a hazard as a person reads it, with the other end of every
// reference and what speaks for it. Plain text without colour; the command line decides about that. It stands outside of
// the room's door, registry.ts: the tables of evidence are no business of a run.

import type { Confidence, Hazard, HazardKind, Rule } from './chapters.ts';
import { evidenceFor, experimentCount, hasEvidence, scenarioCount } from './evidence.ts';
import type { Evidence, Exercise } from './evidence.ts';
import { builtIn, notModelled } from './standing.ts';
import { hazards, lookUp, rule } from './tables.ts';

const WIDTH = 96;

const CONFIDENCE: Readonly<Record<Confidence, string>> = {
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
  const known = CONFIDENCE[asked.confidence] + (asked.questioned ? ', to be confirmed by an experiment' : '');
  const leadsTo = hazards.filter((hazard) => hazard.rules.includes(asked.id));
  return [
    `${asked.id}  ${asked.title}`,
    '',
    ...wrap(asked.statement, '  '),
    '',
    ...field('Source', asked.source),
    ...field('Known', known),
    ...listed(
      'Hazards',
      leadsTo.map(({ id, title }) => `${id}  ${title}`),
    ),
    ...standingOf(asked),
    ...evidenceText(evidenceFor(asked.id), 'Exercised'),
  ].join('\n');
}

/** Whether it is modelled, and where it is decided. */
function standingOf({ id }: Rule): string[] {
  const reason = notModelled.get(id);
  if (reason !== undefined) return field('Not modelled', reason);
  const standing = builtIn.get(id);
  if (standing !== undefined) return field('Built in', `${standing.how} (${standing.where.join(', ')})`);
  const { decidedIn } = evidenceFor(id);
  return decidedIn.length === 0
    ? field('Modelled', 'the ledger finds it')
    : field('Decided in', decidedIn.join(', '));
}

/** What speaks for the model, a paragraph for each kind. */
function evidenceText(evidence: Evidence, verb: 'Exercised' | 'Shown'): string[] {
  if (!hasEvidence(evidence)) return [];
  const { experiments, scenarios, tests, broken } = evidence;
  const differing = experiments.filter(({ differences }) => differences !== 0).length;
  const agreement =
    differing === 0
      ? 'which all agree with the real cluster'
      : `${experiments.length - differing} of which agree with the real cluster in everything, the others but for noted differences`;
  return [
    '',
    ...runsText(verb, experiments, `of ${experimentCount} experiments, ${agreement}`),
    ...runsText(experiments.length === 0 ? verb : '', scenarios, `of ${scenarioCount} scenarios`),
    ...listed(
      'Tests',
      tests.map(({ file, title }) => `${file}: ${title}`),
    ),
    ...listed('Broken', broken),
  ];
}

function runsText(label: string, runs: readonly Exercise[], ofWhat: string): string[] {
  if (runs.length === 0) return [];
  const names = runs.map(({ name, inEverySeed }) => (inEverySeed ? name : `${name} (some seeds)`));
  return field(label, `by ${runs.length} ${ofWhat}: ${names.join(', ')}`);
}

function explainHazard(asked: Hazard): string {
  return [
    `${asked.id}  ${asked.title}`,
    '',
    ...field('Kind', KINDS[asked.kind]),
    ...field('When', asked.conditions),
    ...field('Then', asked.outcome),
    ...field('Prevented', asked.preventedBy),
    ...listed(
      'Rules',
      asked.rules.map((id) => `${id}  ${rule(id).title}`),
    ),
    ...evidenceText(evidenceFor(asked.id), 'Shown'),
  ].join('\n');
}

function listed(label: string, texts: readonly string[]): string[] {
  return texts.flatMap((text, nth) => field(nth === 0 ? label : '', text));
}

function field(label: string, text: string): string[] {
  const indent = ' '.repeat(16);
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
