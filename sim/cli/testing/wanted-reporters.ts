/**
 * Which reporters speak, and where to: `--reporter NAME` on stdout, `--reporter NAME=FILE` into a file. A reporter with a file
 * takes nothing from stdout: `default` stays there until another is named for it.
 */
import { didYouMean } from '../../scenario/suggest.ts';
import type { Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

const reporterNames = ['default', 'dot', 'json', 'junit', 'tap', 'github'] as const;
export type ReporterName = (typeof reporterNames)[number];

/** These are documents from their first character to their last, so nothing else may stand on the same stdout. */
export const documents: ReadonlySet<ReporterName> = new Set(['json', 'junit', 'tap'] as const);

export interface WantedReporter {
  readonly name: ReporterName;
  /** Null: stdout. */
  readonly file: string | null;
}

/** What `--reporter` asks for; in GitHub Actions annotations are made without being asked for. Throws UsageError. */
export function wantedReporters(
  written: readonly string[],
  environment: Terminal['environment'],
): readonly WantedReporter[] {
  const wanted = written.map(wantedReporter);
  const onStdout = wanted.filter(({ file }) => file === null).map(({ name }) => name);
  const document = onStdout.find((name) => documents.has(name));
  if (document !== undefined && onStdout.length > 1)
    throw new UsageError(
      `--reporter ${document} takes stdout for itself, and ${onStdout.filter((name) => name !== document)[0] ?? document} wants it too`,
      `give one a file: --reporter ${document}=FILE`,
    );
  if (onStdout.length > 0) return wanted;
  const usual: WantedReporter[] = [{ name: 'default', file: null }];
  const isOnGithub = environment.GITHUB_ACTIONS === 'true';
  if (isOnGithub && !wanted.some(({ name }) => name === 'github')) usual.push({ name: 'github', file: null });
  return [...usual, ...wanted];
}

function wantedReporter(written: string): WantedReporter {
  const at = written.indexOf('=');
  const said = at < 0 ? written : written.slice(0, at);
  const name = reporterNames.find((each) => each === said);
  if (name === undefined)
    throw new UsageError(
      `there is no reporter "${said}"`,
      didYouMean(said, [...reporterNames]) ?? `there are ${reporterNames.join(', ')}`,
    );
  if (at < 0) return { name, file: null };
  const file = written.slice(at + 1);
  if (file === '') throw new UsageError(`--reporter ${name}= names no file`);
  return { name, file };
}
