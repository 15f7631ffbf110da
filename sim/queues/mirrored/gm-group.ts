/**
 * The membership of a ring: its record in the metadata, with a version that grows with every change, and the view
 * that a member derives from it: who is whose neighbour, and which dead members a living one speaks for (its aliases).
 *
 * Members stand in ring order. A dead member stays in the record until its right neighbour, the first living
 * member after it, has brought its broadcasts to an end and erases it (MIR-15).
 */
import { table, type Transaction } from '../../cluster/database.ts';
import type { ExitReason, Pid } from '../../erlang/message.ts';
import { invariant } from '../../kernel/invariant.ts';

export interface GroupMember {
  readonly pid: Pid;
  readonly dead: boolean;
  /** How a dead member ended, as the neighbour saw it that recorded the death. For the journal; nothing depends on it. */
  readonly reason?: ExitReason;
}

export interface Group {
  readonly version: number;
  readonly members: readonly GroupMember[];
}

/** Keyed by the name of the queue. */
export const gmGroup = table<Group>('gm_group', 'ram');

export function groupLock(name: string): string {
  return `${gmGroup.name}/${name}`;
}

export interface ViewMember {
  readonly left: Pid;
  readonly right: Pid;
  /** Dead members whose broadcasts this one finishes. */
  readonly aliases: readonly Pid[];
}

export interface View {
  readonly version: number;
  /** How the dead members that are not erased yet ended. */
  readonly deathReasons: ReadonlyMap<Pid, ExitReason>;
  /** Living members, in ring order. */
  readonly members: ReadonlyMap<Pid, ViewMember>;
}

/** Whether the group lists the member as alive. */
export function isListed(group: Group | undefined, pid: Pid): boolean {
  return group?.members.some((member) => member.pid === pid && !member.dead) === true;
}

/** The ring as the living members form it. At least one member is alive. */
export function viewOf(group: Group): View {
  const alive = group.members.filter((member) => !member.dead);
  invariant(alive.length > 0, 'a ring has a living member');
  const aliases = alive.map((): Pid[] => []);
  // A dead member belongs to the next living one to its right; after the last one the ring closes.
  let next = 0;
  const deathReasons = new Map<Pid, ExitReason>();
  for (const member of group.members) {
    if (member.dead) {
      aliases[next % alive.length]!.push(member.pid);
      deathReasons.set(member.pid, member.reason ?? 'noconnection');
    } else next++;
  }
  const members = new Map<Pid, ViewMember>();
  alive.forEach((member, index) => {
    members.set(member.pid, {
      left: alive[(index + alive.length - 1) % alive.length]!.pid,
      right: alive[(index + 1) % alive.length]!.pid,
      aliases: aliases[index]!,
    });
  });
  return { version: group.version, deathReasons, members };
}

/** Living members and the dead ones that are not erased yet. */
export function knownMembers(view: View): Set<Pid> {
  const known = new Set<Pid>();
  for (const [pid, member] of view.members) {
    known.add(pid);
    for (const alias of member.aliases) known.add(alias);
  }
  return known;
}

/** The group, made anew with this member alone if there is none or nobody in it is alive. Body of a transaction. */
export function pruneOrCreate(transaction: Transaction, name: string, self: Pid, bornVersion: number): Group {
  const group = transaction.read(gmGroup, name);
  if (group?.members.some((member) => !member.dead) === true) return group;
  return write(transaction, name, { version: bornVersion, members: [{ pid: self, dead: false }] });
}

/** Inserts a member to the right of `left`; undefined when `left` is not a member any more. Body of a transaction. */
export function insertRightOf(
  transaction: Transaction,
  name: string,
  left: Pid,
  newcomer: Pid,
): Group | undefined {
  const group = transaction.read(gmGroup, name);
  if (group === undefined || !isListed(group, left)) return undefined;
  if (isListed(group, newcomer)) return group;
  const members = group.members.flatMap((member) =>
    member.pid === left ? [member, { pid: newcomer, dead: false }] : [member],
  );
  return write(transaction, name, { version: group.version + 1, members });
}

/**
 * Records a member as dead. `witness` must be a member itself, unless it is null (a newcomer may report what it
 * met); undefined when it is not. Body of a transaction.
 */
export function recordDead(
  transaction: Transaction,
  name: string,
  dead: Pid,
  reason: ExitReason,
  witness: Pid | null,
): Group | undefined {
  const group = transaction.read(gmGroup, name);
  if (group === undefined || (witness !== null && !isListed(group, witness))) return undefined;
  if (!isListed(group, dead)) return group;
  const members = group.members.map((member) =>
    member.pid === dead ? { pid: dead, dead: true, reason } : member,
  );
  return write(transaction, name, { version: group.version + 1, members });
}

/** Removes dead members for good; undefined when `self` is not a member any more. Body of a transaction. */
export function eraseDead(
  transaction: Transaction,
  name: string,
  self: Pid,
  erased: readonly Pid[],
): Group | undefined {
  const group = transaction.read(gmGroup, name);
  if (group === undefined || !isListed(group, self)) return undefined;
  const members = group.members.filter((member) => !(member.dead && erased.includes(member.pid)));
  if (members.length === group.members.length) return group;
  return write(transaction, name, { version: group.version + 1, members });
}

function write(transaction: Transaction, name: string, group: Group): Group {
  transaction.write(gmGroup, name, group);
  return group;
}
