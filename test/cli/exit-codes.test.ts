// A script learns from the exit code what happened: 0 held, 1 an expectation failed, 2 wrong use, 3 our defect.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../sim/kernel/invariant.ts';
import { engine, fileWith, inFolder, perform, scenarioText } from './captured.ts';

const quiet = fileWith('quiet.yaml', scenarioText);
const wrong = fileWith('wrong.yaml', 'name: wrong\nnodes: [a, b]\nwrkloads: []\n');
const definitions = fileWith('definitions.json', '{"queues":[{"name":"q"}]}');
const importing = fileWith('importing.yaml', `${scenarioText}definitions: definitions.json\n`);
const pipe = inFolder('pipe.yaml');
const makePipe = 'mkfifo';
execFileSync(makePipe, [pipe]);
const holds = engine(() => ({}));
const fails = engine(() => ({
  verdict: 'failed',
  failures: [{ line: 7, expected: 'confirmed_lost = 0', observed: 6 }],
}));
const breaks = engine(() => {
  throw new InvariantError('a copy ended twice');
});

describe('the exit code', () => {
  test('is 0 when everything held', async () => {
    expect((await perform(['run', quiet], { runner: holds })).code).toBe(0);
  });

  test('is 1 when an expectation failed, and the place and what was observed are printed', async () => {
    const { code, out } = await perform(['run', quiet], { runner: fails });
    expect(code).toBe(1);
    expect(out).toContain(`${quiet}:7  confirmed_lost = 0, observed 6`);
  });

  test('is 1 when a limit came first', async () => {
    const runner = engine(() => ({ verdict: 'unknown' }));
    expect((await perform(['run', quiet], { runner })).code).toBe(1);
  });

  test('is 3 for a defect, in one message with the command that shows it again and without a stack', async () => {
    const { code, err } = await perform(['run', quiet, '--seed', '17', '--set', 'net_ticktime=8s'], {
      runner: breaks,
    });
    expect(code).toBe(3);
    expect(err).toContain('a copy ended twice');
    expect(err).toContain(`watership run ${quiet} --seed 17 --set net_ticktime=8s --debug`);
    expect(err).not.toContain('    at ');
  });

  test.each([
    { name: '--debug', args: ['--debug'], environment: {} },
    { name: 'WATERSHIP_DEBUG=1', args: [], environment: { WATERSHIP_DEBUG: '1' } },
  ])('comes with the stack of a defect under $name', async ({ args, environment }) => {
    const { code, err } = await perform(['run', quiet, ...args], { runner: breaks, environment });
    expect(code).toBe(3);
    expect(err).toContain('    at ');
  });

  test('is 3 for a defect in a cell, whose command names its axis once', async () => {
    const axis = ['--set', 'matrix.net_ticktime=[8s, 60s]'];
    const { err } = await perform(['run', quiet, ...axis], { runner: breaks });
    const commands = [...err.matchAll(/To see it again: (.*)/g)].map(([, command]) => command);
    expect(commands).toEqual(
      ['8s', '60s'].map(
        (value) => `npx watership run ${quiet} --seed 1 --set 'matrix.net_ticktime=["${value}"]' --debug`,
      ),
    );
  });

  test('is 3 for a defect of a command that runs nothing of its own, with the command line again', async () => {
    const { code, err } = await perform(['export', quiet, '--format', 'ndjson'], { runner: breaks });
    expect(code).toBe(3);
    expect(err).toContain(`To see it again: npx watership export ${quiet} --format ndjson --debug`);
  });

  test('is 3 when a report cannot be drawn because of us', async () => {
    const report = () => {
      throw new TypeError('undefined is not a lane');
    };
    const runner = engine(() => ({ run: { report } }));
    const { code, err } = await perform(['run', quiet, '--report', inFolder('broken.html')], { runner });
    expect(code).toBe(3);
    expect(err).toContain('undefined is not a lane');
  });

  test('is the worst of several runs, and all of them run', async () => {
    const seen: number[] = [];
    const runner = engine((_, { seed }) => {
      seen.push(seed);
      if (seed === 2) throw new InvariantError('no');
      return seed === 3 ? { verdict: 'failed' } : {};
    });
    expect((await perform(['run', quiet, '--seeds', '4'], { runner })).code).toBe(3);
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  test('is 2 when one of several files is wrong, and the others run', async () => {
    const { code, out, err } = await perform(['run', wrong, quiet], { runner: holds });
    expect(code).toBe(2);
    expect(err).toContain(`${wrong}:3:1`);
    expect(err).toContain('did you mean "workloads"?');
    expect(out).toContain('PASSED');
  });
});

mkdirSync(inFolder('a-folder'));

describe('wrong use ends with 2, one message, and no stack:', () => {
  test.each([
    { name: 'no command', args: [], said: 'name a command' },
    { name: 'an unknown command', args: ['rnu', quiet], said: 'did you mean "run"?' },
    { name: 'an unknown option', args: ['run', quiet, '--sede', '3'], said: 'did you mean "--seed"?' },
    { name: 'an unknown short option', args: ['run', quiet, '-q'], said: 'has no option -q' },
    { name: 'an option of another command', args: ['list', '--json'], said: 'has no option --json' },
    { name: 'no file', args: ['run'], said: 'FILE is missing' },
    { name: 'too many arguments', args: ['list', 'tour'], said: 'one argument too many' },
    { name: 'an option without its value', args: ['run', quiet, '--seed'], said: '--seed needs a value' },
    { name: 'an empty value', args: ['run', quiet, '--report='], said: '--report needs a value' },
    { name: 'an option twice', args: ['run', quiet, '--seed', '1', '--seed', '2'], said: 'more than once' },
    { name: 'a switch with a value', args: ['run', quiet, '--quiet=maybe'], said: 'stands alone' },
    { name: 'a seed that is no number', args: ['run', quiet, '--seed', '1e3'], said: 'a whole number' },
    { name: 'no seeds at all', args: ['run', quiet, '--seeds', '0'], said: 'from 1 to' },
    { name: 'a --set without a value', args: ['run', quiet, '--set', 'seed'], said: 'not KEY=VALUE' },
    {
      name: 'a --set that leads nowhere',
      args: ['run', quiet, '--set', 'nodez=[a]'],
      said: 'did you mean "nodes"',
    },
    { name: 'standard input', args: ['run', '-'], said: 'standard input is not supported' },
    {
      name: 'a trace of many runs',
      args: ['run', quiet, '--seeds', '2', '--trace', inFolder('t')],
      said: 'takes one run',
    },
    {
      name: 'a report over the scenario',
      args: ['run', quiet, '--report', quiet],
      said: 'will not be overwritten',
    },
    {
      name: 'a report that is a folder',
      args: ['run', quiet, '--report', inFolder('a-folder')],
      said: 'is a folder',
    },
    {
      name: 'a report below a file',
      args: ['run', quiet, '--report', `${quiet}/x.html`],
      said: 'cannot be written',
    },
    {
      name: 'a report over a device',
      args: ['run', quiet, '--report', '/dev/null'],
      said: 'no ordinary file',
    },
    {
      name: 'report and trace in one file',
      args: ['run', quiet, '--report', inFolder('both'), '--trace', inFolder('both')],
      said: 'would be written twice',
    },
    ...[
      ['run', importing, '--trace', definitions],
      ['run', importing, '--report', definitions],
      ['run', quiet, '--set', 'definitions=definitions.json', '--report', definitions],
      ['test', importing, '--report', definitions],
      ['test', importing, '--reporter', `json=${definitions}`],
      ['test', importing, '--baseline', definitions, '--update', '--reporter', `json=${definitions}`],
      ['export', importing, '--format', 'ndjson', '--out', definitions],
      ['export', importing, '--format', 'conf', '--out', inFolder('')],
    ].map((args) => ({
      name: `the definitions that a scenario reads, as an output: ${args.slice(2).join(' ')}`,
      args,
      said: 'will not be overwritten',
    })),
    { name: 'a report without its file', args: ['run', quiet, '--report', 'static='], said: 'names no file' },
    {
      name: 'a page without its file',
      args: ['gallery', 'HAZ-8', '--report', 'static='],
      said: 'names no file',
    },
    {
      name: 'a file that is not there',
      args: ['run', inFolder('none.yaml')],
      said: 'cannot be read: there is no such file',
    },
    { name: 'a folder', args: ['run', inFolder('a-folder')], said: 'cannot be read: this is a folder' },
    { name: 'a pipe', args: ['run', pipe], said: 'cannot be read: this is no ordinary file' },
    { name: 'a device', args: ['check', '/dev/zero'], said: 'cannot be read: this is no ordinary file' },
    { name: 'a name that is too long', args: ['check', 'a'.repeat(5_000)], said: 'its name is too long' },
    { name: 'an empty file', args: ['run', fileWith('empty.yaml', '')], said: 'a scenario is a map' },
    {
      name: 'a binary file',
      args: ['run', fileWith('binary.yaml', Uint8Array.of(0, 159, 146, 150, 27, 91))],
      said: 'binary.yaml:1:',
    },
    { name: 'an unknown rule', args: ['explain', 'MIR-999'], said: 'no rule or hazard is called "MIR-999"' },
  ])('$name', async ({ args, said }) => {
    const { code, out, err } = await perform(args, { runner: holds });
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(err).not.toContain('    at ');
    expect(out).toBe('');
    expect(readFileSync(definitions, 'utf8')).toBe('{"queues":[{"name":"q"}]}');
  });

  test('a file that cannot even be looked at is a file that cannot run, for `test` too', async () => {
    const loop = inFolder('loop.yaml');
    symlinkSync(loop, loop);
    const { code, out } = await perform(['test', loop, quiet], { runner: holds });
    expect(out).toContain(`${loop}:1:1: cannot be read: its links lead round in a circle`);
    expect(out).toContain('1 passed');
    expect(code).toBe(2);
  });
});
