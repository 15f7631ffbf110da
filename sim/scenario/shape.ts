/**
 * Holds plain data against the schema and says what does not fit, in the words of the language: each unknown key on its
 * own with the key that was probably meant, the branch of a union that was meant, what is missing from where.
 */
import type { z } from 'zod';
import type { Data, Path } from './document.ts';
import { shown } from './schema/values.ts';
import { didYouMean } from './suggest.ts';

export interface ShapeProblem {
  readonly path: Path;
  /** Whether the key or its value is wrong. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly hint?: string;
}

type Issue = z.core.$ZodIssue;

/** Finding the place of each takes time, and nobody reads so many. */
const issueLimit = 100;

/** What zod's issues with `data` mean, in the language's words. */
export function shapeProblems(
  schema: z.ZodType,
  data: Data,
  issues: readonly Issue[],
): readonly ShapeProblem[] {
  return issues.slice(0, issueLimit).flatMap((issue) => explain(schema, data, issue, []));
}

function explain(schema: z.ZodType, data: Data, issue: Issue, base: Path): readonly ShapeProblem[] {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, path);
      return issue.keys.slice(0, issueLimit).map((key) => unknownKey([...path, key], key, allowed));
    }
    case 'invalid_union': {
      const branch = meantBranch(issue.errors);
      if (branch)
        return withHint(
          branch.flatMap((each) => explain(schema, data, each, path)),
          value,
          issue.errors,
        );
      return value === undefined ? [missing(path)] : [unionProblem(path, value, issue.errors)];
    }
    case 'invalid_key': {
      const inner = issue.issues[0];
      return [{ path, at: 'key', message: inner?.message ?? 'this cannot be a key here' }];
    }
    case 'invalid_value': {
      if (value === undefined) return [missing(path)];
      const allowed = issue.values.map(String);
      return [notOneOf(path, value, allowed)];
    }
    case 'invalid_type':
      if (value === undefined) return [missing(path)];
      return [
        {
          path,
          at: 'value',
          message: custom(issue) ?? `${typeWord(issue.expected)} is needed, not ${shown(value)}`,
        },
      ];
    case 'too_small':
    case 'too_big': {
      const least = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      return [{ path, at: 'value', message: custom(issue) ?? `${shown(value)}: ${least} is needed` }];
    }
    default:
      return [{ path, at: 'value', message: issue.message }];
  }
}

/** Our schemas' own messages; zod's begin in one of these ways and are put into the language's words instead. */
function custom(issue: Issue): string | undefined {
  return /^(Invalid|Too|Unrecognized)/.test(issue.message) ? undefined : issue.message;
}

function unknownKey(path: Path, key: string, allowed: readonly string[]): ShapeProblem {
  const hint =
    didYouMean(key, allowed) ??
    (allowed.length > 0 && allowed.length <= 14 ? `known here: ${allowed.join(', ')}` : undefined);
  return { path, at: 'key', message: `unknown key "${key.slice(0, 60)}"`, ...(hint && { hint }) };
}

function notOneOf(path: Path, value: unknown, allowed: readonly string[]): ShapeProblem {
  const near = typeof value === 'string' ? didYouMean(value, allowed) : undefined;
  const list = allowed.length === 1 ? allowed[0] : `one of ${allowed.join(', ')}`;
  const message = `${shown(value)} is not ${allowed.length > 20 ? 'known here' : list}`;
  return { path, at: 'value', message, ...(near && { hint: near }) };
}

function missing(path: Path): ShapeProblem {
  return { path: path.slice(0, -1), at: 'key', message: `"${String(path.at(-1) ?? 'name')}" is missing` };
}

/**
 * The one branch of a union whose own type fits the value, so that the trouble lies further in; or, where several do or
 * none, the one branch that has something to say about more than the type.
 */
function meantBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter(
    (issues) => !issues.some((issue) => issue.path.length === 0 && refusesType(issue)),
  );
  if (fitting.length === 1) return fitting[0];
  if (branches.length === 1) return branches[0];
  return fitting.find((issues) => issues.some((issue) => issue.path.length > 0));
}

/** A union inside a union refuses the type when each of its branches does. */
function refusesType(issue: Issue): boolean {
  if (issue.code === 'invalid_type') return true;
  if (issue.code === 'invalid_value') return true;
  if (issue.code !== 'invalid_union') return false;
  return issue.errors.every((issues) => issues.some((each) => each.path.length === 0 && refusesType(each)));
}

/** A text that one branch takes apart may have been meant as another one's word: `reconnect: nevr`. */
function withHint(
  problems: readonly ShapeProblem[],
  value: unknown,
  branches: readonly (readonly Issue[])[],
): readonly ShapeProblem[] {
  const hint = typeof value === 'string' ? didYouMean(value, wordsOf(branches)) : undefined;
  return problems.map((each) => (hint === undefined ? each : { hint, ...each }));
}

function wordsOf(branches: readonly (readonly Issue[])[]): readonly string[] {
  const flat = branches.flatMap(flatten);
  return [
    ...new Set(flat.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values.map(String) : []))),
  ];
}

/** No branch fits: allowed words are listed if there are any, else the first message of our own, else the types. */
function unionProblem(path: Path, value: unknown, branches: readonly (readonly Issue[])[]): ShapeProblem {
  const flat = branches.flatMap(flatten);
  const words = wordsOf(branches);
  const own = flat.map(custom).find((message) => message !== undefined);
  const types = new Set(
    flat.flatMap((issue) => (issue.code === 'invalid_type' ? [typeWord(issue.expected)] : [])),
  );
  const hint = typeof value === 'string' ? didYouMean(value, words) : undefined;
  const needed = [...(words.length > 2 ? [`one of ${words.join(', ')}`] : words), ...types].join(' or ');
  const message =
    own === undefined ? `${needed} is needed, not ${shown(value)}` : [own, ...words].join(', or ');
  return { path, at: 'value', message, ...(hint && { hint }) };
}

function flatten(issues: readonly Issue[]): readonly Issue[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_union' ? issue.errors.flatMap(flatten) : [issue],
  );
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
};

function typeWord(expected: string): string {
  return typeWords[expected] ?? expected;
}

function valueAt(data: Data, path: Path): unknown {
  let value: unknown = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** The keys that a map at `path` may have, found by walking the schema; every branch of a union counts. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  let schemas = unwrap(schema);
  for (const step of path) {
    schemas = schemas.flatMap((each) => {
      const { def } = each._zod;
      if (def.type === 'object') {
        const { shape } = def as z.core.$ZodObjectDef;
        const inner = Object.hasOwn(shape, step) ? shape[step] : undefined;
        return inner ? unwrap(inner) : [];
      }
      if (def.type === 'array') return unwrap((def as z.core.$ZodArrayDef).element);
      if (def.type === 'record') return unwrap((def as z.core.$ZodRecordDef).valueType);
      return [];
    });
  }
  const keys = schemas.flatMap(({ _zod: { def } }) =>
    def.type === 'object' ? Object.keys((def as z.core.$ZodObjectDef).shape) : [],
  );
  return [...new Set(keys)];
}

/** A schema without its optional, default and transform wrappers; a union becomes its branches. */
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { def } = schema._zod;
  if (def.type === 'union') return (def as z.core.$ZodUnionDef).options.flatMap(unwrap);
  if (def.type === 'pipe') return unwrap((def as z.core.$ZodPipeDef).in);
  if (def.type === 'optional' || def.type === 'default' || def.type === 'nullable')
    return unwrap((def as z.core.$ZodOptionalDef).innerType);
  return [schema];
}
