/** Promise: in a split brain each leader has its own mirrors, and what one side says of a mirror does not end it on the other. */
import { describe, expect, test } from 'vitest';
import { Lanes } from '../../sim/ledger/lanes.ts';
import * as cluster from '../../sim/records/cluster.ts';
import { Script } from './script.ts';

const S = 1_000_000;
const names = ['rabbit1', 'rabbit2', 'rabbit3'];

/** rabbit1 leads, rabbit2 and rabbit3 are synchronised mirrors. */
function three(): { script: Script; lanes: Lanes } {
  const script = new Script();
  const lanes = new Lanes(
    script.journal,
    names.map((name) => ({ name, state: 'running' as const })),
  );
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  for (const node of ['rabbit2', 'rabbit3']) {
    const mirror = { queue: 'q', node, by: node, leader: 'rabbit1' };
    script.write(cluster.mirrorAdded, mirror).write(cluster.mirrorSynchronised, mirror);
  }
  return { script, lanes };
}

/** rabbit1 is alone: rabbit3 is promoted over there, while rabbit1 writes off both mirrors. */
function split(script: Script): void {
  const listed = 'rabbit2 rabbit3';
  script.at(10).promote('q', 'rabbit3', true, 'failure', { listed, mirrors: 'rabbit2' });
  for (const node of ['rabbit2', 'rabbit3']) {
    script.at(11).write(cluster.mirrorRemoved, { queue: 'q', node, by: 'rabbit1', leader: 'rabbit1' });
  }
}

describe('a split brain', () => {
  test('leaves a mirror to the leader that it follows, whoever else writes it off', () => {
    const { script, lanes } = three();
    split(script);
    const [lane] = lanes.queueLanes(20 * S);
    expect(lane?.mirrors).toEqual([
      { node: 'rabbit2', fromUs: 0, toUs: 10 * S, synchronised: true },
      { node: 'rabbit3', fromUs: 0, toUs: 10 * S, synchronised: true },
      { node: 'rabbit2', fromUs: 10 * S, toUs: 20 * S, synchronised: true, leader: 'rabbit3' },
    ]);
    expect(lane?.leaders).toEqual([
      { node: 'rabbit1', fromUs: 0, toUs: 10 * S },
      { node: 'rabbit3', fromUs: 10 * S, toUs: 20 * S, view: ['rabbit3', 'rabbit2'] },
      { node: 'rabbit1', fromUs: 10 * S, toUs: 20 * S, view: ['rabbit1'] },
    ]);
  });

  test('is over when one of the two leaders ends; its own mirrors go with it, those of the other stay', () => {
    const { script, lanes } = three();
    split(script);
    script.at(15).write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'shutdown' });
    const [lane] = lanes.queueLanes(20 * S);
    expect(lane?.leaders.at(-1)).toEqual({ node: 'rabbit3', fromUs: 15 * S, toUs: 20 * S });
    expect(lane?.mirrors.at(-1)).toEqual({
      node: 'rabbit2',
      fromUs: 15 * S,
      toUs: 20 * S,
      synchronised: true,
    });
    expect(lane?.states.every(({ state }) => state === 'running')).toBe(true);
  });

  test('does not interrupt mirrors that are cut off, before one of them is promoted', () => {
    const { script, lanes } = three();
    for (const node of ['rabbit2', 'rabbit3']) {
      const removal = { queue: 'q', node, why: 'failure', by: 'rabbit1', leader: 'rabbit1' };
      script.at(9).write(cluster.mirrorRemoved, removal);
    }
    split(script);
    expect(
      lanes.queueLanes(20 * S)[0]?.mirrors.map(({ node, fromUs, toUs }) => [node, fromUs, toUs]),
    ).toEqual([
      ['rabbit2', 0, 10 * S],
      ['rabbit3', 0, 10 * S],
      ['rabbit2', 10 * S, 20 * S],
    ]);
  });

  test('a mirror removed by its own leader ends', () => {
    const { script, lanes } = three();
    split(script);
    const removal = { queue: 'q', node: 'rabbit2', by: 'rabbit3', leader: 'rabbit3' };
    script.at(15).write(cluster.mirrorRemoved, removal);
    expect(lanes.queueLanes(20 * S)[0]?.mirrors.at(-1)).toMatchObject({ node: 'rabbit2', toUs: 15 * S });
  });
});

describe('a dead leader', () => {
  test('leaves its mirrors standing until one is promoted; what the new leader does not have is gone', () => {
    const { script, lanes } = three();
    script.at(10).state('rabbit1', 'down', 'killed');
    script.at(12).promote('q', 'rabbit3', true);
    const [lane] = lanes.queueLanes(20 * S);
    expect(lane?.mirrors.map(({ node, toUs }) => [node, toUs])).toEqual([
      ['rabbit2', 12 * S],
      ['rabbit3', 12 * S],
    ]);
    expect(lane?.leaders).toEqual([
      { node: 'rabbit1', fromUs: 0, toUs: 10 * S },
      { node: 'rabbit3', fromUs: 12 * S, toUs: 20 * S },
    ]);
  });

  test('whose mirrors may not be promoted leaves none', () => {
    const { script, lanes } = three();
    script.at(10).state('rabbit1', 'down', 'killed');
    const refused = { queue: 'q', node: 'rabbit2', why: 'not_synchronised', by: 'rabbit2', leader: '' };
    script.at(11).write(cluster.mirrorRemoved, refused);
    const open = lanes.queueLanes(20 * S)[0]?.mirrors.filter(({ toUs }) => toUs === 20 * S);
    expect(open?.map(({ node }) => node)).toEqual(['rabbit3']);
  });
});
