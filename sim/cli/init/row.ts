/**
 * One row of a scenario in the making, on one line. What the simulator refuses of it is taken out and kept as a comment above, with the
 * reason: an entry of its arguments where that is what is refused, else the whole row.
 */
import type { Data } from '../../scenario/document.ts';
import { flowOf, keyOf } from './flow-text.ts';

type Fields = { readonly [field: string]: Data };

/** Maps whose entries a row can do without, and a field that it can do without altogether. */
const divisible = ['arguments', 'definition'];
const dispensable = 'limits';
/** Without these entries a queue or a policy would be another. */
const essential = ['x-queue-type', 'ha-mode', 'ha-params', 'x-dead-letter-exchange', 'dead-letter-exchange'];

interface Span {
  readonly field: string;
  /** Null: the field as a whole. */
  readonly entry: string | null;
  /** Columns of the line, counted from 0, the end not included. */
  readonly from: number;
  readonly to: number;
}

export class Row {
  /** The rows of which one has to stay, or there is no point in this one. Null: it came from a file of the user's. */
  readonly serves: readonly Row[] | null;
  private readonly head: string;
  private readonly tail: string;
  private readonly fields: Map<string, Data>;
  private readonly notes: string[] = [];
  private spans: Span[] = [];
  private isRefused = false;

  private constructor(head: string, fields: Fields, tail: string, serves: readonly Row[] | null) {
    this.head = head;
    this.tail = tail;
    this.fields = new Map(Object.entries(fields));
    this.serves = serves;
  }

  /** An element of a list: `  - { name: q }`. */
  static ofList(fields: Fields): Row {
    return new Row('  - { ', fields, ' }', null);
  }

  /** An element of a list that we made up for the sake of others; without them it vanishes. */
  static serving(rows: readonly Row[], fields: Fields): Row {
    return new Row('  - { ', fields, ' }', rows);
  }

  /** An entry of a map, at the top level unless `indent` says otherwise: `net_ticktime: 60s`. */
  static setting(key: string, value: Data, indent = ''): Row {
    return new Row(indent, { [key]: value }, '', null);
  }

  /** A comment and nothing else. */
  static comment(text: string, indent = '  '): Row {
    const row = new Row(indent, {}, '', null);
    row.isRefused = true;
    row.notes.push(text);
    return row;
  }

  get isActive(): boolean {
    return !this.isRefused && (this.serves?.some((row) => row.isActive) ?? true);
  }

  /** What stands in the file: comments, then the row itself, last. */
  lines(): string[] {
    const indent = /^ */.exec(this.head)?.[0] ?? '';
    const comments = this.notes.map((note) => `${indent}# ${note}`);
    return this.isRefused ? comments : [...comments, this.render()];
  }

  /** Takes out what stands at a column (from 0) of the row as it was last rendered, or all of it. */
  refuse(column: number, reason: string): void {
    if (this.isRefused) return;
    const span = this.spans.find(({ from, to }) => column >= from && column < to);
    if (span === undefined || (span.entry !== null && essential.includes(span.entry))) {
      this.isRefused = true;
      this.notes.push(reason, `  ${this.render().trim()}`);
      return;
    }
    const value = this.fields.get(span.field);
    // Two problems may lie in one entry.
    if (value === undefined) return;
    if (span.entry === null) {
      this.fields.delete(span.field);
      this.notes.push(`left out: ${keyOf(span.field)} ${flowOf(value)} (${reason})`);
      return;
    }
    const { [span.entry]: entry, ...rest } = value as Fields;
    if (entry === undefined) return;
    this.fields.set(span.field, rest);
    this.notes.push(`left out: ${keyOf(span.entry)} ${flowOf(entry)} (${reason})`);
  }

  private render(): string {
    this.spans = [];
    let text = this.head;
    let isFirst = true;
    for (const [field, value] of this.fields) {
      const fieldFrom = text.length + (isFirst ? 0 : 2);
      text += `${isFirst ? '' : ', '}${keyOf(field)} `;
      isFirst = false;
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      const entries = isMap && divisible.includes(field) ? Object.entries(value as Fields) : [];
      if (entries.length === 0) text += flowOf(value);
      else {
        text += '{ ';
        entries.forEach(([entry, each], index) => {
          const from = text.length + (index === 0 ? 0 : 2);
          text += `${index === 0 ? '' : ', '}${keyOf(entry)} ${flowOf(each)}`;
          this.spans.push({ field, entry, from, to: text.length });
        });
        text += ' }';
      }
      if (field === dispensable) this.spans.push({ field, entry: null, from: fieldFrom, to: text.length });
    }
    return text + this.tail;
  }
}
