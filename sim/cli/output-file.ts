/**
 * A file that appears whole or not at all: written beside its destination under another name, renamed when complete.
 * Paths come from the command line alone, never from a scenario. A process that is killed in the middle of a run may leave the temporary file
 * of what is written while a run goes on (a trace, an export); of what is written at its end there is none until then.
 */
import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** A file cannot be written where it was asked for: for the person, not for us. */
export class OutputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutputError';
  }
}

/** Temporary files of what this process is writing at this moment, by target: two writers of one file would destroy each other's. */
const beingWritten = new Map<string, string>();

/** Whatever ends the process in the midst of things, if it leaves time to say so. */
function removeTemporaries(): void {
  for (const temporary of beingWritten.values()) rmSync(temporary, { force: true });
}

/** Fewer and larger writes are three times faster than one a line. */
const bufferCharacters = 65_536;

export class OutputFile {
  /** As the person wrote it. */
  readonly path: string;
  private readonly target: string;
  private readonly temporary: string;
  private descriptor: number | undefined;
  private buffer = '';

  /**
   * Makes the folders above and tries whether the temporary file can be made, so that what cannot be written is known before a long
   * run. `inputs` are files that are being read and must not be overwritten. Throws OutputError.
   */
  constructor(wanted: string, inputs: readonly string[]) {
    this.path = wanted;
    this.target = resolveTarget(wanted);
    if (inputs.some((input) => realPath(input) === this.target))
      throw new OutputError(`${wanted} is read by this command and will not be overwritten`);
    if (beingWritten.has(this.target))
      throw new OutputError(`${wanted} would be written twice: give each output a file of its own`);
    const { dir, base } = path.parse(this.target);
    this.temporary = path.join(dir, `.${base}.${process.pid}.part`);
    attempt(wanted, () => {
      mkdirSync(dir, { recursive: true });
      closeSync(openSync(this.temporary, 'w'));
      rmSync(this.temporary);
    });
    if (beingWritten.size === 0) process.on('exit', removeTemporaries);
    beingWritten.set(this.target, this.temporary);
  }

  /** Throws OutputError, when the disk is full for example. */
  write(text: string): void {
    this.buffer += text;
    if (this.buffer.length >= bufferCharacters) this.flush();
  }

  /** Gives the file its name. */
  commit(): void {
    this.flush();
    this.close();
    attempt(this.path, () => renameSync(this.temporary, this.target));
    this.letGo();
  }

  /** Leaves no trace of an uncommitted file; does nothing to a committed one. */
  discard(): void {
    this.close();
    rmSync(this.temporary, { force: true });
    this.letGo();
  }

  private letGo(): void {
    beingWritten.delete(this.target);
    if (beingWritten.size === 0) process.off('exit', removeTemporaries);
  }

  private flush(): void {
    const bytes = Buffer.from(this.buffer, 'utf8');
    this.buffer = '';
    attempt(this.path, () => {
      const descriptor = (this.descriptor ??= openSync(this.temporary, 'w'));
      for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    });
  }

  private close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }
}

/** Where a file of that name would be: what links point at. Only a regular file may be replaced: renaming over a device destroys it. */
function resolveTarget(wanted: string): string {
  const absolute = path.resolve(wanted);
  if (/[/\\]$/.test(wanted)) throw new OutputError(`${wanted} names a folder: name a file in it`);
  // `/dev/stdout` may lead to a file that somebody else is writing at this moment.
  if (/^\/(?:dev|proc)\//.test(absolute)) throw new OutputError(`${wanted} is no ordinary file`);
  const there = attempt(wanted, () => lstatSync(absolute, { throwIfNoEntry: false }));
  if (there === undefined) return realPath(absolute);
  const target = attempt(wanted, () => realpathSync(absolute));
  const stats = attempt(wanted, () => lstatSync(target));
  if (stats.isDirectory()) throw new OutputError(`${wanted} is a folder: name a file in it`);
  if (!stats.isFile()) throw new OutputError(`${wanted} is no ordinary file`);
  return target;
}

/** Of a file that is not there yet: where it would be. */
function realPath(file: string): string {
  const absolute = path.resolve(file);
  try {
    return realpathSync(absolute);
  } catch {
    const { dir, base } = path.parse(absolute);
    return base === '' ? absolute : path.join(realPath(dir), base);
  }
}

function attempt<T>(wanted: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new OutputError(
      `${wanted} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
