/**
 * What the tables of evidence come to: docs/rules.md, a line for each rule and hazard, and the summary that `npm run rules` prints, with
 * what nothing exercises and what is not modelled.
 */
import {
  evidenceFor,
  experimentCount,
  hasEvidence,
  scenarioCount,
  type Evidence,
} from '../sim/rules/evidence.ts';
import { hazards, rules, type Rule } from '../sim/rules/registry.ts';
import { notModelled } from '../sim/rules/standing.ts';

const chapterNames: Readonly<Record<Rule['chapter'], string>> = {
  OVR: 'Nodes and processes',
  NET: 'Distribution',
  CLU: 'Clusters',
  PAR: 'Partition handling',
  MIR: 'Mirrored queues',
  BRK: 'Broker',
  QQ: 'Quorum queues',
  CLI: 'Clients and what stands before a broker',
};

const modelled = rules.filter(({ id }) => !notModelled.has(id));

/** A rule about simulators, not about the broker: no run can exercise it. */
const aboutSimulators = new Set(['OVR-5']);

/** Modelled rules for which nothing speaks: no run exercised them, no test names them, no mutant of them was noticed. */
export function unexercised(): readonly Rule[] {
  return modelled.filter(({ id }) => !aboutSimulators.has(id) && !hasEvidence(evidenceFor(id)));
}

/** Hazards that no run of the repository shows, with the reason where it is a rule that is not modelled. */
function hazardsNotShown(): readonly {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}[] {
  return hazards
    .filter(({ id }) => !isShown(evidenceFor(id)))
    .map(({ id, title, rules: ids }) => {
      const missing = ids.find((one) => notModelled.has(one));
      const why =
        missing === undefined ? 'no scenario shows it yet' : `${missing}: ${notModelled.get(missing)!}`;
      return { id, title, why };
    });
}

function isShown({ experiments, scenarios }: Evidence): boolean {
  return experiments.length + scenarios.length > 0;
}

/** What `npm run rules` prints. */
export function summaryText(): string {
  const exercised = modelled.filter(({ id }) => isShown(evidenceFor(id)));
  const named = modelled.filter(({ id }) => evidenceFor(id).tests.length > 0);
  const broken = modelled.filter(({ id }) => evidenceFor(id).broken.length > 0);
  const byTestsOnly = modelled.filter((one) => {
    const evidence = evidenceFor(one.id);
    return !isShown(evidence) && hasEvidence(evidence);
  });
  const reasons = new Map<string, string[]>();
  for (const [id, reason] of notModelled) reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
  const notShown = hazardsNotShown();
  return [
    `${modelled.length} of ${rules.length} rules are modelled. Of these ${exercised.length} were exercised by a run of the ${experimentCount} experiments or the ${scenarioCount} scenarios,`,
    `${named.length} are named by a test, ${broken.length} were broken on purpose and the tests noticed.`,
    `${hazards.length - notShown.length} of ${hazards.length} hazards were shown by a run.`,
    '',
    ...section('Modelled, and nothing exercises it', unexercised().map(line)),
    ...section('Exercised by tests alone, by no scenario and no experiment', byTestsOnly.map(line)),
    ...section(
      'Not modelled',
      [...reasons].map(([reason, ids]) => `${reason}: ${ids.join(' ')}`),
    ),
    ...section(
      'Hazards that no run shows',
      notShown.map(({ id, title, why }) => `${id}  ${title} (${why})`),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return [`${title}:`, ...(lines.length === 0 ? ['none'] : lines).map((text) => `  ${text}`), ''];
}

function line({ id, title }: Rule): string {
  return `${id}  ${title}`;
}

/** docs/rules.md. */
export function pageText(): string {
  const chapters = [...new Set(rules.map(({ chapter }) => chapter))];
  return [
    '# Rules',
    '',
    'Every rule of RabbitMQ 3.10.8 that the registry (`sim/rules`) knows, where it comes from, and what speaks for the model of it. `watership explain MIR-16` prints one with',
    'all of its evidence by name; `npm run rules` runs everything again and makes this page. The columns:',
    '',
    `- **Experiments**: how many of the ${experimentCount} experiments that a real cluster ran as well (see [the table of agreement](conformance.md)) exercised the rule here, in at least one of forty seeds.`,
    `- **Scenarios**: how many of the ${scenarioCount} scenario files did. A rule is exercised when code that decides by it ran, or when the ledger found a message's fate to follow from it.`,
    '- **Tests**: how many tests have the rule in their title.',
    '- **Broken**: how many lines were changed on purpose to break the rule (`npm run mutants`), each noticed by a test.',
    '',
    'Confidence: *read* in the source, *documented* by the vendor, *inferred* from other rules, *observed* on a real cluster; a question mark where an experiment should confirm it.',
    '',
    ...chapters.flatMap((chapter) => [
      `## ${chapterNames[chapter]} (${chapter})`,
      '',
      '| Rule | | Source | Confidence | Experiments | Scenarios | Tests | Broken |',
      '|---|---|---|---|---|---|---|---|',
      ...rules.filter((one) => one.chapter === chapter).map(ruleRow),
      '',
    ]),
    '## Hazards (HAZ)',
    '',
    'How many runs ended with the ledger attributing the fate of messages to the hazard.',
    '',
    '| Hazard | | Follows from | Experiments | Scenarios |',
    '|---|---|---|---|---|',
    ...hazards.map(({ id, title, rules: ids }) => {
      const { experiments, scenarios } = evidenceFor(id);
      const why = hazardsNotShown().find((one) => one.id === id)?.why;
      const counts = why === undefined ? [experiments.length, scenarios.length] : [why, ''];
      return row([id, title, ids.join(' '), ...counts]);
    }),
    '',
  ].join('\n');
}

function ruleRow({ id, title, statement, source, confidence, questioned }: Rule): string {
  const reason = notModelled.get(id);
  const { experiments, scenarios, tests, broken } = evidenceFor(id);
  const counts =
    reason === undefined
      ? [experiments.length, scenarios.length, tests.length, broken.length]
      : [`not modelled: ${reason}`, '', '', ''];
  return row([id, `**${title}.** ${statement}`, source, confidence + (questioned ? '?' : ''), ...counts]);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.map((cell) => `${cell}`.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
