/**
 * Moving the leader of a quorum queue by command: it asks another member to stand for election at once and takes no commands until
 * somebody leads. A node that goes under maintenance gives all its leaders away and stops its other members (BRK-56).
 */
import { withoutDrained } from '../../broker/maintenance.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../../broker/queue-record.ts';
import type { QueueLeadership } from '../../broker/queue-type.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import { rule } from '../../rules/registry.ts';
import { askLeader, memberNodes, transferLeadership, type LeaderCall } from './leader-calls.ts';
import { MemberSupervisor } from './member-supervisor.ts';

const BRK_56 = rule('BRK-56');

const TRANSFER_TIMEOUT_US = 5_000_000;

export const leadership: QueueLeadership = {
  isReplicated: () => true,
  replicas: (_context, record) => memberNodes(record),
  transfer(_context, caller, record, destination, done) {
    const members = memberNodes(record);
    const call: LeaderCall = {
      caller,
      queue: record.name,
      members,
      timeoutUs: TRANSFER_TIMEOUT_US,
      suspends: true,
    };
    transferLeadership(call, destination, (answer) => {
      if ('error' in answer) done(false);
      else askLeader(call, (now) => done('leader' in now && now.leader === destination));
    });
  },
};

/** Gives away what this node leads, then stops the members that are left here. */
export function drainMembers(context: NodeContext, caller: ErlangProcess, done: () => void): void {
  const supervisor = MemberSupervisor.running(context);
  const led: QueueRecord[] = [];
  for (const [, record] of context.database.entries(rabbitQueue)) {
    if (record.quorum !== undefined && supervisor?.member(record.name)?.isLeader === true) led.push(record);
  }
  const random = context.vm.simulation.random.stream(`maintenance/${context.node}`);
  const next = (): void => {
    const record = led.shift();
    if (record === undefined) {
      supervisor?.stopFollowers();
      done();
      return;
    }
    context.vm.cite(BRK_56);
    const others = memberNodes(record).filter(
      (node) => node !== context.node && context.database.isRunning(node),
    );
    const candidates = withoutDrained(context.database, others);
    if (candidates.length === 0) next();
    else leadership.transfer(context, caller, record, random.pick([...candidates]), next);
  };
  next();
}
