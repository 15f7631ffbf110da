/**
 * Runs a command line of one of RabbitMQ's tools on a node's machine: the tool starts (which takes its time), looks for the node's VM, asks
 * for what the command needs, and ends with an output and an exit code, noted as an `operator` record.
 */
import type { Simulation } from '../kernel/simulation.ts';
import { Priority } from '../kernel/simulation.ts';
import { operator } from '../records/cluster.ts';
import type { Command, Finish } from './command.ts';
import { listTimeoutSeconds } from './commands.ts';
import { formatted, isMachineReadable } from './formatters.ts';
import type { NodeControl } from './node-control.ts';
import { EXIT_TEMPORARY, fullName, unreachable, type CommandResult } from './refusals.ts';
import { tools, type ToolName } from './tools.ts';
import { EXIT_USAGE, readWords, type Words } from './words.ts';

/** Erlang's limit for setting up a connection: how long the tool knocks at a VM that stands still. */
const NET_SETUP_TIME_US = 7_000_000;
const KNOCK_INTERVAL_US = 100_000;

export interface CommandLineRun {
  readonly tool: ToolName;
  /** As the scenario wrote it. */
  readonly command: string;
  /** Split as a shell splits; the command's name first. */
  readonly words: readonly string[];
  readonly node: NodeControl;
  /** How long the tool takes before it does anything. */
  readonly startUpUs: number;
  readonly done?: (result: CommandResult) => void;
}

/** Starts the tool now. */
export function runTool(simulation: Simulation, run: CommandLineRun): void {
  const { node } = run;
  let isOver = false;
  const end = (result: CommandResult): void => {
    if (isOver) return;
    isOver = true;
    const { journal } = simulation;
    const [command, on, output] = [run.command, node.name, result.output].map((text) => journal.intern(text));
    journal.write(operator, command, on, result.exit, output);
    run.done?.(result);
  };
  simulation.after(run.startUpUs, Priority.world, () => understand(simulation, run, end));
}

function understand(simulation: Simulation, run: CommandLineRun, end: Finish): void {
  const [name = '', ...rest] = run.words;
  const command = tools[run.tool].get(name);
  if (command === undefined) {
    end({ exit: EXIT_USAGE, output: `\nCommand '${name}' not found. \n` });
    return;
  }
  const words = readWords(rest, command.words);
  if ('problem' in words) {
    end(wrongUse(run, command, { exit: words.exit, output: words.problem }));
    return;
  }
  const complaint = command.check?.(words) ?? null;
  const refusal = command.refuse?.(words) ?? null;
  if (complaint !== null) end(wrongUse(run, command, complaint));
  else if (refusal !== null) end(refusal);
  else knock(simulation, run, command, words, end, 0);
}

function wrongUse(run: CommandLineRun, command: Command, { exit, output }: CommandResult): CommandResult {
  const usage = `Usage\n\n${run.tool} [--node <node>] [--longnames] [--quiet] ${command.usage}`;
  return { exit, output: `${output}\nArguments given:\n\t${run.words.join(' ')}\n\n${usage}` };
}

/** Waits for the VM to answer where the command needs it. */
function knock(
  simulation: Simulation,
  run: CommandLineRun,
  command: Command,
  words: Words,
  end: Finish,
  waitedUs: number,
): void {
  const state = run.node.vmState();
  const needs = command.needs(words);
  if (state === 'frozen') {
    if (waitedUs >= NET_SETUP_TIME_US) end(unreachableBy(command, run.node.name, words));
    else {
      simulation.after(KNOCK_INTERVAL_US, Priority.world, () =>
        knock(simulation, run, command, words, end, waitedUs + KNOCK_INTERVAL_US),
      );
    }
    return;
  }
  const wrong =
    needs === 'vm' && state !== 'running'
      ? unreachableBy(command, run.node.name, words)
      : wrongState(run.node, needs, state === 'running');
  if (wrong !== null)
    end(typeof wrong === 'string' ? wrongUse(run, command, { exit: EXIT_USAGE, output: wrong }) : wrong);
  else execute(simulation, run, command, words, end);
}

function unreachableBy(command: Command, node: string, words: Words): CommandResult {
  if (command.unreachable === undefined) return unreachable(node);
  // Such a command finds out by itself, and has printed its banner by then.
  const { exit, output } = command.unreachable(node, words);
  return { exit, output: [bannerOf(command, node, words), output].filter((part) => part !== '').join('\n') };
}

/** Why the command cannot be carried out on a node in this state; null if it can. */
function wrongState(
  node: NodeControl,
  needs: ReturnType<Command['needs']>,
  isUp: boolean,
): CommandResult | string | null {
  if (needs === 'nothing') return isUp && node.isAppRunning() ? MUST_BE_STOPPED : null;
  if (needs === 'vm-down') return isUp ? 'Error: this command requires the target node to be stopped.' : null;
  if (!isUp) return unreachable(node.name);
  if (needs === 'app-running' && !node.isAppRunning()) return MUST_RUN;
  if (needs === 'app-stopped' && node.isAppRunning()) return MUST_BE_STOPPED;
  return null;
}

const MUST_RUN =
  "Error: this command requires the 'rabbit' app to be running on the target node. Start it with 'rabbitmqctl start_app'.";
const MUST_BE_STOPPED =
  "Error: this command requires the 'rabbit' app to be stopped on the target node. Stop it with 'rabbitmqctl stop_app'.";

function execute(
  simulation: Simulation,
  run: CommandLineRun,
  command: Command,
  words: Words,
  end: Finish,
): void {
  const { name } = run.node;
  const formatter = words.values.get('formatter');
  const banner = bannerOf(command, name, words);
  const finish: Finish = (result) => {
    const output = formatted(result, formatter, name);
    end({ exit: result.exit, output: [banner, output].filter((part) => part !== '').join('\n') });
  };
  if (words.flags.has('dry-run')) {
    finish({ exit: 0, output: '' });
    return;
  }
  const after = (delayUs: number, action: () => void): void => {
    simulation.after(delayUs, Priority.world, action);
  };
  command.run(run.node, words, finish, after);
  const seconds = patienceOf(run, command, words);
  if (seconds === null) return;
  after(seconds * 1_000_000, () =>
    finish({
      exit: EXIT_TEMPORARY,
      output:
        `Error: operation ${run.words[0]} on node ${fullName(name)} timed out. Timeout value used: ${seconds * 1_000}` +
        (run.words[0] === 'list_queues' ? LISTING_HINT : ''),
    }),
  );
}

/** The line that a tool prints first, unless a script reads what it prints. */
function bannerOf(command: Command, node: string, words: Words): string {
  const { flags, values } = words;
  const isQuiet = flags.has('quiet') || flags.has('silent') || isMachineReadable(values.get('formatter'));
  return isQuiet ? '' : command.banner(words, node);
}

const LISTING_HINT = '. Some queue(s) are unresponsive, use list_unresponsive_queues command.';

/** How long the tool waits for the node: as it is told, or a minute for a list of queues, one of which may not answer. */
function patienceOf(run: CommandLineRun, command: Command, words: Words): number | null {
  if (run.words[0] === 'list_queues') return listTimeoutSeconds(words);
  const seconds = Number(words.values.get('timeout'));
  return command.hasOwnTimeout !== true && Number.isInteger(seconds) && seconds > 0 ? seconds : null;
}
