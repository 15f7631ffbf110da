/** Reads a cluster's files for `watership init`, and writes the scenario that comes of them. */
import path from 'node:path';
import { compilePattern, PatternError } from '../amqp/pattern.ts';
import { readOrdinaryFile, UnreadableError } from '../scenario/ordinary-file.ts';
import { shortNodeName } from '../scenario/schema/values.ts';
import { ExitCode } from './exit-code.ts';
import { readConf } from './init/conf-file.ts';
import { choose, readDefinitions, type Definitions } from './init/definitions.ts';
import { firstScenario } from './init/write-scenario.ts';
import { OutputFile } from './output-file.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Options as they were given; null where they were not. */
export interface InitOptions {
  readonly definitions: string | null;
  readonly conf: string | null;
  readonly nodes: string | null;
  readonly queues: string | null;
  readonly out: string | null;
}

/** Larger files are no definitions that a scenario could hold. */
const bytesMax = 64_000_000;

/** Throws UsageError, OutputError and ScenarioError. */
export function initScenario(options: InitOptions, terminal: Terminal): ExitCode {
  const { definitions: file, conf, out } = options;
  if (file === null)
    throw new UsageError('--definitions is missing', 'rabbitmqctl export_definitions FILE writes one');
  const inputs = [file, ...(conf === null ? [] : [conf])];
  const output = out === null ? null : new OutputFile(out, inputs);
  try {
    const { text, leftOut } = firstScenario({
      definitions: chosen(readDefinitions(file, readText(file)), options.queues),
      settings: conf === null ? [] : readConf(conf, readText(conf)),
      nodes: (options.nodes?.split(',') ?? []).map((name) => shortNodeName(name.trim())).filter(Boolean),
      name: path.parse(file).name,
      sources: inputs.map((input) => path.basename(input)),
    });
    if (output === null) terminal.out(text);
    else {
      output.write(text);
      output.commit();
      terminal.err(`${printable(output.path)} is written: watership run ${printable(output.path)}\n`);
    }
    if (leftOut > 0)
      terminal.err(`${leftOut} parts are not modelled, or not as they are: the comments in it say which\n`);
    return ExitCode.held;
  } finally {
    output?.discard();
  }
}

function chosen(definitions: Definitions, pattern: string | null): Definitions {
  if (pattern === null) return definitions;
  try {
    const compiled = compilePattern(pattern);
    return choose(definitions, (name) => compiled.matches(name), pattern);
  } catch (error) {
    if (error instanceof PatternError) throw new UsageError(`--queues: ${error.message}`);
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readOrdinaryFile(file, bytesMax);
  } catch (error) {
    if (error instanceof UnreadableError) throw new UsageError(`${file} cannot be read: ${error.message}`);
    throw error;
  }
}
