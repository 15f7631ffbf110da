/**
 * What a node's log says, in the words of the timeline. RabbitMQ 3.10 writes a line for each thing that matters here, stamped with
 * microseconds; a message of several lines has its later lines indented or under the same stamp. Left out: what the timeline has no
 * word for, and mirrors added or synchronised, which the log counts by who logged.
 */
import type { TimelineEvent } from '../ledger/result.ts';
import { queueKey } from '../records/queue-key.ts';
import { shownIn } from '../records/resource-name.ts';

/** An event without its time: made from the node that logged and what the pattern caught. */
type Fields = Readonly<Record<string, string | readonly string[]>>;
type Reader = (node: string, caught: readonly string[], cluster: string) => Fields;

const ofPeer =
  (event: string): Reader =>
  (node, [peer = '']) => ({ event, node, peer: shortName(peer) });
const ofNode =
  (event: string): Reader =>
  (node) => ({ event, node });

const patterns: readonly (readonly [RegExp, Reader])[] = [
  [/^node (\S+) down: /, ofPeer('nodedown')],
  [/^node (\S+) up$/, ofPeer('nodeup')],
  [/^rabbit on node (\S+) down$/, ofPeer('rabbit_down')],
  [/^rabbit on node (\S+) up$/, ofPeer('rabbit_up')],
  [/^Cluster minority\/secondary status detected/, ofNode('node_paused')],
  [/^Successfully stopped RabbitMQ and its dependencies/, ofNode('node_stopped')],
  [/^Server startup complete/, ofNode('node_started')],
  [
    /^Mnesia\(.*?\): \*\* ERROR \*\* mnesia_event got \{inconsistent_database,\s*running_partitioned_network,\s*(\S+?)\}/,
    ofPeer('partition_detected'),
  ],
  [/^Partial partition detected:\s*\*? ?We saw DOWN from (\S+)/, ofPeer('partial_partition_detected')],
  // Stands below "Partial partition detected", and not indented as the lines of a message are.
  [/^We will therefore intentionally disconnect from (\S+)/, ofPeer('intentional_disconnect')],
  [
    /^Autoheal decision\s.*?\* Winner:\s*(\S+)\s*\* Losers:\s*(.*)$/s,
    (_node, [winner = '', losers = '']) => ({
      event: 'autoheal_winner',
      winner: shortName(winner),
      losers: [...losers.matchAll(/[\w@-]+/g)].map(([name]) => shortName(name)),
    }),
  ],
  [
    /^Autoheal: we were selected to restart; winner is (\S+)/,
    (node, [by = '']) => ({ event: 'node_restarting', node, by: shortName(by) }),
  ],
  [/^Autoheal finished according to winner/, ofNode('autoheal_finished')],
  [/^Autoheal: aborting/, ofNode('autoheal_aborted')],
  [
    /^Mirrored queue '(.*?)' in vhost '(.*?)': Promoting mirror/,
    (node, [queue = '', vhost = ''], cluster) => {
      return { event: 'queue_promoted', queue: queueKey(cluster, shownIn(vhost, queue)), node };
    },
  ],
  [
    /^(\w+) resource limit alarm (set|cleared) on node (\S+)/,
    (node, [resource = '', change = '']) => ({ event: `alarm_${change}`, node, resource }),
  ],
];

/** `'rabbit@rabbit1'.` is rabbit1. */
function shortName(written: string): string {
  return written.replaceAll(/['".,;]/g, '').replace(/^rabbit@/, '');
}

interface Entry {
  readonly atMs: number;
  readonly level: string;
  readonly pid: string;
  text: string;
}

/** Stamp, level, process. The colon of the zone is there in 3.10. */
const head = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3})(\d{3})([+-]\d\d:\d\d) \[(\w+)\] (<[\d.]+>) ?/;

/** The messages of a log, each with all its lines. Time in milliseconds since 1970, with a fraction. */
function entriesOf(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let current: Entry | undefined;
  for (const line of text.split('\n')) {
    const match = head.exec(line);
    if (match === null) {
      if (current !== undefined) current.text += `\n${line}`;
      continue;
    }
    const [all, day, time, micros, zone, level = '', pid = ''] = match;
    const atMs = Date.parse(`${day}T${time}${zone}`) + Number(micros) / 1_000;
    const rest = line.slice(all.length);
    const isContinued =
      current !== undefined &&
      current.pid === pid &&
      current.level === level &&
      atMs - current.atMs < 1 &&
      /^(?:\s|$)/.test(rest);
    if (isContinued && current !== undefined) {
      current.text += `\n${rest}`;
      continue;
    }
    current = { atMs, level, pid, text: rest };
    entries.push(current);
  }
  return entries;
}

/**
 * The timeline's events in a node's log. `originMs`: time 0 of the scenario; what was logged before it is left out. `cluster`: the key of
 * the node's (`clusters.ts`), by which its queues are called.
 */
export function logEvents(
  node: string,
  text: string,
  originMs: number,
  cluster = '',
): readonly TimelineEvent[] {
  return entriesOf(text).flatMap((entry) => {
    if (entry.atMs < originMs) return [];
    const message = entry.text.trim();
    for (const [pattern, read] of patterns) {
      const match = pattern.exec(message);
      if (match === null) continue;
      const { event, ...fields } = read(node, match.slice(1), cluster);
      return [{ time: (entry.atMs - originMs) / 1_000, event: String(event), ...fields }];
    }
    return [];
  });
}
