/** Runtime parameters of plugins (`rabbit_runtime_parameters`): what `set_parameter` sets, kept in a table that every node has. */
import type { FieldValue } from '../amqp/basic-message.ts';
import { table, type Database } from '../cluster/database.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';

export type Component = 'shovel' | 'federation-upstream' | 'federation-upstream-set';

export const components: readonly Component[] = ['shovel', 'federation-upstream', 'federation-upstream-set'];

export function isComponent(text: string): text is Component {
  return (components as readonly string[]).includes(text);
}

export interface ParameterRecord {
  readonly component: Component;
  readonly name: string;
  readonly value: FieldValue;
}

/** RabbitMQ keeps policies in the same table; here those have one of their own. */
export const parametersTable = table<ParameterRecord>('rabbit_runtime_parameters_of_plugins', 'disc');

function keyOf(component: Component, name: string): string {
  return `${component}/${name}`;
}

/** All parameters of a component, in the order in which they were first set. */
export function listParameters(database: Database, component: Component): ParameterRecord[] {
  return [...database.entries(parametersTable)]
    .map(([, record]) => record)
    .filter((record) => record.component === component);
}

export function readParameter(
  database: Database,
  component: Component,
  name: string,
): FieldValue | undefined {
  return database.read(parametersTable, keyOf(component, name))?.value;
}

/** `done` when every node has it. */
export function writeParameter(
  database: Database,
  caller: ErlangProcess,
  record: ParameterRecord,
  done: () => void,
): void {
  const key = keyOf(record.component, record.name);
  database.transaction(
    caller,
    { locks: [`${parametersTable.name}/${key}`] },
    (transaction) => transaction.write(parametersTable, key, record),
    done,
  );
}

/** `done` is told whether there was one. */
export function deleteParameter(
  database: Database,
  caller: ErlangProcess,
  component: Component,
  name: string,
  done: (found: boolean) => void,
): void {
  const key = keyOf(component, name);
  database.transaction(
    caller,
    { locks: [`${parametersTable.name}/${key}`] },
    (transaction) => {
      const found = transaction.read(parametersTable, key) !== undefined;
      transaction.delete(parametersTable, key);
      return found;
    },
    done,
  );
}
