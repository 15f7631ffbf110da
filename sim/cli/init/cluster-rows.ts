/** The settings of a cluster from its `rabbitmq.conf`: what has a place of its own in a scenario, and the rest under `config`. */
import type { Data } from '../../scenario/document.ts';
import { shortNodeName } from '../../scenario/schema/values.ts';
import type { Setting } from './conf-file.ts';
import { textOf } from './flow-text.ts';
import { Row } from './row.ts';

/** RabbitMQ's, where a file says nothing. */
const defaultTicktimeS = 60;

export interface ClusterSettings {
  /** For the scenario's name; null where the file gives none. */
  readonly clusterName: string | null;
  /** As `cluster_formation.classic_config` lists them; empty where it does not. */
  readonly nodes: readonly string[];
  readonly netTicktimeS: number;
  /** Rows for the top level of the scenario. */
  readonly top: readonly Row[];
  readonly config: readonly Row[];
}

const secret = /pass|secret|token/i;
const nodeOfClassicConfig = /^cluster_formation\.classic_config\.nodes\.[^.]+$/;
const nodeToPause = /^cluster_partition_handling\.pause_if_all_down\.nodes\.[^.]+$/;
const recover = 'cluster_partition_handling.pause_if_all_down.recover';

export function clusterSettings(settings: readonly Setting[]): ClusterSettings {
  const valueOf = (wanted: string): string | null =>
    settings.find(({ key }) => key === wanted)?.value ?? null;
  const valuesOf = (pattern: RegExp): string[] =>
    settings.filter(({ key }) => pattern.test(key)).map(({ value }) => shortNodeName(value));
  const ticktime = valueOf('net_ticktime');
  const handling = valueOf('cluster_partition_handling') ?? 'ignore';
  const waited = valuesOf(nodeToPause);
  const pauseIfAllDown = { pause_if_all_down: { nodes: waited, recover: valueOf(recover) ?? 'ignore' } };
  const isPauseIfAllDown = handling === 'pause_if_all_down';
  const elsewhere = (key: string): boolean =>
    ['net_ticktime', 'cluster_partition_handling', 'cluster_name'].includes(key) ||
    (isPauseIfAllDown && (key === recover || nodeToPause.test(key)));
  return {
    clusterName: valueOf('cluster_name'),
    nodes: valuesOf(nodeOfClassicConfig),
    netTicktimeS: ticktime !== null && /^[1-9]\d{0,5}$/.test(ticktime) ? Number(ticktime) : defaultTicktimeS,
    top: [
      Row.setting('net_ticktime', `${ticktime ?? String(defaultTicktimeS)}s`),
      Row.setting('cluster_partition_handling', isPauseIfAllDown ? pauseIfAllDown : handling),
    ],
    config: settings
      .filter(({ key }) => !elsewhere(key))
      .map(({ key, value }) =>
        key === 'include'
          ? Row.comment(`include ${textOf(value)}: what a file includes is not read`)
          : Row.setting(key, secret.test(key) ? '***' : settingValue(value), '  '),
      ),
  };
}

function settingValue(text: string): Data {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(text) ? Number(text) : text;
}
