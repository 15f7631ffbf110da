// The judge of the conformance suite: what agrees, what agrees by a stated tolerance, and that nothing that disagrees is lost.

import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../sim/conformance/evidence.ts';
import { judge, type Row } from '../../sim/conformance/judge.ts';
import { asNotes, noteOf, type Note, type Recording } from '../../sim/conformance/recording.ts';

const nothing = noteOf(asNotes({ everywhere: {}, experiments: {} }), 'any');

const quiet: Recording = {
  name: 'any',
  description: 'any',
  broker: 'RabbitMQ 3.10.8',
  machine: 'quiet',
  repeats: 3,
  figures: {},
  queue_figures: {},
  confirm_latency: {},
  answers: {},
  times: {},
  command_seconds: [],
};

const seedsOf = (one: (index: number) => Partial<Evidence>, seeds = 100): readonly Evidence[] =>
  Array.from({ length: seeds }, (_, index) => ({
    seed: index + 1,
    figures: {},
    answers: {},
    times: {},
    ...one(index),
  }));

function onlyRow(recording: Partial<Recording>, evidence: readonly Evidence[], note: Note = nothing): Row {
  const rows = judge({ recording: { ...quiet, ...recording }, evidence, note, ratePerSecond: 100 });
  expect(rows).toHaveLength(1);
  return rows[0]!;
}

describe('a figure', () => {
  const real = { figures: { confirmed_lost: [40, 42, 45] } };
  const between = (from: number, to: number): readonly Evidence[] =>
    seedsOf((index) => ({ figures: { confirmed_lost: from + Math.round(((to - from) * index) / 99) } }));

  test('agrees when every repeat lies within what the seeds produced', () => {
    expect(onlyRow(real, between(30, 60))).toMatchObject({ verdict: 'agrees', real: '40..45' });
  });

  test('agrees within the tolerance, and says why', () => {
    const row = onlyRow(real, between(30, 40));
    expect(row.verdict).toBe('tolerance');
    expect(row.reason).not.toBe('');
  });

  test('disagrees when one repeat lies beyond the tolerance', () => {
    expect(onlyRow(real, between(10, 20)).verdict).toBe('unexplained');
  });

  test('that the notes explain is still listed as differing', () => {
    const note = noteOf(
      asNotes({
        everywhere: {},
        experiments: {
          any: {
            differs: [{ on: ['confirmed_lost'], rules: ['MIR-16'], reason: 'a reason of some length' }],
          },
        },
      }),
      'any',
    );
    expect(onlyRow(real, between(10, 20), note)).toMatchObject({
      verdict: 'differs',
      reason: 'MIR-16: a reason of some length',
    });
  });

  test('of a simulator that says anything is wide', () => {
    expect(onlyRow(real, between(0, 1000))).toMatchObject({ verdict: 'agrees', isWide: true });
    expect(onlyRow(real, between(35, 50)).isWide).toBe(false);
  });

  test('counts with its own width and twice the tolerance when few seeds ran', () => {
    const upTo32 = (index: number): Partial<Evidence> => ({
      figures: { confirmed_lost: 20 + 4 * (index % 4) },
    });
    expect(onlyRow(real, seedsOf(upTo32, 4)).verdict).toBe('agrees');
    expect(onlyRow(real, seedsOf(upTo32, 100)).verdict).toBe('unexplained');
  });

  test('of repeats with several outcomes is met by few seeds, reached by many', () => {
    const outcomes = { figures: { confirmed_lost: [0, 400] } };
    const one = (): Partial<Evidence> => ({ figures: { confirmed_lost: 390 } });
    expect(onlyRow(outcomes, seedsOf(one, 4)).verdict).toBe('agrees');
    expect(onlyRow(outcomes, seedsOf(one, 100)).verdict).toBe('unexplained');
  });
});

describe('a fact', () => {
  const always = { answers: { 'rabbit1 node_paused': { yes: 3 } } };
  const oneIn = (share: number, answer: string): readonly Evidence[] =>
    seedsOf((index) => (index % share === 0 ? {} : { answers: { 'rabbit1 node_paused': answer } }));

  test('that every repeat showed holds in every seed', () => {
    expect(onlyRow(always, oneIn(1000, 'yes')).verdict).toBe('unexplained');
    expect(
      onlyRow(
        always,
        seedsOf(() => ({ answers: { 'rabbit1 node_paused': 'yes' } })),
      ).verdict,
    ).toBe('agrees');
  });

  test('may be chance where the notes name the rule', () => {
    const note = noteOf(
      asNotes({
        everywhere: {
          chance: [
            {
              on: ['.* node_paused'],
              rules: ['PAR-9'],
              reason: 'two nodes may notice at once',
              answers: ['none'],
            },
          ],
        },
        experiments: {},
      }),
      'any',
    );
    expect(onlyRow(always, oneIn(10, 'yes'), note)).toMatchObject({ verdict: 'chance' });
    expect(onlyRow({ answers: { 'rabbit1 node_paused': { no: 3 } } }, oneIn(10, 'yes'), note).verdict).toBe(
      'unexplained',
    );
  });

  test('with several outcomes needs each of them from some seed, and no other', () => {
    const both = { answers: { 'rabbit2 queue_promoted ha.q': { '1': 2, '0': 1 } } };
    const answering = (answers: readonly string[]): readonly Evidence[] =>
      seedsOf((index) => ({ answers: { 'rabbit2 queue_promoted ha.q': answers[index % answers.length]! } }));
    expect(onlyRow(both, answering(['1', '0'])).verdict).toBe('agrees');
    expect(onlyRow(both, answering(['1'])).verdict).toBe('unexplained');
    expect(onlyRow(both, answering(['0', '1', '2'])).verdict).toBe('unexplained');
  });

  test('that only seeds show is no secret', () => {
    expect(
      onlyRow(
        {},
        seedsOf(() => ({ answers: { 'rabbit3 node_restarting': 'yes' } })),
      ),
    ).toMatchObject({
      verdict: 'unexplained',
      real: 'none',
    });
  });

  test('is about the same when the figure behind it is within its tolerance', () => {
    const real = { answers: { 'figure duplicated': { some: 3 } }, figures: { duplicated: [1, 2, 1] } };
    const rows = judge({
      recording: { ...quiet, ...real },
      evidence: seedsOf(() => ({ answers: { 'figure duplicated': 'zero' }, figures: { duplicated: 0 } })),
      note: nothing,
      ratePerSecond: 100,
    });
    expect(rows.map(({ verdict }) => verdict)).toEqual(['tolerance', 'tolerance']);
  });
});

test('a time that a busy machine recorded is the machine’s; a quiet one’s is held', () => {
  const real = { times: { 'rabbit1 rabbit_up rabbit2': [20, 32] } };
  const simulated = seedsOf((index) => ({ times: { 'rabbit1 rabbit_up rabbit2': 20 + index / 100 } }));
  expect(onlyRow({ ...real, machine: 'busy' }, simulated).verdict).toBe('laboratory');
  expect(onlyRow(real, simulated).verdict).toBe('unexplained');
});
