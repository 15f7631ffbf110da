/** The values of runtime parameters, each read as its plugin reads it. */
import type { FieldValue } from '../amqp/basic-message.ts';
import type { AmqpUri } from '../amqp/uri.ts';
import type { DefinitionProblem } from './definition.ts';
import type { Component } from './parameters.ts';
import { readShovel } from './shovel-definition.ts';
import { readUpstream, readUpstreamSet } from './upstream.ts';

/** What is wrong with a value, and the URIs in it with the keys under which they stand. */
export function readParameterValue(
  component: Component,
  value: FieldValue,
): {
  readonly problems: readonly DefinitionProblem[];
  readonly uris: readonly (readonly [key: string, uri: AmqpUri])[];
} {
  if (component === 'federation-upstream-set') return { problems: readUpstreamSet(value).problems, uris: [] };
  if (component === 'federation-upstream') {
    const { upstream, problems } = readUpstream('', value);
    return { problems, uris: upstream.uris.map((uri) => ['uri', uri] as const) };
  }
  const { shovel, problems } = readShovel(value);
  const uris = [
    ...shovel.source.uris.map((uri) => ['src-uri', uri] as const),
    ...shovel.destination.uris.map((uri) => ['dest-uri', uri] as const),
  ];
  return { problems, uris };
}
