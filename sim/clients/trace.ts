/**
 * Trace headers as Spring Cloud Sleuth puts them into messages (B3): one trace id from the first message to the last, a new span id
 * for each hop, and the span that it follows from. Ids are 16 hex digits, made from the message that begins the trace or the span
 * instead of drawn: so a trace id tells which message it was. Left out: sampling, baggage, clocks.
 */
import type { FieldTable } from '../amqp/basic-message.ts';

const TRACE = 'X-B3-TraceId';
const SPAN = 'X-B3-SpanId';
const PARENT = 'X-B3-ParentSpanId';
const SAMPLED = 'X-B3-Sampled';
const HALF = 8;

/** Headers of a message that begins a trace: its span is the trace's first, of the same id. */
export function beginTrace(publisher: number, sequence: number): FieldTable {
  const id = idOf(publisher, sequence);
  return { [TRACE]: id, [SPAN]: id, [SAMPLED]: '1' };
}

/**
 * Headers of a message that follows from another: all of that one's, with a new span. What came without a trace begins one.
 */
export function continueTrace(
  headers: FieldTable | undefined,
  publisher: number,
  sequence: number,
): FieldTable {
  const trace = headers?.[TRACE];
  if (trace === undefined) return { ...headers, ...beginTrace(publisher, sequence) };
  return { ...headers, [PARENT]: headers?.[SPAN] ?? trace, [SPAN]: idOf(publisher, sequence) };
}

/** The message with which the trace of these headers began; null where they have none, or one that no client here began. */
export function traceRoot(
  headers: FieldTable | undefined,
): { readonly publisher: number; readonly sequence: number } | null {
  const id = headers?.[TRACE];
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return null;
  return { publisher: Number.parseInt(id.slice(0, HALF), 16), sequence: Number.parseInt(id.slice(HALF), 16) };
}

function idOf(publisher: number, sequence: number): string {
  return publisher.toString(16).padStart(HALF, '0') + sequence.toString(16).padStart(HALF, '0');
}
