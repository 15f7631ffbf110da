/**
 * Which files are meant: a file is itself, a folder stands for every `.yaml` and `.yml` below it, by name. Links to folders are not followed, so that no
 * walk goes in circles; folders that begin with a dot and `node_modules` hold no scenarios.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../usage-error.ts';

/** Where scenarios are looked for when nobody says. */
const usualFolder = 'scenarios';

/** Files in a stable order, each once, with `/` between folders. Throws UsageError where there is nothing to test. */
export function findFiles(operands: readonly string[]): readonly string[] {
  if (operands.length === 0 && !isFolder(usualFolder))
    throw new UsageError(
      `there is no folder ${usualFolder} here`,
      'name files or folders: watership test DIR|FILE...',
    );
  const named = operands.length === 0 ? [usualFolder] : operands;
  const found = named.flatMap((operand) => (isFolder(operand) ? scenariosBelow(operand) : [operand]));
  if (found.length === 0) throw new UsageError(`no scenario (*.yaml, *.yml) lies below ${named.join(', ')}`);
  return [...new Set(found.map((file) => path.normalize(file).replaceAll(path.sep, '/')))];
}

/** Whether the path is a folder; what is not there is none. */
function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function scenariosBelow(folder: string): readonly string[] {
  const files: string[] = [];
  for (const entry of entriesOf(folder).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = path.join(folder, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) files.push(...scenariosBelow(at));
    else if (/\.ya?ml$/i.test(entry.name)) files.push(at);
  }
  return files;
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch (error) {
    throw new UsageError(
      `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}
