/**
 * `watership test --watch`: everything once, then again and again what a change concerns: a scenario that was written, one that is new, one whose definitions
 * were. What else there is keeps the result that it had. Ends when it is interrupted, or when there is no more to hear of.
 */
import path from 'node:path';
import { includedFiles } from '../../../scenario/included-files.ts';
import type { Surroundings } from '../../command.ts';
import type { ExitCode } from '../../exit-code.ts';
import { excerpt, printable } from '../../printable.ts';
import { findFiles, foldersOf } from '../find-files.ts';
import { testFiles } from '../test-files.ts';
import type { TestRequest } from '../test-request.ts';

/** Where changes come from. */
export interface ChangeSource {
  /** Hear of these folders from now on, and of no other. */
  watch(folders: readonly string[]): void;
  /** Absolute paths that changed since the last call; null: there will be no more. */
  next(): Promise<readonly string[] | null>;
}

/** So many names of files are said. */
const filesSaid = 3;

/** Returns the code of the last tests. Throws what `testFiles` throws. */
export async function watchTests(
  request: TestRequest,
  surroundings: Surroundings,
  source: ChangeSource,
): Promise<ExitCode> {
  const { terminal } = surroundings;
  const wait = (): void => terminal.err(terminal.paintErr('dim', 'Waiting for changes; Ctrl-C ends.\n'));
  let files = findFiles(request.operands);
  // Before the tests, so that nothing that changes meanwhile is missed.
  source.watch(foldersToWatch(request.operands, files));
  let code = await testFiles(files, request, surroundings);
  wait();
  for (;;) {
    const changed = await source.next();
    if (changed === null) return code;
    const known = new Set(files);
    // New folders before the files in them, for the same reason.
    source.watch(foldersToWatch(request.operands, files));
    files = findFiles(request.operands, { mayBeNone: true });
    source.watch(foldersToWatch(request.operands, files));
    const concerned = concernedBy(changed, files, known);
    if (concerned.length === 0) continue;
    terminal.err(`\n${terminal.paintErr('bold', 'Changed')}  ${namesOf(concerned)}\n`);
    code = await testFiles(concerned, { ...request, isPart: true }, surroundings);
    wait();
  }
}

/** Of `files` those that changed, that are new, or that read something that changed. */
function concernedBy(
  changed: readonly string[],
  files: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  const paths = new Set(changed);
  return files.filter(
    (file) =>
      !known.has(file) ||
      paths.has(path.resolve(file)) ||
      includedFiles(file).some((included) => paths.has(path.resolve(included))),
  );
}

function foldersToWatch(operands: readonly string[], files: readonly string[]): readonly string[] {
  const folders = new Set(foldersOf(operands));
  for (const file of files) {
    folders.add(path.dirname(file));
    for (const included of includedFiles(file)) folders.add(path.dirname(included));
  }
  return [...folders];
}

function namesOf(files: readonly string[]): string {
  const more = files.length - filesSaid;
  const names = files.slice(0, filesSaid).map((file) => excerpt(file, 100));
  return printable(names.join(', ') + (more > 0 ? ` and ${more} more` : ''));
}
