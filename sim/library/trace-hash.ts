/**
 * The hash that tells two runs apart: over the normalised scenario, the seed, the version and the journal. Where the file lies does
 * not count, nor the seeds it asks for, only the one that ran. Lines do, because the journal names the line of each fault.
 */
import { Digest } from '../kernel/digest.ts';
import type { Scenario } from '../scenario/model.ts';

const uncounted: ReadonlySet<string> = new Set(['source', 'seed', 'seeds']);

/** 32 hex digits, equal for equal input on every machine. */
export function traceHash(scenario: Scenario, seed: number, version: string, journalHash: string): string {
  const digest = new Digest();
  digest.text(
    JSON.stringify(scenario, (key: string, value: unknown) => (uncounted.has(key) ? undefined : value)),
  );
  digest.text(String(seed));
  digest.text(version);
  digest.text(journalHash);
  return digest.hex();
}
