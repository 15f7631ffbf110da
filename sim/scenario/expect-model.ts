/**
 * What a scenario promises: a tree that keeps the line of every expectation, so that a failure points at it.
 * All blocks are conjunctions; `anyOf` and `sometimes` say for which seeds.
 */
import type { FieldValue } from './model.ts';
import type {
  ApplicationFigure,
  AvailabilityFigure,
  MessageFigure,
  MessageOutcome,
  TimelineEvent,
} from './results.ts';

export interface Expectations extends ExpectBlock {
  /** Each seed must satisfy at least one of these. Empty: no such demand. */
  readonly anyOf: readonly ExpectBlock[];
  /** True: every block of `anyOf` must be satisfied by some seed. */
  readonly allReached: boolean;
  /** At least one seed must satisfy this block. */
  readonly sometimes: ExpectBlock | null;
  /** The hazard that this scenario is about; absent where it is about none. */
  readonly hazard?: HazardExpectation;
}

export interface ExpectBlock {
  readonly line: number;
  readonly messages: readonly FigureExpectation<MessageFigure>[];
  readonly availability: readonly FigureExpectation<AvailabilityFigure>[];
  readonly workloads: readonly ScopedFigures[];
  readonly queues: readonly ScopedFigures[];
  readonly at: readonly MomentExpectation[];
  readonly timeline: readonly TimelineExpectation[];
  /** Absent where none is expected. */
  readonly causes?: readonly CauseExpectation[];
}

/** How many messages the ledger put down to a hazard. */
export interface CauseExpectation {
  /** `HAZ-3`, or `unexplained`. */
  readonly hazard: string;
  /** Any of these decided; null: whichever did. */
  readonly rules: readonly string[] | null;
  /** Null: whatever became of them. */
  readonly outcome: MessageOutcome | null;
  /** Null: at least one. */
  readonly messages: readonly Bound[] | null;
  /** Null: not asked. */
  readonly confirmed: readonly Bound[] | null;
  readonly text: string;
  readonly line: number;
}

/** A hazard that shows in some cells of a matrix and in no other. */
export interface HazardExpectation {
  readonly id: string;
  /** Whether this cell is one that shows it. */
  readonly here: boolean;
  /** Some seed of the cell shows it; otherwise each does. */
  readonly sometimes: boolean;
  /** What the ledger has to put down to it; null where it shows otherwise. */
  readonly cause: CauseExpectation | null;
  /** What has to hold for it to show; null where the ledger says so. */
  readonly shows: ExpectBlock | null;
  /** Without `cause`: the run has to have exercised one of these, if there are any. */
  readonly rules: readonly string[];
  readonly line: number;
}

/** Figures of one workload or one queue; `name` is as in the result. */
export interface ScopedFigures {
  readonly name: string;
  readonly figures: readonly FigureExpectation<MessageFigure | AvailabilityFigure | ApplicationFigure>[];
  readonly line: number;
}

export interface FigureExpectation<Figure extends string = string> {
  readonly figure: Figure;
  /** All must hold; never empty. */
  readonly bounds: readonly Bound[];
  /** As the file has it, `confirmed_lost = 0`, for the failure's `expected`. */
  readonly text: string;
  readonly line: number;
}

export interface Bound {
  readonly comparison: '=' | '!=' | '<' | '<=' | '>' | '>=';
  /** A number (availability: seconds), or another figure of the same block. */
  readonly than: number | { readonly figure: string };
}

/** What a person would find at one moment. */
export interface MomentExpectation {
  /** Null: `end`. */
  readonly timeUs: number | null;
  /** The node whose view of the queues is read; null: the result's own. */
  readonly seenBy: string | null;
  readonly nodes: readonly Expected<NodeState>[];
  /** Null: not asked. An empty list: no node reports any. */
  readonly partitions: readonly ExpectedSet[] | null;
  readonly partitionsLine: number;
  readonly members: readonly ExpectedSet[];
  readonly running: readonly ExpectedSet[];
  readonly queues: readonly QueueExpectation[];
  readonly clients: readonly Expected<ClientState>[];
  readonly line: number;
}

/** A subject and the values it may have: any of them will do. */
export interface Expected<Value> {
  readonly name: string;
  readonly anyOf: readonly Value[];
  readonly line: number;
}

/** A node and the set of nodes it reports, in no order. */
export interface ExpectedSet {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly line: number;
}

export interface QueueExpectation {
  readonly name: string;
  /** True: the queue must not exist. */
  readonly absent: boolean;
  readonly fields: readonly QueueFieldExpectation[];
  readonly line: number;
}

export type QueueFieldExpectation =
  /** Any of these values. */
  | {
      readonly kind: 'value';
      readonly field: 'type' | 'state' | 'master' | 'leader';
      readonly anyOf: readonly string[];
      readonly line: number;
    }
  /** Names in this order, oldest first. */
  | {
      readonly kind: 'ordered';
      readonly field: 'mirrors';
      readonly nodes: readonly string[];
      readonly line: number;
    }
  /** Names in any order. */
  | {
      readonly kind: 'set';
      readonly field: 'synchronised_mirrors' | 'members' | 'online';
      readonly nodes: readonly string[];
      readonly line: number;
    }
  | {
      readonly kind: 'count';
      readonly field: 'messages_ready' | 'messages_unacknowledged' | 'messages_dlx';
      readonly anyOf: readonly (readonly Bound[])[];
      readonly text: string;
      readonly line: number;
    };

/** How often an event with these fields happens, and in which window. */
export interface TimelineExpectation {
  readonly event: TimelineEvent;
  /** A field's value, or any of several. */
  readonly fields: { readonly [field: string]: readonly FieldValue[] };
  /** Null: at least once. `never: true` is a count of 0. */
  readonly count: readonly Bound[] | null;
  /** Only events after this time, exclusive. */
  readonly afterUs: number | null;
  /** Only events before this time, exclusive. */
  readonly beforeUs: number | null;
  readonly text: string;
  readonly line: number;
}

export type NodeState = 'running' | 'paused' | 'stopped' | 'down' | 'frozen' | 'booting';
export type ClientState = 'connected' | 'disconnected' | 'blocked' | 'cancelled';

export type { AvailabilityFigure, MessageFigure, TimelineEvent };
