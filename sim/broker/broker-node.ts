/** What the connections and channels of one node share while its application runs. */
import type { PermissionSpec } from './access.ts';
import { Alarms } from './alarms.ts';
import type { NodeContext } from './node-context.ts';
import type { MessageSerials } from './message-serials.ts';
import type { Router } from './router.ts';
import { AccessControl } from './virtual-hosts.ts';

/** `max_message_size` of RabbitMQ 3.10. */
const DEFAULT_MAX_MESSAGE_BYTES = 134_217_728;

export interface BrokerOptions {
  readonly maxMessageBytes?: number;
  readonly permissions?: readonly PermissionSpec[];
}

export class BrokerNode {
  readonly context: NodeContext;
  readonly router: Router;
  readonly serials: MessageSerials;
  readonly alarms: Alarms;
  /** A publish with a larger body costs its channel (BRK-47). */
  readonly maxMessageBytes: number;
  readonly accessControl: AccessControl;
  /** This node's name as the journal knows it. */
  readonly nodeId: number;
  private namesInvented = 0;

  constructor(context: NodeContext, options: BrokerOptions = {}) {
    this.context = context;
    this.maxMessageBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
    this.accessControl = new AccessControl(context.database, options.permissions ?? []);
    this.serials = context.serials;
    this.nodeId = context.intern(context.node);
    this.router = context.router;
    this.alarms = new Alarms(context);
  }

  /** A name that no other queue or consumer has, on any node, now or later. */
  inventName(prefix: string): string {
    this.namesInvented += 1;
    return `${prefix}-${this.context.node}.${this.context.vm.creation}.${this.namesInvented}`;
  }
}
