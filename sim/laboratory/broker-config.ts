/**
 * A node's settings as the files that RabbitMQ reads: `rabbitmq.conf` in its spelling and units, and the Erlang settings that have no
 * place there. Also what the laboratory adds so that several brokers fit on a small machine, none of which any rule depends on.
 */
import type { NodeAddress } from './addresses.ts';
import type { BrokerConfig, PartitionHandling, Scenario } from '../scenario/model.ts';

const milliseconds = (us: number): number => Math.round(us / 1_000);
const seconds = (us: number): number => Math.round(us / 1_000_000);

/** The text of `rabbitmq.conf` for one node. `addresses`: of the members of its cluster. */
export function rabbitmqConf(
  { partitionHandling }: Pick<Scenario, 'partitionHandling'>,
  config: BrokerConfig,
  addresses: ReadonlyMap<string, NodeAddress>,
): string {
  const members = [...addresses.values()];
  const lines = [
    'listeners.tcp.default = 5672',
    'loopback_users = none',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...members.map(
      ({ erlangName }, at) => `cluster_formation.classic_config.nodes.${at + 1} = ${erlangName}`,
    ),
    ...partitionLines(partitionHandling, (name) => addresses.get(name)?.erlangName ?? `rabbit@${name}`),
    ...settingLines(config),
  ];
  return `${lines.join('\n')}\n`;
}

/** Partition handling in the words of `rabbitmq.conf`; `fullName` gives Erlang's name of a node. */
export function partitionLines(
  handling: PartitionHandling,
  fullName: (name: string) => string,
): readonly string[] {
  const key = 'cluster_partition_handling';
  if (handling.kind !== 'pause_if_all_down') return [`${key} = ${handling.kind}`];
  return [
    `${key} = pause_if_all_down`,
    `${key}.pause_if_all_down.recover = ${handling.recover}`,
    ...handling.nodes.map((name, at) => `${key}.pause_if_all_down.nodes.${at + 1} = ${fullName(name)}`),
  ];
}

/** All the other settings that have a place in `rabbitmq.conf`. */
export function settingLines(config: BrokerConfig): readonly string[] {
  const memory = config.vmMemoryHighWatermark;
  const disk = config.diskFreeLimit;
  return [
    `queue_master_locator = ${config.queueMasterLocator}`,
    `heartbeat = ${seconds(config.heartbeatUs)}`,
    // RabbitMQ has no word for never: a year is longer than any experiment.
    `consumer_timeout = ${milliseconds(config.consumerTimeoutUs ?? 31_536_000_000_000)}`,
    `channel_max = ${config.channelMax}`,
    `max_message_size = ${config.maxMessageSizeBytes}`,
    `mirroring_sync_batch_size = ${config.mirroringSyncBatchSize}`,
    `mirroring_sync_max_throughput = ${config.mirroringSyncMaxThroughput}`,
    `mnesia_table_loading_retry_timeout = ${milliseconds(config.mnesiaTableLoadingRetryTimeoutUs)}`,
    `mnesia_table_loading_retry_limit = ${config.mnesiaTableLoadingRetryLimit}`,
    `cluster_keepalive_interval = ${milliseconds(config.clusterKeepaliveIntervalUs)}`,
    memory.kind === 'relative'
      ? `vm_memory_high_watermark.relative = ${memory.share}`
      : `vm_memory_high_watermark.absolute = ${memory.bytes}`,
    disk.kind === 'relative'
      ? `disk_free_limit.relative = ${disk.share.toFixed(2)}`
      : `disk_free_limit.absolute = ${disk.bytes}`,
    ...Object.entries(config.unmodelled).map(
      ([key, value]) => `${key} = ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    ),
  ];
}

/** The text of `advanced.config`: what only Erlang terms can say. */
export function advancedConfig(
  { netTicktimeUs }: Pick<Scenario, 'netTicktimeUs'>,
  { channelOperationTimeoutUs }: BrokerConfig,
): string {
  const kernel = `{kernel, [{net_ticktime, ${seconds(netTicktimeUs)}}]}`;
  const rabbit = `{rabbit, [{channel_operation_timeout, ${milliseconds(channelOperationTimeoutUs)}}]}`;
  return `[${kernel}, ${rabbit}].\n`;
}
