/** The options that change what a scenario is, shared by `run` and `check`. */
import type { Options } from 'yargs';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Override } from '../scenario/overrides.ts';
import type { LoadOptions } from '../scenario/load.ts';
import type { Given } from './command.ts';
import { UsageError } from './usage-error.ts';

export const scenarioOptions: { readonly [option: string]: Options } = {
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Change a value before the scenario is read: --set net_ticktime=8s; repeatable',
  },
  'allow-unmodelled': {
    type: 'boolean',
    describe: 'Let RabbitMQ settings pass that nothing models yet, without effect',
  },
};

/** What `--set` and `--allow-unmodelled` ask for. Throws UsageError. */
export function loadOptionsOf({ options }: Given): Required<LoadOptions> {
  const written = Array.isArray(options.set) ? options.set.map(String) : [];
  return { overrides: written.map(overrideOf), allowUnmodelled: options['allow-unmodelled'] === true };
}

function overrideOf(written: string): Override {
  const at = written.indexOf('=');
  if (at <= 0) throw new UsageError(`--set ${written} is not KEY=VALUE`, 'for example --set net_ticktime=8s');
  return [written.slice(0, at), written.slice(at + 1)];
}

/** A file as it was asked for, and its scenarios (a cell of its matrix each) or why there are none. */
export type LoadedFile =
  | { readonly file: string; readonly scenarios: readonly Scenario[] }
  | { readonly file: string; readonly error: ScenarioError };

/** Loads every file, once, in the order given; one bad file keeps none of the others from loading. */
export async function loadFiles(
  files: readonly string[],
  options: Required<LoadOptions>,
): Promise<readonly LoadedFile[]> {
  for (const file of files)
    if (file === '-')
      throw new UsageError('a scenario is a file', 'reading one from standard input is not supported');
  const { load } = await import('../library/load.ts');
  const { overrides: set, allowUnmodelled } = options;
  return [...new Set(files)].map((file) => {
    try {
      return { file, scenarios: load(file, { set, allowUnmodelled }) };
    } catch (error) {
      if (error instanceof ScenarioError) return { file, error };
      throw error;
    }
  });
}
