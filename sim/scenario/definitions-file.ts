/**
 * The file behind `definitions:`. A scenario may come from anybody, so what it can make us read is narrow: an ordinary file of
 * modest size, in the scenario's own folder or below it, links followed first. Passwords in it are never shown, not in an error either.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { originOf, type Origin } from './document.ts';
import { readOrdinaryFile, UnreadableError } from './ordinary-file.ts';
import { ScenarioError, type Place } from './problem.ts';

/** Some 20,000 queues with a binding each. */
const bytesLimit = 4_000_000;

export interface DefinitionsFile {
  /** With secrets blotted out, character by character, so that places stay right. */
  readonly origin: Origin;
  readonly text: string;
}

/** Reads the file that a scenario names. `place` is where it does. Throws ScenarioError, which points there. */
export function readDefinitionsFile(scenario: string, written: string, place: Place): DefinitionsFile {
  const refuse = (message: string, hint?: string): never => {
    throw new ScenarioError([{ kind: 'invalid', ...place, message, ...(hint !== undefined && { hint }) }]);
  };
  if (written === '' || written.includes('\0')) refuse('the name of a file is needed');
  const beside = 'definitions are read from the folder of the scenario and below it';
  if (path.isAbsolute(written)) refuse('an absolute path', beside);
  const file = path.join(path.dirname(scenario), written);
  const text = ((): string => {
    try {
      const folder = realpathSync(path.dirname(scenario));
      const target = realpathSync(file);
      const way = path.relative(folder, target);
      if (way === '..' || way.startsWith(`..${path.sep}`) || path.isAbsolute(way))
        refuse('this leads out of the folder of the scenario', beside);
      return readOrdinaryFile(target, bytesLimit);
    } catch (error) {
      if (error instanceof ScenarioError) throw error;
      if (error instanceof UnreadableError) return refuse(error.message);
      const { code } = error as NodeJS.ErrnoException;
      return refuse(
        code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code ?? 'unknown'})`,
      );
    }
  })();
  return definitionsText(file, text);
}

/** A text as the content of a definitions file; `file` is how messages call it. */
export function definitionsText(file: string, text: string): DefinitionsFile {
  return { origin: originOf(file, blotted(text)), text };
}

const secretFields =
  /("(?:password|password_hash)"[ \t\r\n]{0,100}:[ \t\r\n]{0,100}")((?:[^"\\\r\n]|\\.){0,2000})/g;
/** The user and password of a URI, of a federation upstream or a shovel for example. */
const credentials = /(:\/\/)([^\s"/@]{1,500})(?=@)/g;

/** The text with passwords, and users of URIs, as so many stars. */
export function blotted(text: string): string {
  const blot = (_: string, before: string, secret: string): string => before + '*'.repeat(secret.length);
  return text.replaceAll(secretFields, blot).replaceAll(credentials, blot);
}
