/**
 * The value of a `shovel` parameter: what to consume from where, and where to publish it (BRK-53). Static shovels are put into the same
 * form. Shovels that speak AMQP 1.0 are left out.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import type { AmqpUri } from '../amqp/uri.ts';
import { DefinitionReader, type DefinitionProblem } from './definition.ts';
import type { AckMode } from './link-words.ts';
import type { Declaration } from './static-shovel.ts';

export interface ShovelDefinition {
  readonly source: {
    readonly uris: readonly AmqpUri[];
    /** Null: an exclusive queue of its own, bound to `exchange`. */
    readonly queue: string | null;
    readonly queueArguments: FieldTable;
    /** What to declare first; null: the queue, where it is not there. */
    readonly declarations: readonly Declaration[] | null;
    readonly exchange: string;
    readonly exchangeKey: string;
    /** 0: no limit. */
    readonly prefetch: number;
    readonly consumerArguments: FieldTable;
    /** When the shovel has moved so many it deletes itself. */
    readonly deleteAfter: 'never' | 'queue-length' | number;
  };
  readonly destination: {
    readonly uris: readonly AmqpUri[];
    readonly queue: string | null;
    readonly queueArguments: FieldTable;
    readonly declarations: readonly Declaration[] | null;
    /** Null: what the message was published to before; so for the key. */
    readonly exchange: string | null;
    readonly exchangeKey: string | null;
    readonly addForwardHeaders: boolean;
    readonly addTimestampHeader: boolean;
    /** 1 or 2 sets the delivery mode of what it publishes. */
    readonly deliveryMode: number | null;
  };
  readonly ackMode: AckMode;
  /** Whole seconds; 0: it is not started again. */
  readonly reconnectDelayS: number;
}

const ACK_MODES = ['on-confirm', 'on-publish', 'no-ack'] as const;
const RECONNECT_DELAY_S = 5;
const PREFETCH = 1000;

/** Reads a definition; worth something only where there are no problems. */
export function readShovel(value: FieldValue): {
  readonly shovel: ShovelDefinition;
  readonly problems: readonly DefinitionProblem[];
} {
  const reader = new DefinitionReader(value);
  for (const key of ['src-protocol', 'dest-protocol'])
    if (reader.word(key, ['amqp091', 'amqp10'], 'amqp091') === 'amqp10')
      reader.problems.push({
        key,
        message: 'shovels that speak AMQP 1.0 are not modelled',
        unmodelled: true,
      });
  const queue = reader.text('src-queue');
  const exchange = reader.text('src-exchange');
  const destinationQueue = reader.text('dest-queue');
  const destinationExchange = reader.text('dest-exchange');
  if (queue === null && exchange === null) reader.problem('', "Must specify 'src-exchange' or 'src-queue'");
  if (queue !== null && exchange !== null)
    reader.problem('src-exchange', "Cannot specify 'src-exchange' and 'src-queue'");
  if (destinationQueue !== null && destinationExchange !== null)
    reader.problem('dest-exchange', "Cannot specify 'dest-exchange' and 'dest-queue'");
  const ackMode = reader.word('ack-mode', ACK_MODES, 'on-confirm');
  const deleteAfter = deleteAfterOf(reader);
  if (ackMode === 'no-ack' && typeof deleteAfter === 'number')
    reader.problem('ack-mode', "Cannot specify 'no-ack' and numerical 'delete-after'");
  const shovel: ShovelDefinition = {
    source: {
      uris: reader.uris('src-uri'),
      queue,
      queueArguments: reader.map('src-queue-args'),
      declarations: null,
      exchange: exchange ?? '',
      exchangeKey: reader.text('src-exchange-key') ?? '',
      prefetch: reader.number('src-prefetch-count', reader.number('prefetch-count', PREFETCH)),
      consumerArguments: reader.map('src-consumer-args'),
      deleteAfter,
    },
    destination: {
      uris: reader.uris('dest-uri'),
      queue: destinationQueue,
      queueArguments: reader.map('dest-queue-args'),
      declarations: null,
      exchange: destinationQueue === null ? destinationExchange : '',
      exchangeKey: destinationQueue ?? reader.text('dest-exchange-key'),
      addForwardHeaders: reader.flag('add-forward-headers') || reader.flag('dest-add-forward-headers'),
      addTimestampHeader: reader.flag('add-timestamp-header') || reader.flag('dest-add-timestamp-header'),
      deliveryMode: deliveryModeOf(reader),
    },
    ackMode,
    reconnectDelayS: reader.number('reconnect-delay', RECONNECT_DELAY_S),
  };
  // Both spellings count as known wherever only one of them was looked at.
  for (const key of ['dest-exchange-key', 'dest-add-forward-headers', 'dest-add-timestamp-header'])
    reader.has(key);
  reader.end('a shovel');
  return { shovel, problems: reader.problems };
}

function deleteAfterOf(reader: DefinitionReader): ShovelDefinition['source']['deleteAfter'] {
  const key = reader.has('src-delete-after') ? 'src-delete-after' : 'delete-after';
  if (!reader.has(key)) return 'never';
  const word = reader.textOrNumber(key);
  if (word === 'never' || word === 'queue-length') return word;
  if (typeof word === 'number' && Number.isSafeInteger(word) && word >= 0) return word;
  reader.problem(key, `${key} is a whole number, "never" or "queue-length"`);
  return 'never';
}

/** Of the properties that a shovel can set, the delivery mode is the one that changes what becomes of a message. */
function deliveryModeOf(reader: DefinitionReader): number | null {
  const key = reader.has('dest-publish-properties') ? 'dest-publish-properties' : 'publish-properties';
  const properties = reader.map(key);
  const { delivery_mode: mode, ...others } = properties;
  for (const other of Object.keys(others))
    reader.problems.push({ key, message: `${key}: ${other.slice(0, 40)} is not modelled`, unmodelled: true });
  if (mode === undefined) return null;
  if (mode === 1 || mode === 2) return mode;
  reader.problem(key, 'delivery_mode is 1 or 2');
  return null;
}
