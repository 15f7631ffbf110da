/**
 * Kinds of journal record: a name and up to eight numeric slots with a meaning each. They are declared once, at module
 * level, by the room that writes them. Ids are dense and follow the order of declaration, which depends on what is
 * imported: they index tables inside one process and must not leave it. The name is a type's identity everywhere else.
 */
import { textHash32 } from './digest.ts';
import { invariant } from './invariant.ts';

/**
 * What a field holds: `int` any safe integer, `us` microseconds, `name` an interned text, `flag` 0 or 1, `message` two
 * slots (publisher, sequence).
 */
export type FieldType = 'int' | 'us' | 'name' | 'flag' | 'message';

export interface RecordField {
  readonly name: string;
  readonly type: FieldType;
}

const MOST_SLOTS = 8;

export class RecordType {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly RecordField[];
  /** How many slots the fields occupy together. */
  readonly slots: number;
  /** Identity in the journal's hash; a function of the name alone. */
  readonly nameHash: number;

  /** Use `recordType`. */
  constructor(id: number, name: string, fields: readonly RecordField[]) {
    this.id = id;
    this.name = name;
    this.fields = fields;
    this.slots = fields.reduce((sum, field) => sum + (field.type === 'message' ? 2 : 1), 0);
    this.nameHash = textHash32(name);
    invariant(
      this.slots <= MOST_SLOTS,
      `record type ${name} has ${this.slots} slots, at most ${MOST_SLOTS} fit`,
    );
  }
}

const byName = new Map<string, RecordType>();
const nameHashes = new Set<number>();

/** Declares a type of record; fields take their slots in the order given. Throws if the name is taken. */
export function recordType(name: string, fields: Record<string, FieldType>): RecordType {
  const list = Object.entries(fields).map(([field, type]) => ({ name: field, type }));
  invariant(
    !('time' in fields) && !('record' in fields),
    `record type ${name}: fields time and record are taken`,
  );
  const type = new RecordType(byName.size, name, list);
  invariant(!byName.has(name), `record type ${name} is declared twice`);
  invariant(!nameHashes.has(type.nameHash), `record type ${name} hashes like another: rename it`);
  byName.set(name, type);
  nameHashes.add(type.nameHash);
  return type;
}
