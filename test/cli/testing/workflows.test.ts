// The chapter about CI and the workflows that it shows are true: their commands exist, and together they do what they say.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { perform } from '../captured.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(root, 'dist/program/main.js');
const chapter = readFileSync(path.join(root, 'docs/ci.md'), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly on: unknown;
  readonly jobs: Readonly<Record<string, { readonly 'runs-on': string; readonly steps: readonly Step[] }>>;
}
type Pipeline = Readonly<Record<string, { readonly extends?: string; readonly script?: readonly string[] }>>;

const workflow = parse(readFileSync(path.join(root, 'docs/ci/github-actions.yml'), 'utf8')) as Workflow;
const pipeline = parse(readFileSync(path.join(root, 'docs/ci/gitlab-ci.yml'), 'utf8')) as Pipeline;

function watershipLines(lines: readonly (string | undefined)[]): readonly string[] {
  return lines.filter((line): line is string => line?.startsWith('npx watership ') === true);
}

const onGithub = Object.values(workflow.jobs).map(({ steps }) => watershipLines(steps.map(({ run }) => run)));
const onGitlab = [pipeline['scenarios'], pipeline['result']].map((job) => watershipLines(job?.script ?? []));
const inChapter = [...chapter.matchAll(/^(?:- run: )?(npx watership (?:test|merge)\b.*?)(?: +# .*)?$/gm)].map(
  ([, line = '']) => line,
);

describe('the workflow for GitHub Actions', () => {
  test('has jobs that run somewhere, of steps that use or run something', () => {
    expect(workflow.on).toBeTruthy();
    for (const { 'runs-on': where, steps } of Object.values(workflow.jobs)) {
      expect(where).toBe('ubuntu-latest');
      for (const { uses, run } of steps)
        expect([uses, run].filter((each) => each !== undefined)).toHaveLength(1);
    }
  });
});

describe('the pipeline for GitLab', () => {
  test('has jobs with scripts that extend what there is', () => {
    for (const job of [pipeline['scenarios'], pipeline['result']]) {
      expect(job?.script?.length).toBeGreaterThan(0);
      expect(pipeline[job?.extends ?? '']).toBeTruthy();
    }
  });
});

describe('the chapter', () => {
  test('has command lines', () => {
    expect(inChapter.length).toBeGreaterThan(8);
  });

  test.each([...inChapter, ...onGithub.flat(), ...onGitlab.flat()])(
    'names options that there are: %s',
    async (line) => {
      const [, , command = '', ...words] = line.split(' ');
      const { out, code } = await perform([command, '--help']);
      expect(code).toBe(0);
      for (const word of words.filter((each) => each.startsWith('--')))
        expect(out).toMatch(new RegExp(`^ +${word.split('=')[0]} `, 'm'));
    },
  );

  test('links to files', () => {
    for (const [, target = ''] of chapter.matchAll(/\]\(([^)]+)\)/g))
      expect([target, existsSync(path.join(root, 'docs', target))]).toEqual([target, true]);
  });
});

describe.skipIf(!existsSync(program))('the commands of a workflow', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  /** A checkout with two scenarios, and an `npx` that runs the program built here. */
  function checkout(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'watership-workflow-'));
    folders.push(folder);
    mkdirSync(path.join(folder, 'scenarios'));
    mkdirSync(path.join(folder, 'bin'));
    mkdirSync(path.join(folder, 'results'));
    writeFileSync(
      path.join(folder, 'bin/npx'),
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`,
    );
    chmodSync(path.join(folder, 'bin/npx'), 0o755);
    writeFileSync(
      path.join(folder, 'scenarios/idle.yaml'),
      'name: idle\nnodes: [a, b]\nmatrix: { net_ticktime: [8s, 12s] }\nexpect: { messages: { published: 0 } }\n',
    );
    return folder;
  }

  function shell(line: string, folder: string, environment: NodeJS.ProcessEnv = {}) {
    const { CI: _, GITHUB_ACTIONS: _actions, GITHUB_STEP_SUMMARY: _summary, ...own } = process.env;
    const env = { ...own, ...environment, PATH: `${path.join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
    const { status, stdout, stderr } = spawnSync('bash', ['-c', line], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  test('on GitHub run every shard and merge them into annotations, a summary and JUnit', () => {
    const folder = checkout();
    const [shards = [], results = []] = onGithub;
    expect(shell('npx watership test --baseline scenarios/baseline.json --update', folder).status).toBe(0);
    for (const shard of [1, 2, 3]) {
      const line = (shards[0] ?? '').replaceAll('${{ matrix.shard }}', String(shard));
      expect(shell(line, folder)).toMatchObject({ status: 0, stderr: '' });
      copyFileSync(
        path.join(folder, `watership-${shard}.json`),
        path.join(folder, `results/watership-${shard}.json`),
      );
    }
    const summary = path.join(folder, 'summary.md');
    expect(shell(results[0] ?? '', folder, { GITHUB_STEP_SUMMARY: summary })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(readFileSync(summary, 'utf8')).toContain('Scenarios: 2 passed; runs: 2 of 2 passed.');
    expect(readFileSync(path.join(folder, 'watership.xml'), 'utf8')).toContain(
      '<testsuites name="watership" tests="2"',
    );
  });

  test('on GitLab run every shard and merge them into JUnit', () => {
    const folder = checkout();
    const [shards = [], results = []] = onGitlab;
    expect(shell('npx watership test --baseline scenarios/baseline.json --update', folder).status).toBe(0);
    for (const index of ['1', '2', '3'])
      expect(shell(shards[0] ?? '', folder, { CI_NODE_INDEX: index, CI_NODE_TOTAL: '3' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    expect(shell(results[0] ?? '', folder)).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(path.join(folder, 'watership.xml'), 'utf8')).toContain(
      '<testsuites name="watership" tests="2"',
    );
  });

  test('are completed by bash, and by zsh where there is one', () => {
    const folder = checkout();
    writeFileSync(path.join(folder, 'bin/watership'), '#!/bin/sh\nexec npx watership "$@"\n');
    chmodSync(path.join(folder, 'bin/watership'), 0o755);
    const inBash = shell(
      'source <(SHELL=/bin/bash watership completion); complete -p watership;' +
        'COMP_WORDS=(watership tes); COMP_CWORD=1; _watership_yargs_completions; echo "${COMPREPLY[*]}";' +
        'COMP_WORDS=(watership test --sh); COMP_CWORD=2; _watership_yargs_completions; echo "${COMPREPLY[*]}"',
      folder,
      { SHELL: '/bin/bash' },
    );
    expect(inBash.stdout.split('\n').slice(1, 3)).toEqual(['test', '--shard']);
    expect(inBash.stdout).toContain('-F _watership_yargs_completions watership');
    const script = shell('SHELL=/bin/zsh watership completion', folder).stdout;
    expect(script).toContain('#compdef watership');
    if (spawnSync('zsh', ['--version']).status !== 0) return;
    const inZsh = shell(
      `zsh -f -c 'compdef() { print compdef $* }; source <(SHELL=/bin/zsh watership completion); _describe() { print -l -- \${(P)2} }; _default() { print files };` +
        'words=(watership test sc); CURRENT=3; _watership_yargs_completions;' +
        `words=(watership t); CURRENT=2; _watership_yargs_completions'`,
      folder,
      { SHELL: '/bin/zsh' },
    );
    expect(inZsh.stdout).toContain('compdef _watership_yargs_completions watership');
    expect(inZsh.stdout).toMatch(/files[\s\S]*test:Hold scenarios/);
  });
});
