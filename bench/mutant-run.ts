/**
 * Runs tests of the project against a mutated engine: vitest with a configuration that puts the mutant's line in as the file is loaded
 * (test/promises/mutants/vitest.config.ts), so that nothing on disk changes and mutants can run side by side.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process, { execPath } from 'node:process';
import type { Mutant } from './mutant-table.ts';

/** A mutant that never ends was noticed, too: by whoever waits for it. */
const patienceMs = 240_000;

/** Tests of the whole project that a mutant cannot fail, or that take too long to be asked about each. */
const notAsked = [
  'test/promises/mutants.test.ts',
  'test/promises/memory.test.ts',
  'test/promises/report-in-browser.test.ts',
  'test/promises/architecture.test.ts',
  'test/rules/**',
  'test/cli/**',
];

/** Which tests: files, and a part of the full name of those that count. Everything where both are absent. */
export interface Selection {
  readonly files: readonly string[];
  readonly names: readonly string[];
}

export interface Outcome {
  /** Full names of tests that failed, with their files. */
  readonly failed: readonly string[];
  /** Full names of tests that passed. */
  readonly passed: readonly string[];
  /** The tests did not come to an end in four minutes. */
  readonly hung: boolean;
  /** Files that could not be loaded at all: the mutant is none, it is a broken file. */
  readonly unloaded: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs the selected tests with this mutant in the engine, or with none; stops at the first failure if there is one. */
export async function runTests(mutant: Mutant | null, { files, names }: Selection): Promise<Outcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'watership-mutant-'));
  const report = path.join(folder, 'report.json');
  const pattern = names.map(escaped).join('|');
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config=test/promises/mutants/vitest.config.ts',
    '--reporter=json',
    `--outputFile=${report}`,
    ...(mutant === null ? [] : ['--bail=1']),
    ...(pattern === '' ? notAsked.map((file) => `--exclude=${file}`) : [`--testNamePattern=${pattern}`]),
    ...files,
  ];
  try {
    const hung = await finished(command, mutant);
    return hung
      ? { failed: [], passed: [], unloaded: [], hung }
      : outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as Report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for vitest to end; true when it had to be ended. */
async function finished(command: readonly string[], mutant: Mutant | null): Promise<boolean> {
  const env: NodeJS.ProcessEnv = { ...process.env, CI: 'true', NO_COLOR: '1' };
  // A test of ours may be what runs this: its own vitest is none of this one's business.
  for (const name of Object.keys(env)) if (name.startsWith('VITEST')) delete env[name];
  if (mutant !== null) env['WATERSHIP_MUTANT'] = mutant.name;
  return new Promise((resolve) => {
    const child = execFile(
      execPath,
      command,
      { env, timeout: patienceMs, killSignal: 'SIGKILL', maxBuffer: 100_000_000 },
      () => resolve(child.signalCode === 'SIGKILL'),
    );
  });
}

function outcomeOf({ testResults }: Report): Outcome {
  const named = (status: string): string[] =>
    testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter((one) => one.status === status)
        .map((one) => `${path.relative(process.cwd(), name)}: ${one.fullName}`),
    );
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    failed: named('failed'),
    passed: named('passed'),
    unloaded: unloaded.map(({ name }) => path.relative(process.cwd(), name)),
    hung: false,
  };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
