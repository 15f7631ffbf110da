/** Virtual hosts, permissions and limits of a node as `rabbitmqctl` changes and lists them: `VirtualHostControl` over its metadata. */
import { nameIn, resourceName, vhostOf } from '../records/resource-name.ts';
import { rabbitRoute, type BindingRecord } from '../broker/binding.ts';
import { rabbitExchange } from '../broker/exchange.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { listPolicies } from '../broker/policies.ts';
import { rabbitQueue } from '../broker/queue-record.ts';
import { clearTopicPermissions, listTopicPermissions, setTopicPermission } from '../broker/topic-access.ts';
import {
  AccessControl,
  addVhost,
  deleteVhost,
  listLimits,
  listVhosts,
  setLimits,
  setPermission,
  vhostExists,
} from '../broker/virtual-hosts.ts';
import { inApplication } from './in-application.ts';
import type { Done, Refusal } from './node-control.ts';
import type { RabbitNode } from './rabbit-node.ts';
import type { StepProcess } from './rabbit-process.ts';
import type { VirtualHostControl } from './virtual-host-control.ts';

export class RabbitVirtualHosts implements VirtualHostControl {
  private readonly node: RabbitNode;

  constructor(node: RabbitNode) {
    this.node = node;
  }

  add(vhost: string, done: Done): void {
    this.change(null, done, (context, steps, finish) => addVhost(context, steps, vhost, finish));
  }

  delete(vhost: string, done: Done): void {
    this.change(vhost, done, (context, steps, finish) => deleteVhost(context, steps, vhost, finish));
  }

  list(done: Parameters<VirtualHostControl['list']>[0]): void {
    this.read(null, done, ({ database }) => listVhosts(database));
  }

  setPermission(...[vhost, user, permission, done]: Parameters<VirtualHostControl['setPermission']>): void {
    this.change(vhost, done, (context, steps, finish) =>
      setPermission(context, steps, vhost, user, permission, finish),
    );
  }

  listPermissions(...[vhost, done]: Parameters<VirtualHostControl['listPermissions']>): void {
    const { permissions = [] } = this.node.settings.broker;
    this.read(vhost, done, ({ database }) => new AccessControl(database, permissions).list(vhost));
  }

  setTopicPermission(...[permission, done]: Parameters<VirtualHostControl['setTopicPermission']>): void {
    this.change(permission.vhost, done, (context, steps, finish) =>
      setTopicPermission(context, steps, permission, finish),
    );
  }

  clearTopicPermissions(
    ...[vhost, user, exchange, done]: Parameters<VirtualHostControl['clearTopicPermissions']>
  ): void {
    this.change(vhost, done, (context, steps, finish) =>
      clearTopicPermissions(context, steps, vhost, user, exchange, finish),
    );
  }

  listTopicPermissions(...[vhost, done]: Parameters<VirtualHostControl['listTopicPermissions']>): void {
    this.read(vhost, done, ({ database }) => listTopicPermissions(database, vhost));
  }

  setLimits(...[kind, subject, limits, done]: Parameters<VirtualHostControl['setLimits']>): void {
    this.change(kind === 'vhost' ? subject : null, done, (context, steps, finish) =>
      setLimits(context, steps, kind, subject, limits, finish),
    );
  }

  listLimits(...[kind, done]: Parameters<VirtualHostControl['listLimits']>): void {
    this.read(null, done, ({ database }) => listLimits(database, kind));
  }

  listExchanges(...[vhost, done]: Parameters<VirtualHostControl['listExchanges']>): void {
    this.read(vhost, done, ({ database }) =>
      [...database.entries(rabbitExchange)]
        .map(([, record]) => record)
        .filter(({ name }) => vhostOf(name) === vhost),
    );
  }

  listBindings(...[vhost, done]: Parameters<VirtualHostControl['listBindings']>): void {
    this.read(vhost, done, ({ database }) => {
      const implicit = [...database.entries(rabbitQueue)]
        .filter(([name]) => vhostOf(name) === vhost)
        .map(([name]): BindingRecord => {
          const routingKey = nameIn(name);
          const source = resourceName(vhost, '');
          return { source, destinationKind: 'queue', destination: name, routingKey, arguments: {} };
        });
      const made = [...database.entries(rabbitRoute)]
        .map(([, binding]) => binding)
        .filter(({ source }) => vhostOf(source) === vhost);
      return [...implicit, ...made];
    });
  }

  listPolicies(...[vhost, done]: Parameters<VirtualHostControl['listPolicies']>): void {
    this.read(vhost, done, ({ database }) =>
      listPolicies(database).filter((policy) => policy.vhost === vhost),
    );
  }

  /** A change of the metadata; refused where it is about a virtual host that is not there (null: about none). */
  private change(
    vhost: string | null,
    done: Done,
    work: (context: NodeContext, steps: StepProcess, finish: () => void) => void,
  ): void {
    inApplication(this.node, done, (context, steps, finish) => {
      const over = (refusal: Refusal | null): void => {
        finish();
        done(refusal);
      };
      if (vhost !== null && !vhostExists(context.database, vhost))
        over({ reason: 'no_such_vhost', detail: vhost });
      else work(context, steps, () => over(null));
    });
  }

  private read<Row>(
    vhost: string | null,
    done: (refusal: Refusal | null, rows: readonly Row[]) => void,
    list: (context: NodeContext) => readonly Row[],
  ): void {
    inApplication(
      this.node,
      (refusal) => done(refusal, []),
      (context, _steps, finish) => {
        finish();
        if (vhost !== null && !vhostExists(context.database, vhost))
          done({ reason: 'no_such_vhost', detail: vhost }, []);
        else done(null, list(context));
      },
    );
  }
}
