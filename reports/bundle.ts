/**
 * A step of the build: the script of the page, which is modules under `script/`, becomes one file beside the program that writes pages.
 * Needs esbuild and so happens where the project is built, never where it runs. Readable on purpose but for white space: a page that
 * somebody was sent should not have to be trusted blindly.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const TOP = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));

/** Writes `dist/reports/script/page.js`. Throws what esbuild finds. */
export function bundlePageScript(): void {
  const { outputFiles } = buildSync({
    absWorkingDir: TOP,
    entryPoints: ['reports/script/main.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
  });
  const [bundle] = outputFiles;
  if (bundle === undefined) throw new Error('esbuild made no bundle');
  // Inside a page nothing may end the element that the script stands in.
  if (/<\/script|<!--/i.test(bundle.text)) throw new Error('the page script would end its own element');
  const file = join(TOP, 'dist/reports/script/page.js');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bundle.text);
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1]) bundlePageScript();
