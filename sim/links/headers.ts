/** Headers in which links write their way. */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';

/** The table with an entry more at the front of the list under `key`. */
export function withFirst(table: FieldTable, key: string, entry: FieldTable): FieldTable {
  const earlier = table[key];
  const list: readonly FieldValue[] = Array.isArray(earlier) ? (earlier as readonly FieldValue[]) : [];
  return { ...table, [key]: [entry, ...list] };
}
