// The chapters put together: every rule and hazard with its id and dense index, and the look-ups by id.

import { brk } from './brk.ts';
import type { Chapter, Hazard, HazardData, Rule, RuleData } from './chapters.ts';
import { cli } from './cli.ts';
import { clu } from './clu.ts';
import { hazDisturbances } from './haz-disturbances.ts';
import { hazLosses } from './haz-losses.ts';
import { mir } from './mir.ts';
import { net } from './net.ts';
import { ovr } from './ovr.ts';
import { par } from './par.ts';
import { qq } from './qq.ts';
import { suggestions } from './suggestions.ts';

const chapters: readonly (readonly [Chapter, Readonly<Record<string, RuleData>>])[] = [
  ['OVR', ovr],
  ['NET', net],
  ['CLU', clu],
  ['PAR', par],
  ['MIR', mir],
  ['BRK', brk],
  ['QQ', qq],
  ['CLI', cli],
];

const rulesById = new Map<string, Rule>();
for (const [chapter, data] of chapters) {
  for (const [id, { title, statement, source, confidence = 'read', questioned = false }] of Object.entries(
    data,
  )) {
    const index = rulesById.size;
    rulesById.set(id, { id, index, chapter, title, statement, source, confidence, questioned });
  }
}

const hazardData: readonly (readonly [string, HazardData])[] = [
  ...Object.entries(hazLosses),
  ...Object.entries(hazDisturbances),
].toSorted(([a], [b]) => numberOf(a) - numberOf(b));

const hazardsById = new Map<string, Hazard>();
for (const [id, data] of hazardData) hazardsById.set(id, { id, index: hazardsById.size, ...data });

/** Every rule, chapter by chapter; `rules[r.index] === r`. */
export const rules: readonly Rule[] = [...rulesById.values()];

/** Every hazard in the order of its number; `hazards[h.index] === h`. */
export const hazards: readonly Hazard[] = [...hazardsById.values()];

/** Thrown for an id that names no rule or hazard; `suggestions` holds the ids a person may have meant, best first. */
export class UnknownRuleError extends Error {
  readonly suggestions: readonly string[];

  constructor(id: string, known: readonly string[]) {
    const near = suggestions(id, known);
    const hint = near.length === 0 ? '' : ` Did you mean ${near.join(', ')}?`;
    super(`No rule or hazard is called '${id}'.${hint}`);
    this.name = 'UnknownRuleError';
    this.suggestions = near;
  }
}

/** The rule of this exact id. Throws UnknownRuleError. */
export function rule(id: string): Rule {
  const found = rulesById.get(id);
  if (found === undefined) throw new UnknownRuleError(id, [...rulesById.keys()]);
  return found;
}

/** The hazard of this exact id. Throws UnknownRuleError. */
export function hazard(id: string): Hazard {
  const found = hazardsById.get(id);
  if (found === undefined) throw new UnknownRuleError(id, [...hazardsById.keys()]);
  return found;
}

/**
 * The rule or hazard a person asks for; letter case and a missing hyphen are forgiven (`mir16`).
 * Throws UnknownRuleError with suggestions.
 */
export function lookUp(asked: string): Rule | Hazard {
  const id = asked
    .trim()
    .toUpperCase()
    .replace(/^([A-Z]+)[-_ ]?(\d+)$/, '$1-$2');
  const found = rulesById.get(id) ?? hazardsById.get(id);
  if (found === undefined) throw new UnknownRuleError(asked, [...rulesById.keys(), ...hazardsById.keys()]);
  return found;
}

function numberOf(id: string): number {
  return Number(id.slice(id.indexOf('-') + 1));
}
