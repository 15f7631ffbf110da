/**
 * Hazards that have no scenario yet, and for what each waits: parts of the language in the words of `scenario/modelled.ts`, so
 * that a hazard comes due by itself when the last of its parts is modelled, or a sentence where the language has no word for it.
 */
import { notModelledYet } from '../../scenario/modelled.ts';

/** `parts`: all of them are needed. `reason`: what else is missing. */
export interface Waiting {
  readonly parts: readonly string[];
  readonly reason?: string;
}

/** By hazard. A hazard stands here or has a scenario, never both. */
export const waitingHazards: ReadonlyMap<string, Waiting> = new Map<string, Waiting>([]);

/** What is still missing, as sentences; empty when the hazard is due. */
export function missingParts({ parts, reason }: Waiting): readonly string[] {
  const missing = parts.flatMap((part) => notModelledYet.get(part) ?? []);
  return [...new Set(missing), ...(reason === undefined ? [] : [reason])];
}
