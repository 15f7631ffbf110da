/**
 * What a ring process remembers of each member's publications: those that are not acknowledged yet, and how far it
 * has seen publications and acknowledgements. Comparing two such memories tells what one neighbour missed (MIR-15,
 * MIR-53). Everything here is arithmetic on state; sending is the process's business.
 */
import type { Pid } from '../../erlang/message.ts';
import { Fifo } from '../../kernel/fifo.ts';
import type { Batch } from './instructions.ts';

/** Part of an activity message: what happened to the publications of one member. */
export interface ActivityEntry {
  readonly member: Pid;
  readonly publications: readonly Batch[];
  /** Numbers of publications that everybody has. */
  readonly acks: readonly number[];
}

export interface MemberSnapshot {
  readonly pending: readonly Batch[];
  readonly lastPublication: number;
  readonly lastAck: number;
}

/** As travels in a catch-up. */
export type MembersSnapshot = ReadonlyMap<Pid, MemberSnapshot>;

/** Publications of one member that are under way. */
export class MemberState {
  pending = new Fifo<Batch>();
  lastPublication = -1;
  lastAck = -1;

  get isSettled(): boolean {
    return this.lastPublication === this.lastAck;
  }

  publish(batches: readonly Batch[]): void {
    for (const batch of batches) this.pending.push(batch);
    const last = batches.at(-1);
    if (last !== undefined) this.lastPublication = last.number;
  }

  /** By number, not by count: who joins or catches up meanwhile has forgotten some of these already. */
  acknowledge(acks: readonly number[]): void {
    if (acks.length === 0) return;
    this.noteAcks(acks);
    while (this.pending.length > 0 && this.pending.peek()!.number <= this.lastAck) this.pending.shift();
  }

  noteAcks(acks: readonly number[]): void {
    const last = acks.at(-1);
    if (last !== undefined) this.lastAck = last;
  }

  /**
   * Publications of ours, or of a dead member that we speak for, have come round: takes out those that we
   * were waiting for and returns their numbers, which everybody may forget now.
   */
  comeRound(publications: readonly Batch[]): readonly number[] {
    if (publications.length === 0) return EMPTY;
    const [first] = publications;
    if (publications.length === 1 && first === this.pending.peek()) {
      this.pending.shift();
      return [first!.number];
    }
    const { common, rest } = commonOf(publications, [...this.pending]);
    this.pending.clear();
    for (const batch of rest) this.pending.push(batch);
    return common.map((batch) => batch.number);
  }

  snapshot(): MemberSnapshot {
    return { pending: [...this.pending], lastPublication: this.lastPublication, lastAck: this.lastAck };
  }

  static of(snapshot: MemberSnapshot): MemberState {
    const state = new MemberState();
    for (const batch of snapshot.pending) state.pending.push(batch);
    state.lastPublication = snapshot.lastPublication;
    state.lastAck = snapshot.lastAck;
    return state;
  }
}

interface Comparison {
  readonly prefix: readonly Batch[];
  readonly common: readonly Batch[];
  readonly rest: readonly Batch[];
}

/**
 * Compares two runs of publications of one member: those at the start of `a` that `b` has no more, those in both, and
 * the rest of `b`, which `a` has not seen.
 */
function compare(a: readonly Batch[], b: readonly Batch[]): Comparison {
  if (b.length === 0) return { prefix: a, common: EMPTY, rest: EMPTY };
  let start = 0;
  while (start < a.length && a[start]!.number < b[0]!.number) start++;
  return { prefix: a.slice(0, start), ...commonOf(a.slice(start), b) };
}

/** Batches in both, in order, and what follows the last of them in `b`. */
function commonOf(a: readonly Batch[], b: readonly Batch[]): { common: Batch[]; rest: readonly Batch[] } {
  const common: Batch[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      common.push(a[i]!);
      i++;
    }
    j++;
  }
  return { common, rest: b.slice(j) };
}

/** What a ring process remembers of all members that it knows. */
export type Members = Map<Pid, MemberState>;

/** The members' states, without those that were erased and with blank ones for newcomers. */
export function withoutErased(members: Members, known: ReadonlySet<Pid>): Members {
  const kept: Members = new Map();
  for (const pid of known) kept.set(pid, members.get(pid) ?? new MemberState());
  return kept;
}

/** What is remembered of a member; blank at first. */
export function stateOf(members: Members, pid: Pid): MemberState {
  let state = members.get(pid);
  if (state === undefined) members.set(pid, (state = new MemberState()));
  return state;
}

/** Whether nothing of anybody is under way. */
export function areSettled(members: Members): boolean {
  for (const state of members.values()) if (!state.isSettled) return false;
  return true;
}

export function membersOf(snapshot: MembersSnapshot): Members {
  return new Map([...snapshot].map(([pid, state]) => [pid, MemberState.of(state)]));
}

export function snapshotOf(members: Members): MembersSnapshot {
  const snapshot = new Map<Pid, MemberSnapshot>();
  for (const [pid, state] of members) snapshot.set(pid, state.snapshot());
  return snapshot;
}

/**
 * What our left neighbour's memory says that we missed, as an activity for us to take in (MIR-15). For ourselves and our aliases:
 * publications that our left still holds have reached everybody before us. For others: what the left has forgotten is
 * acknowledged, what we never saw is new.
 */
export function catchUp(
  members: Members,
  left: MembersSnapshot,
  isAlias: (pid: Pid) => boolean,
): ActivityEntry[] {
  const activity: ActivityEntry[] = [];
  const all = new Set([...members.keys(), ...left.keys()]);
  for (const member of all) {
    const state = stateOf(members, member);
    const theirs = left.get(member)?.pending ?? EMPTY;
    const ours = [...state.pending];
    let publications: readonly Batch[];
    let acks: readonly number[] = EMPTY;
    if (isAlias(member)) {
      publications = compare(theirs, ours).common;
      state.lastAck = left.get(member)?.lastAck ?? -1;
    } else {
      const comparison = compare(ours, theirs);
      publications = comparison.rest;
      acks = comparison.prefix.map((batch) => batch.number);
    }
    if (publications.length > 0 || acks.length > 0) activity.push({ member, publications, acks });
  }
  return activity;
}

/**
 * Takes an activity in and returns what is to travel on: others' entries as they came; of our own and our aliases',
 * whose lap ends here, acknowledgements for everybody to forget by (MIR-12), unless `hold` is true: they travel later.
 */
export function takeIn(
  members: Members,
  activity: readonly ActivityEntry[],
  isAlias: (pid: Pid) => boolean,
  hold: (member: Pid, acks: readonly number[]) => boolean,
): readonly ActivityEntry[] {
  let onward: ActivityEntry[] | undefined;
  for (let i = 0; i < activity.length; i += 1) {
    const entry = activity[i]!;
    const state = stateOf(members, entry.member);
    if (isAlias(entry.member)) {
      onward ??= activity.slice(0, i);
      const acks = state.comeRound(entry.publications);
      state.noteAcks(entry.acks);
      if (acks.length > 0 && !hold(entry.member, acks))
        onward.push({ member: entry.member, publications: EMPTY, acks });
    } else {
      state.publish(entry.publications);
      state.acknowledge(entry.acks);
      onward?.push(entry);
    }
  }
  return onward ?? activity;
}

const EMPTY: readonly never[] = [];
