/**
 * A scenario in the making: sections of rows. It is settled by the loader itself, which reads it as `watership check` would: what it
 * refuses becomes a comment with its words, until it refuses nothing. So what can be written here is what the simulator models, today.
 */
import { invariant } from '../../kernel/invariant.ts';
import { inspectText } from '../../scenario/load.ts';
import { ScenarioError, type Problem } from '../../scenario/problem.ts';
import { printable } from '../printable.ts';
import type { Row } from './row.ts';

/** Rows under a key of the scenario, or at its top level where `key` is null. */
export interface Section {
  readonly key: string | null;
  /** What a reader should know, a line each. */
  readonly remarks: readonly string[];
  readonly rows: readonly Row[];
}

/** How messages would call the file, had they a reader. */
const NAME = 'draft';

export class Draft {
  private readonly head: readonly string[];
  private readonly sections: readonly Section[];
  private readonly foot: readonly string[];
  private rowOfLine = new Map<number, Row>();

  /** `head` and `foot` are lines that are right whatever becomes of the rest. */
  constructor(head: readonly string[], sections: readonly Section[], foot: readonly string[]) {
    this.head = head;
    this.sections = sections;
    this.foot = foot;
  }

  /** How many rows of the user's files stand as comments. */
  get leftOut(): number {
    return this.sections.flatMap(({ rows }) => rows).filter((row) => row.serves === null && !row.isActive)
      .length;
  }

  /** Characters of the text as it is now. */
  get length(): number {
    return this.text().length;
  }

  /** The text of a scenario that is right, without what is not modelled. Ends, since each round takes something out. */
  settle(): string {
    for (;;) {
      const text = this.text();
      const problems = problemsOf(text);
      if (problems.length === 0) return text;
      for (const { line, column, message, hint } of problems) {
        const row = this.rowOfLine.get(line);
        invariant(row !== undefined, `the draft has a problem in line ${line}: ${message}`);
        const advice = hint?.startsWith('did you mean') === true ? `, ${hint}` : '';
        row.refuse(column - 1, printable(message) + printable(advice));
      }
    }
  }

  private text(): string {
    this.rowOfLine = new Map();
    const lines = [...this.head];
    for (const { key, remarks, rows } of this.sections) {
      const shown = rows.filter((row) => row.isActive || row.serves === null);
      if (shown.length === 0) continue;
      lines.push('', ...remarks.map((remark) => `# ${remark}`));
      // A key without rows would be nothing, where a list is needed.
      if (key !== null) lines.push(shown.some((row) => row.isActive) ? `${key}:` : `# ${key}:`);
      for (const row of shown) {
        lines.push(...row.lines());
        if (row.isActive) this.rowOfLine.set(lines.length, row);
      }
    }
    return `${[...lines, ...this.foot].join('\n')}\n`;
  }
}

function problemsOf(text: string): readonly Problem[] {
  try {
    return inspectText(NAME, text).problems;
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}
