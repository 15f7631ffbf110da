/** What `rabbitmq-queues` asks of a node beside moving leaders: who would miss this node, and changing members one by one. */
import { nameIn, vhostOf } from '../records/resource-name.ts';
import { compilePattern } from '../amqp/pattern.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { isBeingDrained } from '../broker/maintenance.ts';
import { rabbitQueue, type QueueRecord } from '../broker/queue-record.ts';
import type { QueueMembership } from '../broker/queue-type.ts';
import type { Critical, GrowCommand, MemberChange } from './maintenance-control.ts';
import type { StepProcess } from './rabbit-process.ts';

function records(context: NodeContext): QueueRecord[] {
  return [...context.database.entries(rabbitQueue)].map(([, record]) => record);
}

/** Mirrored queues led here that have no synchronised mirror on a running node. */
export function mirrorSyncCritical(context: NodeContext): Critical {
  const { database, node, queueTypes } = context;
  if (database.members().length === 1) return { applies: false, why: 'single node' };
  const queues = records(context).filter(
    (record) =>
      record.type === 'classic' &&
      record.state !== 'crashed' &&
      record.exclusiveOwner === null &&
      record.pid?.node === node &&
      queueTypes.get(record.type)?.leadership?.isReplicated(record) === true &&
      !record.syncSlavePids.some((pid) => database.isRunning(pid.node)),
  );
  return { applies: true, queues: queues.map(({ name }) => name) };
}

/** Queues with a replica here that would have no majority without it. */
export function quorumCritical(context: NodeContext): Critical {
  const { database, node } = context;
  if (database.members().length === 1) return { applies: false, why: 'single node' };
  if (isBeingDrained(database, node)) return { applies: false, why: 'maintenance' };
  const queues = records(context).filter(
    (record) => membershipOf(context, record)?.isCritical(context, record) === true,
  );
  return { applies: true, queues: queues.map(({ name }) => name) };
}

function membershipOf(context: NodeContext, record: QueueRecord): QueueMembership | undefined {
  return context.queueTypes.get(record.type)?.membership;
}

/** Adds or removes one member; the error is the tool's sentence. */
export function changeMember(
  context: NodeContext,
  steps: StepProcess,
  change: 'add' | 'remove',
  queue: string,
  node: string,
  done: (error: string | null) => void,
): void {
  const record = context.database.read(rabbitQueue, queue);
  const membership = record === undefined ? undefined : membershipOf(context, record);
  if (record === undefined) done('not_found');
  else if (membership === undefined) done('Cannot add members to a classic queue');
  else membership[change](context, steps, record, node, done);
}

/** Adds a member on a node to every queue that matches and, by the strategy, wants one. */
export function grow(
  context: NodeContext,
  steps: StepProcess,
  command: GrowCommand,
  done: (changes: readonly MemberChange[]) => void,
): void {
  const pattern = compilePattern(command.queuePattern);
  const vhosts = compilePattern(command.vhostPattern);
  const isThere = context.database.isRunning(command.node);
  changeEach(context, steps, 'add', command.node, done, (record, members) => {
    const suits = command.strategy === 'all' || members.length % 2 === 0;
    const { name } = record;
    return isThere && vhosts.matches(vhostOf(name)) && suits && pattern.matches(nameIn(name));
  });
}

/** Removes the member on a node from every queue that has one. */
export function shrink(
  context: NodeContext,
  steps: StepProcess,
  node: string,
  done: (changes: readonly MemberChange[]) => void,
): void {
  changeEach(context, steps, 'remove', node, done, (_record, members) => members.includes(node));
}

function changeEach(
  context: NodeContext,
  steps: StepProcess,
  change: 'add' | 'remove',
  node: string,
  done: (changes: readonly MemberChange[]) => void,
  isChosen: (record: QueueRecord, members: readonly string[]) => boolean,
): void {
  const changes: MemberChange[] = [];
  const left = records(context);
  const next = (): void => {
    const record = left.shift();
    if (record === undefined) {
      done(changes);
      return;
    }
    const membership = membershipOf(context, record);
    const members = membership?.members(record) ?? [];
    if (membership === undefined || !isChosen(record, members)) {
      next();
      return;
    }
    membership[change](context, steps, record, node, (error) => {
      const size = error !== null ? members.length : members.length + (change === 'add' ? 1 : -1);
      changes.push({ vhost: vhostOf(record.name), queue: nameIn(record.name), size, error });
      next();
    });
  };
  next();
}
