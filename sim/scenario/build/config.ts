/**
 * The settings of a node from `config`, in RabbitMQ's spelling and units: milliseconds, seconds or bytes without a unit as
 * `rabbitmq.conf` has them. Three answers to a key: simulated; RabbitMQ's but not modelled; unknown.
 */
import type { Path } from '../document.ts';
import type { BrokerConfig, MasterLocator } from '../model.ts';
import {
  advancedKeys,
  isUnmodelledKey,
  keysElsewhere,
  placeElsewhere,
  unmodelledKeys,
} from '../rabbitmq-conf.ts';
import { shown } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import type { Checker } from './checker.ts';

type Setting = string | number | boolean;
type Settings = { readonly [key: string]: Setting };

/** RabbitMQ 3.10's defaults. */
const defaults: BrokerConfig = {
  queueMasterLocator: 'client-local',
  heartbeatUs: 60_000_000,
  consumerTimeoutUs: 1_800_000_000,
  channelMax: 2_047,
  maxMessageSizeBytes: 134_217_728,
  mirroringSyncBatchSize: 4_096,
  mirroringSyncMaxThroughput: 0,
  mnesiaTableLoadingRetryTimeoutUs: 30_000_000,
  mnesiaTableLoadingRetryLimit: 10,
  clusterKeepaliveIntervalUs: 10_000_000,
  channelOperationTimeoutUs: 15_000_000,
  vmMemoryHighWatermark: { kind: 'relative', share: 0.4 },
  diskFreeLimit: { kind: 'absolute', bytes: 50_000_000 },
  unmodelled: {},
};

/** What a key's value becomes, or the word for what is needed. */
type Reader = (value: Setting) => Partial<BrokerConfig> | string;

/** A whole number of `unit`s, at least `least`. */
function whole(what: string, least: number, set: (number: number) => Partial<BrokerConfig>): Reader {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    const fits = typeof number === 'number' && Number.isInteger(number) && number >= least && number <= 1e12;
    return fits ? set(number) : what;
  };
}

/** rabbitmq.conf's information units: kB and kiB are not the same there. */
function bytes(set: (bytes: number) => Partial<BrokerConfig>): Reader {
  const units: Readonly<Record<string, number>> = {
    '': 1,
    k: 1_024,
    kiB: 1_024,
    kB: 1_000,
    KB: 1_000,
    M: 1_048_576,
    MiB: 1_048_576,
    MB: 1_000_000,
    G: 1_073_741_824,
    GiB: 1_073_741_824,
    GB: 1_000_000_000,
  };
  return (value) => {
    const match = /^(\d{1,12})(k|kiB|kB|KB|M|MiB|MB|G|GiB|GB)?$/.exec(String(value));
    const total = match ? Number(match[1]) * (units[match[2] ?? ''] ?? 1) : Number.NaN;
    return Number.isSafeInteger(total) ? set(total) : 'a size in bytes, or such as 2GB';
  };
}

function proportion(set: (share: number) => Partial<BrokerConfig>): Reader {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,3}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && number >= 0 && number <= 100
      ? set(number)
      : 'a fraction such as 0.4';
  };
}

const locators: readonly MasterLocator[] = ['client-local', 'min-masters', 'random'];

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    'queue_master_locator',
    (value) => {
      const locator = locators.find((known) => known === value);
      return locator ? { queueMasterLocator: locator } : `one of ${locators.join(', ')}`;
    },
  ],
  ['heartbeat', whole('a whole number of seconds', 0, (s) => ({ heartbeatUs: s * 1_000_000 }))],
  [
    'consumer_timeout',
    (value) =>
      value === false || value === 'undefined'
        ? { consumerTimeoutUs: null }
        : whole('a whole number of milliseconds', 1, (ms) => ({ consumerTimeoutUs: ms * 1_000 }))(value),
  ],
  ['channel_max', whole('a whole number, 0 for no limit', 0, (channelMax) => ({ channelMax }))],
  [
    'max_message_size',
    whole('a whole number of bytes', 1, (maxMessageSizeBytes) => ({ maxMessageSizeBytes })),
  ],
  [
    'mirroring_sync_batch_size',
    whole('a whole number of messages', 1, (mirroringSyncBatchSize) => ({ mirroringSyncBatchSize })),
  ],
  ['mirroring_sync_max_throughput', bytes((mirroringSyncMaxThroughput) => ({ mirroringSyncMaxThroughput }))],
  [
    'mnesia_table_loading_retry_timeout',
    whole('a whole number of milliseconds', 1, (ms) => ({ mnesiaTableLoadingRetryTimeoutUs: ms * 1_000 })),
  ],
  [
    'mnesia_table_loading_retry_limit',
    whole('a whole number', 1, (limit) => ({ mnesiaTableLoadingRetryLimit: limit })),
  ],
  [
    'cluster_keepalive_interval',
    whole('a whole number of milliseconds', 1, (ms) => ({ clusterKeepaliveIntervalUs: ms * 1_000 })),
  ],
  [
    'vm_memory_high_watermark.relative',
    proportion((share) => ({ vmMemoryHighWatermark: { kind: 'relative', share } })),
  ],
  [
    'vm_memory_high_watermark.absolute',
    bytes((total) => ({ vmMemoryHighWatermark: { kind: 'absolute', bytes: total } })),
  ],
  ['disk_free_limit.relative', proportion((share) => ({ diskFreeLimit: { kind: 'relative', share } }))],
  ['disk_free_limit.absolute', bytes((total) => ({ diskFreeLimit: { kind: 'absolute', bytes: total } }))],
]);

/** Settings of the application `rabbit` that rabbitmq.conf has no key for: they stand in advanced.config. */
const advancedReaders: ReadonlyMap<string, Reader> = new Map([
  [
    'channel_operation_timeout',
    whole('a whole number of milliseconds', 1, (ms) => ({ channelOperationTimeoutUs: ms * 1_000 })),
  ],
]);

/** What `advanced_config` adds to the defaults, for every node. */
export function advancedConfig(checker: Checker, path: Path, settings: Settings): BrokerConfig {
  let config = defaults;
  for (const [key, value] of Object.entries(settings)) {
    const at = [...path, key];
    const read = advancedReaders.get(key)?.(value);
    if (read !== undefined) {
      if (typeof read === 'string') checker.problem(at, `${key}: ${read} is needed, not ${shown(value)}`);
      else config = { ...config, ...read };
    } else if (advancedKeys.includes(key)) config = leftOut(checker, at, key, value, config);
    else
      checker.problem(
        at,
        `unknown key of advanced.config "${key.slice(0, 80)}"`,
        didYouMean(key, [...advancedReaders.keys(), ...advancedKeys]),
        'key',
      );
  }
  return config;
}

function leftOut(
  checker: Checker,
  at: Path,
  key: string,
  value: Setting,
  config: BrokerConfig,
): BrokerConfig {
  if (!checker.allowUnmodelled)
    checker.unmodelled(
      at,
      `RabbitMQ knows "${key}", but the simulator has no model of it`,
      'with --allow-unmodelled it is left out of account',
    );
  return { ...config, unmodelled: { ...config.unmodelled, [key]: value } };
}

/** One level of `config` (the scenario's, or a node's own) on top of what lies below it. */
export function brokerConfig(
  checker: Checker,
  path: Path,
  settings: Settings,
  below: BrokerConfig,
): BrokerConfig {
  let config = below;
  for (const [key, value] of Object.entries(settings)) {
    const at = [...path, key];
    const reader = readers.get(key);
    if (reader) {
      checker.uses(at, `config ${key}`);
      const read = reader(value);
      if (typeof read === 'string') checker.problem(at, `${key}: ${read} is needed, not ${shown(value)}`);
      else config = { ...config, ...read };
    } else if (placeElsewhere(key) !== undefined) {
      checker.problem(at, `"${key}" has a place of its own`, placeElsewhere(key), 'key');
    } else if (isUnmodelledKey(key)) config = leftOut(checker, at, key, value, config);
    else if (advancedReaders.has(key) || advancedKeys.includes(key)) {
      checker.problem(
        at,
        `rabbitmq.conf has no key "${key}"`,
        'RabbitMQ takes it in advanced.config: write it under advanced_config',
        'key',
      );
    } else {
      checker.problem(
        at,
        `unknown key of rabbitmq.conf "${key.slice(0, 80)}"`,
        didYouMean(key, known()),
        'key',
      );
    }
  }
  return config;
}

function known(): readonly string[] {
  return [...readers.keys(), ...keysElsewhere.keys(), ...unmodelledKeys];
}
