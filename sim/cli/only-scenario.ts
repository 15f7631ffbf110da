/** The one scenario that commands take which show or record a single run: a file without a matrix, or one cell of it. */
import type { LoadOptions } from '../scenario/load.ts';
import type { Scenario } from '../scenario/model.ts';
import { loadFiles } from './scenario-options.ts';
import { UsageError } from './usage-error.ts';

/** Throws UsageError with `hint` unless the file is one scenario, and ScenarioError where it is wrong. */
export async function theOnlyScenario(
  file: string,
  load: Required<LoadOptions>,
  hint: string,
): Promise<Scenario> {
  const [loaded] = await loadFiles([file], load);
  if (loaded === undefined) throw new UsageError('FILE is missing');
  if ('error' in loaded) throw loaded.error;
  const [scenario] = loaded.scenarios;
  if (scenario === undefined || loaded.scenarios.length > 1)
    throw new UsageError(`${file} is ${loaded.scenarios.length} scenarios, by its matrix`, hint);
  return scenario;
}
