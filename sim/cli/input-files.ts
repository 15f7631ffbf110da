/** The files that a command reads because scenarios were named: those, and the definitions that they import. */
import path from 'node:path';
import { includedFiles } from '../scenario/included-files.ts';
import type { Override } from '../scenario/overrides.ts';

/** Paths from where Watership was started, for outputs that must not overwrite them. */
export function inputFiles(files: readonly string[], overrides: readonly Override[]): readonly string[] {
  const imported = overrides.filter(([key]) => key === 'definitions').map(([, name]) => name);
  return files.flatMap((file) => [
    file,
    ...includedFiles(file),
    ...imported.map((name) => path.join(path.dirname(file), name)),
  ]);
}
