/** `matrix`: one scenario for each combination of values, the last path varying fastest, as in a CI matrix. */
import { isAlias, isMap, isSeq, type Node } from 'yaml';
import { keyText, placeAt, toData, type SourceDocument } from './document.ts';
import type { FieldValue } from './model.ts';
import { setPath } from './overrides.ts';
import { ScenarioError } from './problem.ts';

export interface Cell {
  readonly document: SourceDocument;
  /** The values of this cell by path; `{}` for the one cell of a scenario without a matrix. */
  readonly values: { readonly [path: string]: FieldValue };
}

const cellLimit = 1_000;
/** Every cell reads the file again: this many characters in all take a few seconds. */
const characterLimit = 8_000_000;

/**
 * The cells of a document's matrix, each a document of its own in which the matrix's values are set; a document without
 * one (or with one that is no map of lists, which validation will say) is its own only cell. `read` gives a fresh document
 * for each cell. Throws ScenarioError for a path that leads nowhere and for too many cells.
 */
export function expandMatrix(document: SourceDocument, read: () => SourceDocument): readonly Cell[] {
  const axes = axesOf(document);
  if (axes.length === 0) return [{ document, values: {} }];
  if (axes.some(({ path }) => path === 'definitions'))
    fail(
      document,
      ['matrix', 'definitions'],
      'one scenario has one definitions file: a matrix cannot vary it',
    );
  const count = axes.reduce((product, { length }) => product * length, 1);
  if (count > cellLimit)
    fail(document, ['matrix'], `${count} combinations: at most ${cellLimit} are allowed`);
  if (count * (document.text.length + (document.imported?.text.length ?? 0)) > characterLimit)
    fail(document, ['matrix'], `${count} combinations of so large a file are too many`);
  const cells: Cell[] = [];
  for (let index = 0; index < count; index++) {
    const cell = read();
    const data = toData(cell) as { readonly matrix?: { readonly [path: string]: readonly FieldValue[] } };
    const values: Record<string, FieldValue> = {};
    let rest = index;
    for (const { path, length } of axes.toReversed()) {
      const choice = rest % length;
      rest = Math.floor(rest / length);
      const node = cell.yaml.getIn(['matrix', path, choice], true) as Node;
      const problem = setPath(cell, path, node);
      if (problem) fail(cell, ['matrix', path], problem.message, problem.hint);
      values[path] = data.matrix?.[path]?.[choice] ?? null;
    }
    const ordered = axes.map(({ path }): [string, FieldValue] => [path, values[path] ?? null]);
    cells.push({ document: cell, values: Object.fromEntries(ordered) });
  }
  return cells;
}

function axesOf(document: SourceDocument): readonly { readonly path: string; readonly length: number }[] {
  const matrix: unknown = document.yaml.get('matrix');
  if (isAlias(matrix)) fail(document, ['matrix'], 'a matrix is written out, not repeated by an alias');
  if (!isMap(matrix)) return [];
  for (const pair of matrix.items)
    if (isAlias(pair.value))
      fail(document, ['matrix', keyText(pair) ?? ''], 'the values are written out, not repeated by an alias');
  const axes = matrix.items.map((pair) => ({
    path: keyText(pair) ?? '',
    length: isSeq(pair.value) ? pair.value.items.length : 0,
  }));
  return axes.every(({ length }) => length > 0) ? axes : [];
}

function fail(document: SourceDocument, path: readonly string[], message: string, hint?: string): never {
  const problem = { kind: 'invalid', ...placeAt(document, path, 'key'), message } as const;
  throw new ScenarioError([hint === undefined ? problem : { ...problem, hint }]);
}
