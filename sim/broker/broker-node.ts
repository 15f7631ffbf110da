/** What the connections and channels of one node share while its application runs. */
import type { NodeContext } from './node-context.ts';
import { Router } from './router.ts';

/** Numbers for published messages, unique in a cluster for as long as it lives (RabbitMQ draws GUIDs). */
export class MessageSerials {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }
}

export class BrokerNode {
  readonly context: NodeContext;
  readonly router: Router;
  readonly serials: MessageSerials;
  /** This node's name as the journal knows it. */
  readonly nodeId: number;
  private namesInvented = 0;

  constructor(context: NodeContext, serials: MessageSerials) {
    this.context = context;
    this.serials = serials;
    this.nodeId = context.intern(context.node);
    this.router = new Router(context.vm, context.database, (text) => context.intern(text));
  }

  /** A name that no other queue or consumer has, on any node, now or later. */
  inventName(prefix: string): string {
    this.namesInvented += 1;
    return `${prefix}-${this.context.node}.${this.context.vm.creation}.${this.namesInvented}`;
  }
}
