/**
 * How a headers exchange compares the arguments of a binding with the headers of a message (BRK-4), and the routing keys
 * that a message's own headers add (BRK-7).
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { preconditionFailed } from './errors.ts';
import type { ChannelError } from './queue-type.ts';

const MATCH = 'x-match';
const MODES: readonly FieldValue[] = ['all', 'any', 'all-with-x', 'any-with-x'];
const SENDER_SELECTED = ['CC', 'BCC'] as const;

/** Whether a binding with these arguments matches; a mode that is none of the four counts as `all`. */
export function headersMatch(args: FieldTable, headers: FieldTable): boolean {
  const mode = args[MATCH];
  const countsX = mode === 'all-with-x' || mode === 'any-with-x';
  const keys = Object.keys(args).filter((key) => key !== MATCH && (countsX || !key.startsWith('x-')));
  const isEqual = (key: string): boolean => sameValue(args[key]!, headers[key]);
  return mode === 'any' || mode === 'any-with-x' ? keys.some(isEqual) : keys.every(isEqual);
}

/** A void asks only for there being something. */
function sameValue(wanted: FieldValue, found: FieldValue | undefined): boolean {
  if (found === undefined) return false;
  if (wanted === null || wanted === found) return true;
  return typeof wanted === 'object' && JSON.stringify(wanted) === JSON.stringify(found);
}

/** Why a headers exchange does not take a binding, or null. */
export function matchComplaint(args: FieldTable): ChannelError | null {
  const mode = args[MATCH];
  if (mode === undefined || MODES.includes(mode)) return null;
  return preconditionFailed(
    typeof mode === 'string'
      ? `Invalid x-match field value <<"${mode}">>; expected all, any, all-with-x, or any-with-x`
      : `Invalid x-match field type ${typeof mode} (value ${JSON.stringify(mode)}); expected longstr`,
  );
}

/** Whether the headers name further routing keys. */
export function hasSenderSelectedKeys(headers: FieldTable): boolean {
  return headers['CC'] !== undefined || headers['BCC'] !== undefined;
}

/** Every key by which a message is routed: its own first, then those in its CC and BCC headers, each once. */
export function routingKeysOf(routingKey: string, headers: FieldTable): readonly string[] {
  const keys = new Set([routingKey]);
  for (const name of SENDER_SELECTED) {
    const more = headers[name];
    if (Array.isArray(more)) for (const key of more) if (typeof key === 'string') keys.add(key);
  }
  return [...keys];
}

/** What consumers see of the headers: BCC is for the broker only. */
export function withoutBcc(headers: FieldTable): FieldTable {
  if (headers['BCC'] === undefined) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'BCC'));
}
