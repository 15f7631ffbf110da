// Members come and go by command, one at a time, and a majority of those there are decides (QQ-2, QQ-3).
import { describe, expect, test } from 'vitest';
import { consumer, elections, publisher, run } from './run.ts';

const nodes = ['rabbit1', 'rabbit2', 'rabbit3', 'rabbit4', 'rabbit5'];
const queues = (via: string, line: string, at: string): object => ({ at, 'rabbitmq-queues': line, on: via });

describe('a quorum queue among five nodes', () => {
  test('has three members, where it was declared and where there are fewest', () => {
    const result = run({ nodes, chaos: [] });
    expect(result.queues['q']).toMatchObject({ members: ['rabbit1', 'rabbit2', 'rabbit3'] });
    const small = { name: 'q', declare_on: 'rabbit4' };
    const args = { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 1 };
    const one = run({ nodes, queues: [{ ...small, arguments: args }], chaos: [] });
    expect(one.queues['q']).toMatchObject({ members: ['rabbit4'], leader: 'rabbit4' });
  });

  test('moves to other nodes without losing a message, its leader last', () => {
    const chaos = [
      queues('rabbit1', 'grow rabbit@rabbit4 all', '3s'),
      queues('rabbit1', 'grow rabbit@rabbit5 all', '4s'),
      queues('rabbit2', 'shrink rabbit@rabbit2', '5s'),
      queues('rabbit3', 'shrink rabbit@rabbit3', '6s'),
      queues('rabbit4', 'shrink rabbit@rabbit1', '7s'),
    ];
    const result = run({ nodes, workloads: [publisher('rabbit3')], chaos });
    expect(result.queues['q']).toMatchObject({
      members: expect.arrayContaining(['rabbit4', 'rabbit5']) as unknown,
    });
    expect((result.queues['q'] as unknown as { members: unknown[] }).members).toHaveLength(2);
    expect(result.messages).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0, duplicated: 0 });
    expect(result.messages.drained).toBe(result.messages.published);
  });

  test('keeps its last member', () => {
    const args = { 'x-queue-type': 'quorum', 'x-quorum-initial-group-size': 1 };
    const chaos = [queues('rabbit1', 'delete_member q rabbit@rabbit1', '2s')];
    const result = run({ nodes, queues: [{ name: 'q', declare_on: 'rabbit1', arguments: args }], chaos });
    expect(result.timeline.find(({ event }) => event === 'operator')).toMatchObject({
      exit: expect.any(Number) as unknown,
    });
    expect(result.queues['q']).toMatchObject({ members: ['rabbit1'], state: 'running' });
  });

  test('forgets the members of a node that is forgotten, and needs fewer from then on', () => {
    const chaos = [
      { at: '3s', kill: 'rabbit2' },
      { at: '5s', rabbitmqctl: 'forget_cluster_node rabbit@rabbit2', on: 'rabbit1' },
      { at: '7s', kill: 'rabbit3' },
    ];
    const result = run({ nodes, workloads: [publisher('rabbit4')], chaos });
    expect(result.queues['q']).toMatchObject({ members: ['rabbit1', 'rabbit3'], state: 'down' });
    // Out of reach, and on two disks.
    expect(result.messages.confirmed_lost).toBe(result.messages.unreachable);
  });

  test('is lost when its leader is cut off in the middle of its own removal: ra 2.0 lets it elect itself', () => {
    const result = run({
      nodes: ['rabbit1', 'rabbit2'],
      net_ticktime: '1s',
      workloads: [publisher('rabbit1')],
      chaos: [
        queues('rabbit2', 'shrink rabbit@rabbit1', '3s'),
        { at: '3.35s', for: '10s', partition: [['rabbit1'], ['rabbit2']] },
      ],
      settle: '20s',
    });
    // rabbit2 alone makes the queue and commits; the old leader, back, takes over without what rabbit2 has, fails over it, and begins again.
    const led = elections(result).map(({ node }) => node);
    expect(led[0]).toBe('rabbit2');
    expect(led.slice(1)).toContain('rabbit1');
    expect(result.messages.confirmed).toBeGreaterThan(400);
    expect(result.messages.unreachable).toBe(result.messages.confirmed);
  });

  test('is led from elsewhere while its node is under maintenance', () => {
    const chaos = [
      { at: '4s', 'rabbitmq-upgrade': 'drain', on: 'rabbit1' },
      { at: '8s', 'rabbitmq-upgrade': 'revive', on: 'rabbit1' },
    ];
    const result = run({ nodes, workloads: [publisher('rabbit4'), consumer('rabbit5')], chaos });
    expect(['rabbit2', 'rabbit3']).toContain(elections(result)[0]!.node);
    expect(result.messages).toMatchObject({ unconfirmed_lost: 0, duplicated: 0 });
    expect(result.queues['q']).toMatchObject({ online: ['rabbit1', 'rabbit2', 'rabbit3'] });
  });
});
