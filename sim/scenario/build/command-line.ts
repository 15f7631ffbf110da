/**
 * Command lines of RabbitMQ's tools, as far as loading can judge them: whether there is such a command, and whether it asks for
 * anything that the simulator would leave out of account. What else is wrong with one the tool says itself when it runs.
 */
import { FORMATTERS } from '../../operator/formatters.ts';
import { tools } from '../../operator/tools.ts';
import { readWords, type Words } from '../../operator/words.ts';
import type { CommandLine, Tool } from '../chaos-model.ts';
import { commandFirst, otherCommands, otherQueueColumns, simulatedCommands } from '../commands.ts';
import type { Path } from '../document.ts';
import { shortNodeName } from '../schema/values.ts';
import { didYouMean } from '../suggest.ts';
import { splitWords } from '../words.ts';
import type { Checker } from './checker.ts';

/** The command line at `path`; undefined where there is none to speak of. */
export function commandLine(
  checker: Checker,
  path: Path,
  tool: Tool,
  command: string,
  on: string,
): CommandLine | undefined {
  checker.known([...path.slice(0, -1), 'on'], on, ['node']);
  const split = splitWords(command);
  if ('error' in split) {
    checker.problem(path, split.error);
    return undefined;
  }
  const words = commandFirst(tool, split.words);
  const [name] = words;
  if (name === undefined) {
    checker.problem(path, 'no command');
    return undefined;
  }
  if (simulatedCommands[tool].includes(name)) {
    checker.uses(path, `${tool} ${name}`, 'value');
    checkWords(checker, path, tool, words, on);
  } else if (otherCommands[tool].includes(name))
    checker.unmodelled(
      path,
      `RabbitMQ knows "${tool} ${name}", but the simulator has no model of it`,
      undefined,
      'value',
    );
  else {
    const known = [...simulatedCommands[tool], ...otherCommands[tool]];
    checker.problem(path, `${tool} has no command "${name.slice(0, 60)}"`, didYouMean(name, known));
  }
  return { verb: tool, command, words, on };
}

/** Understood by the tool, but not taken into account by the simulator. */
function checkWords(
  checker: Checker,
  path: Path,
  tool: Tool,
  [name = '', ...rest]: readonly string[],
  on: string,
): void {
  const spec = tools[tool].get(name)?.words;
  const words = spec && readWords(rest, spec);
  if (words === undefined || 'problem' in words) return;
  const node = words.values.get('node');
  if (node !== undefined && shortNodeName(node) !== on)
    checker.problem(path, `it would run on ${on}`, `write the node as on: ${shortNodeName(node)}`);
  for (const option of [...words.values.keys(), ...words.flags])
    checker.uses(path, `rabbitmqctl option ${option}`, 'value');
  const formatter = words.values.get('formatter');
  if (formatter !== undefined && !FORMATTERS.includes(formatter))
    checker.unmodelled(
      path,
      `the formatter "${formatter.slice(0, 60)}" is not modelled`,
      `${FORMATTERS.join(', ')} are`,
      'value',
    );
  if (name === 'join_cluster' && words.flags.has('ram'))
    checker.uses(path, 'rabbitmqctl join_cluster --ram', 'value');
  if (name === 'change_cluster_node_type' && words.arguments[0] === 'ram')
    checker.uses(path, 'rabbitmqctl change_cluster_node_type ram', 'value');
  if (name === 'delete_vhost' && words.arguments[0] === '/')
    checker.unmodelled(path, 'the default vhost / cannot be deleted here', undefined, 'value');
  if (name === 'set_policy') checkDefinition(checker, path, words);
  if (name === 'list_queues')
    for (const column of words.arguments)
      if (otherQueueColumns.includes(column))
        checker.unmodelled(path, `list_queues has no model of the column "${column}"`, undefined, 'value');
}

/** Settings of a policy that RabbitMQ would follow and the simulator does not. */
function checkDefinition(checker: Checker, path: Path, words: Words): void {
  let definition: unknown;
  try {
    definition = JSON.parse(words.arguments[2] ?? '');
  } catch {
    return;
  }
  if (typeof definition !== 'object' || definition === null) return;
  for (const key of Object.keys(definition)) checker.uses(path, `policy key ${key}`, 'value');
}
