/**
 * The last step of `npm run rules`: prints what exercises the rules, what nothing exercises, and what is not modelled with the reason, from the
 * tables that bench/evidence.ts has just written, and writes docs/rules.md.
 *
 * Exits with 1 if nothing speaks for a rule that is modelled.
 */
import { writeFileSync } from 'node:fs';
import process, { stdout } from 'node:process';
import { pageText, summaryText, unexercised } from './rules-page.ts';

const page = 'docs/rules.md';

writeFileSync(page, pageText());
stdout.write(`${summaryText()}\nWritten to ${page}\n`);
if (unexercised().length > 0) process.exitCode = 1;
