/** Nodes with their settings and disks, partition handling, links, limits and timings, from what the file wrote. */
import type {
  BrokerConfig,
  ClientLinkRow,
  Duration,
  Limits,
  LinkProperties,
  LinkRow,
  NodePair,
  NodeSpec,
  PartitionHandling,
  Timings,
} from '../model.ts';
import type { Written } from '../schema/scenario.ts';
import { clustersOf } from '../clusters.ts';
import { defaultLimits, defaultTimings } from '../timings.ts';
import type { Checker } from './checker.ts';
import { checkClusters } from './clusters.ts';
import { advancedConfig, brokerConfig } from './config.ts';

const defaultFsync: Duration = { kind: 'fixed', us: 2_000 };

export function buildNodes(checker: Checker, written: Written): readonly NodeSpec[] {
  const nodes = nodeSpecs(checker, written);
  if (!checker.incomplete(['nodes'])) checkFormation(checker, nodes);
  return nodes;
}

/** Time 0 is a formed cluster: whoever is to be running then must be able to. */
function checkFormation(checker: Checker, nodes: readonly NodeSpec[]): void {
  if (nodes.length > 0 && nodes.every((node) => !node.running))
    checker.problem(['nodes'], 'no node runs at time 0');
  checkClusters(checker, nodes);
  for (const cluster of clustersOf(nodes)) {
    const members = cluster.nodes.filter((node) => node.clustered && node.running);
    const [first] = members;
    for (const { name, cookie } of members)
      if (first !== undefined && cookie !== first.cookie)
        checker.problem(
          ['nodes', name, 'cookie'],
          `with another Erlang cookie than ${first.name} it cannot belong to the cluster`,
          'clustered: false makes it a blank node of its own',
        );
  }
}

function nodeSpecs(checker: Checker, written: Written): readonly NodeSpec[] {
  const advanced = advancedConfig(checker, ['advanced_config'], written.advanced_config);
  const config = brokerConfig(checker, ['config'], written.config, advanced);
  for (const name of Object.keys(written.disks)) checker.known(['disks', name], name, ['node'], 'key');
  const { nodes } = written;
  if (Array.isArray(nodes)) {
    checker.distinct('node', nodes, (index) => ['nodes', index]);
    return nodes.map((name, index) =>
      node(checker, written, name, null, config, checker.line(['nodes', index])),
    );
  }
  const entries = Object.entries(nodes);
  if (entries.length === 0) checker.problem(['nodes'], 'a cluster needs a node');
  return entries.map(([name, settings]) => {
    const path = ['nodes', name];
    const own = brokerConfig(checker, [...path, 'config'], settings?.config ?? {}, config);
    if (settings?.clustered === false && !settings.running)
      checker.problem(
        [...path, 'running'],
        'a blank node that is not clustered has to run',
        undefined,
        'key',
      );
    return node(checker, written, name, settings, own, checker.line(path));
  });
}

type NodeSettings = Exclude<Written['nodes'], readonly string[]>[string];

function node(
  checker: Checker,
  written: Written,
  name: string,
  settings: NodeSettings,
  config: BrokerConfig,
  line: number,
): NodeSpec {
  const disk = written.disks[name];
  if (settings?.type === 'ram') checker.uses(['nodes', name, 'type'], 'node type ram', 'value');
  if (disk?.free !== undefined) checker.uses(['disks', name, 'free'], 'disk free');
  return {
    name,
    type: settings?.type ?? 'disc',
    cookie: settings?.cookie ?? 'watership',
    ...(settings?.cluster !== undefined && { cluster: settings.cluster }),
    clustered: settings?.clustered ?? true,
    running: settings?.running ?? true,
    config,
    disk: { fsync: disk?.fsync ?? defaultFsync, freeBytes: disk?.free ?? null },
    line,
  };
}

export function buildPartitionHandling(checker: Checker, written: Written): PartitionHandling {
  const handling = written.cluster_partition_handling;
  if (typeof handling === 'string') return { kind: handling };
  const { nodes, recover } = handling.pause_if_all_down;
  nodes.forEach((name, index) =>
    checker.known(['cluster_partition_handling', 'pause_if_all_down', 'nodes', index], name, ['node']),
  );
  return { kind: 'pause_if_all_down', nodes, recover };
}

type WrittenLink = Written['links'][number];

export function buildLinks(
  checker: Checker,
  written: Written,
  nodes: readonly string[],
): { readonly links: readonly LinkRow[]; readonly clientLinks: readonly ClientLinkRow[] } {
  const defaultLink = {
    latency: { kind: 'fixed', us: 100 },
    jitterUs: 0,
    bandwidthBitsPerSecond: null,
    loss: 0,
  } as const;
  const everyPair = pairsOf(nodes);
  const links: LinkRow[] = [{ pairs: everyPair, ...defaultLink }];
  const clientLinks: ClientLinkRow[] = [{ nodes, ...defaultLink }];
  written.links.forEach((row, index) => {
    if (row.between !== 'all') {
      const path = ['links', index, 'between'];
      if (row.clients) checker.nodes(path, row.between);
      else checker.machines(path, row.between);
    }
    const properties = linkProperties(row);
    if (Object.keys(properties).length > 0)
      links.push({ pairs: row.between === 'all' ? everyPair : [row.between], ...properties });
    if (row.clients)
      clientLinks.push({
        nodes: row.between === 'all' ? nodes : row.between,
        ...linkProperties(row.clients),
      });
    if (Object.keys(properties).length === 0 && !row.clients)
      checker.problem(
        ['links', index],
        'this row changes nothing',
        'latency, jitter, bandwidth, loss or clients is needed',
      );
  });
  return { links, clientLinks };
}

function linkProperties(row: NonNullable<WrittenLink['clients']>): LinkProperties {
  return {
    ...(row.latency && { latency: row.latency }),
    ...(row.jitter !== undefined && { jitterUs: row.jitter }),
    ...(row.bandwidth !== undefined && { bandwidthBitsPerSecond: row.bandwidth }),
    ...(row.loss !== undefined && { loss: row.loss }),
  };
}

function pairsOf(nodes: readonly string[]): readonly NodePair[] {
  return nodes.flatMap((a, index) => nodes.slice(index + 1).map((b): NodePair => [a, b]));
}

export function buildLimits(written: Written): Limits {
  const { limits } = written;
  return {
    events: limits.events ?? defaultLimits.events,
    virtualTimeUs: limits.virtual_time ?? defaultLimits.virtualTimeUs,
    messages: limits.messages ?? defaultLimits.messages,
  };
}

export function buildTimings(checker: Checker, written: Written): Timings {
  const { timings } = written;
  for (const key of Object.keys(timings)) checker.uses(['timings', key], `timing ${key}`);
  return {
    vmBoot: timings.vm_boot ?? defaultTimings.vmBoot,
    appBoot: timings.app_boot ?? defaultTimings.appBoot,
    appStop: timings.app_stop ?? defaultTimings.appStop,
    cli: timings.cli ?? defaultTimings.cli,
    reconnect: timings.reconnect ?? defaultTimings.reconnect,
  };
}
