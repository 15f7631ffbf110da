/** A node as a command line tool on its machine finds it: `NodeControl` over the node, its broker and its metadata. */
import { resourceName } from '../records/resource-name.ts';
import { isBeingDrained } from '../broker/maintenance.ts';
import { clearPolicy, setPolicy } from '../broker/policies.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../broker/queue-record.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { vhostExists } from '../broker/virtual-hosts.ts';
import { NODE_MONITOR } from '../partitions/port.ts';
import type { MonitorStatus } from '../partitions/autoheal.ts';
import { cancelSyncQueue, syncQueue } from '../queues/mirrored/operator-calls.ts';
import { MembershipCommands } from './membership-commands.ts';
import type { ClusterStatus, Done, NodeControl, NodeType, PolicyCommand, QueueInfo } from './node-control.ts';
import { inApplication } from './in-application.ts';
import { askQueues, knownQueues } from './queue-info.ts';
import { RabbitLinks } from './rabbit-links.ts';
import { RabbitMaintenance } from './rabbit-maintenance.ts';
import { StepProcess } from './rabbit-process.ts';
import { RabbitVirtualHosts } from './rabbit-virtual-hosts.ts';
import type { RabbitNode } from './rabbit-node.ts';

export class RabbitNodeControl implements NodeControl {
  readonly maintenance: RabbitMaintenance;
  readonly virtualHosts: RabbitVirtualHosts;
  readonly links: RabbitLinks;
  private readonly node: RabbitNode;
  private readonly membership: MembershipCommands;

  constructor(node: RabbitNode, cite: (rule: { readonly index: number }) => void) {
    this.node = node;
    this.membership = new MembershipCommands(node, cite);
    this.maintenance = new RabbitMaintenance(node);
    this.virtualHosts = new RabbitVirtualHosts(node);
    this.links = new RabbitLinks(node);
  }

  get name(): string {
    return this.node.name;
  }

  vmState(): 'running' | 'frozen' | 'down' {
    const { vm } = this.node;
    if (vm === null) return 'down';
    return vm.isFrozen ? 'frozen' : 'running';
  }

  isAppRunning(): boolean {
    return this.node.application?.isUp === true;
  }

  nodeType(): NodeType {
    return this.membership.schema().find((member) => member.name === this.node.name)?.type ?? 'disc';
  }

  startApp(done: Done): void {
    this.node.startApplication('start_app', (error) =>
      done(
        error === null ? null : { reason: error === 'nodedown' ? 'nodedown' : 'boot_failed', detail: error },
      ),
    );
  }

  stopApp(done: Done): void {
    if (this.node.vm === null) done({ reason: 'nodedown' });
    else this.node.stopApplication('stop_app', () => done(null));
  }

  stopAndHalt(done: Done): void {
    if (this.node.vm === null) done({ reason: 'nodedown' });
    else this.node.stop(() => done(null));
  }

  reset(done: Done): void {
    this.membership.reset(done);
  }

  forceReset(done: Done): void {
    this.membership.forceReset(done);
  }

  forceBoot(): void {
    this.node.directory.forceLoad = true;
  }

  joinCluster(...[target, type, done]: Parameters<NodeControl['joinCluster']>): void {
    this.membership.join(target, type, done);
  }

  changeNodeType(type: NodeType, done: Done): void {
    this.membership.changeType(type, done);
  }

  forgetNode(node: string, done: Done): void {
    this.membership.forget(node, done);
  }

  forgetNodeOffline(node: string, done: Done): void {
    this.membership.forgetOffline(node, done);
  }

  // --- the broker ------------------------------------------------------------------------------------------

  private onQueue(
    queue: string,
    refuse: (refusal: { reason: 'nodedown' | 'not_found' }) => void,
    work: (
      context: NodeContext,
      steps: StepProcess,
      record: QueueRecord,
      type: QueueType,
      finish: () => void,
    ) => void,
  ): void {
    inApplication(this.node, refuse, (context, steps, finish) => {
      const record = context.database.read(rabbitQueue, queue);
      const type = record === undefined ? undefined : context.queueTypes.get(record.type);
      if (record === undefined || type === undefined) {
        finish();
        refuse({ reason: 'not_found' });
      } else work(context, steps, record, type, finish);
    });
  }

  setResourceLimit(...[resource, limit, done]: Parameters<NodeControl['setResourceLimit']>): void {
    const { application } = this.node;
    application?.resourceMonitors.setLimit(resource, limit);
    done(application === null ? { reason: 'nodedown' } : null);
  }

  /** As `onQueue`, for what only classic queues can be asked. */
  private onMirroredQueue(
    queue: string,
    done: Done,
    work: (steps: StepProcess, record: QueueRecord, finish: () => void) => void,
  ): void {
    this.onQueue(queue, done, (_context, steps, record, _type, finish) => {
      if (record.type === 'classic') work(steps, record, finish);
      else {
        finish();
        done({ reason: 'not_mirrored' });
      }
    });
  }

  setPolicy(policy: PolicyCommand, done: Done): void {
    inApplication(this.node, done, (context, steps, finish) => {
      if (!vhostExists(context.database, policy.vhost)) {
        finish();
        done({ reason: 'no_such_vhost', detail: policy.vhost });
        return;
      }
      setPolicy(context, steps, policy, () => {
        finish();
        done(null);
      });
    });
  }

  clearPolicy(vhost: string, name: string, done: Done): void {
    inApplication(this.node, done, (context, steps, finish) =>
      clearPolicy(context, steps, resourceName(vhost, name), (found) => {
        finish();
        done(found ? null : { reason: 'no_such_policy' });
      }),
    );
  }

  syncQueue(vhost: string, queue: string, done: Done): void {
    this.onMirroredQueue(resourceName(vhost, queue), done, (steps, record, finish) =>
      syncQueue(steps, record, (outcome) => {
        finish();
        done(outcome === 'not_mirrored' ? { reason: 'not_mirrored' } : null);
      }),
    );
  }

  cancelSyncQueue(vhost: string, queue: string, done: Done): void {
    this.onMirroredQueue(resourceName(vhost, queue), done, (steps, record, finish) =>
      cancelSyncQueue(steps, record, () => {
        finish();
        done(null);
      }),
    );
  }

  deleteQueue(...[vhost, queue, options, done]: Parameters<NodeControl['deleteQueue']>): void {
    const refuse = (refusal: { reason: 'nodedown' | 'not_found' }): void => done(refusal, 0);
    this.onQueue(resourceName(vhost, queue), refuse, (context, steps, record, type, finish) =>
      type.delete(context, steps, record, options, (outcome) => {
        finish();
        if (outcome === 'retry') done({ reason: 'not_found' }, 0);
        else if ('messageCount' in outcome) done(null, outcome.messageCount);
        else done({ reason: outcome.text.includes('in use') ? 'in_use' : 'not_empty' }, 0);
      }),
    );
  }

  purgeQueue(vhost: string, queue: string, done: Done): void {
    this.onQueue(resourceName(vhost, queue), done, (context, steps, record, type, finish) =>
      type.purge(context, steps, record, (count) => {
        finish();
        done(typeof count === 'number' ? null : { reason: 'not_found' });
      }),
    );
  }

  clusterStatus(done: (refusal: Parameters<Done>[0], status: ClusterStatus | null) => void): void {
    const { application, vm } = this.node;
    if (vm === null) {
      done({ reason: 'nodedown' }, null);
      return;
    }
    const schema = this.membership.schema();
    const running = application === null ? [] : application.mnesia.runningNodes();
    const named = (type: NodeType): string[] =>
      schema.filter((member) => member.type === type).map((member) => member.name);
    const partitions: { node: string; peers: readonly string[] }[] = [];
    const steps = new StepProcess(vm, 'rabbitmqctl_worker');
    const left = [...running];
    const next = (): void => {
      const node = left.shift();
      if (node === undefined) {
        steps.finish();
        const [discNodes, ramNodes] = [named('disc'), named('ram')];
        const clusterName = `rabbit@${this.name}`;
        const underMaintenance = running.filter(
          (node) => application !== null && isBeingDrained(application.context.database, node),
        );
        const alarms = application?.alarms ?? [];
        done(null, {
          clusterName,
          discNodes,
          ramNodes,
          runningNodes: running,
          alarms,
          partitions,
          underMaintenance,
        });
        return;
      }
      steps.request<MonitorStatus>(
        { node, name: NODE_MONITOR },
        { type: 'status' },
        {
          reply: (status) => {
            if (status.partitions.length > 0) partitions.push({ node, peers: status.partitions });
            next();
          },
          failed: next,
        },
      );
    };
    next();
  }

  listQueues(
    vhost: string,
    done: (refusal: Parameters<Done>[0], queues: readonly QueueInfo[]) => void,
  ): void {
    const refuse = (refusal: { reason: 'nodedown' }): void => done(refusal, []);
    inApplication(this.node, refuse, (context, steps, finish) =>
      askQueues(context, steps, knownQueues(context, vhost), (infos) => {
        finish();
        done(null, infos);
      }),
    );
  }
}
