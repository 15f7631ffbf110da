/**
 * Which messages a federation link may carry further (BRK-54): every link writes itself into a header, and a message that has come over
 * as many links as are allowed, or through the cluster that it would go to, stays. Exchanges of the type `x-federation-upstream` decide it
 * where the message is, so that what may not leave never waits for the link.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import type { ExchangeRecord } from './exchange.ts';

/** Where a message has been: a table for each link, the latest first. */
export const RECEIVED_FROM = 'x-received-from';
/** Arguments of the exchange that a link declares upstream. */
export const MAX_HOPS = 'x-max-hops';
export const DOWNSTREAM_NAME = 'x-downstream-name';

/** The tables in a list of them; anything else is taken for none. */
export function tablesOf(list: FieldValue | undefined): readonly FieldTable[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly FieldValue[]).filter(
    (entry): entry is FieldTable => typeof entry === 'object' && entry !== null && !Array.isArray(entry),
  );
}

/** Whether a link has brought this message. */
export function hasTravelled(headers: FieldTable): boolean {
  return headers[RECEIVED_FROM] !== undefined;
}

/** Whether a link to the cluster of this name may carry it. */
function shouldForward(headers: FieldTable, maxHops: number, downstream: string): boolean {
  const been = tablesOf(headers[RECEIVED_FROM]);
  return been.length === 0 || (been.length < maxHops && !alreadySeen(been, downstream));
}

export function alreadySeen(been: readonly FieldTable[], cluster: string): boolean {
  return been.some((entry) => entry['cluster-name'] === cluster);
}

/** As `shouldForward`, by what the link wrote into its exchange's arguments. */
export function mayLeave({ arguments: args }: ExchangeRecord, headers: FieldTable): boolean {
  const maxHops = args[MAX_HOPS];
  const downstream = args[DOWNSTREAM_NAME];
  return shouldForward(
    headers,
    typeof maxHops === 'number' ? maxHops : 1,
    typeof downstream === 'string' ? downstream : '',
  );
}
