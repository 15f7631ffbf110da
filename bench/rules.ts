/**
 * `npm run rules [-- --sources]`: gathers what speaks for each rule and hazard into the tables under sim/rules/evidence/ (bench/evidence.ts), compiles them, and
 * prints what they come to (bench/rules-print.ts). With `--sources` nothing is run: only what sources say is gathered anew, which files cite a rule,
 * which tests name one, and which mutants there are; that takes seconds instead of minutes.
 *
 * Exits with 1 if nothing speaks for a rule that is modelled.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process, { argv, execPath } from 'node:process';

const here = import.meta.dirname;

step(execPath, [path.join(here, 'evidence.js'), ...argv.slice(2)]);
step('npm', ['run', '--silent', 'build']);
step(execPath, [path.join(here, 'rules-print.js')]);

function step(command: string, args: readonly string[]): void {
  if (process.exitCode !== undefined) return;
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = status ?? 1;
}
