/**
 * `--formatter` of the tools: what a command answers as JSON or CSV for scripts, or as a drawn table. What a command has to say as text
 * is its own; here is the rest. Left out: `erlang`, and colours.
 */
import { fullName, type CommandResult } from './refusals.ts';

/** A cell of a table. */
export type Cell = string | number | boolean;

/** A list that a command answers with: rows of equal columns. */
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Those that `--formatter` may name here. */
export const FORMATTERS: readonly string[] = ['table', 'pretty_table', 'json', 'csv', 'string'];

/** Whether a script reads it: then no banner is printed. */
export function isMachineReadable(formatter: string | undefined): boolean {
  return formatter === 'json' || formatter === 'csv';
}

/** The result as the formatter prints it. */
export function formatted(result: CommandResult, formatter: string | undefined, node: string): string {
  const { rows, value, output, exit } = result;
  if (rows !== undefined) {
    if (formatter === 'json') return jsonRows(rows);
    if (formatter === 'csv') return csvRows(rows);
    return formatter === 'pretty_table' ? prettyTable(rows) : output;
  }
  if (formatter !== 'json') return output;
  if (value !== undefined) return JSON.stringify(inOrder(value));
  if (exit !== 0) return output;
  return JSON.stringify(output === '' ? { result: 'ok', node: fullName(node) } : { message: output });
}

/** The tools print the keys of a map in alphabetical order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}

function jsonRows({ columns, rows }: Rows): string {
  const objects = rows.map((cells) =>
    JSON.stringify(Object.fromEntries(columns.map((column, index) => [column, cells[index]!]))),
  );
  return ['[', ...objects.map((object, index) => (index === 0 ? object : `,${object}`)), ']'].join('\n');
}

function csvRows({ columns, rows }: Rows): string {
  if (rows.length === 0) return '';
  const quoted = (cell: Cell): string => `"${String(cell).replaceAll('"', '""')}"`;
  return [columns, ...rows].map((cells) => cells.map(quoted).join(',')).join('\n');
}

/** A table drawn with lines; nothing where there are no rows. */
export function prettyTable({ columns, rows }: Rows): string {
  if (rows.length === 0) return '';
  const texts = [columns, ...rows].map((cells) => cells.map(String));
  const widths = columns.map((_, index) => Math.max(...texts.map((cells) => cells[index]!.length)));
  const line = (left: string, middle: string, right: string): string =>
    left + widths.map((width) => '─'.repeat(width + 2)).join(middle) + right;
  const row = (cells: readonly string[]): string =>
    `│ ${cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' │ ')} │`;
  const between = line('├', '┼', '┤');
  return [line('┌', '┬', '┐'), texts.map(row).join(`\n${between}\n`), line('└', '┴', '┘')].join('\n');
}
