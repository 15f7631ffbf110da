// The registry: complete, consistent with itself, and written in our own words.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { explain } from '../../sim/rules/explain.ts';
import { hazard, hazards, rule, rules, UnknownRuleError } from '../../sim/rules/registry.ts';

const CHAPTERS = path.resolve(import.meta.dirname, '../../../shared/semantics');
/** The list of experiments that somebody should run; it says nothing about the broker. */
const NOT_A_RULE = 'OVR-7';

describe('the registry is consistent with itself', () => {
  test('indexes are dense and ids unique', () => {
    expect(rules.map(({ index }) => index)).toEqual(rules.map((_, nth) => nth));
    expect(hazards.map(({ index }) => index)).toEqual(hazards.map((_, nth) => nth));
    const ids = [...rules, ...hazards].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('an id gives its rule or hazard', () => {
    for (const each of rules) expect(rule(each.id)).toBe(each);
    for (const each of hazards) expect(hazard(each.id)).toBe(each);
  });

  test('each chapter numbers its rules without a gap', () => {
    const lastNumber = new Map<string, number>();
    for (const { id, chapter } of rules) {
      const number = (lastNumber.get(chapter) ?? 0) + 1;
      expect(id).toBe(`${chapter}-${number}`);
      lastNumber.set(chapter, number);
    }
    expect(hazards.map(({ id }) => id)).toEqual(hazards.map((_, nth) => `HAZ-${nth + 1}`));
  });

  test('every hazard follows from rules that exist', () => {
    for (const { rules: ids } of hazards) {
      expect(ids).not.toEqual([]);
      for (const id of ids) expect(rule(id).id).toBe(id);
    }
  });

  test('every entry says something, once', () => {
    const texts = [
      ...rules.flatMap(({ title, statement, source }) => [title, statement, source]),
      ...hazards.flatMap(({ title, conditions, outcome, preventedBy }) => [
        title,
        conditions,
        outcome,
        preventedBy,
      ]),
    ];
    for (const text of texts) expect(text).toMatch(/^\S(.*\S)?$/);
    for (const { statement } of rules) expect(statement).toMatch(/^[^.].{20,}\.$/);
    const statements = rules.map(({ statement }) => statement);
    expect(new Set(statements).size).toBe(statements.length);
    const titles = hazards.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe.skipIf(!existsSync(CHAPTERS))('the registry covers the semantics it was written from', () => {
  const chapters = existsSync(CHAPTERS)
    ? readdirSync(CHAPTERS).map((file) => readFileSync(path.join(CHAPTERS, file), 'utf8'))
    : [];

  test('every rule and hazard of the chapters is there, and no other', () => {
    const described = chapters.flatMap((text) => [
      ...[...text.matchAll(/^##+ ([A-Z]+-\d+) /gm)].map(([, id]) => id),
      ...[...text.matchAll(/^\| (HAZ-\d+) \|/gm)].map(([, id]) => id),
    ]);
    const known = [...rules, ...hazards].map(({ id }) => id);
    expect(new Set([...known, NOT_A_RULE])).toEqual(new Set(described));
  });

  test('no text repeats ten words of the chapters in a row', () => {
    const phrases = new Set(chapters.flatMap(phrasesOf));
    const ours = [
      ...rules.map(({ id, statement }) => ({ id, text: statement })),
      ...hazards.flatMap(({ id, conditions, outcome, preventedBy }) =>
        [conditions, outcome, preventedBy].map((text) => ({ id, text })),
      ),
    ];
    const copied = ours.flatMap(({ id, text }) =>
      phrasesOf(text)
        .filter((phrase) => phrases.has(phrase))
        .map((phrase) => `${id}: ${phrase}`),
    );
    expect(copied).toEqual([]);
  });

  test('no statement is a sentence of the chapters', () => {
    const sentences = new Set(chapters.flatMap((text) => text.split(/(?<=[.:;|])\s/).map(plain)));
    expect(rules.filter(({ statement }) => sentences.has(plain(statement)))).toEqual([]);
  });
});

describe('explain', () => {
  test('shows a rule with its statement, source, evidence and the hazards it leads to', () => {
    const text = explain('MIR-17');
    expect(text.split('\n')[0]).toBe(`MIR-17  ${rule('MIR-17').title}`);
    expect(unwrapped(text)).toContain(rule('MIR-17').statement);
    expect(unwrapped(text)).toContain(rule('MIR-17').source);
    expect(explain('MIR-26')).toContain('to be confirmed by an experiment');
    expect(text).toContain(`HAZ-4  ${hazard('HAZ-4').title}`);
  });

  test('shows a hazard with its outcome, remedy and rules', () => {
    const text = unwrapped(explain('HAZ-3'));
    expect(text).toContain(hazard('HAZ-3').outcome);
    expect(text).toContain(hazard('HAZ-3').preventedBy);
    expect(text).toContain(`MIR-16 ${rule('MIR-16').title}`);
  });

  test('can explain everything, in lines that fit a terminal', () => {
    for (const { id } of [...rules, ...hazards]) {
      for (const line of explain(id).split('\n')) {
        expect(line.length).toBeLessThanOrEqual(120);
        expect(line).toBe(line.trimEnd());
      }
    }
  });

  test.each(['mir-16', 'MIR16', ' mir 16 ', 'Mir_16'])('forgives %j', (asked) => {
    expect(explain(asked)).toBe(explain('MIR-16'));
  });
});

describe('an unknown id', () => {
  test('is an error that names what may have been meant', () => {
    const error = errorOf(() => explain('MIR-61'));
    expect(error.suggestions[0]).toMatch(/^MIR-\d+$/);
    expect(error.message).toContain(`Did you mean ${error.suggestions.join(', ')}?`);
    expect(errorOf(() => explain('HAX-8')).suggestions).toContain('HAZ-8');
  });

  test('that resembles nothing is not guessed at', () => {
    const error = errorOf(() => explain('carrots'));
    expect(error.suggestions).toEqual([]);
    expect(error.message).toBe("No rule or hazard is called 'carrots'.");
  });

  test('fails where code cites it, without forgiving anything', () => {
    expect(() => rule('mir-16')).toThrow(UnknownRuleError);
    expect(() => rule('HAZ-1')).toThrow(UnknownRuleError);
    expect(() => hazard('MIR-16')).toThrow(UnknownRuleError);
  });
});

function errorOf(act: () => unknown): UnknownRuleError {
  try {
    act();
  } catch (error) {
    if (error instanceof UnknownRuleError) return error;
    throw error;
  }
  throw new Error('expected an UnknownRuleError');
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

function phrasesOf(text: string): string[] {
  const words = plain(text).split(' ');
  return words.slice(9).map((_, first) => words.slice(first, first + 10).join(' '));
}

function unwrapped(text: string): string {
  return text.replace(/\s+/g, ' ');
}
