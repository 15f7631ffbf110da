/** What the exit code says to a script. Several runs yield the worst of theirs, which is the largest. */
export const ExitCode = {
  /** Everything that was expected held. */
  held: 0,
  /** An expectation did not hold, or a limit came before the answer. */
  failed: 1,
  /** Wrong use of the command line, a scenario that cannot run, a file that cannot be written. */
  wrongUse: 2,
  /** Watership contradicted itself. */
  defect: 3,
  /** Interrupted at the terminal, as a shell counts it; never the code of a run. */
  interrupted: 130,
  /** Whoever read the output has gone, before it was known what the runs came to. */
  unread: 141,
  /** Asked to end by another program. */
  terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The code that a whole command ends with when one part of it ended with `a` and another with `b`. */
export function worse(a: ExitCode, b: ExitCode): ExitCode {
  return a > b ? a : b;
}
