/**
 * The command line taken apart by yargs, strictly. Yargs' own strictness cannot say what was probably meant and its
 * positional arguments swallow a lone `-`, so what is known is checked here, against the commands' own declarations.
 */
import yargs, { type Argv, type Options } from 'yargs';
import { didYouMean } from '../scenario/suggest.ts';
import type { Command, Given } from './command.ts';
import { UsageError } from './usage-error.ts';

/** Either what to do, or a text that was asked for instead (`--help`, `--version`). */
export type Parsed =
  | { readonly kind: 'command'; readonly command: Command; readonly given: Given; readonly debug: boolean }
  | { readonly kind: 'text'; readonly text: string };

const ownOptions = ['help', 'version', 'debug'];

const parsing = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
};

const helpWidth = 100;

/** Yargs' own: it prints a script for the shell that `SHELL` names, which then asks `watership --get-yargs-completions`. */
const completionCommand = 'completion';
const completionsAsked = '--get-yargs-completions';

/** Takes `args` (without node and script) apart. Throws UsageError. */
export function parseArguments(
  args: readonly string[],
  commands: readonly Command[],
  version: string,
): Parsed {
  let chosen: Command | undefined;
  const parser = commands
    .reduce<Argv>(
      (parser, command) =>
        parser.command({
          command: command.name,
          describe: command.summary,
          builder: (its: Argv) => describeCommand(its, command),
          handler: () => {
            chosen = command;
          },
        }),
      yargs()
        .scriptName('watership')
        .locale('en')
        .parserConfiguration(parsing)
        .usage('Usage: watership COMMAND\n\nWhat happens to each message when a RabbitMQ cluster fails?')
        .option('debug', { type: 'boolean', describe: 'Show the stack of an internal error' })
        .epilogue('watership COMMAND --help says what a command takes.')
        .version(version)
        .wrap(helpWidth),
    )
    .completion(completionCommand, 'Print a script for bash, zsh or fish that completes command lines');
  const { argv, failure, text } = parse(parser, args);
  if (failure !== undefined) throw new UsageError(plainer(failure));
  // A shell asks for what may follow; often that is nothing but a file, which it knows itself.
  if (args[0] === completionsAsked) return { kind: 'text', text: text === '' ? '' : `${text}\n` };
  if (text !== '') return { kind: 'text', text: `${text}\n` };
  const [name, ...operands] = argv._.map(String);
  if (chosen === undefined) throw noSuchCommand(name, commands);
  const { _, $0: _program, ...options } = argv;
  checkOptions(options, chosen);
  checkOperands(operands, chosen);
  return { kind: 'command', command: chosen, given: { operands, options }, debug: options.debug === true };
}

type Values = { readonly _: readonly (string | number)[]; readonly [option: string]: unknown };

function parse(
  parser: Argv,
  args: readonly string[],
): { readonly argv: Values; readonly failure: string | undefined; readonly text: string } {
  let argv: Values = { _: [] };
  let failure: string | undefined;
  let text = '';
  // With a callback yargs neither prints nor ends the process.
  void parser.parse([...args], (error: Error | undefined | null, parsed: Values, output: string) => {
    argv = parsed;
    failure = error?.message;
    text = output;
  });
  return { argv, failure, text };
}

function describeCommand(parser: Argv, { usage, summary, options, epilogue }: Command): Argv {
  return parser
    .usage(`Usage: watership ${usage}\n\n${summary}`)
    .options({ ...options })
    .epilogue(epilogue ?? '');
}

/** Yargs' words for the one mistake that it still finds itself. */
function plainer(message: string): string {
  const missing = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  return missing === undefined ? message : `--${missing} needs a value`;
}

function noSuchCommand(name: string | undefined, commands: readonly Command[]): UsageError {
  const names = [...commands.map((command) => command.name), completionCommand];
  if (name === undefined) return new UsageError(`name a command: ${names.join(', ')}`);
  return new UsageError(
    `there is no command "${name}"`,
    didYouMean(name, names) ?? `there are ${names.join(', ')}`,
  );
}

function checkOptions(
  options: { readonly [option: string]: unknown },
  { name, options: known }: Command,
): void {
  for (const [option, value] of Object.entries(options)) {
    const declared: Options | undefined = option === 'debug' ? { type: 'boolean' } : known[option];
    if (declared === undefined) {
      const candidates = [...Object.keys(known), ...ownOptions].map((each) => `--${each}`);
      const written = option.length === 1 ? `-${option}` : `--${option}`;
      throw new UsageError(`"watership ${name}" has no option ${written}`, didYouMean(written, candidates));
    }
    if (declared.type === 'boolean' && value !== true)
      throw new UsageError(`--${option} is on or absent and stands alone, once`);
    if (declared.type === 'string' && Array.isArray(value) && declared.array !== true)
      throw new UsageError(`--${option} was given more than once`);
    if (value === '' && declared.requiresArg !== false) throw new UsageError(`--${option} needs a value`);
  }
}

function checkOperands(
  operands: readonly string[],
  { usage, operands: { least, most, name } }: Command,
): void {
  if (operands.length < least) throw new UsageError(`${name} is missing`, `usage: watership ${usage}`);
  const extra = operands[most];
  if (extra !== undefined)
    throw new UsageError(`"${extra}" is one argument too many`, `usage: watership ${usage}`);
}
