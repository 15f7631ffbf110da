/** What the connections and channels of one node share while its application runs. */
import type { NodeContext } from './node-context.ts';
import type { MessageSerials } from './message-serials.ts';
import type { Router } from './router.ts';

export class BrokerNode {
  readonly context: NodeContext;
  readonly router: Router;
  readonly serials: MessageSerials;
  /** This node's name as the journal knows it. */
  readonly nodeId: number;
  private namesInvented = 0;

  constructor(context: NodeContext) {
    this.context = context;
    this.serials = context.serials;
    this.nodeId = context.intern(context.node);
    this.router = context.router;
  }

  /** A name that no other queue or consumer has, on any node, now or later. */
  inventName(prefix: string): string {
    this.namesInvented += 1;
    return `${prefix}-${this.context.node}.${this.context.vm.creation}.${this.namesInvented}`;
  }
}
