// The house's laws are held by oxlint and the plugin in .oxlint/. These tests lay out small trees that break each law
// once and let the real oxlint, with the real configuration, find it: a rule that no longer bites fails here.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

interface Fixture {
  readonly file: string;
  readonly code: string;
  /** A part of the message that must appear, or undefined where the law allows the code. */
  readonly message: string | undefined;
}

const imports: readonly Fixture[] = [
  allowed('sim/broker/imports-up.ts', "import { a } from '../kernel/a.ts';\na();"),
  allowed('sim/broker/imports-itself.ts', "import { a } from './a.ts';\na();"),
  allowed('sim/broker/imports-package.ts', "import { alea } from 'seedrandom';\nalea();"),
  refused('sim/kernel/imports-down.ts', "import { a } from '../network/a.ts';\na();", 'nothing else'),
  refused('sim/broker/imports-queues.ts', "import { a } from '../queues/a.ts';\na();", 'point up'),
  refused(
    'sim/erlang/imports-types.ts',
    "import type { A } from '../node/a.ts';\nexport const a = {} as A;",
    'point up',
  ),
  refused('sim/erlang/re-exports.ts', "export { a } from '../node/a.ts';", 'point up'),
  refused('sim/erlang/re-exports-all.ts', "export * from '../node/a.ts';", 'point up'),
  refused('sim/erlang/imports-lazily.ts', "export const a = await import('../node/a.ts');", 'point up'),
  refused('sim/erlang/names-a-type.ts', "export type A = import('../node/a.ts').A;", 'point up'),
  allowed('sim/ledger/imports-kernel.ts', "import { a } from '../kernel/a.ts';\na();"),
  refused('sim/ledger/imports-queues.ts', "import { a } from '../queues/a.ts';\na();", 'nothing else'),
  refused(
    'sim/ledger/imports-broker.ts',
    "import type { A } from '../broker/a.ts';\nexport const a = {} as A;",
    'nothing else',
  ),
  allowed('sim/queues/mirrored/imports-classic.ts', "import { a } from '../classic/a.ts';\na();"),
  refused('sim/queues/quorum/imports-classic.ts', "import { a } from '../classic/a.ts';\na();", 'queue type'),
  refused(
    'sim/queues/classic/imports-mirrored.ts',
    "import { a } from '../mirrored/a.ts';\na();",
    'queue type',
  ),
  allowed(
    'reports/imports-types.ts',
    "import type { A } from '../sim/ledger/a.ts';\nexport const a = {} as A;",
  ),
  allowed('reports/imports-contract.ts', "import { a } from '../sim/ledger/run-report.ts';\na();"),
  allowed('sim/ledger/imports-records.ts', "import { a } from '../records/a.ts';\na();"),
  refused('reports/imports-values.ts', "import { a } from '../sim/ledger/a.ts';\na();", 'types of'),
  refused('reports/imports-engine.ts', "import { a } from '../sim/run/a.ts';\na();", 'nothing else'),
  allowed('sim/cli/imports-reports.ts', "import { a } from '../../reports/a.ts';\na();"),
  refused('sim/run/imports-reports.ts', "import { a } from '../../reports/a.ts';\na();", 'point up'),
  allowed('sim/library/imports-reports.ts', "import { a } from '../../reports/a.ts';\na();"),
  allowed('sim/cli/imports-library.ts', "import { a } from '../library/a.ts';\na();"),
  refused('sim/library/imports-cli.ts', "import { a } from '../cli/a.ts';\na();", 'point up'),
  refused('sim/run/imports-tests.ts', "import { a } from '../../test/a.ts';\na();", 'no room'),
  refused('sim/attic/unknown.ts', "import { a } from '../kernel/a.ts';\na();", 'no room of the house'),
  allowed('test/kernel/imports-anything.ts', "import { a } from '../../sim/run/a.ts';\na();"),
];

const determinism: readonly Fixture[] = [
  refused('sim/node/date.ts', 'export const a = new Date();', 'Date'),
  refused('sim/node/date-now.ts', 'export const a = Date.now();', 'Date'),
  allowed('sim/node/own-date.ts', 'export function f(Date: number) {\n  return Date;\n}'),
  refused('sim/node/performance.ts', 'export const a = performance.now();', 'performance'),
  refused('sim/node/timer.ts', 'setTimeout(() => undefined, 1);', 'setTimeout'),
  refused('sim/node/interval.ts', 'setInterval(() => undefined, 1);', 'setInterval'),
  refused('sim/node/immediate.ts', 'setImmediate(() => undefined);', 'setImmediate'),
  refused('sim/node/random.ts', 'export const a = Math.random();', 'Math.random'),
  refused('sim/node/pow.ts', 'export const a = Math.pow(2, 3);', 'Math.pow'),
  refused('sim/node/power.ts', 'export const a = (b: number) => b ** 3;', '**'),
  refused('sim/node/power-assign.ts', 'export function f(a: number) {\n  a **= 2;\n  return a;\n}', '**='),
  refused('sim/node/log.ts', 'export const a = Math.log(2);', 'sim/kernel/arithmetic.ts'),
  refused('sim/node/math-alias.ts', 'export const { sin } = Math;', 'Math as a value'),
  allowed('sim/node/exact.ts', 'export const a = Math.floor(1.5) + Math.max(1, 2);'),
  allowed('sim/kernel/arithmetic.ts', 'export const a = Math.log(2) + Math.sqrt(2);'),
  refused('sim/node/sin.ts', 'export const a = Math.sin(2);', 'platform'),
  refused('sim/node/locale-compare.ts', "export const a = 'a'.localeCompare('b');", 'localeCompare'),
  refused('sim/node/to-locale.ts', 'export const a = (1).toLocaleString();', 'toLocaleString'),
  refused('sim/node/intl.ts', 'export const a = new Intl.NumberFormat();', 'Intl'),
  refused(
    'sim/node/for-in.ts',
    'export function f(a: object) {\n  for (const b in a) return b;\n}',
    'for-in',
  ),
  refused('sim/node/process.ts', 'export const a = process.pid;', 'host'),
  refused('sim/node/console.ts', "console.log('a');", 'host'),
  refused('sim/node/node-module.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('a');", 'host'),
  refused('sim/node/global-this.ts', 'export const a = globalThis.Date;', 'globalThis'),
  allowed('sim/scenario/reads.ts', "import { readFileSync } from 'node:fs';\nreadFileSync('a');"),
  refused('sim/scenario/clock.ts', 'export const a = Date.now();', 'Date'),
  allowed('sim/cli/clock.ts', 'export const a = Date.now();\nconsole.log(process.pid, a.toLocaleString());'),
  refused('reports/clock.ts', 'export const a = Date.now();', 'Date'),
  allowed('reports/zips.ts', "import { gzipSync } from 'node:zlib';\ngzipSync('a');"),
  allowed('bench/clock.ts', 'export const a = performance.now();'),
];

const findings = new Map<string, string[]>();
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'watership-house-'));
  for (const { file, code } of [...imports, ...determinism]) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${code}\n`);
  }
  const oxlint = path.join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const config = path.join(ROOT, '.oxlintrc.json');
  const lint = spawnSync(process.execPath, [oxlint, '-c', config, '--format', 'json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(lint.stdout) as {
    diagnostics: { code?: string; filename: string; message: string }[];
  };
  for (const { code, filename, message } of diagnostics) {
    if (code?.startsWith('house(') !== true) continue;
    findings.set(filename, [...(findings.get(filename) ?? []), message]);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('imports point up the list of rooms', () => {
  test.each(imports)('$file', expectFinding);

  test('the list names every room there is', async () => {
    const { ROOMS } = (await import(path.join(ROOT, '.oxlint/rooms.js'))) as { ROOMS: readonly string[] };
    const folders = readdirSync(path.join(ROOT, 'sim'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(ROOMS).toEqual(expect.arrayContaining(folders));
  });
});

describe('what decides a run is the same on every machine', () => {
  test.each(determinism)('$file', expectFinding);

  test('no file of the engine switches a law off', () => {
    const switched = sourcesUnder('sim').filter((file) =>
      /lint-disable.*house/.test(readFileSync(file, 'utf8')),
    );
    expect(switched).toEqual([]);
  });
});

function expectFinding({ file, message }: Fixture): void {
  const found = findings.get(file) ?? [];
  expect(found).toHaveLength(message === undefined ? 0 : 1);
  expect(found.join()).toContain(message ?? '');
}

function sourcesUnder(top: string): string[] {
  return readdirSync(path.join(ROOT, top), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(ROOT, top, file));
}

function allowed(file: string, code: string): Fixture {
  return { file, code, message: undefined };
}

function refused(file: string, code: string, message: string): Fixture {
  return { file, code, message };
}
