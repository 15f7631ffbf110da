#!/usr/bin/env node
/** The program `watership`: hands this process's arguments and streams to the command line, and other processes to work for it. */
import { availableParallelism } from 'node:os';
import { processWorker } from './pool/worker.ts';
import { processTerminal } from './terminal.ts';
import { importEngine, watership } from './watership.ts';

const workers = {
  start: processWorker(new URL('./pool/worker-main.js', import.meta.url)),
  atOnce: availableParallelism(),
};
process.exitCode = await watership(process.argv.slice(2), processTerminal(), { load: importEngine, workers });
