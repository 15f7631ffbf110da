/**
 * Promise: the journal's hash tells any two different runs apart, is the same wherever the same run happens, and depends
 * on nothing but what was written.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../sim/kernel/invariant.ts';
import { Journal, recordType, type RecordType } from '../../sim/kernel/journal.ts';
import { renderRecord, renderRecordLine, renderSeconds } from '../../sim/kernel/journal-text.ts';

const published = recordType('test/published', {
  node: 'name',
  message: 'message',
  persistent: 'flag',
  size: 'int',
});
const confirmed = recordType('test/confirmed', { node: 'name', message: 'message', latency: 'us' });
const full = recordType('test/full', {
  f0: 'int',
  f1: 'int',
  f2: 'int',
  f3: 'int',
  f4: 'int',
  f5: 'int',
  f6: 'int',
  f7: 'int',
});
const empty = recordType('test/empty', {});

interface Written {
  timeUs: number;
  type: RecordType;
  slots: number[];
}

type Slots = [number, number, number, number, number, number, number, number];

function hashOf(records: readonly Written[], observe?: (journal: Journal) => void): string {
  const clock = { nowUs: 0 };
  const journal = new Journal(clock);
  observe?.(journal);
  for (const record of records) {
    clock.nowUs = record.timeUs;
    journal.write(record.type, ...(record.slots as Slots));
  }
  return journal.hash();
}

const slot = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 1, 2 ** 31, 2 ** 32, -(2 ** 31) - 1),
);
const record: fc.Arbitrary<Written> = fc.record({
  timeUs: fc.integer({ min: 0, max: 172_800_000_000 }),
  type: fc.constant(full),
  slots: fc.array(slot, { minLength: 8, maxLength: 8 }),
});

describe('the hash', () => {
  test('changes with any slot, any time, and any record more or less', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 10 }),
        fc.nat(),
        fc.nat(7),
        slot,
        (records, which, position, value) => {
          const hash = hashOf(records);
          const index = which % records.length;
          const changed = records.map((each) => ({ ...each, slots: [...each.slots] }));
          const target = changed[index]!;
          if (target.slots[position] !== value) {
            target.slots[position] = value;
            expect(hashOf(changed)).not.toBe(hash);
          }
          expect(
            hashOf(records.with(index, { ...records[index]!, timeUs: records[index]!.timeUs + 1 })),
          ).not.toBe(hash);
          expect(hashOf(records.slice(0, -1))).not.toBe(hash);
          expect(hashOf(records.map((each) => ({ ...each, slots: [...each.slots] })))).toBe(hash);
        },
      ),
    );
  });

  test('covers the last slot of types of every width', () => {
    for (let width = 1; width <= 8; width += 1) {
      const fields = Object.fromEntries(Array.from({ length: width }, (_, i) => [`f${i}`, 'int' as const]));
      const type = recordType(`test/width-${width}`, fields);
      const hashes = [0, 1, 2 ** 40].map((last) => {
        const slots = [0, 0, 0, 0, 0, 0, 0, 0].with(width - 1, last);
        return hashOf([{ timeUs: 1, type, slots }]);
      });
      expect(new Set(hashes).size).toBe(3);
    }
  });

  test('changes with the order of two different records', () => {
    const x = { timeUs: 5, type: full, slots: [1, 0, 0, 0, 0, 0, 0, 0] };
    const y = { timeUs: 5, type: full, slots: [2, 0, 0, 0, 0, 0, 0, 0] };
    expect(hashOf([x, y])).not.toBe(hashOf([y, x]));
  });

  test('tells types apart by name, and does not change when a type is declared elsewhere', () => {
    const slots = [1, 2, 3, 4, 0, 0, 0, 0];
    expect(hashOf([{ timeUs: 1, type: published, slots }])).not.toBe(
      hashOf([{ timeUs: 1, type: confirmed, slots }]),
    );
    const before = hashOf([{ timeUs: 1, type: published, slots }]);
    recordType('test/declared-later', { x: 'int' });
    expect(hashOf([{ timeUs: 1, type: published, slots }])).toBe(before);
  });

  test('covers texts in the order of their first use', () => {
    const hashOfTexts = (...texts: string[]): string => {
      const journal = new Journal({ nowUs: 0 });
      for (const text of texts) journal.intern(text);
      return journal.hash();
    };
    const hashes = [['ab', 'c'], ['c', 'ab'], ['a', 'bc'], ['abc'], [], [''], ['abc', '']].map((texts) =>
      hashOfTexts(...texts),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashOfTexts('a', 'b', 'a', 'b')).toBe(hashOfTexts('a', 'b'));
  });

  test('does not depend on who listens', () => {
    const records = [{ timeUs: 3, type: full, slots: [1, 2, 3, 4, 5, 6, 7, 8] }];
    const observed = hashOf(records, (journal) => {
      journal.on(full, () => undefined);
      journal.onAny(() => undefined);
    });
    expect(observed).toBe(hashOf(records));
  });

  test('is the one that every other machine finds', () => {
    const clock = { nowUs: 0 };
    const journal = new Journal(clock);
    journal.write(published, journal.intern('rabbit1'), 3, 17, 1, 1000);
    clock.nowUs = 172_800_000_000;
    journal.write(
      full,
      -1,
      2 ** 40,
      -(2 ** 40),
      Number.MAX_SAFE_INTEGER,
      0,
      2 ** 31,
      -(2 ** 31),
      2 ** 32 + 1,
    );
    journal.intern('zażółć 🐇');
    expect(journal.hash()).toMatchInlineSnapshot(`"32db067833bd7aa58bdce2a3c7e4843d"`);
  });
});

describe('records', () => {
  test('reach the listeners of their type in the order those came, then those of every type', () => {
    const journal = new Journal({ nowUs: 42 });
    const heard: unknown[] = [];
    journal.onAny((type, timeUs, f0) => heard.push(['any', type.name, timeUs, f0]));
    journal.on(confirmed, (timeUs, f0, f1, f2, f3) => heard.push(['first', timeUs, f0, f1, f2, f3]));
    journal.on(confirmed, (timeUs, f0) => heard.push(['second', timeUs, f0]));
    journal.write(confirmed, 1, 2, 3, 4);
    journal.write(empty);
    expect(heard).toEqual([
      ['first', 42, 1, 2, 3, 4],
      ['second', 42, 1],
      ['any', 'test/confirmed', 42, 1],
      ['any', 'test/empty', 42, 0],
    ]);
    expect(journal.recordsWritten).toBe(2);
  });

  test('hold integers only', () => {
    const journal = new Journal({ nowUs: 0 });
    for (const value of [0.5, NaN, Infinity, 2 ** 53]) {
      expect(() => journal.write(full, 0, 0, 0, 0, 0, 0, 0, value)).toThrow(InvariantError);
    }
  });

  test('have types with unique names, at most eight slots, and field names of their own', () => {
    expect(() => recordType('test/full', {})).toThrow(InvariantError);
    const five = { a: 'message', b: 'message', c: 'message', d: 'message', e: 'flag' } as const;
    expect(() => recordType('test/too-wide', five)).toThrow(InvariantError);
    expect(() => recordType('test/reserved', { time: 'us' })).toThrow(InvariantError);
    expect(published.slots).toBe(5);
  });

  test('intern each text once', () => {
    const journal = new Journal({ nowUs: 0 });
    expect([journal.intern('a'), journal.intern('b'), journal.intern('a')]).toEqual([0, 1, 0]);
    expect(journal.text(1)).toBe('b');
    expect(() => journal.text(2)).toThrow(InvariantError);
  });
});

describe('text', () => {
  test('shows a record with its fields by name', () => {
    const journal = new Journal({ nowUs: 0 });
    const slots = [journal.intern('rabbit1'), 3, 17, 1, 1000];
    expect(renderRecord(published, 1_500_000, slots, journal)).toEqual({
      time: '1.500000',
      record: 'test/published',
      node: 'rabbit1',
      message: '3-17',
      persistent: true,
      size: 1000,
    });
    expect(renderRecordLine(confirmed, 0, [0, 3, 17, 250], journal)).toBe(
      '{"time":"0.000000","record":"test/confirmed","node":"rabbit1","message":"3-17","latency":"0.000250"}\n',
    );
  });

  test('writes seconds with every microsecond', () => {
    expect([0, 1, 999_999, 1_000_000, 172_800_000_001, -1].map(renderSeconds)).toEqual([
      '0.000000',
      '0.000001',
      '0.999999',
      '1.000000',
      '172800.000001',
      '-0.000001',
    ]);
  });
});
