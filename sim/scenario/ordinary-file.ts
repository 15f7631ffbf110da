/**
 * Texts of files that a person or a scenario names. Only ordinary files are opened, and no large ones: a pipe could be waited for without end, and a device never ends.
 */
import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

/** Why a file was not read, as half a sentence about it: `this is a folder`. */
export class UnreadableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableError';
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'reading it is not permitted',
  ELOOP: 'its links lead round in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** The text of `file`, without a byte order mark. Throws UnreadableError where it is none of at most `bytesMax` bytes. */
export function readOrdinaryFile(file: string, bytesMax: number): string {
  try {
    // Opening a pipe or a device could already wait for ever.
    const stats = statSync(file);
    if (stats.isDirectory()) throw new UnreadableError('this is a folder');
    if (!stats.isFile()) throw new UnreadableError('this is no ordinary file');
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > bytesMax)
        throw new UnreadableError(`the file has ${size} bytes: at most ${bytesMax} are read`);
      return readFileSync(descriptor, 'utf8').replace(/^\uFEFF/, '');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UnreadableError(reasons[code ?? ''] ?? message);
  }
}
