/**
 * Which files are meant: a file is itself, a folder stands for every `.yaml` and `.yml` below it, by name. Links to folders are not followed, so that no
 * walk goes in circles; folders that begin with a dot and `node_modules` hold no scenarios.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Where scenarios are looked for when nobody says. */
const usualFolder = 'scenarios';

/** Files in a stable order, each once, with `/` between folders. Throws UsageError where there is nothing to test, unless that may be. */
export function findFiles(
  operands: readonly string[],
  { mayBeNone }: { readonly mayBeNone: boolean } = { mayBeNone: false },
): readonly string[] {
  const meant = operands.length === 0 ? [usualFolder] : operands;
  if (operands.length === 0 && !mayBeNone && !isFolder(usualFolder))
    throw new UsageError(
      `there is no folder ${usualFolder} here`,
      'name files or folders: watership test DIR|FILE...',
    );
  const found = meant.flatMap((operand) => (isFolder(operand) ? scenariosBelow(operand) : [operand]));
  if (found.length === 0 && !mayBeNone)
    throw new UsageError(`no scenario (*.yaml, *.yml) lies below ${meant.join(', ')}`);
  return [...new Set(found.map((file) => path.normalize(file).replaceAll(path.sep, '/')))];
}

/** The folders that are looked into, all the way down. */
export function foldersOf(operands: readonly string[]): readonly string[] {
  return (operands.length === 0 ? [usualFolder] : operands).filter(isFolder).flatMap(withFoldersBelow);
}

/** What cannot even be looked at is taken for a file: loading it says why it cannot be read. */
function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

function scenariosBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return scenariosBelow(at);
    return /\.ya?ml$/i.test(entry.name) ? [at] : [];
  });
}

function withFoldersBelow(folder: string): readonly string[] {
  const below = entriesOf(folder).filter((entry) => entry.isDirectory());
  return [folder, ...below.flatMap(({ name }) => withFoldersBelow(path.join(folder, name)))];
}

/** By name, without what holds no scenarios. Throws UsageError. */
function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
