/** Opens what holds the messages of a replica: a variable queue, or one for each priority of a queue that has them (BRK-51). */
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { Vm } from '../../erlang/vm.ts';
import type { BackingQueue } from './backing-queue.ts';
import { PriorityQueue } from './priority-queue.ts';
import { QueueIndex } from './queue-index.ts';
import { VariableQueue } from './variable-queue.ts';

const PRIORITY_MAX = 255;

/** The highest priority of the queue, null if it has none. */
export function maxPriority({ arguments: args }: QueueRecord): number | null {
  const asked = args['x-max-priority'];
  return typeof asked === 'number' ? Math.min(asked, PRIORITY_MAX) : null;
}

/** Empty; whatever the disk holds under the queue's name is erased. */
export function createContent(vm: Vm, record: QueueRecord): BackingQueue {
  QueueIndex.remove(vm.disk, record.name);
  return open(vm, record, (band) => VariableQueue.create(vm, record.name, record.durable, band));
}

/** A durable queue as the disk has it. */
export function recoverContent(vm: Vm, record: QueueRecord): BackingQueue {
  return open(vm, record, (band) => VariableQueue.recover(vm, record.name, band));
}

/** Whether this is a replica's own content, and not a leader's that also tells its mirrors. */
export function isContent(queue: BackingQueue): boolean {
  return queue instanceof VariableQueue || queue instanceof PriorityQueue;
}

function open(vm: Vm, record: QueueRecord, openBand: (band: number) => VariableQueue): BackingQueue {
  const highest = maxPriority(record);
  if (highest === null) return openBand(0);
  return new PriorityQueue(
    vm,
    Array.from({ length: highest + 1 }, (_, band) => openBand(band)),
  );
}
