// The shapes of the registry and its chapters. A data file writes down only what differs from rule to rule; the
// registry adds the id, the chapter and the defaults. Data may not import the registry, hence this file of its own.

export type Chapter = 'OVR' | 'NET' | 'CLU' | 'PAR' | 'MIR' | 'BRK' | 'QQ' | 'CLI';

/** How a statement is known: from RabbitMQ's source, its documentation, reasoning, or a run of the real broker. */
export type Confidence = 'read' | 'documented' | 'inferred' | 'observed';

/** What a hazard does to a message; `loss-by-design` is loss that no publisher confirm promised to prevent. */
export type HazardKind = 'loss' | 'loss-by-design' | 'duplicate' | 'reorder' | 'stall';

export interface Rule {
  readonly id: string;
  /** Dense position among all rules, for tables and bit sets. */
  readonly index: number;
  readonly chapter: Chapter;
  readonly title: string;
  readonly statement: string;
  /** Where RabbitMQ or Erlang decides it, as `module:function/arity`, or what the rule is composed of. */
  readonly source: string;
  readonly confidence: Confidence;
  /** True where a run of the real broker should confirm the rule, or a figure in it, before anybody relies on it. */
  readonly questioned: boolean;
}

export interface Hazard {
  readonly id: string;
  /** Dense position among all hazards. */
  readonly index: number;
  readonly kind: HazardKind;
  readonly title: string;
  readonly conditions: string;
  readonly outcome: string;
  readonly preventedBy: string;
  /** Ids of the rules from which the outcome follows. */
  readonly rules: readonly string[];
}

/** A rule as a chapter writes it: `confidence` is `read` and `questioned` false unless said otherwise. */
export interface RuleData {
  readonly title: string;
  readonly statement: string;
  readonly source: string;
  readonly confidence?: Confidence;
  readonly questioned?: boolean;
}

export type HazardData = Omit<Hazard, 'id' | 'index'>;
