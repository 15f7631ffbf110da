/**
 * Part of the build: makes of the command line and everything that it uses a few large files in `dist/program`, which is what
 * `watership` runs. Node takes a third of a second to find, read and link a thousand modules, and a worker of a sweep takes it again.
 * What only some commands need stays in files of its own, loaded when it is needed. The licences of the packages go with it.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const root = path.join(here, '../../..');
const target = path.join(root, 'dist/program');

/** Packages that are no ES modules ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

// Names of the parts change with their contents: what an earlier build left would stay for ever.
rmSync(target, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [path.join(here, 'main.js'), path.join(here, 'pool/worker-main.js')],
  outbase: here,
  outdir: target,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: REQUIRE },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
writeFileSync(path.join(target, 'LICENSES.txt'), licences(Object.keys(metafile.inputs)));

/** The licence texts of the packages among these files (relative to the root), by name. */
function licences(files: readonly string[]): string {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  return [...folders].toSorted().map(licence).join('\n');
}

function licence(folder: string): string {
  const absolute = path.join(root, folder);
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(absolute, 'package.json'), 'utf8'),
  ) as Record<'name' | 'version' | 'license', string>;
  const texts = readdirSync(absolute)
    .filter((file) => /^(?:licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(path.join(absolute, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
