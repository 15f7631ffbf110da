/**
 * What a run of the hazard gallery came to, as plain data: for each hazard where it showed, where it was prevented, or what it
 * waits for. The command line fills it, the report draws it. Types only.
 */
import type { Hazard } from '../rules/registry.ts';
import type { Failure, Scalar } from './result.ts';

/** One cell of a scenario's matrix, over its seeds. */
export interface ExhibitCell {
  /** The cell's values by path, `{}` where there is no matrix. */
  readonly values: Readonly<Record<string, Scalar>>;
  /** Whether the scenario says that the hazard shows here. */
  readonly wanted: boolean;
  /** Luck is part of it: some seed shows it, not each. */
  readonly byChance: boolean;
  /** Runs that ended. */
  readonly seeds: number;
  /** Runs in which it showed. */
  readonly shown: number;
  /** Messages put down to it in a run, least and most. */
  readonly messagesMin: number;
  readonly messagesMax: number;
  /** Rules to which the ledger put it down, or that the scenario names where it is seen otherwise. */
  readonly rules: readonly string[];
  /** The ledger's sentence about it, of the first run that has one; where it should not show, the first about anything. May be empty. */
  readonly sentence: string;
  /** Everything that the scenario expects came true. */
  readonly held: boolean;
  /** What did not, of the first runs. */
  readonly failures: readonly Failure[];
  /** Yields the first run that is not as it should be, else the first. */
  readonly replayCommand: string;
}

/** A hazard and the scenario that shows it. */
export interface Exhibit {
  readonly hazard: Hazard;
  /** Path of the scenario as a person would type it. */
  readonly file: string;
  readonly description: string;
  readonly cells: readonly ExhibitCell[];
  /** It showed in each cell in which it should. */
  readonly shown: boolean;
  /** It showed in no other; null where there is no other, since no knob prevents it. */
  readonly prevented: boolean | null;
  /** The settings that prevent it, each by itself: `ha-sync-mode=automatic`. */
  readonly knobs: readonly string[];
  /** Shown, prevented, and whatever else its scenario expects. */
  readonly held: boolean;
}

/** A hazard that the engine cannot express yet. */
export interface WaitingHazard {
  readonly hazard: Hazard;
  /** Sentences such as `quorum queues are not modelled yet`. */
  readonly waitsFor: readonly string[];
  /** Nothing of that is missing any more: somebody should write its scenario. */
  readonly isDue: boolean;
}

export interface GalleryReport {
  readonly version: string;
  readonly exhibits: readonly Exhibit[];
  readonly waiting: readonly WaitingHazard[];
  /** Hazards of the registry without scenario and without excuse: a gap of ours. */
  readonly missing: readonly Hazard[];
}
