/** The package this file is part of: its version and where it lies, found from the sources and from `dist` alike. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of package.json, absolute. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('package.json is missing above the program');
    folder = parent;
  }
  return folder;
}

/** As package.json has it: `0.1.0`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return version;
}
