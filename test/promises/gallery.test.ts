// Promise: each hazard of the registry has a scenario that shows it in the cells that are to show it and in no other, whatever the
// seed; or it waits for something that can be named. Never both, never neither.
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exhibitFiles } from '../../sim/cli/gallery/exhibits.ts';
import { runExhibit } from '../../sim/cli/gallery/run-exhibit.ts';
import { waitingHazards } from '../../sim/cli/gallery/waiting.ts';
import { runScenario } from '../../sim/cli/run-scenario.ts';
import { hazards } from '../../sim/rules/registry.ts';
import { chaosVerbs } from '../../sim/scenario/schema/chaos.ts';

const files = exhibitFiles();

test('every hazard is shown or waits, never both and never neither', () => {
  const shown = new Set(files.map(({ hazard }) => hazard));
  const both = [...shown].filter((id) => waitingHazards.has(id));
  const neither = hazards.filter(({ id }) => !shown.has(id) && !waitingHazards.has(id)).map(({ id }) => id);
  expect({ both, neither }).toEqual({ both: [], neither: [] });
});

test('nothing waits that is no hazard, or for nothing', () => {
  const known = new Set(hazards.map(({ id }) => id));
  const odd = [...waitingHazards].filter(
    ([id, { parts, reason }]) =>
      !known.has(id) ||
      (parts.length === 0 && reason === undefined) ||
      parts.some((part) => !PART.test(part)),
  );
  expect(odd).toEqual([]);
});

/** How `scenario/modelled.ts` names parts of the language. */
const PART = new RegExp(
  `^(key|queue type|queue argument|policy key|publish|workload|config|consume argument|rabbitmqctl|chaos (${chaosVerbs.join('|')})$)`,
);

describe.each(files)('$hazard', (exhibit) => {
  test('has its number in the name of its file', () => {
    const number = exhibit.hazard.slice('HAZ-'.length).padStart(2, '0');
    expect(basename(exhibit.file)).toMatch(new RegExp(`^HAZ-${number}-[a-z0-9-]+\\.yaml$`));
  });

  test('shows in the cells that are to show it and in no other', () => {
    const { shown, prevented, cells } = runExhibit(exhibit, null, (scenario, seed) =>
      runScenario(scenario, { seed }),
    );
    expect(
      cells.flatMap(({ values, failures }) => failures.map((failure) => ({ values, ...failure }))),
    ).toEqual([]);
    expect({ shown, prevented: prevented !== false }).toEqual({ shown: true, prevented: true });
    expect(cells.every(({ held }) => held)).toBe(true);
  });
});
