/**
 * Invariants: what must be true unless this simulator has a defect. A broken one ends the run with exit code 3.
 * Mistakes of the person who wrote a scenario are not invariants and never reach this file.
 */

/** The simulator contradicted itself; never the user's fault. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Throws `InvariantError` unless `condition` holds. On a hot path write `if (!condition) fail(...)` instead,
 * so that a message put together from values costs nothing while all is well.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) fail(message);
}

/** Throws `InvariantError`. */
export function fail(message: string): never {
  throw new InvariantError(message);
}
