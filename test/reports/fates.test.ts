import { describe, expect, test } from 'vitest';
import { coursesOf, fateGroups } from '../../reports/fates/groups.ts';
import { sampleReport } from './sample.ts';

describe('fates of messages', () => {
  test('five hundred messages of one fate are one group, most harm first', () => {
    expect(
      fateGroups(sampleReport()).map((group) => [
        group.outcome,
        group.confirmed,
        group.lives.length,
        group.total,
      ]),
    ).toEqual([
      ['lost', true, 37, 37],
      ['lost', false, 526, 526],
      ['duplicated', true, 2, 2],
      ['reordered', true, 9, 9],
    ]);
  });

  test('what was confirmed is never one group with what was not', () => {
    const sample = sampleReport();
    const messageLives = sample.messageLives
      .slice(0, 6)
      .map((life, index) => ({ ...life, confirmed: index % 2 === 0 }));
    expect(fateGroups({ ...sample, messageLives }).map((group) => group.lives.length)).toEqual([3, 3]);
  });

  test('a total that the result cannot tell apart is not claimed', () => {
    const sample = sampleReport();
    const messageLives = sample.messageLives
      .slice(0, 6)
      .map((life, index) => ({ ...life, queue: `q${index % 2}` }));
    expect(fateGroups({ ...sample, messageLives }).map((group) => group.total)).toEqual([null, null]);
  });

  test('messages that differ in a step are on different courses, in a time they are not', () => {
    const lives = sampleReport().messageLives.filter((life) => life.confirmed && life.outcome === 'lost');
    expect(coursesOf(lives)).toHaveLength(1);
    const [first, ...others] = lives;
    const changed = { ...first!, steps: first!.steps.slice(1) };
    expect(coursesOf([changed, ...others]).map((course) => course.lives.length)).toEqual([36, 1]);
  });
});
