/** Which other files a scenario reads: what has to be looked at again when it changes. Whether it may read them is the loader's business. */
import path from 'node:path';
import { readDocument } from './document.ts';
import { readOrdinaryFile, UnreadableError } from './ordinary-file.ts';
import { ScenarioError } from './problem.ts';

/** Keys at the top of a scenario whose value names a file beside it. */
const including = ['definitions'] as const;

/** Larger files are no scenarios. */
const bytesMax = 4_000_000;

/** Paths from where Watership was started; none of a file that cannot be read. */
export function includedFiles(file: string): readonly string[] {
  let text: string;
  try {
    text = readOrdinaryFile(file, bytesMax);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return [];
  }
  try {
    const { yaml } = readDocument(file, text);
    return including.flatMap((key) => {
      const name: unknown = yaml.get(key);
      return typeof name === 'string' && name !== '' ? [path.join(path.dirname(file), name)] : [];
    });
  } catch (error) {
    // It cannot be loaded as it is; when it is written again that is a change of its own.
    if (error instanceof ScenarioError) return [];
    throw error;
  }
}
