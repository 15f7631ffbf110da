/**
 * `rabbitmq-queues rebalance` (MIR-51): leaders are moved, one queue after the other, from nodes that lead more than their share to
 * those of the queue's replicas that lead fewest. Nodes under maintenance are no candidates (BRK-56).
 */
import { nameIn, vhostOf } from '../records/resource-name.ts';
import { compilePattern } from '../amqp/pattern.ts';
import { withoutDrained } from '../broker/maintenance.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { rabbitQueue, type QueueRecord } from '../broker/queue-record.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { BalanceRow, RebalanceCommand } from './maintenance-control.ts';
import type { StepProcess } from './rabbit-process.ts';

interface Entry {
  readonly messages: number;
  readonly record: QueueRecord;
  /** It was moved, or could not be: it stays where it is now. */
  readonly isSettled: boolean;
}

/** Queues by the node that leads them; the shortest first, those that are settled behind them. */
type ByNode = Map<string, Entry[]>;

export function rebalance(
  context: NodeContext,
  steps: StepProcess,
  command: RebalanceCommand,
  done: (rows: readonly BalanceRow[]) => void,
): void {
  const queuePattern = compilePattern(command.queuePattern);
  const vhostPattern = compilePattern(command.vhostPattern);
  const chosen = [...context.database.entries(rabbitQueue)]
    .map(([, record]) => record)
    .filter((record) => {
      const leadership = typeOf(context, record)?.leadership;
      const isAsked = command.type === 'all' || command.type === record.type;
      return (
        isAsked &&
        vhostPattern.matches(vhostOf(record.name)) &&
        leadership?.isReplicated(record) === true &&
        queuePattern.matches(nameIn(record.name))
      );
    });
  // A hash table gives its queues in an order that follows from their names, but not as a person would think.
  context.vm.simulation.random.stream('rebalance/order of the table').shuffle(chosen);
  const running = withoutDrained(context.database, context.database.runningNodes());
  const most = Math.ceil(chosen.length / Math.max(1, running.length));
  measure(context, steps, chosen, (byNode) =>
    moveOne(context, steps, byNode, most, () => done(rowsOf(byNode))),
  );
}

function typeOf(context: NodeContext, record: QueueRecord): QueueType | undefined {
  return context.queueTypes.get(record.type);
}

function measure(
  context: NodeContext,
  steps: StepProcess,
  records: readonly QueueRecord[],
  done: (byNode: ByNode) => void,
): void {
  const byNode: ByNode = new Map();
  const next = (index: number): void => {
    const record = records[index];
    if (record === undefined) {
      for (const entries of byNode.values()) entries.sort((a, b) => a.messages - b.messages);
      done(byNode);
      return;
    }
    typeOf(context, record)!.statistics(context, steps, record, (statistics) => {
      const messages =
        statistics === 'retry' ? 0 : statistics.messagesReady + statistics.messagesUnacknowledged;
      const node = record.pid?.node ?? context.node;
      const entry = { messages, record, isSettled: false };
      // Of queues that are equally long, the one that the table has last is moved first (`t22-drain-and-rebalance`).
      byNode.set(node, [entry, ...(byNode.get(node) ?? [])]);
      next(index + 1);
    });
  };
  next(0);
}

/** Moves the first queue that is to be moved, and begins anew; `done` when there is none. */
function moveOne(
  context: NodeContext,
  steps: StepProcess,
  byNode: ByNode,
  most: number,
  done: () => void,
): void {
  const nodes = [...byNode.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const from = nodes.find((node) => {
    const entries = byNode.get(node)!;
    return entries.length > most && entries[0]?.isSettled === false;
  });
  if (from === undefined) {
    done();
    return;
  }
  const [entry, ...others] = byNode.get(from)!;
  const { record } = entry!;
  const { leadership } = typeOf(context, record)!;
  const again = (to: string): void => {
    byNode.set(from, others);
    byNode.set(to, [...(byNode.get(to) ?? []), { ...entry!, isSettled: true }]);
    moveOne(context, steps, byNode, most, done);
  };
  const replicas = leadership!.replicas(context, record).filter((node) => node !== from);
  const [destination] = withoutDrained(context.database, replicas).toSorted(
    (a, b) => leads(byNode, a) - leads(byNode, b),
  );
  if (destination === undefined) again(from);
  else
    leadership!.transfer(context, steps, record, destination, (hasMoved) =>
      again(hasMoved ? destination : from),
    );
}

function leads(byNode: ByNode, node: string): number {
  return byNode.get(node)?.length ?? 0;
}

function rowsOf(byNode: ByNode): BalanceRow[] {
  return [...byNode]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .map(([node, entries]) => {
      const quorum = entries.filter(({ record }) => record.type === 'quorum').length;
      return { node, quorum, classic: entries.length - quorum };
    });
}
