// What is published works where it is installed: the library with its types, the program, the example. Packs what has been built, lays it out
// as an installation would, and uses it from a project that has nothing else.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const modules = path.join(root, 'node_modules');
const isBuilt = existsSync(path.join(root, 'dist/sim/library/index.d.ts'));

describe.skipIf(!isBuilt)('the packed package', () => {
  let project = '';
  const run = (program: string, ...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(program, args, { cwd: project, encoding: 'utf8' });
  const node = (...args: string[]): SpawnSyncReturns<string> => run(process.execPath, ...args);

  beforeAll(() => {
    project = mkdtempSync(path.join(tmpdir(), 'watership-package-'));
    // Without its scripts, which would build anew under the feet of other tests.
    const packed = spawnSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
    });
    if (packed.status !== 0) throw new Error(packed.stderr);
    const installed = path.join(project, 'node_modules/watership');
    mkdirSync(installed, { recursive: true });
    const archive = readdirSync(project).find((name) => name.endsWith('.tgz'))!;
    const unpacked = run('tar', '-xzf', archive, '-C', installed, '--strip-components=1');
    if (unpacked.status !== 0) throw new Error(unpacked.stderr);
    symlinkSync(modules, path.join(installed, 'node_modules'));
    mkdirSync(path.join(project, 'node_modules/@types'));
    symlinkSync(path.join(modules, '@types/node'), path.join(project, 'node_modules/@types/node'));
    symlinkSync(path.join(modules, 'vitest'), path.join(project, 'node_modules/vitest'));
    for (const file of ['orders.test.ts', 'orders.yaml'])
      copyFileSync(path.join(installed, 'docs/examples', file), path.join(project, file));
    writeFileSync(path.join(project, 'package.json'), '{ "type": "module" }');
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  test('simulates for whoever imports it', () => {
    writeFileSync(
      path.join(project, 'uses.js'),
      `import { load, simulate } from 'watership';
       const { result } = simulate(load('orders.yaml')[0], { seed: 3 });
       console.log(result.verdict, result.seed, result.messages.published);`,
    );
    const { stdout, stderr } = node('uses.js');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^passed 3 \d{4}\n$/);
  });

  test('has types that hold without skipLibCheck, and that find mistakes', () => {
    writeFileSync(
      path.join(project, 'wrong.ts'),
      `import { load, simulate, type RunResult } from 'watership';
       export const result: RunResult = simulate(load('orders.yaml')[0]!).result;
       export const lost: number = result.messages.confirmed_lost;
       result.messages.confirmed_loss;
       simulate(load('orders.yaml')[0]!, { sede: 3 });`,
    );
    const tsc = (file: string): string =>
      node(
        path.join(modules, 'typescript/bin/tsc'),
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--target',
        'es2023',
        '--types',
        'node',
        file,
      ).stdout;
    expect(tsc('orders.test.ts')).toBe('');
    const mistakes = tsc('wrong.ts');
    expect([...mistakes.matchAll(/^wrong\.ts\((\d+),/gm)].map(([, line]) => line)).toEqual(['4', '5']);
    expect(
      mistakes
        .trimEnd()
        .split('\n')
        .filter((line) => !line.startsWith(' ')),
    ).toHaveLength(2);
  });

  test('runs its example', () => {
    const { stdout, status } = node(
      path.join(modules, 'vitest/vitest.mjs'),
      'run',
      '--root',
      project,
      '--maxWorkers=1',
      // A busy machine is no failure.
      '--testTimeout=300000',
    );
    expect(stdout).toContain('orders.test.ts');
    expect(status).toBe(0);
  });

  test('is the program, too, with workers of its own', () => {
    const program = path.join(project, 'node_modules/watership/dist/sim/cli/main.js');
    const { stdout, status } = node(program, 'run', 'orders.yaml', '--seeds', '4', '--jobs', '2');
    expect(stdout).toContain('4 of 4 seeds passed');
    expect(status).toBe(0);
  });

  test('holds no sources and no tests, and gives nothing else away', () => {
    const installed = path.join(project, 'node_modules/watership');
    expect(existsSync(path.join(installed, 'docs/library.md'))).toBe(true);
    for (const folder of ['sim', 'test', 'bench', 'dist/bench'])
      expect(existsSync(path.join(installed, folder))).toBe(false);
    const { stderr } = node('--input-type=module', '-e', "import 'watership/dist/sim/kernel/journal.js';");
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});
