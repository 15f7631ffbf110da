/**
 * The page's own script and the data it reads, as elements of the page. The script may run because the page's policy names its hash; data
 * stand in elements that no browser runs. Names in data came with a scenario: `<` is written as an escape, so that nothing ends its element.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Html, printable, trusted } from './markup.ts';

/** Where the build leaves it, from the folder of the package: this file is bundled too, and may lie anywhere below that. */
const FILE = 'dist/reports/script/page.js';

export interface PageScript {
  readonly element: Html;
  /** As `script-src` names it. */
  readonly source: string;
}

let loaded: PageScript | undefined;

/** The script that the build bundled. Throws where there was no build. */
export function pageScript(): PageScript {
  if (loaded === undefined) {
    const text = readFileSync(pageFile(), 'utf8');
    const hash = createHash('sha256').update(text).digest('base64');
    loaded = { element: trusted(`<script>${text}</script>`), source: `'sha256-${hash}'` };
  }
  return loaded;
}

function pageFile(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, FILE))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`${FILE} is missing above the program: it comes with the build`);
    folder = parent;
  }
  return path.join(folder, FILE);
}

/** Data as JSON in an element with this id. */
export function jsonBlock(id: string, data: unknown): Html {
  const json = printable(JSON.stringify(data))
    .replace(/</g, '\\u003c')
    .replace(/[^\x20-\x7e]/g, escaped);
  return trusted(`<script type="application/json" id="${id}">${json}</script>`);
}

/** Bytes in base64 in an element with this id. */
export function bytesBlock(id: string, bytes: Uint8Array): Html {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return trusted(`<script type="application/octet-stream" id="${id}">${text}</script>`);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
