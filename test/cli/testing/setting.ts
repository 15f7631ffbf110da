/** Scenarios for `watership test` and an engine whose runs fail as their names say. */
import { InvariantError } from '../../../sim/kernel/invariant.ts';
import { ScenarioError } from '../../../sim/scenario/problem.ts';
import { engine, fileWith } from '../captured.ts';

/** A name that would break every format that does not escape. */
export const hostile = 'a<b>&"c\' ]]>%0A::error::#x|`y`\u001b[31m\n@team\u202e # SKIP, -->\ud800\\';

/** A file whose line 4 holds two expectations. */
export function scenario(file: string, name: string, more = ''): string {
  return fileWith(
    file,
    `name: ${JSON.stringify(name)}\nnodes: [rabbit1, rabbit2, rabbit3]\nexpect:\n  messages: { published: 0, confirmed_lost: 0 }\n${more}`,
  );
}

const lost = { line: 4, expected: 'confirmed_lost = 0', observed: 6 };
const story = [
  { timeUs: 10_000_000, sentence: 'kill rabbit1', follows: null },
  { timeUs: 10_106_000, sentence: `rabbit3 ${hostile} is promoted`, follows: 0 },
];

/** By the scenario's name: `fails`, `limit`, `refused`, `broken`, `flaky` (even seeds fail); anything else passes. */
export const byName = engine(({ name }, { seed }) => {
  const kind = name.split(' ')[0];
  if (kind === 'broken') throw new InvariantError(`a copy of ${hostile} ended twice`);
  if (kind === 'refused')
    throw new ScenarioError([
      {
        kind: 'invalid',
        file: 'x',
        line: 2,
        column: 8,
        excerpt: 'nodes: [',
        message: 'no cluster comes of it',
      },
    ]);
  if (kind === 'fails' || (kind === 'flaky' && seed % 2 === 0))
    return {
      verdict: 'failed',
      failures: [
        { line: 4, expected: 'published = 0', observed: hostile },
        { ...lost, observed: seed },
      ],
      messages: { published: 100, confirmed_lost: seed },
      run: {
        verdictSentence: '6 confirmed messages are gone.',
        causeSentences: ['Autoheal (HAZ-8).'],
        story,
      },
    };
  if (kind === 'limit')
    return {
      verdict: 'unknown',
      failures: [
        // Of a run that was broken off nobody can say what it would have done.
        { line: 4, expected: 'published = 0', observed: 7 },
        { line: 1, expected: 'the run ends within limits.events = 100', observed: 'reached at 7 s' },
      ],
    };
  return { messages: { published: 50, confirmed: 50 } };
});
