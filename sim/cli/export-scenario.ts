/**
 * Writes what `watership export` is asked for. Formats of a run listen to its journal and write while it goes on, so that a long run needs
 * no more memory for being exported.
 */
import path from 'node:path';
import type { LoadOptions } from '../scenario/load.ts';
import type { Scenario } from '../scenario/model.ts';
import { didYouMean } from '../scenario/suggest.ts';
import type { Surroundings } from './command.ts';
import { ExitCode } from './exit-code.ts';
import { clusterFiles } from './export/cluster-files.ts';
import type { Exporter, Write } from './export/exporter.ts';
import { JepsenHistory } from './export/jepsen.ts';
import { asEdn, asJson } from './export/jepsen-operation.ts';
import { MermaidMessage } from './export/mermaid-message.ts';
import { mermaidStory } from './export/mermaid-story.ts';
import { ndjson } from './export/ndjson.ts';
import { PerfettoTrace } from './export/perfetto.ts';
import { inputFiles } from './input-files.ts';
import { theOnlyScenario } from './only-scenario.ts';
import { OutputFile } from './output-file.ts';
import { printable } from './printable.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** Options as they were given; null where they were not. */
export interface ExportRequest {
  readonly file: string;
  readonly format: string | null;
  readonly seed: number | null;
  readonly message: string | null;
  readonly out: string | null;
  readonly load: Required<LoadOptions>;
}

type Make = (scenario: Scenario, seed: number, write: Write) => Exporter;

/** Formats that are written while a run goes on. */
const exporters: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['perfetto', (scenario, seed, write) => new PerfettoTrace(scenario, seed, write)],
  ['ndjson', (_scenario, _seed, write) => ndjson(write)],
  ['jepsen', (scenario, _, write) => new JepsenHistory(scenario, asEdn, write)],
  ['jepsen-json', (scenario, _, write) => new JepsenHistory(scenario, asJson, write)],
]);

const formats = [...exporters.keys(), 'mermaid', 'conf'];

/** Throws UsageError, OutputError and ScenarioError. A run that fails its expectations is exported like any other. */
export async function exportScenario(request: ExportRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { file, format, message, out } = request;
  if (format === null) throw new UsageError('--format is missing', `there are ${formats.join(', ')}`);
  if (!formats.includes(format)) {
    const hint = didYouMean(format, formats) ?? `there are ${formats.join(', ')}`;
    throw new UsageError(`there is no format "${format}"`, hint);
  }
  if (message !== null && format !== 'mermaid') throw new UsageError('--message goes with --format mermaid');
  const scenario = await theOnlyScenario(
    request.file,
    request.load,
    'pick one with --set, such as --set "matrix.KEY=[VALUE]"',
  );
  const seed = request.seed ?? scenario.seed;
  const inputs = inputFiles([file], request.load.overrides);
  if (format === 'conf') return writeCluster(scenario, out, inputs, surroundings.terminal);
  return toOutput(out, inputs, surroundings.terminal, async (write) => {
    const run = await surroundings.loadEngine();
    const make = exporters.get(format);
    if (make !== undefined) {
      const exporter = make(scenario, seed, write);
      let endUs = 0;
      run(scenario, {
        seed,
        onJournal: (journal) => {
          journal.onAny((_, timeUs) => (endUs = timeUs));
          exporter.listen(journal);
        },
      });
      exporter.end(endUs);
    } else if (message === null) {
      const nodes = scenario.nodes.map(({ name }) => name);
      write(mermaidStory(nodes, run(scenario, { seed }).story));
    } else {
      const diagram = new MermaidMessage(message);
      run(scenario, { seed, onJournal: (journal) => diagram.listen(journal) });
      if (!diagram.isKnown)
        throw new UsageError(
          `no message of this run is called "${message}"`,
          'messages are called shop-17: the client, a number from 1',
        );
      write(diagram.toString());
    }
  });
}

async function toOutput(
  out: string | null,
  inputs: readonly string[],
  terminal: Terminal,
  produce: (write: Write) => Promise<void>,
): Promise<ExitCode> {
  const output = out === null ? null : new OutputFile(out, inputs);
  try {
    await produce((text) => (output === null ? terminal.out(text) : output.write(text)));
    output?.commit();
    if (output !== null) terminal.err(`${printable(output.path)} is written\n`);
    return ExitCode.held;
  } finally {
    output?.discard();
  }
}

/** Several files, all or none as far as a disk allows. */
function writeCluster(
  scenario: Scenario,
  out: string | null,
  inputs: readonly string[],
  terminal: Terminal,
): ExitCode {
  if (out === null) throw new UsageError('--out is missing', 'conf writes several files: name a folder');
  const outputs: OutputFile[] = [];
  try {
    for (const { name, text } of clusterFiles(scenario)) {
      const output = new OutputFile(path.join(out, name), inputs);
      outputs.push(output);
      output.write(text);
    }
    for (const output of outputs) output.commit();
    for (const output of outputs) terminal.err(`${printable(output.path)} is written\n`);
    return ExitCode.held;
  } finally {
    for (const output of outputs) output.discard();
  }
}
