/**
 * The moments at which fates were decided: one entry for all records of a kind that say the same (node, queue, reason,
 * rule) within a tenth of a second, so that a million copies wiped by one boot point at one decision. Entry 0 means none.
 */
import type { Journal } from '../kernel/journal.ts';
import { rules } from '../rules/registry.ts';

/** The record behind a decision; `taken_again` is a `copy_taken` of a copy that had been handed out before. */
export type DecisionKind =
  | 'destroyed'
  | 'requeued'
  | 'sent_again'
  | 'finished'
  | 'delivery_lost'
  | 'dead_lettered'
  | 'forwarded'
  | 'refused'
  | 'unroutable'
  | 'publish_dropped'
  | 'connection_lost'
  | 'nacked'
  | 'taken_again'
  | 'delegated';

const KINDS: readonly DecisionKind[] = [
  'destroyed',
  'requeued',
  'finished',
  'delivery_lost',
  'dead_lettered',
  'unroutable',
  'publish_dropped',
  'connection_lost',
  'nacked',
  'taken_again',
  'refused',
  'forwarded',
  'delegated',
  'sent_again',
];

export interface Decision {
  readonly index: number;
  readonly kind: DecisionKind;
  /** Of the first record of the group. */
  readonly timeUs: number;
  readonly node: string;
  readonly queue: string;
  /** `destroyed`: leader or mirror. `forwarded`: the link. `sent_again`: the queue that keeps the dead letter. `taken_again`: the node whose leader had handed it out before. */
  readonly role: string;
  /** `forwarded`: how the link acknowledges. */
  readonly why: string;
  /** The rule that the record cites, null where it has none. */
  readonly rule: string | null;
  /** `taken_again`: the decision that put the copy back, if one did. */
  readonly basis: Decision | null;
}

/** Records of the same tenth of a second belong to one decision: it begins where faults do, since people write their times. */
const GROUP_US = 100_000;
/** Beyond this many, equal records are one decision whatever their time. */
const DECISIONS_MAX = 100_000;
/** Stands for a name that a record does not have. */
export const NO_NAME = -1;

export class Decisions {
  private readonly journal: Journal;
  private readonly list: Decision[] = [];
  private readonly latest = new Map<string, number>();
  // The decision noted last, as it was asked for: wiping a queue asks for the same one a million times.
  private lastKind = -1;
  private lastNode = 0;
  private lastQueue = 0;
  private lastRole = 0;
  private lastWhy = 0;
  private lastRule = 0;
  private lastBasis = 0;
  private groupEndUs = 0;
  private lastIndex = 0;

  constructor(journal: Journal) {
    this.journal = journal;
  }

  get count(): number {
    return this.list.length;
  }

  /** The decision with this index; null for 0. */
  at(index: number): Decision | null {
    return this.list[index - 1] ?? null;
  }

  /**
   * The index of the decision that a record belongs to. Names are interned numbers or `NO_NAME`, `rule` an index of the
   * registry or -1, `basis` a decision's index or 0.
   */
  note(
    kind: DecisionKind,
    timeUs: number,
    node: number,
    queue: number,
    role: number,
    why: number,
    rule: number,
    basis = 0,
  ): number {
    const kindNumber = KINDS.indexOf(kind);
    if (
      kindNumber === this.lastKind &&
      node === this.lastNode &&
      queue === this.lastQueue &&
      role === this.lastRole &&
      why === this.lastWhy &&
      rule === this.lastRule &&
      basis === this.lastBasis &&
      timeUs < this.groupEndUs
    ) {
      return this.lastIndex;
    }
    const key = `${kindNumber} ${node} ${queue} ${role} ${why} ${rule} ${basis}`;
    let index = this.latest.get(key) ?? 0;
    const known = this.list[index - 1];
    const grouped =
      known !== undefined && (timeUs < endOfGroup(known.timeUs) || this.list.length >= DECISIONS_MAX);
    if (!grouped) {
      index = this.list.length + 1;
      this.list.push({
        index,
        kind,
        timeUs,
        node: this.name(node),
        queue: this.name(queue),
        role: this.name(role),
        why: this.name(why),
        rule: rules[rule]?.id ?? null,
        basis: this.at(basis),
      });
      this.latest.set(key, index);
    }
    this.lastKind = kindNumber;
    this.lastNode = node;
    this.lastQueue = queue;
    this.lastRole = role;
    this.lastWhy = why;
    this.lastRule = rule;
    this.lastBasis = basis;
    this.groupEndUs = endOfGroup(this.list[index - 1]!.timeUs);
    this.lastIndex = index;
    return index;
  }

  private name(interned: number): string {
    return interned < 0 ? '' : this.journal.text(interned);
  }
}

function endOfGroup(timeUs: number): number {
  return (Math.floor(timeUs / GROUP_US) + 1) * GROUP_US;
}
