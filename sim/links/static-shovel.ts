/**
 * A static shovel, as `advanced.config` has it under `rabbitmq_shovel`, written in YAML: source and destination with their declarations, which its
 * worker makes each time it starts. Otherwise it is as a dynamic one.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import type { ClientMethod } from '../amqp/methods.ts';
import { DefinitionReader, type DefinitionProblem } from './definition.ts';
import type { ShovelDefinition } from './shovel-definition.ts';

/** A method that declares something, for whatever channel. */
export type Declaration = (channel: number) => ClientMethod;

const ACK_MODES = { on_confirm: 'on-confirm', on_publish: 'on-publish', no_ack: 'no-ack' } as const;
const RECONNECT_DELAY_S = 5;
const PREFETCH = 1000;

/** Reads a static shovel; worth something only where there are no problems. Keys of its two ends are told with the end before them. */
export function readStaticShovel(value: FieldValue): {
  readonly shovel: ShovelDefinition;
  readonly problems: readonly DefinitionProblem[];
} {
  const reader = new DefinitionReader(value);
  const source = new DefinitionReader(reader.map('source'));
  const destination = new DefinitionReader(reader.map('destination'));
  for (const end of [source, destination])
    if (end.word('protocol', ['amqp091', 'amqp10'], 'amqp091') === 'amqp10')
      end.problems.push({ key: 'protocol', message: 'AMQP 1.0 is not modelled', unmodelled: true });
  const queue = source.text('queue');
  if (queue === null) source.problem('', 'queue is missing');
  const fields = destination.map('publish_fields');
  const text = (field: FieldValue | undefined): string | null => (typeof field === 'string' ? field : null);
  const mode = destination.map('publish_properties')['delivery_mode'];
  const shovel: ShovelDefinition = {
    source: {
      uris: source.uris('uris'),
      queue,
      queueArguments: {},
      declarations: declarationsOf(source),
      exchange: '',
      exchangeKey: '',
      prefetch: source.number('prefetch_count', PREFETCH),
      consumerArguments: source.map('consumer_args'),
      deleteAfter: 'never',
    },
    destination: {
      uris: destination.uris('uris'),
      queue: null,
      queueArguments: {},
      declarations: declarationsOf(destination),
      exchange: text(fields['exchange']),
      exchangeKey: text(fields['routing_key']),
      addForwardHeaders: destination.flag('add_forward_headers'),
      addTimestampHeader: destination.flag('add_timestamp_header'),
      deliveryMode: mode === 1 || mode === 2 ? mode : null,
    },
    ackMode: ACK_MODES[reader.word('ack_mode', ['on_confirm', 'on_publish', 'no_ack'], 'on_confirm')],
    reconnectDelayS: reader.number('reconnect_delay', RECONNECT_DELAY_S),
  };
  source.end('the source of a shovel');
  destination.end('the destination of a shovel');
  reader.end('a static shovel');
  const ofEnd =
    (end: string) =>
    (problem: DefinitionProblem): DefinitionProblem => ({
      ...problem,
      key: end,
      message: `${end}: ${problem.message}`,
    });
  return {
    shovel,
    problems: [
      ...reader.problems,
      ...source.problems.map(ofEnd('source')),
      ...destination.problems.map(ofEnd('destination')),
    ],
  };
}

/** `[{ queue.declare: { queue: q, durable: true } }, ...]` */
function declarationsOf(reader: DefinitionReader): readonly Declaration[] {
  return reader.list('declarations').flatMap((entry): Declaration[] => {
    const [method = '', second] = Object.keys(entry);
    const build = BUILDERS[method];
    const fields = entry[method];
    const isTable = typeof fields === 'object' && fields !== null && !Array.isArray(fields);
    if (build !== undefined && second === undefined && isTable) return [build(fields as FieldTable)];
    reader.problem(
      'declarations',
      `a declaration is one of ${Object.keys(BUILDERS).join(', ')} with its fields`,
    );
    return [];
  });
}

const text = (fields: FieldTable, key: string): string => {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
};
const flag = (fields: FieldTable, key: string): boolean => fields[key] === true;
const table = (fields: FieldTable): FieldTable => (fields['arguments'] as FieldTable | undefined) ?? {};

const BUILDERS: Readonly<Record<string, (fields: FieldTable) => Declaration>> = {
  'queue.declare': (fields) => (channel) => ({
    type: 'queue.declare',
    channel,
    queue: text(fields, 'queue'),
    passive: false,
    durable: flag(fields, 'durable'),
    exclusive: flag(fields, 'exclusive'),
    autoDelete: flag(fields, 'auto_delete'),
    arguments: table(fields),
  }),
  'exchange.declare': (fields) => (channel) => ({
    type: 'exchange.declare',
    channel,
    exchange: text(fields, 'exchange'),
    exchangeType: text(fields, 'type') || 'direct',
    passive: false,
    durable: flag(fields, 'durable'),
    autoDelete: flag(fields, 'auto_delete'),
    internal: false,
    arguments: table(fields),
  }),
  'queue.bind': (fields) => (channel) => ({
    type: 'queue.bind',
    channel,
    queue: text(fields, 'queue'),
    exchange: text(fields, 'exchange'),
    routingKey: text(fields, 'routing_key'),
    arguments: table(fields),
  }),
};
