/**
 * Which nodes are under maintenance (BRK-56): a table that every node reads from its own copy. Such a node takes no clients and is
 * given no leaders, as far as where a leader goes is chosen at all. The mark goes when the node boots again.
 */
import { table, type Database } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';

const rabbitNodeMaintenanceStates = table<'draining'>('rabbit_node_maintenance_states', 'ram');

/** Whether a node is marked, by what this node's table says. */
export function isBeingDrained(database: Database, node: string): boolean {
  return database.read(rabbitNodeMaintenanceStates, node) !== undefined;
}

/** Those of the nodes that are not under maintenance. */
export function withoutDrained(database: Database, nodes: readonly string[]): readonly string[] {
  return nodes.filter((node) => !isBeingDrained(database, node));
}

/** Marks a node, or takes the mark away; `done` when all nodes know. */
export function setDrained(
  database: Database,
  caller: ErlangProcess,
  node: string,
  isDrained: boolean,
  done: () => void,
): void {
  const locks = [`${rabbitNodeMaintenanceStates.name}/${node}`];
  database.transaction(
    caller,
    { locks },
    (transaction) => {
      if (isDrained) transaction.write(rabbitNodeMaintenanceStates, node, 'draining');
      else transaction.delete(rabbitNodeMaintenanceStates, node);
    },
    done,
  );
}
