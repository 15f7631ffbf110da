/** Expectations about causes: how many messages a hazard took, and in which cells of a matrix it shows. */
import { hazard as hazardOf, rule as ruleOf, UnknownRuleError } from '../../rules/registry.ts';
import type { Path } from '../document.ts';
import type { CauseExpectation, ExpectBlock, HazardExpectation } from '../expect-model.ts';
import type { FieldValue } from '../model.ts';
import type { WrittenBlock, WrittenCause, WrittenHazard } from '../schema/expect.ts';
import { shown } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import { boundsText, buildBounds } from './bounds.ts';
import type { Checker } from './checker.ts';

/** One cell of a matrix: its values, and the values that each path takes over all cells. */
export interface MatrixCell {
  readonly values: { readonly [path: string]: FieldValue };
  readonly axes: { readonly [path: string]: readonly FieldValue[] };
}

/** What the ledger writes where it knows no cause. */
const unexplained = 'unexplained';

/** A row of `causes`. */
export function buildCause(checker: Checker, path: Path, written: WrittenCause): CauseExpectation {
  const { hazard, messages, never } = written;
  if (hazard !== unexplained) knownId(checker, [...path, 'hazard'], hazard, 'hazard', hazardOf);
  if (never && messages !== undefined)
    checker.problem([...path, 'messages'], 'never is a count of 0 already', undefined, 'key');
  const cause = build(checker, path, hazard, written);
  return {
    ...cause,
    messages: never ? [{ comparison: '=', than: 0 }] : cause.messages,
    text: never ? `${cause.text} never` : cause.text,
  };
}

/** `buildBlock` makes the block under `shows`. */
export function buildHazard(
  checker: Checker,
  path: Path,
  written: WrittenHazard,
  cell: MatrixCell,
  buildBlock: (path: Path, block: WrittenBlock) => ExpectBlock,
): HazardExpectation {
  const { id, cells, shows, sometimes } = written;
  knownId(checker, [...path, 'id'], id, 'hazard', hazardOf);
  const axes = Object.keys(cell.axes);
  if (cells === undefined && axes.length > 0)
    checker.problem(path, 'which cells of the matrix show it?', 'cells: { PATH: VALUE }', 'key');
  (cells ?? []).forEach((wanted) => checkCell(checker, [...path, 'cells'], wanted, cell));
  // A hazard that is seen by what happens to the cluster is the ledger's as well only where the file says so.
  const counted = shows === undefined || written.messages !== undefined || written.outcome !== undefined;
  const cause = build(checker, path, id, written);
  return {
    id,
    here: cells === undefined || cells.some((wanted) => matches(wanted, cell.values)),
    sometimes,
    cause: counted ? cause : null,
    shows: shows === undefined ? null : buildBlock([...path, 'shows'], shows),
    rules: cause.rules ?? [],
    line: checker.line(path),
  };
}

function build(
  checker: Checker,
  path: Path,
  hazard: string,
  written: Omit<WrittenCause, 'hazard' | 'never'>,
): CauseExpectation {
  const { rule, outcome, messages, confirmed } = written;
  rule?.forEach((id, index) =>
    knownId(checker, rule.length > 1 ? [...path, 'rule', index] : [...path, 'rule'], id, 'rule', ruleOf),
  );
  const counts = messages === undefined ? null : buildBounds(checker, [...path, 'messages'], messages, []);
  const sure = confirmed === undefined ? null : buildBounds(checker, [...path, 'confirmed'], confirmed, []);
  const text = [
    hazard,
    rule && `by ${rule.join(' or ')}`,
    outcome,
    counts && `messages ${boundsText(counts)}`,
    sure && `confirmed ${boundsText(sure)}`,
  ];
  return {
    hazard,
    rules: rule ?? null,
    outcome: outcome ?? null,
    messages: counts,
    confirmed: sure,
    text: text.filter((part) => typeof part === 'string').join(' '),
    line: checker.line(path),
  };
}

/** `look` is the registry's look-up for what it is. */
function knownId(
  checker: Checker,
  path: Path,
  id: string,
  what: string,
  look: (id: string) => unknown,
): void {
  try {
    look(id);
  } catch (error) {
    if (!(error instanceof UnknownRuleError)) throw error;
    const near = error.suggestions.slice(0, 3).join(', ');
    checker.problem(
      path,
      `no ${what} is called ${shown(id)}`,
      near === '' ? undefined : `did you mean ${near}?`,
    );
  }
}

/** Paths have to be the matrix's, and values ones that it takes; an axis narrowed to one value (`--set`) may miss some. */
function checkCell(
  checker: Checker,
  path: Path,
  wanted: { readonly [path: string]: FieldValue },
  { axes }: MatrixCell,
): void {
  for (const [axis, value] of Object.entries(wanted)) {
    const values = Object.hasOwn(axes, axis) ? axes[axis] : undefined;
    if (values === undefined) {
      checker.problem(path, `the matrix has no "${axis.slice(0, 80)}"`, didYouMean(axis, Object.keys(axes)));
      continue;
    }
    if (values.length > 1 && !values.some((each) => sameValue(each, value)))
      checker.problem(path, `the matrix has no ${axis}: ${JSON.stringify(value).slice(0, 80)}`);
  }
}

function matches(
  wanted: { readonly [path: string]: FieldValue },
  values: { readonly [path: string]: FieldValue },
): boolean {
  return Object.entries(wanted).every(([axis, value]) => sameValue(values[axis] ?? null, value));
}

function sameValue(a: FieldValue, b: FieldValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
