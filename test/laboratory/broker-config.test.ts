// A scenario's settings reach the real broker in rabbitmq.conf's spelling and units.

import { expect, test } from 'vitest';
import { addressesOf } from '../../sim/laboratory/addresses.ts';
import { advancedConfig, rabbitmqConf } from '../../sim/laboratory/broker-config.ts';
import { scenarioWith } from './scenario.ts';

function confOf(more: string): readonly string[] {
  const scenario = scenarioWith(more);
  const addresses = addressesOf(scenario.nodes.map(({ name }) => name));
  return rabbitmqConf(scenario, scenario.nodes[0]!.config, addresses).trim().split('\n');
}

test('every member is known by its full name', () => {
  expect(confOf('').filter((line) => line.includes('classic_config.nodes'))).toEqual([
    'cluster_formation.classic_config.nodes.1 = rabbit@rabbit1',
    'cluster_formation.classic_config.nodes.2 = rabbit@rabbit2',
    'cluster_formation.classic_config.nodes.3 = rabbit@rabbit3',
  ]);
});

test('partition handling, with its nodes', () => {
  expect(confOf('cluster_partition_handling: autoheal\n')).toContain('cluster_partition_handling = autoheal');
  const lines = confOf(
    'cluster_partition_handling: { pause_if_all_down: { nodes: [rabbit2], recover: ignore } }\n',
  );
  expect(lines).toContain('cluster_partition_handling = pause_if_all_down');
  expect(lines).toContain('cluster_partition_handling.pause_if_all_down.recover = ignore');
  expect(lines).toContain('cluster_partition_handling.pause_if_all_down.nodes.1 = rabbit@rabbit2');
});

test('settings in their own units', () => {
  const lines = confOf('config: { heartbeat: 10, consumer_timeout: 5000, mirroring_sync_batch_size: 20 }\n');
  expect(lines).toContain('heartbeat = 10');
  expect(lines).toContain('consumer_timeout = 5000');
  expect(lines).toContain('mirroring_sync_batch_size = 20');
});

test('what rabbitmq.conf of 3.10 has no key for is an Erlang term', () => {
  const scenario = scenarioWith('net_ticktime: 8s\nadvanced_config: { channel_operation_timeout: 9000 }\n');
  expect(advancedConfig(scenario, scenario.nodes[0]!.config)).toBe(
    '[{kernel, [{net_ticktime, 8}]}, {rabbit, [{channel_operation_timeout, 9000}]}].\n',
  );
  expect(confOf('').some((line) => line.startsWith('channel_operation_timeout'))).toBe(false);
});
