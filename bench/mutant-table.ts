/**
 * The mutants as they lie in the repository: lines of the engine changed on purpose, one rule broken by each, and the test that notices. They stand
 * beside the engine, not in it: a mutant is a piece of source and what to put in its place.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const mutantFolder = 'test/promises/mutants';

const mutant = z.strictObject({
  /** The rule that it breaks. */
  rule: z.string().regex(/^[A-Z]{2,3}-\d+$/),
  /** What the engine does then, in words: `promotes the youngest mirror`. */
  breaks: z.string().min(10),
  file: z.string().startsWith('sim/'),
  /** Occurs once in the file, but for the white space. */
  original: z.string().min(1),
  replacement: z.string(),
  /** The test that fails then: its file and a part of its full name. */
  noticed_by: z.strictObject({ file: z.string().endsWith('.test.ts'), test: z.string().min(1) }).optional(),
  /** Why nothing can notice it; only where there is no `noticed_by`. */
  survives: z.string().min(20).optional(),
  /** Its test takes so little time that `npm test` kills it, too. */
  quick: z.boolean().default(false),
});

export interface Mutant {
  /** `mir/promotes-the-youngest-mirror`: its chapter's file and what it does. */
  readonly name: string;
  readonly rule: string;
  readonly breaks: string;
  readonly file: string;
  readonly original: string;
  readonly replacement: string;
  readonly noticedBy: { readonly file: string; readonly test: string } | null;
  readonly survives: string | null;
  readonly quick: boolean;
}

/** All mutants, chapter by chapter. Throws ZodError where a table is not one. */
export function readMutants(): readonly Mutant[] {
  return readdirSync(mutantFolder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) =>
      z
        .array(mutant)
        .parse(parse(readFileSync(`${mutantFolder}/${file}`, 'utf8')))
        .map(({ noticed_by, survives, ...one }) => ({
          ...one,
          name: `${file.replace('.yaml', '')}/${one.breaks.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`,
          noticedBy: noticed_by ?? null,
          survives: survives ?? null,
        })),
    );
}

/** How the tables of evidence tell of a mutant that is noticed. */
export function brokenText(breaks: string, noticedBy: NonNullable<Mutant['noticedBy']>): string {
  return `${breaks}: noticed by ${noticedBy.file}: ${noticedBy.test}`;
}

/** The places in a source at which the mutant's original stands. White space counts as white space, whatever there is of it. */
export function placesOf({ original }: Mutant, source: string): readonly { index: number; length: number }[] {
  const words = original.trim().split(/\s+/);
  const pattern = words
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(String.raw`\s+`);
  return [...source.matchAll(new RegExp(pattern, 'g'))].map((match) => ({
    index: match.index,
    length: match[0].length,
  }));
}

/** The source with the mutant in it. Throws where its original does not stand exactly once. */
export function mutated(mutant: Mutant, source: string): string {
  const places = placesOf(mutant, source);
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new Error(`${mutant.name}: its original occurs ${places.length} times in ${mutant.file}`);
  return source.slice(0, place.index) + mutant.replacement.trim() + source.slice(place.index + place.length);
}
