// Reading JSON with places accepts exactly what JSON is, and yields the same data as JSON.parse.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { originOf, readDocument, toData, type SourceDocument } from '../../sim/scenario/document.ts';
import { readJson } from '../../sim/scenario/json.ts';
import { ScenarioError } from '../../sim/scenario/problem.ts';

function read(text: string): unknown {
  const document = readDocument('x', '{}');
  const node = readJson(originOf('x.json', text), text, () => undefined);
  document.yaml.contents = node as typeof document.yaml.contents;
  return toData(document satisfies SourceDocument);
}

/** What a document holds is held to more than JSON is: no map has a key twice. */
function outcome(action: () => unknown): unknown {
  try {
    return JSON.stringify(action());
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof ScenarioError) return 'refused';
    throw error;
  }
}

test('every JSON text is read as it is', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 5, noUnicodeString: false }).filter((text) => !text.includes('__proto__')),
      fc.constantFrom('', ' ', '\n', '\t\r\n'),
      (text, blanks) => {
        expect(read(blanks + text + blanks)).toEqual(JSON.parse(text));
      },
    ),
  );
});

test('nothing else is', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '1',
    '-',
    '.',
    'e',
    '0',
    'true',
    'null',
    ' ',
    'x',
    '\\u00',
    '"a"',
    '"b":',
    '\n',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const theirs = outcome(() => JSON.parse(text) as unknown);
      const ours = outcome(() => read(text));
      // A key that stands twice is JSON, and refused all the same.
      const twice = /"([ab]?)":.*"\1":/s.test(text);
      expect([text, ours]).toEqual([text, twice && ours === 'refused' ? ours : theirs]);
    }),
    { numRuns: 3_000 },
  );
});
