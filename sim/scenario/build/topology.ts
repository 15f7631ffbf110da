/** What is declared before time 0, checked against itself as RabbitMQ would when it imports definitions. */
import { shownIn } from '../../records/resource-name.ts';
import { compilePattern, PatternError } from '../../amqp/pattern.ts';
import type { Path } from '../document.ts';
import { clustersOf, type Cluster } from '../clusters.ts';
import { declaringNode } from '../declaring-node.ts';
import type { NodeSpec, Topology } from '../model.ts';
import type { Written } from '../schema/scenario.ts';
import { checkExchangeArguments, checkMatch, checkQueueArguments, policyDefinition } from './arguments.ts';
import type { Checker } from './checker.ts';
import { clustersNamed, inCluster } from './clusters.ts';
import { predeclaredExchanges } from './names.ts';
import { checkParameter, checkStaticShovel } from './parameters.ts';

/** The exchanges of every vhost that the engine has, with their types. */
const ownExchanges: ReadonlyMap<string, string> = new Map([
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
]);

/** `nodes`: who is there at time 0 to declare it all. */
export function buildTopology(checker: Checker, written: Written, nodes: readonly NodeSpec[]): Topology {
  distinctNames(checker, 'vhosts', 'vhost', written.vhosts);
  distinctNames(checker, 'users', 'user', written.users);
  checker.distinct(
    'permission of the same user in the same vhost',
    written.permissions.map(({ user, vhost }) => `${user} in ${vhost}`),
    (index) => ['permissions', index, 'user'],
  );
  const row = <Row>(
    key: string,
    rows: readonly Row[],
  ): readonly { readonly row: Row; readonly path: Path; readonly line: number }[] =>
    rows.map((each, index) => ({ row: each, path: [key, index], line: checker.line([key, index]) }));
  const declared = <Row extends Declaration>(key: string, rows: readonly Row[]) =>
    row(key, rows).flatMap((each) =>
      clustersNamed(checker, nodes, each.path, each.row.cluster).map((cluster) => ({ ...each, cluster })),
    );
  const exchanges = declared('exchanges', written.exchanges);
  const queues = row('queues', written.queues).flatMap((each) =>
    homesOf(checker, nodes, each.path, each.row).map((cluster) => ({ ...each, cluster })),
  );
  const policies = declared('policies', written.policies);
  for (const { key } of clustersOf(nodes)) {
    distinctIn(checker, key, 'exchange', exchanges);
    distinctIn(checker, key, 'queue', queues);
    distinctIn(checker, key, 'policy', policies);
  }
  const declaredIn = declarations(exchanges, queues);
  return {
    vhosts: row('vhosts', written.vhosts).map(({ row: { name, limits }, line }) => ({
      name,
      ...(limits !== undefined && { limits }),
      line,
    })),
    users: row('users', written.users).map(({ row: { name, tags, limits }, line }) => {
      return {
        name,
        tags: typeof tags === 'string' ? tags.split(',').map((tag) => tag.trim()) : tags,
        ...(limits !== undefined && { limits }),
        line,
      };
    }),
    permissions: row('permissions', written.permissions).map(({ row: permission, path, line }) => {
      checker.known([...path, 'user'], permission.user, ['user']);
      checker.known([...path, 'vhost'], permission.vhost, ['vhost']);
      for (const key of ['configure', 'write', 'read'] as const)
        checkPattern(checker, [...path, key], permission[key]);
      return { ...permission, line };
    }),
    ...(written.topic_permissions.length > 0 && {
      topicPermissions: row('topic_permissions', written.topic_permissions).map(
        ({ row: permission, path, line }) => {
          checker.known([...path, 'user'], permission.user, ['user']);
          checkVhost(checker, path, permission.vhost);
          checker.knownIn(permission.vhost, [...path, 'exchange'], permission.exchange, 'exchange');
          for (const key of ['write', 'read'] as const)
            checkPattern(checker, [...path, key], permission[key].replaceAll(/\{(username|vhost)\}/g, 'x'));
          return { ...permission, line };
        },
      ),
    }),
    exchanges: exchanges.map(({ row: exchange, path, line, cluster }) => {
      checkVhost(checker, path, exchange.vhost);
      if (exchange.name.startsWith('amq.') && !predeclaredExchanges.includes(exchange.name))
        checker.problem([...path, 'name'], 'names that begin with "amq." are reserved');
      checker.uses([...path, 'type'], `exchange type ${exchange.type}`, 'value');
      checker.uses([...path, 'name'], `predeclared exchange ${exchange.name}`, 'value');
      const ownType = ownExchanges.get(exchange.name);
      const asDeclared = exchange.type === ownType && exchange.durable && !exchange.auto_delete;
      if (ownType !== undefined && (!asDeclared || exchange.internal))
        checker.problem([...path, 'name'], `every vhost has ${exchange.name} already: durable, ${ownType}`);
      checkExchangeArguments(checker, [...path, 'arguments'], exchange.arguments);
      const { name, vhost, type, durable, internal } = exchange;
      return {
        name,
        vhost,
        type,
        durable,
        autoDelete: exchange.auto_delete,
        internal,
        arguments: exchange.arguments,
        ...inCluster(cluster),
        line,
      };
    }),
    queues: queues.map(({ row: queue, path, line, cluster }) => {
      checkVhost(checker, path, queue.vhost);
      if (queue.name.startsWith('amq.'))
        checker.problem([...path, 'name'], 'names that begin with "amq." are reserved');
      checkQueueArguments(checker, [...path, 'arguments'], queue.arguments, queue.name);
      for (const key of ['durable', 'auto_delete'] as const)
        if (queue.arguments['x-queue-type'] === 'quorum' && queue[key] !== (key === 'durable'))
          checker.problem([...path, key], `RabbitMQ refuses a quorum queue with ${key}: ${queue[key]}`);
      if (queue.declare_on !== undefined) {
        checker.known([...path, 'declare_on'], queue.declare_on, ['node']);
        const node = nodes.find(({ name }) => name === queue.declare_on);
        if (node?.running === false)
          checker.problem([...path, 'declare_on'], `${node.name} does not run at time 0`);
      }
      const { name, vhost, durable } = queue;
      const declareOn = queue.declare_on ?? declaringNode(cluster.nodes);
      return {
        name,
        vhost,
        durable,
        autoDelete: queue.auto_delete,
        arguments: queue.arguments,
        declareOn,
        ...inCluster(cluster),
        line,
      };
    }),
    bindings: declared('bindings', written.bindings).map(({ row: binding, path, line, cluster }) => {
      checkVhost(checker, path, binding.vhost);
      checker.knownIn(binding.vhost, [...path, 'source'], binding.source, 'exchange');
      checker.knownIn(binding.vhost, [...path, 'destination'], binding.destination, binding.destination_type);
      checkBindable(checker, declaredIn(cluster, binding.vhost), path, binding, cluster.nodes);
      const { source, vhost, destination } = binding;
      const destinationType = binding.destination_type;
      return {
        source,
        vhost,
        destination,
        destinationType,
        routingKey: binding.routing_key,
        arguments: binding.arguments,
        ...inCluster(cluster),
        line,
      };
    }),
    policies: policies.map(({ row: policy, path, line, cluster }) => {
      checkVhost(checker, path, policy.vhost);
      checkPattern(checker, [...path, 'pattern'], policy.pattern);
      const definition = policyDefinition(checker, [...path, 'definition'], policy.definition);
      const { name, vhost, pattern, priority } = policy;
      return {
        name,
        vhost,
        pattern,
        applyTo: policy['apply-to'],
        priority,
        definition,
        ...inCluster(cluster),
        line,
      };
    }),
    ...staticShovels(checker, declared('shovels', written.shovels)),
    parameters: declared('parameters', written.parameters).map(({ row: parameter, path, line, cluster }) => {
      checkVhost(checker, path, parameter.vhost);
      if (parameter.vhost !== '/')
        checker.unmodelled(
          [...path, 'vhost'],
          'shovels and federation are only modelled in the default vhost /',
          undefined,
          'value',
        );
      checkParameter(checker, path, parameter);
      const { component, name, vhost, value } = parameter;
      return { component, name, vhost, value, ...inCluster(cluster), line };
    }),
  };
}

/** A binding is made at time 0, when only what the file's own lists declare is there, in the cluster of the exchange. */
function checkBindable(
  checker: Checker,
  { exchanges, queues }: Declared,
  path: Path,
  { source, destination, ...binding }: Written['bindings'][number],
  nodes: readonly NodeSpec[],
): void {
  const later = 'bind it by an amqp step (queue.bind, exchange.bind) once it is';
  const isLate = (exchange: string): boolean =>
    checker.names.exchange.has(shownIn(binding.vhost, exchange)) &&
    !predeclaredExchanges.includes(exchange) &&
    !exchanges.has(exchange);
  if (isLate(source)) checker.problem([...path, 'source'], `${source} is not declared at time 0`, later);
  const type = ownExchanges.get(source) ?? exchanges.get(source)?.type;
  if (type === 'headers') checkMatch(checker, [...path, 'arguments'], binding.arguments);
  if (binding.destination_type === 'exchange') {
    if (isLate(destination))
      checker.problem([...path, 'destination'], `${destination} is not declared at time 0`, later);
    return;
  }
  const queue = queues.get(destination);
  if (queue === undefined) {
    if (checker.names.queue.has(shownIn(binding.vhost, destination)))
      checker.problem([...path, 'destination'], `${destination} is not declared at time 0`, later);
    return;
  }
  const home = nodes.find(({ name }) => name === (queue.declare_on ?? declaringNode(nodes)));
  if (home?.clustered === false && home.name !== declaringNode(nodes))
    checker.problem([...path, 'destination'], `${destination} is on ${home.name}, outside the cluster`);
}

/** What one vhost of one cluster has at time 0, by name. */
interface Declared {
  readonly exchanges: ReadonlyMap<string, Written['exchanges'][number]>;
  readonly queues: ReadonlyMap<string, Written['queues'][number]>;
}

interface InCluster<Row> {
  readonly row: Row;
  readonly cluster: Cluster;
}

/** Looks up what is declared where, in one pass over the lists: an export has thousands of rows. */
function declarations(
  exchanges: readonly InCluster<Written['exchanges'][number]>[],
  queues: readonly InCluster<Written['queues'][number]>[],
): (cluster: Cluster, vhost: string) => Declared {
  const nothing: Declared = { exchanges: new Map(), queues: new Map() };
  const places = new Map<
    string,
    { exchanges: Map<string, Written['exchanges'][number]>; queues: Map<string, Written['queues'][number]> }
  >();
  const keyOf = (cluster: Cluster, vhost: string): string => JSON.stringify([cluster.key, vhost]);
  const placeOf = ({ row, cluster }: InCluster<{ readonly vhost: string }>) => {
    const key = keyOf(cluster, row.vhost);
    const place = places.get(key) ?? { exchanges: new Map(), queues: new Map() };
    places.set(key, place);
    return place;
  };
  for (const each of exchanges) placeOf(each).exchanges.set(each.row.name, each.row);
  for (const each of queues) placeOf(each).queues.set(each.row.name, each.row);
  return (cluster, vhost) => places.get(keyOf(cluster, vhost)) ?? nothing;
}

/** None where there are none, so that a file without them is the scenario it was before there were any. */
function staticShovels(
  checker: Checker,
  rows: readonly {
    readonly row: Written['shovels'][number];
    readonly path: Path;
    readonly line: number;
    readonly cluster: Cluster;
  }[],
): Pick<Topology, 'shovels'> {
  for (const { key } of rows.map(({ cluster }) => cluster)) {
    const own = rows.filter(({ cluster }) => cluster.key === key);
    const names = own.map(({ row }) => row.name);
    checker.distinct('shovel', names, (index) => [...own[index]!.path, 'name']);
  }
  const shovels = rows.map(({ row, path, line, cluster }) => {
    const { name, cluster: _cluster, ...value } = row;
    checkStaticShovel(checker, path, value);
    return { name, value, ...inCluster(cluster), line };
  });
  return shovels.length > 0 ? { shovels } : {};
}

interface Declaration {
  readonly cluster?: readonly string[] | undefined;
}

/** Where a queue is declared: in the cluster of its node, or in those it names. */
function homesOf(
  checker: Checker,
  nodes: readonly NodeSpec[],
  path: Path,
  queue: Written['queues'][number],
): readonly Cluster[] {
  const named = clustersNamed(checker, nodes, path, queue.cluster);
  const home = clustersOf(nodes).find((cluster) =>
    cluster.nodes.some(({ name }) => name === queue.declare_on),
  );
  if (home === undefined) return named;
  if (queue.cluster !== undefined && !(named.length === 1 && named[0]!.key === home.key))
    checker.problem([...path, 'declare_on'], `${queue.declare_on} belongs to the cluster ${home.name}`);
  return [home];
}

/** No two of them share a name in one cluster. */
function distinctIn(
  checker: Checker,
  key: string,
  what: string,
  rows: readonly {
    readonly row: { readonly name: string; readonly vhost: string };
    readonly path: Path;
    readonly cluster: Cluster;
  }[],
): void {
  const own = rows.filter(({ cluster }) => cluster.key === key);
  const names = own.map(({ row: { name, vhost } }) => (vhost === '/' ? name : `${vhost}/${name}`));
  checker.distinct(what, names, (index) => [...own[index]!.path, 'name']);
}

function distinctNames(
  checker: Checker,
  key: string,
  what: string,
  rows: readonly { readonly name: string }[],
): void {
  const names = rows.map(({ name }) => name);
  checker.distinct(what, names, (index) => [key, index, 'name']);
}

function checkVhost(checker: Checker, path: Path, vhost: string): void {
  checker.known([...path, 'vhost'], vhost, ['vhost']);
}

function checkPattern(checker: Checker, path: Path, pattern: string): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    checker.problem(path, `the pattern cannot be used: ${error.message} (at character ${error.offset + 1})`);
  }
}
