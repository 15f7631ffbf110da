/** Promise: nodes stand with those that believe in the same cluster, and what they disagree about is found. */
import { describe, expect, test } from 'vitest';
import { packMoments } from '../../reports/data/moments.ts';
import { eventAt, firstAt } from '../../reports/script/events.ts';
import { disputedQueues, sidesOf } from '../../reports/script/sides.ts';
import { clusterMoments, sampleEvents } from './sample-moments.ts';

const views = (index: number) => new Map(Object.entries(clusterMoments()[index]!.nodes));

describe('sides', () => {
  test('are one while the cluster is whole, two in a split, and nodes that are down stand apart', () => {
    expect(sidesOf(views(0)).map(({ nodes }) => nodes)).toEqual([['rabbit1', 'rabbit2', 'rabbit3']]);
    expect(sidesOf(views(1)).map(({ nodes }) => nodes)).toEqual([['rabbit1'], ['rabbit2', 'rabbit3']]);
    expect(sidesOf(views(2))).toEqual([
      { nodes: ['rabbit1', 'rabbit2'], running: ['rabbit1', 'rabbit2'], isSplit: false },
      { nodes: ['rabbit3'], running: null, isSplit: false },
    ]);
  });

  test('are halves of one cluster where they have members in common, and else two clusters', () => {
    expect(sidesOf(views(1)).map(({ isSplit }) => isSplit)).toEqual([true, true]);
    const own = (node: string) => ({
      ...clusterMoments()[0]!.nodes['rabbit1']!,
      members: [node],
      running: [node],
    });
    const two = new Map([...['east', 'west'].map((node) => [node, own(node)] as const)]);
    expect(sidesOf(two).map(({ isSplit }) => isSplit)).toEqual([false, false]);
  });

  test('name their nodes in the order of the scenario, however a node lists them', () => {
    const shuffled = (node: string) => ({
      ...clusterMoments()[0]!.nodes['rabbit1']!,
      running: node === 'rabbit10' ? ['rabbit2', 'rabbit10'] : ['rabbit10', 'rabbit2'],
    });
    const seen = new Map(['rabbit2', 'rabbit10'].map((node) => [node, shuffled(node)] as const));
    expect(sidesOf(seen).map(({ running }) => running)).toEqual([['rabbit2', 'rabbit10']]);
  });

  test('dispute the queues that they see differently', () => {
    expect([...disputedQueues(views(0))]).toEqual([]);
    expect([...disputedQueues(views(1))]).toEqual(['ha.q']);
  });
});

test('each different view is written once', () => {
  const packed = packMoments(['rabbit1', 'rabbit2', 'rabbit3'], clusterMoments(), 3);
  expect(packed.rows[0]).toEqual([0, 0, 0, 0]);
  expect(packed.rows[1]?.[2]).toBe(packed.rows[1]?.[3]);
  expect(packed.views.length).toBe(6);
});

test('events are found by time and told in words', () => {
  const events = sampleEvents();
  expect(firstAt(events, 13_912_000)).toBe(1);
  expect(firstAt(events, 99_000_000)).toBe(4);
  expect(eventAt(events, 2)).toEqual({
    timeUs: 13_913_000,
    record: 'queue_promoted',
    place: 'rabbit2',
    queue: 'ha.q',
    details: [['synchronised', 'yes']],
  });
});
