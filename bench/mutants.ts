/**
 * `npm run mutants [-- --jobs N --named PART...]`: would the tests notice? Breaks one rule at a time as the tables in test/promises/mutants say, and runs
 * the test that is said to notice, which has to fail; first all of these tests run against the engine as it is, where they have to pass. Where the
 * test does not fail, or none is named, everything runs, unless `--named` says not to. PARTs choose mutants by a part of their name.
 *
 * Exits with 1 if a mutant survives for which the table has no reason, or if a table says what is not so.
 */
import { availableParallelism } from 'node:os';
import process, { argv, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { runTests } from './mutant-run.ts';
import { readMutants, type Mutant } from './mutant-table.ts';

type Verdict = 'noticed' | 'survived' | 'survived, as is explained' | 'noticed by another test' | 'broken';

interface Judged {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  readonly detail: string;
}

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  options: { jobs: { type: 'string' }, named: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs);
const everything = { files: [], names: [] };

await main();

async function main(): Promise<void> {
  const all = readMutants();
  const mutants = all.filter(
    ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
  );
  const failing = await failingAnyway(mutants);
  if (failing.length > 0) {
    stdout.write(
      `These tests do not pass without a mutant:\n${failing.map((name) => `  ${name}\n`).join('')}`,
    );
    process.exitCode = 1;
    return;
  }
  const judged = await judgeAll(mutants);
  report(judged);
  const held = judged.every(
    ({ verdict }) => verdict === 'noticed' || verdict === 'survived, as is explained',
  );
  if (!held) process.exitCode = 1;
}

/** Tests that are named and fail, or cannot be found, without any mutant. */
async function failingAnyway(mutants: readonly Mutant[]): Promise<readonly string[]> {
  const named = mutants.flatMap(({ noticedBy }) => noticedBy ?? []);
  if (named.length === 0) return [];
  const files = [...new Set(named.map(({ file }) => file))];
  const { failed, passed, unloaded } = await runTests(null, { files, names: named.map(({ test }) => test) });
  const missing = named
    .filter(({ file, test }) => !passed.some((name) => name.startsWith(file) && name.includes(test)))
    .map(({ file, test }) => `${file}: ${test} (no such test)`);
  return [...failed, ...unloaded, ...(failed.length === 0 ? missing : [])];
}

async function judgeAll(mutants: readonly Mutant[]): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  const waiting = [...mutants];
  const lane = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const one = await judge(mutant);
      judged.push(one);
      stdout.write(`${one.verdict.padEnd(9)} ${mutant.rule.padEnd(6)} ${mutant.breaks}: ${one.detail}\n`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, lane));
  return judged;
}

async function judge(mutant: Mutant): Promise<Judged> {
  const { noticedBy, survives } = mutant;
  if (noticedBy !== null) {
    const { failed, unloaded, hung } = await runTests(mutant, {
      files: [noticedBy.file],
      names: [noticedBy.test],
    });
    if (unloaded.length > 0) return { mutant, verdict: 'broken', detail: `${mutant.file} cannot be loaded` };
    if (hung) return { mutant, verdict: 'noticed', detail: 'the tests never ended' };
    if (failed.length > 0) return { mutant, verdict: 'noticed', detail: failed[0]! };
  }
  if (values.named) return { mutant, verdict: 'survived', detail: 'the named test did not fail' };
  const { failed, unloaded, hung } = await runTests(mutant, everything);
  const first = hung ? 'the tests never ended' : (failed[0] ?? unloaded[0]);
  if (first !== undefined) return { mutant, verdict: 'noticed by another test', detail: first };
  if (survives !== null) return { mutant, verdict: 'survived, as is explained', detail: survives };
  return { mutant, verdict: 'survived', detail: 'no test failed' };
}

function report(judged: readonly Judged[]): void {
  const of = (verdict: Verdict): readonly Judged[] => judged.filter((one) => one.verdict === verdict);
  const rules = new Set(of('noticed').map(({ mutant }) => mutant.rule));
  stdout.write(`\n${judged.length} mutants: ${of('noticed').length} noticed, of ${rules.size} rules\n`);
  for (const verdict of [
    'noticed by another test',
    'broken',
    'survived',
    'survived, as is explained',
  ] as const) {
    if (of(verdict).length === 0) continue;
    stdout.write(`\n${verdict}:\n`);
    for (const { mutant, detail } of of(verdict))
      stdout.write(`  ${mutant.name} (${mutant.rule}): ${detail}\n`);
  }
}
