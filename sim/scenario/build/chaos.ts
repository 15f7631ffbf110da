/** Chaos rows: the one verb of each, what goes with it, and what has to come before it. */
import type { Path } from '../document.ts';
import type { ChaosAction, ChaosRow, ChaosTime, ChaosVerb, EventPattern } from '../chaos-model.ts';
import type { FieldValue } from '../model.ts';
import { chaosVerbs } from '../schema/chaos.ts';
import type { Written, WrittenChaosRow } from '../schema/scenario.ts';
import { buildAmqpCall } from './amqp-call.ts';
import type { Checker } from './checker.ts';
import { commandLine } from './command-line.ts';
import { eventFields } from './events.ts';

/** Actions that can end by themselves. */
const endable: readonly ChaosVerb[] = [
  'partition',
  'cut',
  'cut_one_way',
  'delay',
  'drop',
  'throttle',
  'cut_clients',
  'freeze',
  'suspend',
  'freeze_client',
  'slow_disk',
  'fill_disk',
  'fill_memory',
];

/** All are drawn before the first of them happens. */
const mostSteps = 10_000;

/** Faults of a machine and its process, which a proxy has as well as a node. */
const machineVerbs: readonly ChaosVerb[] = ['kill', 'power_off', 'freeze', 'unfreeze', 'start'];

const tools = ['rabbitmqctl', 'rabbitmq-queues', 'rabbitmq-upgrade', 'rabbitmq-diagnostics'] as const;

/** Keys beside the verb that only some verbs take. */
const companions: Readonly<Record<'on' | 'via' | 'vhost' | 'downtime' | 'pause', readonly ChaosVerb[]>> = {
  on: ['rabbitmqctl', 'rabbitmq-queues', 'rabbitmq-upgrade', 'rabbitmq-diagnostics'],
  via: ['amqp'],
  vhost: ['amqp'],
  downtime: ['rolling_restart'],
  pause: ['rolling_restart'],
};

export function buildChaos(checker: Checker, written: Written, firstNode: string): readonly ChaosRow[] {
  return written.chaos.flatMap((row, index) => {
    const path = ['chaos', index];
    const when = buildTime(checker, row, path);
    const verbs = chaosVerbs.filter((verb) => row[verb] !== undefined);
    const [verb, second] = verbs;
    if (verb === undefined) {
      checker.problem(
        path,
        'the row does nothing: an action is needed',
        `such as ${chaosVerbs.slice(0, 10).join(', ')}`,
      );
      return [];
    }
    if (second !== undefined) {
      checker.problem(
        [...path, second],
        `a row has one action: this one has ${verb} already`,
        'write a row of its own',
        'key',
      );
      return [];
    }
    if (row.for !== undefined && !endable.includes(verb))
      checker.problem([...path, 'for'], `${verb} does not end by itself`, undefined, 'key');
    for (const key of ['on', 'via', 'vhost', 'downtime', 'pause'] as const)
      if (row[key] !== undefined && !companions[key].includes(verb))
        checker.problem([...path, key], `${verb} takes no "${key}"`, undefined, 'key');
    checker.uses([...path, verb], `chaos ${verb}`);
    const action = buildAction(checker, row, [...path, verb], firstNode, when);
    if (!action) return [];
    return [
      { index, when, forUs: row.for ?? null, action, text: checker.text(path), line: checker.line(path) },
    ];
  });
}

function buildTime(checker: Checker, row: WrittenChaosRow, path: Path): ChaosTime {
  if (row.after && row.at !== undefined)
    checker.problem([...path, 'after'], 'a row has at or after, not both', undefined, 'key');
  if (!row.after) {
    if (row.at === undefined) checker.problem(path, 'when? at or after is needed');
    return { kind: 'at', atUs: row.at ?? 0 };
  }
  const { event, plus } = row.after;
  const at = [...path, 'after'];
  const fields: Record<string, FieldValue> = {};
  for (const [field, values] of Object.entries(
    eventFields(checker, at, event, row.after, ['event', 'plus']),
  )) {
    const [value, other] = values;
    if (other !== undefined) checker.problem([...at, field], 'one value is needed here');
    fields[field] = value ?? null;
  }
  const pattern: EventPattern = { event, fields };
  return { kind: 'after', event: pattern, plusUs: plus };
}

function buildAction(
  checker: Checker,
  row: WrittenChaosRow,
  path: Path,
  firstNode: string,
  when: ChaosTime,
): ChaosAction | undefined {
  for (const verb of [
    'cut_clients',
    'kill',
    'power_off',
    'freeze',
    'unfreeze',
    'start',
    'fill_disk',
    'fill_memory',
  ] as const) {
    const nodes = row[verb];
    if (!nodes) continue;
    if (machineVerbs.includes(verb)) checker.machines(path, nodes);
    else checker.nodes(path, nodes);
    checker.distinct('node', nodes, (index) => [...path, index]);
    return { verb, nodes };
  }
  for (const verb of ['kill_client', 'freeze_client'] as const) {
    const workloads = row[verb];
    workloads?.forEach((name, index) =>
      checker.known(workloads.length > 1 ? [...path, index] : path, name, ['workload', 'client']),
    );
    if (workloads) return { verb, workloads };
  }
  for (const verb of ['cut', 'reset'] as const) {
    const between = row[verb];
    if (!between) continue;
    if (verb === 'cut') checker.machines(path, between);
    else checker.nodes(path, between);
    return { verb, between };
  }
  for (const verb of tools) {
    const command = row[verb];
    if (command !== undefined) return commandLine(checker, path, verb, command, row.on ?? firstNode);
  }
  if (row.cut_one_way) {
    checker.machines(path, row.cut_one_way);
    const [from, to] = row.cut_one_way;
    return { verb: 'cut_one_way', from, to };
  }
  if (row.partition) {
    row.partition.forEach((group, index) =>
      group.forEach((name, at) => checker.machine([...path, index, at], name)),
    );
    const places = row.partition.flatMap((group, index) => group.map((_, at) => [...path, index, at]));
    checker.distinct('node', row.partition.flat(), (index) => places[index] ?? path);
    return { verb: 'partition', groups: row.partition };
  }
  if (row.heal !== undefined) {
    if (row.heal === 'all') return { verb: 'heal', pairs: null };
    row.heal.forEach((pair, index) => checker.machines([...path, index], pair));
    return { verb: 'heal', pairs: row.heal };
  }
  return degradedLink(checker, row, path) ?? other(checker, row, path, firstNode, when);
}

function degradedLink(checker: Checker, row: WrittenChaosRow, path: Path): ChaosAction | undefined {
  const between = (row.delay ?? row.drop ?? row.throttle)?.between;
  if (!between) return undefined;
  checker.machines([...path, 'between'], between);
  if (row.delay) return { verb: 'delay', between, latency: row.delay.latency };
  if (row.drop) return { verb: 'drop', between, loss: row.drop.loss };
  if (row.throttle) return { verb: 'throttle', between, bandwidthBitsPerSecond: row.throttle.bandwidth };
  return undefined;
}

function other(
  checker: Checker,
  row: WrittenChaosRow,
  path: Path,
  firstNode: string,
  when: ChaosTime,
): ChaosAction | undefined {
  if (row.amqp) {
    const via = row.via ?? firstNode;
    checker.known([...path.slice(0, -1), 'via'], via, ['node']);
    const { vhost } = row;
    if (vhost !== undefined) checker.known([...path.slice(0, -1), 'vhost'], vhost, ['vhost']);
    const call = buildAmqpCall(checker, row.amqp, path);
    return call && { verb: 'amqp', via, ...(vhost !== undefined && vhost !== '/' && { vhost }), call };
  }
  if (row.crash_queue) {
    checker.known([...path, 'queue'], row.crash_queue.queue, ['queue']);
    checker.known([...path, 'on'], row.crash_queue.on, ['node']);
    return { verb: 'crash_queue', ...row.crash_queue };
  }
  if (row.suspend) {
    const { process, on } = row.suspend;
    checker.known([...path, 'on'], on, ['node']);
    if (process !== 'rabbit_node_monitor')
      checker.unmodelled(
        [...path, 'process'],
        `the simulator has no model of "${process.slice(0, 60)}" standing still`,
        'rabbit_node_monitor can be suspended',
        'value',
      );
    return { verb: 'suspend', ...row.suspend };
  }
  if (row.slow_disk) {
    checker.known([...path, 'node'], row.slow_disk.node, ['node']);
    return { verb: 'slow_disk', ...row.slow_disk };
  }
  if (row.rolling_restart) {
    row.rolling_restart.forEach((name, index) => checker.known([...path, index], name, ['node']));
    // Long enough for a VM to come back before the next one goes.
    return {
      verb: 'rolling_restart',
      nodes: row.rolling_restart,
      downtimeUs: row.downtime ?? 5_000_000,
      pauseUs: row.pause ?? 30_000_000,
    };
  }
  if (row.nemesis) {
    const { kinds, every, lasting, until } = row.nemesis;
    if (when.kind === 'at' && until <= when.atUs)
      checker.problem([...path, 'until'], 'it would end before it begins');
    if (until / every > mostSteps)
      checker.problem([...path, 'every'], `a nemesis takes at most ${mostSteps} steps, and these are more`);
    return { verb: 'nemesis', kinds, everyUs: every, lastingUs: lasting, untilUs: until };
  }
  return undefined;
}
