/**
 * What a scenario has at time 0 that no AMQP client can declare, as the definitions file that `rabbitmqctl import_definitions` reads: virtual
 * hosts with their limits, users, permissions, policies, and the parameters of shovels and federation.
 */
import { DEFAULT_VHOST } from '../records/resource-name.ts';
import { clusterKeyOf } from '../scenario/clusters.ts';
import type { FieldTable, FieldValue, Scenario } from '../scenario/model.ts';
import { passwordOf } from './clients/dial.ts';

type Definitions = Readonly<Record<string, readonly unknown[]>>;

/** The component whose parameters are a virtual host's limits. */
const limitsComponent = 'vhost-limits';

/**
 * Who declares the set-up and drains what is left. In the default virtual host guest may do everything; where the scenario gives permissions
 * itself it is somebody whom it does not know.
 */
export function setUpUser({ topology: { vhosts, permissions } }: Pick<Scenario, 'topology'>): string {
  return vhosts.length + permissions.length === 0 ? 'guest' : 'laboratory';
}

/** Virtual hosts, users, permissions and policies of one cluster: what has to be there before queues are declared. */
export function hostingDefinitions({ topology }: Pick<Scenario, 'topology'>, cluster: string): Definitions {
  const { vhosts, permissions, topicPermissions = [], policies } = topology;
  const own = setUpUser({ topology });
  const isOurs = own !== 'guest';
  const everything = { configure: '.*', write: '.*', read: '.*' };
  const users = [...topology.users, ...(isOurs ? [{ name: own, tags: ['administrator'], limits: {} }] : [])];
  const everywhere = isOurs ? [...new Set([DEFAULT_VHOST, ...vhosts.map(({ name }) => name)])] : [];
  const limited = vhosts.flatMap(({ name, limits }) =>
    limits === undefined ? [] : [{ vhost: name, component: limitsComponent, name: 'limits', value: limits }],
  );
  return withoutEmpty({
    vhosts: vhosts.map(({ name }) => ({ name })),
    users: users.map(({ name, tags, limits = {} }) => {
      return { name, password: passwordOf(name), tags: tags.join(), limits };
    }),
    permissions: [
      ...everywhere.map((vhost) => ({ user: own, vhost, ...everything })),
      ...permissions.map(({ user, vhost, configure, write, read }) => {
        return { user, vhost, configure, write, read };
      }),
    ],
    topic_permissions: topicPermissions.map(({ user, vhost, exchange, write, read }) => {
      return { user, vhost, exchange, write, read };
    }),
    policies: policies
      .filter((policy) => (policy.cluster ?? '') === cluster)
      .map(({ vhost, name, pattern, applyTo, definition, priority }) => {
        return { vhost, name, pattern, 'apply-to': applyTo, definition: plain(definition), priority };
      }),
    parameters: limited,
  });
}

/** Parameters of shovels and federation of one cluster, which begin to work as soon as they are there. */
export function linkDefinitions({ topology }: Scenario, cluster: string): Definitions {
  return withoutEmpty({
    parameters: topology.parameters
      .filter((parameter) => (parameter.cluster ?? '') === cluster)
      .map(({ vhost, component, name, value }) => {
        return { vhost, component, name, value };
      }),
  });
}

/** Whether anything in the scenario is the business of these plugins. */
export function needsLinks({ topology, nodes, chaos }: Scenario): boolean {
  const sets = chaos.some(
    ({ action }) => 'words' in action && /^set_parameter|^shovel_|^federation_/.test(action.words[0] ?? ''),
  );
  return sets || topology.parameters.length > 0 || nodes.some(({ name }) => clusterKeyOf(nodes, name) !== '');
}

function withoutEmpty(definitions: Definitions): Definitions {
  return Object.fromEntries(Object.entries(definitions).filter(([, rows]) => rows.length > 0));
}

/** RabbitMQ's JSON knows no `null` in a definition, and nodes only by their full names. */
function plain(table: FieldTable): Readonly<Record<string, FieldValue>> {
  const given = Object.entries(table).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([key, value]) => [
      key,
      key === 'ha-params' && Array.isArray(value) ? value.map((name) => `rabbit@${String(name)}`) : value,
    ]),
  );
}
