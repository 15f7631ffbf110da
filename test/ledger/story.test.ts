/** Promise: the story says who noticed what and what followed, each thing once, in at most fifteen lines. */
import { describe, expect, test } from 'vitest';
import { Story } from '../../sim/ledger/story.ts';
import * as cluster from '../../sim/records/cluster.ts';
import { nacked, published } from '../../sim/records/messages.ts';
import { Script } from './script.ts';

const S = 1_000_000;

/** The story of what `write` writes, up to 100 s. */
function told(write: (script: Script) => void): string[] {
  const script = new Script();
  const story = new Story(script.journal);
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  script.write(cluster.phase, { phase: 'workload' });
  write(script);
  return story.lines([], 100 * S).map(({ timeUs, sentence }) => `${timeUs / S} ${sentence}`);
}

describe('the story', () => {
  test('does not tell how the cluster formed', () => {
    const script = new Script();
    const story = new Story(script.journal);
    script.write(cluster.nodeStarted, { node: 'rabbit1' });
    expect(story.lines([], S)).toEqual([]);
  });

  test('a kill is one line: that the node died and its queue had no leader for a moment goes without saying', () => {
    const lines = told((script) => {
      script.at(5).write(cluster.faultBegan, { fault: 1, label: 'kill rabbit1', line: 1 });
      script.write(cluster.nodeKilled, { node: 'rabbit1' });
      script.write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'vm_died' });
      script.write(cluster.faultEnded, { fault: 1, label: '' });
      script.at(5.1).promote('q', 'rabbit2', true);
      script.write(cluster.queueUp, { queue: 'q', node: 'rabbit2' });
    });
    expect(lines).toEqual(['5 kill rabbit1', '5.1 rabbit2, synchronised, is promoted to lead q']);
  });

  test('a heal and the partition that ends by it are one line', () => {
    const lines = told((script) => {
      script.at(9).write(cluster.faultBegan, { fault: 2, label: 'heal every link', line: 2 });
      script.write(cluster.faultEnded, { fault: 1, label: 'the partition a | b ends' });
      script.write(cluster.faultEnded, { fault: 2, label: '' });
    });
    expect(lines).toEqual(['9 heal every link; the partition a | b ends']);
  });

  test('both sides of a partition are told who lost whom', () => {
    const lines = told((script) => {
      const pairs = ['rabbit3 rabbit1', 'rabbit1 rabbit3', 'rabbit2 rabbit1', 'rabbit1 rabbit2'];
      for (const [index, pair] of pairs.entries()) {
        const [node, peer] = pair.split(' ') as [string, string];
        script.at(20 + index / 10).write(cluster.nodedown, { node, peer, reason: 'net_tick_timeout' });
      }
    });
    expect(lines).toEqual(['20 rabbit2 and rabbit3 lose rabbit1', '20.1 rabbit1 loses rabbit2 and rabbit3']);
  });

  test('a promotion beside a leader that goes on is a split brain, and is told as one', () => {
    expect(told((script) => script.at(5).promote('q', 'rabbit2', true))).toEqual([
      '5 rabbit2, synchronised, is promoted to lead q, while rabbit1 goes on leading it, too',
    ]);
    expect(
      told((script) => script.at(4).state('rabbit1', 'frozen').at(5).promote('q', 'rabbit2', false)),
    ).toEqual(['5 rabbit2, NOT synchronised, is promoted to lead q, while rabbit1 is frozen as its leader']);
  });

  test('a queue without a leader is told of with how long', () => {
    const lines = told((script) => {
      script.at(5).write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'vm_died' });
      script.at(12).write(cluster.queueUp, { queue: 'q', node: 'rabbit1' });
      script.at(30).write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'vm_died' });
    });
    expect(lines).toEqual(['5 q cannot be used for 7.0 s', '30 q cannot be used any more']);
  });

  test('publishers that wait for confirms are told of with how long; those that never ask for any are not', () => {
    const lines = told((script) => {
      const publish = (n: number, workload = 'shop') =>
        script.write(published, { workload, message: `${workload}-${n}`, attempt: 1, node: 'rabbit1' });
      script.at(1);
      publish(1);
      publish(1, 'careless');
      script.at(1.1).confirm('shop-1').at(2);
      publish(2);
      script.at(7.5).write(nacked, { workload: 'shop', message: 'shop-2', node: 'rabbit1' }).at(50);
      publish(3);
    });
    expect(lines).toEqual(['2 shop gets no confirm for 5.5 s', '50 shop gets no confirm any more']);
  });

  test('a command that fails says how, one that works does not', () => {
    const lines = told((script) => {
      script
        .at(1)
        .write(cluster.operator, { command: 'stop_app', on: 'rabbit1', exit: 0, output: 'Stopping' });
      const output = 'Clustering node\nError:  unable to connect. See below\nmore';
      script.at(3).write(cluster.operator, { command: 'join_cluster a', on: 'rabbit1', exit: 69, output });
    });
    expect(lines).toEqual(['3 join_cluster a on rabbit1 fails with exit code 69: unable to connect']);
  });

  test('what happens again and again is one line with how often', () => {
    const lines = told((script) => {
      for (let n = 1; n <= 8; n += 1) {
        script.at(n * 10).write(cluster.faultBegan, { fault: n, label: 'cut the link', line: 1 });
      }
    });
    expect(lines).toEqual(['10 cut the link (8 times up to 80.0 s)']);
  });
});
