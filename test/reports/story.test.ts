/** Promise: the story leads from cause to effect, and its Mermaid text stays what it is, whatever names are in it. */
import { describe, expect, test } from 'vitest';
import { storyAsMermaid } from '../../reports/sections/story-mermaid.ts';
import { type Place, momentFragment, placeOf } from '../../reports/script/place.ts';
import { storySteps } from '../../sim/ledger/story-steps.ts';
import { HOSTILE } from './variants.ts';

function line(seconds: number, kind: string, ...actors: string[]) {
  return { timeUs: seconds * 1_000_000, sentence: `${kind} ${actors.join(' ')}`, kind, actors };
}

describe('a step follows from', () => {
  const steps = storySteps([
    line(15, 'steps', 'partition'),
    line(20, 'loses', 'rabbit2', 'rabbit3'),
    line(20.5, 'loses', 'rabbit1'),
    line(21, 'promoted', 'ha.orders', 'rabbit3'),
    line(55, 'steps', 'heal'),
    line(56, 'partitioned', 'rabbit1', 'rabbit3'),
    line(57, 'fate', 'other', 'rabbit3'),
  ]);

  test('the latest step that can bring it about, in which the same nodes took part', () => {
    expect(steps.map(({ follows }) => follows)).toEqual([null, 0, 0, 1, null, 4, 3]);
  });
});

describe('Mermaid text', () => {
  test('has a box a step and an arrow from what it follows from', () => {
    const because = { hazard: 'HAZ-8', rule: 'PAR-26', sentence: '', message: 'shop-1' };
    expect(
      storyAsMermaid([
        { timeUs: 1_000_000, sentence: 'kill: rabbit1', follows: null },
        { timeUs: 2_000_000, sentence: 'lost', follows: 0, because },
      ]),
    ).toBe('flowchart TD\n  s1["1.000 s: kill: rabbit1"]\n  s2(["2.000 s: lost (PAR-26)"])\n  s1 --> s2');
  });

  test('cannot be broken out of', () => {
    const [, box] = storyAsMermaid([
      { timeUs: 0, sentence: `${HOSTILE}\n"]; click s1`, follows: null },
    ]).split('\n');
    expect(box).toMatch(/^ {2}s1\["[^"<>`]*"\]$/);
  });

  test('holds no sign that Mermaid reads as its own: a comment, a directive, the end of a statement, a picture', () => {
    const sentence = 'x; y %%{init:{}}%% fa:fa-car -->|z| & $$a$$ @{b}';
    const [, box = ''] = storyAsMermaid([{ timeUs: 0, sentence, follows: null }]).split('\n');
    expect(box.replaceAll(/#\d+;/g, '').slice('  s1["0.000 s: '.length, -2)).not.toMatch(/[;%{}:>|&$@#]/);
  });
});

describe('an address', () => {
  const nowhere: Place = {
    view: null,
    timeUs: null,
    message: null,
    line: null,
    anchor: null,
    more: new Map(),
  };

  test.each<[string, Partial<Place>]>([
    ['', {}],
    ['story', { anchor: 'story' }],
    ['L23', { anchor: 'L23' }],
    ['t=55.048', { timeUs: 55_048_000 }],
    ['line=23', { line: 23 }],
    ['msg=a%20b%3D%26-7', { message: 'a b=&-7' }],
    [
      'view=explorer&t=1&node=rabbit1',
      { view: 'explorer', timeUs: 1_000_000, more: new Map([['node', 'rabbit1']]) },
    ],
    ['t=-1', {}],
    ['t=NaN&line=1e9', {}],
    ['view=nowhere', {}],
    ['%E0%A4%A', { anchor: '%E0%A4%A' }],
  ])('%s is a place', (fragment, place) => {
    expect(placeOf(fragment)).toEqual({ ...nowhere, ...place });
  });

  test('of a moment is read back as it was written', () => {
    for (const us of [0, 1, 55_048_123, 36_000_000_001])
      expect(placeOf(momentFragment(us).slice(1)).timeUs).toBe(us);
  });
});
