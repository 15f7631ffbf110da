/**
 * What RabbitMQ says of a policy that it does not take (MIR-1): its words for a pattern that does not compile, for settings that it
 * does not know, and for values of the mirroring settings. Settings without a model never come this far: loading refuses them.
 */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { FEDERATION_KEYS } from '../links/upstream.ts';
import { compilePattern, PatternError } from '../amqp/pattern.ts';

const isText = (value: FieldValue): boolean => typeof value === 'string';
const isWhole =
  (least: number) =>
  (value: FieldValue): boolean =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

/** Settings of limits and dead letters: what their values are called in a complaint, and which are taken. */
const VALUES: Readonly<Record<string, readonly [what: string, takes: (value: FieldValue) => boolean]>> = {
  'dead-letter-exchange': ['dead letter exchange name', isText],
  'dead-letter-routing-key': ['dead letter routing key', isText],
  'dead-letter-strategy': [
    'dead letter strategy',
    (value) => value === 'at-most-once' || value === 'at-least-once',
  ],
  'delivery-limit': ['delivery limit', isWhole(0)],
  'message-ttl': ['message TTL', isWhole(0)],
  expires: ['queue expiry', isWhole(1)],
  'max-length': ['maximum length', isWhole(0)],
  'max-length-bytes': ['maximum length in bytes', isWhole(0)],
  'queue-mode': ['queue-mode value', (value) => value === 'default' || value === 'lazy'],
  'queue-version': ['queue-version value', (value) => value === 1 || value === 2],
  overflow: [
    'overflow value',
    (value) => value === 'drop-head' || value === 'reject-publish' || value === 'reject-publish-dlx',
  ],
};

const SETTINGS = [
  'ha-mode',
  'ha-params',
  'ha-sync-mode',
  'ha-sync-batch-size',
  'ha-promote-on-shutdown',
  'ha-promote-on-failure',
  'queue-master-locator',
  'alternate-exchange',
  ...FEDERATION_KEYS,
  ...Object.keys(VALUES),
];

const isFederation = (setting: string): boolean => (FEDERATION_KEYS as readonly string[]).includes(setting);

/** The settings that take one of two words. */
const CHOICES: readonly (readonly [setting: string, first: string, second: string])[] = [
  ['ha-sync-mode', 'manual', 'automatic'],
  ['ha-promote-on-shutdown', 'always', 'when-synced'],
  ['ha-promote-on-failure', 'always', 'when-synced'],
];

/** The complaint about a policy, or null if it is taken. */
export function policyComplaint(pattern: string, definition: FieldTable): string | null {
  return patternComplaint(pattern) ?? definitionComplaint(definition);
}

function patternComplaint(pattern: string): string | null {
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return `pattern should be regular expression but is invalid: {"${error.message}",${error.offset}}`;
  }
}

function definitionComplaint(definition: FieldTable): string | null {
  const settings = Object.entries(definition);
  if (settings.length === 0) return 'no policy provided';
  const unknown = settings.filter(([setting]) => !SETTINGS.includes(setting));
  if (unknown.length > 0) {
    const terms = unknown.map(([setting, value]) => `{<<"${setting}">>,${term(value)}}`);
    return `[${terms.join(',')}] are not recognised policy settings`;
  }
  if (settings.filter(([setting]) => isFederation(setting)).length > 1)
    return 'cannot specify federation-upstream, federation-upstream-set or federation-upstream-pattern together';
  for (const [setting, value] of settings) {
    const known = VALUES[setting];
    if (known !== undefined && !known[1](value)) return `${term(value)} is not a valid ${known[0]}`;
    if (isFederation(setting) && !isText(value))
      return `${term(value)} is not a valid federation upstream name`;
  }
  const mode = definition['ha-mode'];
  if (mode === undefined) {
    return settings.some(([setting]) => setting.startsWith('ha-'))
      ? 'ha-mode must be specified to specify ha-params, ha-sync-mode or ha-promote-on-shutdown'
      : null;
  }
  return paramsComplaint(mode, definition['ha-params']) ?? valueComplaint(definition);
}

function paramsComplaint(mode: FieldValue, params: FieldValue | undefined): string | null {
  const given = params === undefined ? 'none' : term(params);
  switch (mode) {
    case 'all':
      return params === undefined ? null : 'ha-mode="all" does not take parameters';
    case 'exactly':
      return isCount(params) ? null : `ha-mode="exactly" takes an integer, ${given} given`;
    case 'nodes': {
      if (!Array.isArray(params)) return `ha-mode="nodes" takes a list, ${given} given`;
      if (params.length === 0) return 'ha-mode="nodes" list must be non-empty';
      const others = params.filter((node: FieldValue) => typeof node !== 'string');
      if (others.length === 0) return null;
      return `ha-mode="nodes" takes a list of strings, ${term(others)} was not a string`;
    }
    default:
      return `${term(mode)} is not a valid ha-mode value`;
  }
}

function valueComplaint(definition: FieldTable): string | null {
  for (const [setting, first, second] of CHOICES) {
    const value = definition[setting];
    if (value !== undefined && value !== first && value !== second)
      return `${setting} must be "${first}" or "${second}", got ${term(value)}`;
  }
  const size = definition['ha-sync-batch-size'];
  if (size === undefined || isCount(size)) return null;
  return `ha-sync-batch-size takes an integer greater than 0, ${term(size)} given`;
}

function isCount(value: FieldValue | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

/** A value as Erlang prints it. */
function term(value: FieldValue): string {
  if (typeof value === 'string') return `<<"${value}">>`;
  if (Array.isArray(value)) return `[${value.map((element: FieldValue) => term(element)).join(',')}]`;
  if (value !== null && typeof value === 'object')
    return `[${Object.entries(value)
      .map(([key, inner]) => `{<<"${key}">>,${term(inner)}}`)
      .join(',')}]`;
  return String(value);
}
