/**
 * AMQP's reply codes by name, and the text that goes with one on the wire: the name, a dash and what RabbitMQ has to say,
 * cut to the 255 bytes of a short string.
 */
import { fail } from '../kernel/invariant.ts';

/** Not sent by a broker: a question was answered. */
export const REPLY_SUCCESS = 200;

const NAMES: readonly (readonly [number, string])[] = [
  [312, 'NO_ROUTE'],
  [320, 'CONNECTION_FORCED'],
  [403, 'ACCESS_REFUSED'],
  [404, 'NOT_FOUND'],
  [405, 'RESOURCE_LOCKED'],
  [406, 'PRECONDITION_FAILED'],
  [501, 'FRAME_ERROR'],
  [503, 'COMMAND_INVALID'],
  [504, 'CHANNEL_ERROR'],
  [530, 'NOT_ALLOWED'],
  [540, 'NOT_IMPLEMENTED'],
  [541, 'INTERNAL_ERROR'],
];
const nameOf = new Map(NAMES);

const LONGEST_TEXT = 255;

/** The reply text of a code on the wire, with an explanation where there is one. */
export function replyText(code: number, explanation?: string): string {
  const name = nameOf.get(code) ?? fail(`reply code ${code} has no name`);
  if (explanation === undefined) return name;
  const text = `${name} - ${explanation}`;
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 3)}...` : text;
}

/** Whether an error with this code ends the whole connection, not only its channel. */
export function endsConnection(code: number): boolean {
  return code >= 500 || code === 320;
}
