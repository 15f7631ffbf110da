/** What a person reads when Watership itself is wrong: one message, how to see it again, and no stack unless asked for. */
import { printable } from './printable.ts';
import type { Paint } from './terminal.ts';

/** `replay` is the command that shows the defect again, null where none is known. Ends with a newline. */
export function defectText(error: unknown, replay: string | null, debug: boolean, paint: Paint): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const lines = [
    `${paint('red', 'watership:')} internal error: ${printable(message)}`,
    '  This is a defect of Watership, not of your scenario. Please report it with the scenario file.',
  ];
  if (replay !== null) lines.push(`  To see it again: ${replay} --debug`);
  if (debug && error instanceof Error && error.stack !== undefined)
    lines.push(...error.stack.split('\n').map((line) => `  ${printable(line)}`));
  return `${lines.join('\n')}\n`;
}
