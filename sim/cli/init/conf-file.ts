/**
 * `rabbitmq.conf`, taken apart: one `key = value` a line, comments behind `#`. What the keys mean is not asked here. Files that it
 * includes are not read.
 */
import { originOf, placeOfOffset } from '../../scenario/document.ts';
import { ScenarioError, type Problem } from '../../scenario/problem.ts';

export interface Setting {
  readonly key: string;
  readonly value: string;
}

const setting = /^\s*([^\s=#]+)\s*=\s*([^#]*?)\s*(?:#.*)?$/;
const nothing = /^\s*(?:#.*)?$/;
const include = /^\s*include\s+(\S.*?)\s*$/;

/** The settings in file order; a later one of the same key replaces an earlier one. Throws ScenarioError. */
export function readConf(file: string, text: string): readonly Setting[] {
  const origin = originOf(file, text);
  const problems: Problem[] = [];
  const settings = new Map<string, Setting>();
  let offset = 0;
  for (const line of text.split('\n')) {
    const written = line.replace(/\r$/, '');
    const [, key, value] = setting.exec(written) ?? [];
    const [, included] = include.exec(written) ?? [];
    if (key !== undefined && value !== undefined && value !== '') settings.set(key, { key, value });
    else if (included !== undefined) settings.set(`include ${included}`, { key: 'include', value: included });
    else if (!nothing.test(written)) {
      const message = 'a setting is needed: key = value';
      problems.push({ kind: 'syntax', ...placeOfOffset(origin, offset), message });
    }
    offset += line.length + 1;
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return [...settings.values()];
}
