#!/usr/bin/env node
/** The program `watership`: hands this process's arguments and streams to the command line. */
import { processTerminal } from './terminal.ts';
import { watership } from './watership.ts';

process.exitCode = await watership(process.argv.slice(2), processTerminal());
