// --watch tests again what a change concerns, and nothing else.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Surroundings } from '../../../sim/cli/command.ts';
import { testRequestOf } from '../../../sim/cli/testing/test-request.ts';
import { Changes } from '../../../sim/cli/testing/watch/changes.ts';
import { realChanges } from '../../../sim/cli/testing/watch/real-changes.ts';
import { watchTests, type ChangeSource } from '../../../sim/cli/testing/watch/watch-tests.ts';
import { includedFiles } from '../../../sim/scenario/included-files.ts';
import { inFolder, perform, terminalTo } from '../captured.ts';
import { byName } from './setting.ts';

const folder = inFolder('watched');

function write(file: string, name: string, more = ''): void {
  writeFileSync(path.join(folder, file), `name: ${name}\nnodes: [a]\n${more}`);
}

beforeEach(() => {
  mkdirSync(path.join(folder, 'sub'), { recursive: true });
  write('one.yaml', 'one');
  write('two.yaml', 'two');
  write('sub/three.yaml', 'three');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Watches the folder; returns the names that ran, a list a round. */
async function rounds(
  source: ChangeSource,
  ...options: readonly string[]
): Promise<readonly (readonly string[])[]> {
  const ran: string[][] = [[]];
  const surroundings: Surroundings = {
    terminal: terminalTo({
      out: () => undefined,
      err: (text) => {
        if (text.includes('Waiting')) ran.push([]);
      },
    }),
    loadEngine: () =>
      Promise.resolve((each, run) => {
        ran.at(-1)!.push(each.name);
        return byName(each, run);
      }),
    workers: null,
    debug: false,
  };
  const grep = options.length === 0 ? {} : { grep: options };
  const request = testRequestOf(
    { operands: [folder], options: { watch: true, ...grep } },
    surroundings.terminal,
  );
  await watchTests(request, surroundings, source);
  return ran.slice(0, -1);
}

/** Changes one after another: each entry does something and says which paths changed. */
function scripted(...steps: readonly (() => readonly string[])[]): ChangeSource {
  const left = [...steps];
  return {
    watch: () => undefined,
    next: () =>
      Promise.resolve(
        left
          .shift()?.()
          .map((file) => path.resolve(folder, file)) ?? null,
      ),
  };
}

describe('a change', () => {
  test.each([
    { name: 'of a scenario', change: () => ['two.yaml'], ran: ['two'] },
    { name: 'of two at once', change: () => ['sub/three.yaml', 'one.yaml'], ran: ['one', 'three'] },
    { name: 'of something else', change: () => ['notes.txt', '.one.yaml.swp'], ran: null },
    {
      name: 'that makes a scenario',
      change: () => {
        mkdirSync(path.join(folder, 'new'));
        write('new/four.yaml', 'four');
        return ['new'];
      },
      ran: ['four'],
    },
    {
      name: 'that takes one away',
      change: () => {
        rmSync(path.join(folder, 'two.yaml'));
        return ['two.yaml'];
      },
      ran: null,
    },
    {
      name: 'that breaks one, which is told and runs nothing',
      change: () => {
        writeFileSync(path.join(folder, 'one.yaml'), 'name: [');
        return ['one.yaml'];
      },
      ran: [],
    },
  ])('$name', async ({ change, ran }) => {
    const all = ['one', 'three', 'two'];
    expect(await rounds(scripted(change))).toEqual(ran === null ? [all] : [all, ran]);
  });

  test('of what a scenario reads concerns the scenario', async () => {
    write('two.yaml', 'two', 'definitions: sub/definitions.json\n');
    writeFileSync(path.join(folder, 'sub/definitions.json'), '{ "queues": [] }');
    expect(includedFiles(path.join(folder, 'two.yaml'))).toEqual([path.join(folder, 'sub/definitions.json')]);
    expect(await rounds(scripted(() => ['sub/definitions.json']))).toEqual([
      ['one', 'three', 'two'],
      ['two'],
    ]);
  });

  test('keeps to --grep', async () => {
    const both = (): readonly string[] => ['two.yaml', 'one.yaml'];
    expect(await rounds(scripted(both), 'two')).toEqual([['two'], ['two']]);
  });
});

describe('included files', () => {
  test.each(['name: [', 'definitions: 7\n', 'a: *b\n', ''])('of %j are none', (text) => {
    writeFileSync(path.join(folder, 'one.yaml'), text);
    expect(includedFiles(path.join(folder, 'one.yaml'))).toEqual([]);
  });

  test('of a file that is not there are none', () => {
    expect(includedFiles(path.join(folder, 'nowhere.yaml'))).toEqual([]);
  });
});

describe('many events', () => {
  /** A clock that a test moves: what is due is done by `quiet`. */
  function clock() {
    let due: (() => void) | null = null;
    const later = (action: () => void): (() => void) => {
      due = action;
      return () => {
        if (due === action) due = null;
      };
    };
    return { later, quiet: () => due?.() };
  }

  test('are one change when it is quiet', async () => {
    const { later, quiet } = clock();
    const changes = new Changes(later);
    let seen: readonly string[] | null = null;
    const next = changes.next().then((paths) => (seen = paths));
    for (const file of ['a', 'b', 'a']) changes.add(file);
    await Promise.resolve();
    expect(seen).toBeNull();
    quiet();
    expect(await next).toEqual(['a', 'b']);
  });

  test('while nobody asks are kept', async () => {
    const { later, quiet } = clock();
    const changes = new Changes(later);
    changes.add('a');
    quiet();
    changes.add('b');
    quiet();
    expect(await changes.next()).toEqual(['a', 'b']);
  });
});

test('files of this machine are heard of when they are written, replaced and new', async () => {
  const real = realChanges();
  const steps = [
    () => write('two.yaml', 'two-again'),
    () => {
      mkdirSync(path.join(folder, 'new'));
      write('new/four.yaml', 'four');
    },
    () => write('new/four.yaml', 'four-again'),
  ];
  try {
    const ran = await rounds({
      watch: (folders) => real.watch(folders),
      next: async () => {
        const step = steps.shift();
        if (step === undefined) return null;
        step();
        return real.next();
      },
    });
    expect(ran).toEqual([['one', 'three', 'two'], ['two-again'], ['four'], ['four-again']]);
  } finally {
    real.close();
  }
});

test('--watch does not update a baseline', async () => {
  const { code, err } = await perform([
    'test',
    folder,
    '--watch',
    '--baseline',
    inFolder('b.json'),
    '--update',
  ]);
  expect(err).toContain('do not go together');
  expect(code).toBe(2);
});
