/** Timeline events as scenarios name them, in `after` and in `expect`: which fields an event has and what they hold. */
import type { Path } from '../document.ts';
import type { FieldValue } from '../model.ts';
import { timelineEvents, type EventField, type TimelineEvent } from '../results.ts';
import { shortNodeName, shown } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import type { Checker } from './checker.ts';

/** Fields whose value is wrong are reported and left as they are. Lists mean any of them, except where a field is a set. */
export function eventFields(
  checker: Checker,
  path: Path,
  event: TimelineEvent,
  written: { readonly [key: string]: unknown },
  notFields: readonly string[],
): { readonly [field: string]: readonly FieldValue[] } {
  const kinds: { readonly [field: string]: EventField } = timelineEvents[event];
  const fields: Record<string, readonly FieldValue[]> = {};
  for (const [field, value] of Object.entries(written)) {
    if (notFields.includes(field) || value === undefined) continue;
    const kind = Object.hasOwn(kinds, field) ? kinds[field] : undefined;
    if (kind === undefined) {
      const known = Object.keys(kinds);
      const hint = didYouMean(field, known) ?? `it has ${known.join(', ')}`;
      checker.problem([...path, field], `the event ${event} has no "${field}"`, hint, 'key');
      continue;
    }
    fields[field] = fieldValues(checker, [...path, field], kind, value as FieldValue);
  }
  return fields;
}

function fieldValues(
  checker: Checker,
  path: Path,
  kind: EventField,
  value: FieldValue,
): readonly FieldValue[] {
  const values = Array.isArray(value) ? (value as readonly FieldValue[]) : [value];
  const checked = values.map((each, index) =>
    fieldValue(
      checker,
      Array.isArray(value) ? [...path, index] : path,
      kind === 'nodes' ? 'node' : kind,
      each,
    ),
  );
  return kind === 'nodes' ? [checked] : checked;
}

function fieldValue(
  checker: Checker,
  path: Path,
  kind: Exclude<EventField, 'nodes'>,
  value: FieldValue,
): FieldValue {
  const needed = {
    number: 'number',
    boolean: 'boolean',
    text: 'string',
    node: 'string',
    proxy: 'string',
    via: 'string',
    queue: 'string',
    workload: 'string',
  };
  if (typeof value !== needed[kind]) {
    const what =
      kind === 'boolean'
        ? 'true or false'
        : kind === 'text'
          ? 'a text'
          : kind === 'number'
            ? 'a number'
            : `the name of a ${kind === 'via' ? 'node or proxy' : kind}`;
    checker.problem(path, `${what} is needed, not ${shown(value)}`);
    return value;
  }
  if (typeof value !== 'string') return value;
  if (kind === 'node' || kind === 'via') {
    const name = shortNodeName(value);
    if (kind === 'node') checker.known(path, name, ['node']);
    else checker.machine(path, name);
    return name;
  }
  if (kind === 'proxy') checker.known(path, value, ['proxy']);
  if (kind === 'queue') checker.known(path, value, ['queue']);
  if (kind === 'workload') checker.known(path, value, ['workload']);
  return value;
}
