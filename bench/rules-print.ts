/**
 * The last step of `npm run rules`: prints what exercises the rules, what nothing exercises, and what is not modelled with the reason, from the
 * tables that bench/evidence.ts has just written, and writes docs/rules.md.
 *
 * Exits with 1 if nothing speaks for a rule that is modelled, or if code cites a rule that sim/rules/standing.ts still calls not modelled or built in.
 */
import { writeFileSync } from 'node:fs';
import process, { stdout } from 'node:process';
import { cites } from '../sim/rules/evidence/cites.ts';
import { builtIn, notModelled } from '../sim/rules/standing.ts';
import { pageText, summaryText, unexercised } from './rules-page.ts';

const page = 'docs/rules.md';

writeFileSync(page, pageText());
stdout.write(`${summaryText()}\nWritten to ${page}\n`);
const stale = [...notModelled.keys(), ...builtIn.keys()].filter((id) => cites[id] !== undefined);
if (stale.length > 0)
  stdout.write(`Code cites these rules: take their lines out of sim/rules/standing.ts: ${stale.join(' ')}\n`);
if (unexercised().length > 0 || stale.length > 0) process.exitCode = 1;
