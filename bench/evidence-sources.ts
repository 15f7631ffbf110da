/** What sources say about rules: which files of the engine cite one, and which tests name one in their titles. */
import { readdirSync, readFileSync } from 'node:fs';
import { idsIn } from '../sim/rules/evidence.ts';
import { rules } from '../sim/rules/registry.ts';

/** Rooms whose tests use ids as data to talk about. */
const otherwiseEngaged = /^test\/(?:rules|cli|reports)\//;

/** Files that decide by a rule, by its id, paths separated by spaces; rules that none cites are absent. */
export function citesByRule(): Readonly<Record<string, string>> {
  const files = new Map<string, string[]>();
  for (const file of sources('sim')) {
    if (file.startsWith('sim/rules/')) continue;
    const cited = readFileSync(file, 'utf8').matchAll(/\brule\('([A-Z]+-\d+)'\)/g);
    for (const [, id = ''] of cited) files.set(id, [...(files.get(id) ?? []), file]);
  }
  return Object.fromEntries(
    rules.flatMap(({ id }) => {
      const found = files.get(id);
      return found === undefined ? [] : [[id, found.join(' ')] as const];
    }),
  );
}

/** Titles of tests that name a rule or a hazard, by file, one a line; files without any are absent. */
export function testsByFile(): Readonly<Record<string, string>> {
  const titles: [string, string][] = [];
  for (const file of sources('test')) {
    if (!file.endsWith('.test.ts') || otherwiseEngaged.test(file)) continue;
    const naming = titlesIn(readFileSync(file, 'utf8')).filter((title) => idsIn(title).length > 0);
    if (naming.length > 0) titles.push([file, naming.join('\n')]);
  }
  return Object.fromEntries(titles);
}

/** The first argument of each `test`, `it` and `describe`, also after a table of `each`. */
export function titlesIn(source: string): readonly string[] {
  const opening =
    /^ *(?:(?:test|it|describe)(?:\.\w+)*(?:\.each\(.*\))?|\](?: as [^(]*)?\))\(\s*(['"`])(.*?)\1(?=[,)])/gm;
  return [...source.matchAll(opening)].map(([, , title = '']) => title);
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .toSorted();
}
