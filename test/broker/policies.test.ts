/** Promise: the policy of a queue is the first in falling priority whose pattern matches, and leaders learn of changes (CLU-26). */
import { describe, expect, test } from 'vitest';
import { clearPolicy, listPolicies, setPolicy, type PolicyRecord } from '../../sim/broker/policies.ts';
import { rabbitDurableQueue, rabbitQueue } from '../../sim/broker/queue-record.ts';
import { World } from './world.ts';

function policy(name: string, pattern: string, priority = 0, more: Partial<PolicyRecord> = {}): PolicyRecord {
  return {
    name,
    vhost: '/',
    pattern,
    priority,
    definition: { 'ha-mode': 'all' },
    applyTo: 'queues',
    ...more,
  };
}

function set(world: World, record: PolicyRecord): void {
  let done = false;
  setPolicy(world.context, world.caller(), record, () => (done = true));
  world.run(10_000);
  expect(done).toBe(true);
}

function told(world: World): string[] {
  return world.queues.seen.flatMap((seen) => (seen.what === 'policy' ? [seen.queue] : []));
}

describe('policies', () => {
  test('match anywhere in the name, apply to queues that exist and tell their leaders', () => {
    const world = new World();
    const client = world.connect();
    client.declare('orders.eu', { durable: true });
    client.declare('other');
    set(world, policy('ha', 'ders'));
    expect(told(world)).toEqual(['orders.eu']);
    const live = world.database.read(rabbitQueue, 'orders.eu')!;
    expect(live).toMatchObject({
      policy: { name: 'ha', definition: { 'ha-mode': 'all' } },
      policyVersion: 1,
    });
    expect(world.database.read(rabbitDurableQueue, 'orders.eu')).toMatchObject({ policy: { name: 'ha' } });
    expect(world.database.read(rabbitQueue, 'other')!.policy).toBeNull();
  });

  test('apply to queues declared later', () => {
    const world = new World();
    set(world, policy('ha', '^q'));
    world.connect().declare('q');
    expect(world.database.read(rabbitQueue, 'q')!.policy).toMatchObject({ name: 'ha' });
  });

  test('the highest priority wins; clearing it gives way to the next, once', () => {
    const world = new World();
    world.connect().declare('q');
    set(world, policy('low', 'q', 1));
    set(world, policy('high', 'q', 2, { definition: { 'ha-mode': 'exactly', 'ha-params': 2 } }));
    set(world, policy('lower', 'q', 0));
    expect(world.database.read(rabbitQueue, 'q')!.policy!.name).toBe('high');
    expect(told(world)).toEqual(['q', 'q']);
    const answers: boolean[] = [];
    clearPolicy(world.context, world.caller(), 'high', (found) => answers.push(found));
    world.run(10_000);
    clearPolicy(world.context, world.caller(), 'high', (found) => answers.push(found));
    world.run(10_000);
    expect(answers).toEqual([true, false]);
    expect(world.database.read(rabbitQueue, 'q')).toMatchObject({
      policy: { name: 'low' },
      policyVersion: 3,
    });
    expect(listPolicies(world.database).map(({ name }) => name)).toEqual(['low', 'lower']);
  });

  test('for exchanges leave queues alone', () => {
    const world = new World();
    world.connect().declare('q');
    set(world, policy('x', '.*', 0, { applyTo: 'exchanges' }));
    expect(world.database.read(rabbitQueue, 'q')!.policy).toBeNull();
  });
});
