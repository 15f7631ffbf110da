/**
 * The alarms of a side (`rabbit_alarm`, BRK-44): each node tells the others of its own, and every node's connections of all. That nodes
 * register with each other, so as to be told, is merged with being told (OVR-5): a node without an alarm says nothing.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Message, Pid } from '../erlang/message.ts';
import { alarmCleared, alarmSet } from '../records/cluster.ts';
import { rule } from '../rules/registry.ts';
import type { NodeContext } from './node-context.ts';

const BRK_44 = rule('BRK-44');

const NAME = 'rabbit_alarm';

export type Resource = 'memory' | 'disk';

/** To a connection: whether anybody on this side is short of this. */
export interface ConserveResources extends Message {
  readonly type: 'conserve_resources';
  readonly resource: Resource;
  readonly conserve: boolean;
}

/** From node to node. */
interface RemoteAlarm extends Message {
  readonly type: 'remote_alarm';
  readonly node: string;
  readonly resource: Resource;
  readonly isSet: boolean;
}

export class Alarms extends ErlangProcess {
  private readonly context: NodeContext;
  /** By node. */
  private readonly alarmed = new Map<string, Set<Resource>>();
  private readonly connections = new Set<Pid>();

  constructor(context: NodeContext) {
    super(context.vm, NAME);
    this.context = context;
    context.vm.register(NAME, this);
  }

  /** What anybody is short of now; the connection is told of every change until `unregister`. */
  register(connection: Pid): readonly Resource[] {
    this.connections.add(connection);
    return [...new Set([...this.alarmed.values()].flatMap((resources) => [...resources]))];
  }

  unregister(connection: Pid): void {
    this.connections.delete(connection);
  }

  /** Every alarm of this side, as this node knows them. */
  list(): { readonly node: string; readonly resource: Resource }[] {
    return [...this.alarmed].flatMap(([node, resources]) =>
      [...resources].map((resource) => ({ node, resource })),
    );
  }

  /** Whether this node is short of it. */
  isSet(resource: Resource): boolean {
    return this.alarmed.get(this.context.node)?.has(resource) === true;
  }

  /** This node's own monitor says so. */
  change(resource: Resource, isSet: boolean): void {
    const { context } = this;
    if (this.isSet(resource) === isSet) return;
    this.vm.cite(BRK_44);
    const { journal } = this.vm.simulation;
    journal.write(isSet ? alarmSet : alarmCleared, context.intern(context.node), context.intern(resource));
    this.note(context.node, resource, isSet);
    for (const node of context.database.runningNodes())
      if (node !== context.node) this.tell(node, resource, isSet);
  }

  /** An application has come up there: it learns what we are short of. */
  nodeUp(node: string): void {
    for (const resource of this.alarmed.get(this.context.node) ?? []) this.tell(node, resource, true);
  }

  /** The alarms of a node that is down end with it. */
  nodeDown(node: string): void {
    for (const resource of [...(this.alarmed.get(node) ?? [])]) this.note(node, resource, false);
  }

  protected handleMessage(message: Message): void {
    if (message.type !== 'remote_alarm') return;
    const { node, resource, isSet } = message as RemoteAlarm;
    this.note(node, resource, isSet);
  }

  private tell(node: string, resource: Resource, isSet: boolean): void {
    const message: RemoteAlarm = { type: 'remote_alarm', node: this.context.node, resource, isSet };
    this.send({ node, name: NAME }, message);
  }

  private note(node: string, resource: Resource, isSet: boolean): void {
    const resources = this.alarmed.get(node) ?? new Set();
    if (isSet) resources.add(resource);
    else resources.delete(resource);
    this.alarmed.set(node, resources);
    const conserve = [...this.alarmed.values()].some((those) => those.has(resource));
    const message: ConserveResources = { type: 'conserve_resources', resource, conserve };
    for (const connection of this.connections) this.send(connection, message);
  }
}
