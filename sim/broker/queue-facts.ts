/** Facts about a queue's record that several parts of the broker decide by. */
import type { Vm } from '../erlang/vm.ts';
import type { Pid } from '../erlang/message.ts';
import { fail } from '../kernel/invariant.ts';
import { resourceLocked } from './errors.ts';
import type { NodeContext } from './node-context.ts';
import type { QueueRecord } from './queue-record.ts';
import type { ChannelError, QueueType } from './queue-type.ts';
import { rule } from '../rules/registry.ts';

const BRK_16 = rule('BRK-16');

/** Whether the queue is to have replicas: a policy with `ha-mode` and no owner (MIR-1, MIR-5), or its type replicates. */
export function isReplicated(record: QueueRecord): boolean {
  if (record.type === 'quorum') return true;
  return record.exclusiveOwner === null && record.policy?.definition['ha-mode'] !== undefined;
}

/** The refusal of a queue that another connection owns (BRK-16), or null. */
export function exclusivityError(vm: Vm, record: QueueRecord, connection: Pid): ChannelError | null {
  if (record.exclusiveOwner === null || record.exclusiveOwner === connection) return null;
  vm.cite(BRK_16);
  return resourceLocked(record.name);
}

/** The queue type of a record. */
export function typeOf(context: NodeContext, record: QueueRecord): QueueType {
  return context.queueTypes.get(record.type) ?? fail(`no queue type ${record.type} on ${context.node}`);
}
