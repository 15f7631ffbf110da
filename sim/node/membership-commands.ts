/**
 * Commands that change who belongs to the cluster, as the node does them: join, reset, forget (CLU-2, CLU-3, CLU-6, CLU-19, CLU-20).
 * Sentences and exit codes are the operator's room; here are the conditions and the work.
 */
import {
  MEMBERSHIP,
  MembershipService,
  type AddMember,
  type MemberView,
  type RemoveMember,
} from '../cluster/membership.ts';
import { OfflineDatabase } from '../cluster/offline-database.ts';
import { SCHEMA_KEY, schemaTable, type SchemaNode } from '../cluster/table-store.ts';
import type { Done, NodeType } from './node-control.ts';
import { rehomeDurableQueues, rehomeWithin } from '../queues/mirrored/rehome.ts';
import { shrink } from './queue-operations.ts';
import { rule } from '../rules/registry.ts';
import type { RabbitNode } from './rabbit-node.ts';
import { StepProcess } from './rabbit-process.ts';

const CLU_2 = rule('CLU-2');
const CLU_3 = rule('CLU-3');
const CLU_6 = rule('CLU-6');
const CLU_19 = rule('CLU-19');
const CLU_20 = rule('CLU-20');

export class MembershipCommands {
  private readonly node: RabbitNode;
  private readonly cite: (rule: { readonly index: number }) => void;

  constructor(node: RabbitNode, cite: (rule: { readonly index: number }) => void) {
    this.node = node;
    this.cite = cite;
  }

  /** The schema as this node's disk has it. */
  schema(): readonly SchemaNode[] {
    const rows = this.node.directory.discTables.get(schemaTable.name);
    return (rows?.get(SCHEMA_KEY) as readonly SchemaNode[] | undefined) ?? [];
  }

  private saveSchema(schema: readonly SchemaNode[]): void {
    this.node.directory.discTables.set(schemaTable.name, new Map([[SCHEMA_KEY, schema]]));
  }

  private isOnlyDiscNode(): boolean {
    const schema = this.schema();
    const discNodes = schema.filter((member) => member.type === 'disc');
    return schema.length > 1 && discNodes.length === 1 && discNodes[0]!.name === this.node.name;
  }

  /** Asks a member's Mnesia what it knows; null when it cannot be asked or its tables are not there. */
  private view(target: string, answer: (view: MemberView | null) => void): void {
    this.node.vm!.remoteCall(target, MembershipService.view, { reply: answer, failed: () => answer(null) });
  }

  join(target: string, type: NodeType, done: (refusal: Parameters<Done>[0], already: boolean) => void): void {
    const { node } = this;
    if (node.vm === null) return done({ reason: 'nodedown' }, false);
    if (node.application !== null) return done({ reason: 'mnesia_unexpectedly_running' }, false);
    if (target === node.name) return done({ reason: 'cannot_cluster_node_with_itself' }, false);
    this.cite(CLU_3);
    if (this.isOnlyDiscNode()) return done({ reason: 'clustering_only_disc_node' }, false);
    this.view(target, (view) => {
      if (view === null) {
        const isRefused = node.vm?.netKernel.refusedBy.has(target) === true;
        return done({ reason: isRefused ? 'cookie_refused' : 'cannot_reach_node', detail: target }, false);
      }
      if (view.members.includes(node.name)) {
        if (this.schema().some((member) => member.name === target)) return done(null, true);
        const detail =
          `Node rabbit@${target} thinks it's clustered with node rabbit@${node.name}, ` +
          `but rabbit@${node.name} disagrees`;
        return done({ reason: 'inconsistent_cluster', detail }, false);
      }
      this.cite(CLU_2);
      node.wipe(CLU_2);
      const steps = new StepProcess(node.vm!, 'join_cluster');
      const request: AddMember = { type: 'add_member', member: { name: node.name, type } };
      steps.request<readonly SchemaNode[]>({ node: target, name: MEMBERSHIP }, request, {
        reply: (schema) => {
          this.saveSchema(schema);
          steps.finish();
          done(null, false);
        },
        failed: () => {
          steps.finish();
          done({ reason: 'cannot_reach_node', detail: target }, false);
        },
      });
    });
  }

  /** Leaves the cluster, if there is one, and wipes the disk. */
  reset(done: Done): void {
    const { node } = this;
    if (node.vm === null) return done({ reason: 'nodedown' });
    if (node.application !== null) return done({ reason: 'mnesia_unexpectedly_running' });
    this.cite(CLU_6);
    const others = this.schema().filter((member) => member.name !== node.name);
    if (others.length === 0) {
      node.wipe(CLU_6);
      return done(null);
    }
    if (this.isOnlyDiscNode()) return done({ reason: 'resetting_only_disc_node' });
    this.askRunning(
      others.map((member) => member.name),
      { type: 'remove_member', node: node.name } satisfies RemoveMember,
      (schema) => {
        if (schema === null) return done({ reason: 'no_online_cluster_nodes' });
        node.wipe(CLU_6);
        done(null);
      },
    );
  }

  forceReset(done: Done): void {
    const { node } = this;
    if (node.vm === null) return done({ reason: 'nodedown' });
    if (node.application !== null) return done({ reason: 'mnesia_unexpectedly_running' });
    this.cite(CLU_6);
    node.wipe(CLU_6);
    done(null);
  }

  changeType(type: NodeType, done: Done): void {
    const { node } = this;
    if (node.vm === null) return done({ reason: 'nodedown' });
    if (node.application !== null) return done({ reason: 'mnesia_unexpectedly_running' });
    const others = this.schema().filter((member) => member.name !== node.name);
    if (others.length === 0) return done({ reason: 'not_clustered' });
    if (type === 'ram' && this.isOnlyDiscNode()) return done({ reason: 'resetting_only_disc_node' });
    this.askRunning(
      others.map((member) => member.name),
      { type: 'add_member', member: { name: node.name, type } } satisfies AddMember,
      (schema) => {
        if (schema === null) return done({ reason: 'no_online_cluster_nodes' });
        this.saveSchema(schema);
        done(null);
      },
    );
  }

  /** Puts a question to the first of these members that can answer it; null when none can. */
  private askRunning(
    members: string[],
    request: AddMember | RemoveMember,
    answer: (schema: readonly SchemaNode[] | null) => void,
  ): void {
    const member = members.shift();
    if (member === undefined) return answer(null);
    const steps = new StepProcess(this.node.vm!, 'rabbitmqctl_worker');
    steps.request<readonly SchemaNode[]>({ node: member, name: MEMBERSHIP }, request, {
      reply: (schema) => {
        steps.finish();
        answer(schema);
      },
      failed: () => {
        steps.finish();
        this.askRunning(members, request, answer);
      },
    });
  }

  /** Online: removes a member whose Mnesia is down, and gives its queues to mirrors that are stopped, too (CLU-19). */
  forget(dead: string, done: Done): void {
    const { node } = this;
    const app = node.application;
    if (node.vm === null) return done({ reason: 'nodedown' });
    if (app === null || !app.isUp) return done({ reason: 'removing_node_from_offline_node' });
    if (!app.mnesia.members().includes(dead)) return done({ reason: 'not_a_cluster_node' });
    if (dead === node.name || app.mnesia.isRunning(dead))
      return done({ reason: 'failed_to_remove_active_node', detail: dead });
    this.cite(CLU_19);
    const steps = new StepProcess(node.vm, 'forget_cluster_node');
    const request: RemoveMember = { type: 'remove_member', node: dead };
    steps.request<unknown>({ node: node.name, name: MEMBERSHIP }, request, {
      reply: () =>
        rehomeDurableQueues(app.context, steps, dead, () =>
          // The tool then takes the node's members out of every quorum queue.
          shrink(app.context, steps, dead, () => {
            steps.finish();
            done(null);
          }),
        ),
      failed: () => {
        steps.finish();
        done({ reason: 'nodedown' });
      },
    });
  }

  /** Offline: works on the disk of a stopped node, which may load its tables without waiting at its next boot (CLU-20). */
  forgetOffline(dead: string, done: Done): void {
    const { node } = this;
    if (node.vm !== null) return done({ reason: 'online_node_offline_flag' });
    if (!this.schema().some((member) => member.name === dead)) return done({ reason: 'not_a_cluster_node' });
    this.cite(CLU_20);
    const database = new OfflineDatabase(node.name, node.directory);
    database.change((transaction) => {
      const schema = transaction.read(schemaTable, SCHEMA_KEY) ?? [];
      transaction.write(
        schemaTable,
        SCHEMA_KEY,
        schema.filter((member) => member.name !== dead),
      );
      // This node and every other one that is left are stopped: each mirror of theirs qualifies.
      rehomeWithin(transaction, dead, (member) => database.members().includes(member));
    });
    node.directory.forceLoad = true;
    done(null);
  }
}
