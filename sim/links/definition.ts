/** Reading the definition of a shovel or an upstream, key by key, with what is wrong said as a sentence about its key. */
import type { FieldTable, FieldValue } from '../amqp/basic-message.ts';
import { parseAmqpUri, type AmqpUri } from '../amqp/uri.ts';

export interface DefinitionProblem {
  /** Empty: the definition as a whole. */
  readonly key: string;
  readonly message: string;
  /** RabbitMQ has it, and nothing here models it. */
  readonly unmodelled?: true;
}

export class DefinitionReader {
  readonly problems: DefinitionProblem[] = [];
  private readonly table: FieldTable;
  private readonly asked = new Set<string>();

  constructor(value: FieldValue) {
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    this.table = isTable ? (value as FieldTable) : {};
    if (!isTable) this.problem('', 'a definition is a map of keys and values');
  }

  problem(key: string, message: string): void {
    this.problems.push({ key, message });
  }

  has(key: string): boolean {
    this.asked.add(key);
    return Object.hasOwn(this.table, key);
  }

  private value(key: string): FieldValue | undefined {
    return this.has(key) ? this.table[key] : undefined;
  }

  /** The text under this key, or null where it is absent. */
  text(key: string): string | null {
    const value = this.value(key);
    if (value === undefined) return null;
    if (typeof value === 'string') return value;
    this.problem(key, `${key} is a text`);
    return null;
  }

  word<Word extends string>(key: string, words: readonly Word[], otherwise: Word): Word {
    const value = this.value(key);
    if (value === undefined) return otherwise;
    const word = words.find((each) => each === value);
    if (word === undefined) this.problem(key, `${key} is one of ${words.join(', ')}`);
    return word ?? otherwise;
  }

  /** A whole number, not below zero. */
  number(key: string, otherwise: number): number {
    const value = this.value(key);
    if (value === undefined) return otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    this.problem(key, `${key} is a whole number`);
    return otherwise;
  }

  textOrNumber(key: string): string | number | null {
    const value = this.value(key);
    return typeof value === 'string' || typeof value === 'number' ? value : null;
  }

  flag(key: string): boolean {
    const value = this.value(key);
    if (value !== undefined && typeof value !== 'boolean') this.problem(key, `${key} is true or false`);
    return value === true;
  }

  map(key: string): FieldTable {
    const value = this.value(key);
    if (value === undefined) return {};
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as FieldTable;
    this.problem(key, `${key} is a map`);
    return {};
  }

  /** A list of maps, empty where there is none. */
  list(key: string): readonly FieldTable[] {
    const value = this.value(key);
    if (value === undefined) return [];
    const isTable = (entry: FieldValue): entry is FieldTable =>
      typeof entry === 'object' && entry !== null && !Array.isArray(entry);
    if (Array.isArray(value) && (value as readonly FieldValue[]).every(isTable))
      return value as readonly FieldTable[];
    this.problem(key, `${key} is a list of maps`);
    return [];
  }

  /** One URI or a list of them; a definition needs them. */
  uris(key: string): readonly AmqpUri[] {
    const value = this.value(key);
    if (value === undefined) {
      this.problem('', `${key} is missing`);
      return [];
    }
    const texts = Array.isArray(value) ? (value as readonly FieldValue[]) : [value];
    if (texts.length === 0) this.problem(key, `${key} is empty`);
    return texts.flatMap((text) => {
      const uri =
        typeof text === 'string' ? parseAmqpUri(text) : { problem: `${key} is a URI or a list of them` };
      if (!('problem' in uri)) return [uri];
      this.problem(key, uri.problem);
      return [];
    });
  }

  /** These keys are RabbitMQ's, and not modelled. */
  unmodelled(...keys: readonly string[]): void {
    for (const key of keys)
      if (this.has(key)) this.problems.push({ key, message: `${key} is not modelled`, unmodelled: true });
  }

  /** To be called last: whatever was not asked for is no key of such a definition. */
  end(what: string): void {
    for (const key of Object.keys(this.table))
      if (!this.asked.has(key)) this.problem(key, `${what} has no key "${key.slice(0, 60)}"`);
  }
}
