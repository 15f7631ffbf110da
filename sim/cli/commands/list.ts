/** `watership list`: the scenarios that come with the package, by folder, with paths that `run` takes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { packageRoot } from '../../library/package.ts';
import { printable } from '../printable.ts';
import type { Paint } from '../terminal.ts';

interface Listed {
  readonly file: string;
  readonly name: string;
  readonly description: string;
}

/** The order in which they are read with profit; folders that are not here follow by name. */
const folderOrder = ['tour', 'seeds', 'partitions', 'failover', 'hazards', 'incidents'];

export const list: Command = {
  name: 'list',
  usage: 'list',
  summary: 'List the scenarios that come with Watership',
  options: {},
  operands: { least: 0, most: 0, name: '' },
  async perform(_, { terminal }) {
    const top = path.join(packageRoot(), 'scenarios');
    const folders = new Map<string, Listed[]>();
    for (const file of scenarioFiles(top)) {
      const folder = path.relative(top, path.dirname(file)) || '.';
      folders.set(folder, [...(folders.get(folder) ?? []), await describe(file)]);
    }
    const names = [...folders.keys()].toSorted((a, b) => rank(a) - rank(b));
    const sections = names.map((name) => section(name, folders.get(name) ?? [], terminal.paintOut));
    terminal.out(sections.length === 0 ? 'There are no scenarios here.\n' : sections.join('\n'));
    return ExitCode.held;
  },
};

function scenarioFiles(top: string): readonly string[] {
  return readdirSync(top, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .map((file) => path.join(top, file));
}

/** Name and description as they stand in the file; whether it can run is `check`'s business. */
async function describe(file: string): Promise<Listed> {
  const { readDocument } = await import('../../scenario/document.ts');
  const { ScenarioError } = await import('../../scenario/problem.ts');
  const text = readFileSync(file, 'utf8');
  try {
    const { yaml } = readDocument(file, text);
    return { file, name: textOf(yaml.get('name')), description: textOf(yaml.get('description')) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { file, name: '', description: `(${error.problems[0]?.message ?? 'no scenario'})` };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function rank(folder: string): number {
  const place = folderOrder.indexOf(folder.split(path.sep)[0] ?? '');
  return place < 0 ? folderOrder.length : place;
}

function section(folder: string, entries: readonly Listed[], paint: Paint): string {
  const lines = [paint('bold', printable(folder))];
  for (const { file, name, description } of entries) {
    lines.push(`  ${printable(path.relative(process.cwd(), file))}`);
    const said = [name, description].filter((part) => part !== '').join(': ');
    if (said !== '') lines.push(`      ${paint('dim', printable(said.replaceAll(/\s+/g, ' ')))}`);
  }
  return `${lines.join('\n')}\n`;
}
