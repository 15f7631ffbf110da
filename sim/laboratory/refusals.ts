/**
 * What the language can say and the real arm cannot do, found before anything is started. Each is a problem at its line, as a scenario's own
 * mistakes are. Refused are things that nobody can do to a real broker from outside (crash one process, slow one disk), things that need a
 * kernel the laboratory does not ask for (latency), and what would take longer than a person waits.
 */
import { ScenarioError, type Problem } from '../scenario/problem.ts';
import type { ChaosRow, LinkProperties, Scenario, Workload } from '../scenario/model.ts';
import { Schedule } from '../run/schedule.ts';

/** Names that may be a host's, a file's and an Erlang node's at once. */
const safeName = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/;
const nodesMax = 7;
const secondsMax = 1_800;
const messagesPerSecondMax = 5_000;
const clientsMax = 200;
/** The switch has this latency anyway, or less. */
const latencyUsMax = 1_000;

const undoable: ReadonlyMap<ChaosRow['action']['verb'], string> = new Map([
  ['delay', 'the latency of a link is fixed: that needs netem'],
  ['crash_queue', 'a single process of a real node cannot be crashed from outside'],
  ['suspend', 'a single process of a real node cannot be suspended from outside'],
  ['freeze_client', 'the clients share one process, so one of them cannot stand still'],
  ['slow_disk', 'the disk of a real node is this machine’s'],
  ['fill_disk', 'the disk of a real node is this machine’s'],
  ['fill_memory', 'the memory of a real node is this machine’s'],
  ['nemesis', 'a nemesis draws from the seed, and reality has none: write the steps out'],
]);

/** Throws ScenarioError that names everything at once; nothing has been started. */
export function refuseUndoable(scenario: Scenario): void {
  const found: { readonly line: number; readonly message: string }[] = [];
  const refuse = (line: number, message: string): void => void found.push({ line, message });
  refuseNodes(scenario, refuse);
  refuseTopology(scenario, refuse);
  refuseLinks(scenario, refuse);
  for (const workload of scenario.workloads) refuseWorkload(workload, refuse);
  for (const { action, when, line } of scenario.chaos) {
    if (when.kind === 'after')
      refuse(line, '"after" waits for an event of the simulation: give the row an "at"');
    const why = undoable.get(action.verb);
    if (why !== undefined) refuse(line, `${action.verb}: ${why}`);
  }
  refuseExcess(scenario, refuse);
  if (found.length === 0) return;
  throw new ScenarioError(found.map(({ line, message }) => problemAt(scenario, line, message)));
}

type Refuse = (line: number, message: string) => void;

function refuseNodes({ nodes }: Scenario, refuse: Refuse): void {
  const cookie = nodes[0]?.cookie;
  const seen = new Set<string>();
  for (const node of nodes) {
    const { line } = node;
    const lower = node.name.toLowerCase();
    if (!safeName.test(node.name) || lower === 'localhost' || seen.has(lower))
      refuse(line, `"${node.name}" cannot be the name of a host: letters, digits, - and _, each name once`);
    seen.add(lower);
    if (node.type === 'ram') refuse(line, `${node.name}: RAM nodes are not made`);
    if (!node.clustered || !node.running)
      refuse(line, `${node.name}: every node is a running member at time 0, others are not made`);
    if (node.cookie !== cookie) refuse(line, `${node.name}: all nodes share one cookie`);
    if (node.disk.freeBytes !== null) refuse(line, `${node.name}: the disk of a real node is this machine’s`);
  }
  if (nodes.length > nodesMax)
    refuse(nodes[nodesMax]!.line, `at most ${nodesMax} real nodes fit on one machine`);
}

function refuseTopology({ topology, proxies }: Scenario, refuse: Refuse): void {
  for (const { name, line } of topology.shovels ?? [])
    refuse(line, `shovel ${name}: static shovels are not made, parameters of shovels are`);
  for (const { name, line } of proxies)
    if (!safeName.test(name))
      refuse(line, `"${name}" cannot be the name of a host: letters, digits, - and _`);
}

function refuseLinks({ links, clientLinks, source }: Scenario, refuse: Refuse): void {
  const line =
    Math.max(
      0,
      source.text.split('\n').findIndex((text) => text.startsWith('links:')),
    ) + 1;
  const isSlow = ({ latency, jitterUs }: LinkProperties): boolean => {
    const us = latency?.kind === 'lognormal' ? latency.p99Us : (latency?.us ?? 0);
    return us > latencyUsMax || (jitterUs ?? 0) > latencyUsMax;
  };
  if ([...links, ...clientLinks].some(isSlow))
    refuse(line, 'links have the latency of this machine, below 1 ms: more needs netem');
  if (clientLinks.some((row) => (row.bandwidthBitsPerSecond ?? null) !== null || (row.loss ?? 0) > 0))
    refuse(line, 'links of clients are not shaped');
}

function refuseWorkload(workload: Workload, refuse: Refuse): void {
  const { name, line } = workload;
  if (workload.library !== undefined)
    refuse(line, `workload ${name}: the real clients are amqplib's, not ${workload.library}'s`);
}

/** What a person would not wait for, or one process of Node cannot do. */
function refuseExcess(scenario: Scenario, refuse: Refuse): void {
  const seconds = new Schedule(scenario).endUs / 1_000_000;
  if (seconds > secondsMax)
    refuse(1, `it lasts ${seconds} s of real time, and at most ${secondsMax} s are waited for`);
  let rate = 0;
  let clients = 0;
  for (const workload of scenario.workloads) {
    clients += workload.count;
    if (workload.kind === 'publish') rate += (workload.ratePerSecond ?? 0) * workload.count;
  }
  if (rate > messagesPerSecondMax)
    refuse(1, `${rate} messages a second are more than the real clients manage (${messagesPerSecondMax})`);
  if (clients > clientsMax) refuse(1, `${clients} clients are more than the real arm starts (${clientsMax})`);
}

function problemAt({ source }: Scenario, line: number, message: string): Problem {
  const excerpt = source.text.split('\n')[line - 1] ?? '';
  const column = Math.max(0, excerpt.search(/\S/)) + 1;
  return {
    kind: 'invalid',
    file: source.file,
    line,
    column,
    excerpt,
    message: `not on a real cluster: ${message}`,
  };
}
