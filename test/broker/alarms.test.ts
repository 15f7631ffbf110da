/** Promise: who publishes while somebody is short is not read until that is over, and nobody else notices (BRK-44, BRK-45). */
import { describe, expect, test } from 'vitest';
import { ResourceMonitors } from '../../sim/broker/resource-monitors.ts';
import { MachineResources } from '../../sim/erlang/resources.ts';
import { deliveredTo, World } from './world.ts';

const ROUNDTRIP_US = 10_000;

describe('an alarm', () => {
  test('blocks a connection at its next publish; what it says meanwhile waits in order', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.ask({ type: 'confirm.select', channel: 1 });
    world.node.alarms.change('memory', true);
    expect(client.declare('other')).toMatchObject([{ type: 'queue.declare-ok' }]);
    client.heard.length = 0;
    client.publish('', 'q');
    expect(client.declare('third')).toEqual([{ type: 'connection.blocked', reason: 'low on memory' }]);
    expect(deliveredTo(world)).toEqual([]);
    world.node.alarms.change('disk', true);
    world.node.alarms.change('memory', false);
    world.run(ROUNDTRIP_US);
    client.heard.length = 0;
    world.node.alarms.change('disk', false);
    world.run(ROUNDTRIP_US);
    expect(client.heard.map(({ type }) => type)).toEqual([
      'connection.unblocked',
      'basic.ack',
      'queue.declare-ok',
    ]);
    expect(deliveredTo(world)).toEqual([['q']]);
    expect(world.records('alarm_set').map(({ resource }) => resource)).toEqual(['memory', 'disk']);
    expect(world.records('alarm_cleared')).toHaveLength(2);
  });

  test('that was there before meets a new connection, too; heartbeats are not missed meanwhile', () => {
    const world = new World();
    world.node.alarms.change('disk', true);
    const client = world.connect({ heartbeatUs: 1_000_000 });
    client.publish('', 'q');
    world.run(60_000_000);
    expect(client.heard).toEqual([{ type: 'connection.blocked', reason: 'low on disk' }]);
    expect(client.closedBy).toBeUndefined();
  });

  test('of another node ends with that node', () => {
    const world = new World();
    const client = world.connect();
    const remote = { type: 'remote_alarm', node: 'rabbit2', resource: 'memory', isSet: true };
    world.node.alarms.deliver(remote);
    world.run(ROUNDTRIP_US);
    client.publish('', 'q');
    world.run(ROUNDTRIP_US);
    world.node.alarms.nodeDown('rabbit2');
    world.run(ROUNDTRIP_US);
    expect(client.heard.map(({ type }) => type)).toEqual(['connection.blocked', 'connection.unblocked']);
    expect(world.records('alarm_set')).toEqual([]);
  });
});

describe('monitors', () => {
  function setUp(diskBytes: number | null = null) {
    const world = new World();
    const resources = new MachineResources(diskBytes);
    const { alarms } = world.node;
    const monitors = new ResourceMonitors(world.context, resources, alarms, {
      memory: { kind: 'relative', share: 0.4 },
      disk: { kind: 'absolute', bytes: 50_000_000 },
    });
    return { world, resources, alarms, monitors };
  }

  test('notice within their intervals: 2.5 s for memory, 10 s for a roomy disk, less for a small one', () => {
    const { world, resources, alarms, monitors } = setUp();
    monitors.start();
    resources.fillMemory(true);
    resources.fillDisk(true);
    expect([alarms.isSet('memory'), alarms.isSet('disk')]).toEqual([false, false]);
    world.run(2_500_000);
    expect(alarms.isSet('memory')).toBe(true);
    world.run(7_500_000);
    expect(alarms.isSet('disk')).toBe(true);
    const small = setUp(60_000_000);
    small.monitors.start();
    small.resources.fillDisk(true);
    small.world.run(110_000);
    expect(small.alarms.isSet('disk')).toBe(true);
  });

  test('look at once at the start and when a limit is set', () => {
    const { alarms, monitors } = setUp(10_000_000);
    monitors.start();
    expect([alarms.isSet('memory'), alarms.isSet('disk')]).toEqual([false, true]);
    monitors.setLimit('disk', { kind: 'absolute', bytes: 1_000 });
    monitors.setLimit('memory', { kind: 'absolute', bytes: 1_000_000 });
    expect([alarms.isSet('memory'), alarms.isSet('disk')]).toEqual([true, false]);
  });

  test('say nothing of what was over before they looked, or after they stopped', () => {
    const { world, resources, alarms, monitors } = setUp();
    monitors.start();
    resources.fillDisk(true);
    resources.fillDisk(false);
    monitors.stop();
    resources.fillMemory(true);
    world.run(20_000_000);
    expect([alarms.isSet('memory'), alarms.isSet('disk')]).toEqual([false, false]);
  });
});
