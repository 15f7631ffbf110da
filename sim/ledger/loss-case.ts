/**
 * A loss as the rows of the tables look at it: the copy, the record that took it away, and what went on around that
 * moment. The predicates here are the words that the rows are made of.
 */
import type { Decision } from './decisions.ts';
import type { History, Outage, OutageReason, Promotion, QueueHistory } from './history.ts';
import { Copy } from './message-words.ts';

export interface LostCase {
  /** Bits of `Id` and, where there is a copy, of `Copy`. */
  readonly id: number;
  readonly copy: number;
  /** The record that took it away last; null if none did. */
  readonly end: Decision | null;
  readonly queue: QueueHistory | null;
  /** The last time that a shovel or federation link published it elsewhere; null if none did. */
  readonly forwarded: Decision | null;
  /** Nodes that still hold the copy, out of anybody's reach. */
  readonly heldBy: readonly string[];
  /** No node knows a queue of that name at the end. */
  readonly queueIsGone: boolean;
  readonly history: History;
  readonly endUs: number;
}

export interface ExaminedLoss extends LostCase {
  readonly confirmed: boolean;
  /** The outage of the node that lost it, at the time. */
  readonly outage: Outage | null;
  /** A promotion that passed the copy over: its node did not have it, the node that had it led before or was away. */
  readonly promotion: Promotion | null;
}

/** Times of connections that come and go at about the time of detection (HAZ-70) and of cuts that do not (HAZ-15). */
const MOMENT_US = 5_000_000;
const STAGGER_US = 1_000_000;

export const destroyed = (fate: ExaminedLoss): boolean => fate.end?.kind === 'destroyed';
export const cites = (fate: ExaminedLoss, ...rules: string[]): boolean =>
  fate.end !== null && fate.end.rule !== null && rules.includes(fate.end.rule);
export const because = (fate: ExaminedLoss, reason: OutageReason): boolean =>
  destroyed(fate) && fate.outage !== null && fate.outage.reasons.has(reason);
export const commanded = (fate: ExaminedLoss, ...words: string[]): boolean =>
  destroyed(fate) &&
  fate.outage !== null &&
  fate.outage.commands.some((command) => words.some((word) => command.startsWith(word)));
/** A channel had routed it, and no replica took it in. */
export const neverArrived = (fate: ExaminedLoss): boolean =>
  !fate.confirmed &&
  fate.copy !== 0 &&
  (fate.copy & Copy.stored) === 0 &&
  (fate.end?.kind ?? 'connection_lost') === 'connection_lost';
/** Its publisher was told that it is not safe. */
export const refused = (fate: ExaminedLoss): boolean => fate.end?.kind === 'nacked';
export const passedOver = (fate: ExaminedLoss): boolean =>
  fate.promotion !== null && !fate.promotion.synchronised;

export const atEnd = (fate: ExaminedLoss): number => fate.end?.timeUs ?? fate.endUs;
export const atPromotion = (fate: ExaminedLoss): number => fate.promotion?.timeUs ?? atEnd(fate);
export const node = (fate: ExaminedLoss): string => fate.end?.node ?? 'A node';
export const queue = (fate: ExaminedLoss): string => fate.queue?.name ?? fate.end?.queue ?? 'the queue';
export const promoted = (fate: ExaminedLoss): string => fate.promotion?.node ?? 'A mirror';

/**
 * The promotion on account of which this copy no longer counted: of another node, since the node that had the copy went
 * away (or, when it still has it, the latest).
 */
export function promotionThatPassedOver(fate: LostCase, outage: Outage | null): Promotion | null {
  const promotions = fate.queue?.promotions ?? [];
  if (fate.end?.kind === 'destroyed') {
    const lostBy = fate.end.node;
    const untilUs = fate.end.timeUs;
    const sinceUs = outage?.fromUs ?? untilUs;
    // A mirror may be promoted a little before the loser's outage is on record: a leader is silent before it is down.
    return (
      promotions.find((p) => p.node !== lostBy && p.timeUs <= untilUs && p.timeUs >= sinceUs) ??
      promotions.findLast((p) => p.node !== lostBy && p.timeUs <= untilUs && p.from === lostBy) ??
      // A leader that a policy or an operator drops is gone before its successor is.
      (fate.end.why === 'dropped'
        ? promotions.find((p) => p.node !== lostBy && p.timeUs >= untilUs && p.from === lostBy)
        : undefined) ??
      null
    );
  }
  if (fate.heldBy.length === 0) return null;
  return promotions.findLast((p) => !fate.heldBy.includes(p.node)) ?? null;
}

/** The synchronised mirrors that were passed over or were dead already, as a part of a sentence; empty without any. */
export function inSpiteOf({ promotion }: ExaminedLoss): string {
  const others = promotion!.listed.filter((name) => name !== '' && name !== promotion!.node);
  if (others.length === 0) return '';
  return `, though ${others.join(', ')} ${others.length === 1 ? 'was' : 'were'} listed as synchronised`;
}

/** A leader of the queue was gone at the time, and nobody had taken its place; how the last one ended. */
export function leaderless(fate: ExaminedLoss): 'shutdown' | 'failure' | null {
  const { queue: history, end } = fate;
  if (history === null || end === null || !history.exists) return null;
  const ended = history.leaderEnds.findLast(({ timeUs }) => timeUs <= end.timeUs);
  // Those who waited are refused in the moment in which the queue comes back.
  const leads = [...history.promotions, ...history.recoveries].some(
    ({ timeUs }) => ended !== undefined && timeUs >= ended.timeUs && timeUs <= end.timeUs - STAGGER_US,
  );
  if (ended === undefined || leads) return null;
  return ended.why === 'shutdown' ? 'shutdown' : 'failure';
}

/** The deletion of the queue that the publish met. */
export function deletedBefore({ queue: history, end }: ExaminedLoss): { readonly why: string } | undefined {
  if (history === null || end === null) return undefined;
  return history.deletions.findLast(({ timeUs }) => Math.abs(timeUs - end.timeUs) <= MOMENT_US);
}

/** The command by which the last holder of the copy was dismissed from the cluster. */
export function forgotten({
  heldBy,
  history,
}: ExaminedLoss): { timeUs: number; command: string } | undefined {
  if (heldBy.length === 0) return undefined;
  return history.commands.findLast(
    ({ command }) =>
      command.startsWith('forget_cluster_node') && heldBy.every((name) => command.includes(name)),
  );
}

/** The queue went without anybody having deleted it: its node took over metadata that does not know it. */
export function vanished({ queue: history, queueIsGone }: ExaminedLoss): boolean {
  return queueIsGone && history !== null && history.deletions.length === 0;
}

/** The forced boot of a node that did not have the copy, while those who have it were away. */
export function bootedWithout({ heldBy, history }: ExaminedLoss): { timeUs: number; on: string } | undefined {
  if (heldBy.length === 0) return undefined;
  return history.commands.find(
    ({ command, on, timeUs }) =>
      command.startsWith('force_boot') &&
      !heldBy.includes(on) &&
      heldBy.every((name) => !history.runs(name, timeUs)),
  );
}

/** The leader was moved because an operator asked for leaders to be spread (`rebalance`), and not for a policy's sake. */
export function rebalanced({ promotion, history }: ExaminedLoss): boolean {
  return history.commands.some(
    ({ command, timeUs }) =>
      command.startsWith('rebalance') && Math.abs(timeUs - (promotion?.timeUs ?? 0)) <= MOMENT_US,
  );
}

export function wasSplitBefore(fate: ExaminedLoss): boolean {
  const name = fate.end!.node;
  return fate.history.partitions.some(
    (seen) => (seen.node === name || seen.peer === name) && seen.timeUs <= fate.end!.timeUs,
  );
}

/** The first partition that somebody who still has the copy saw, or that was seen of them; else the loss of a peer by which two came to lead. */
export function splitOfHolders(fate: ExaminedLoss): { timeUs: number } | undefined {
  const { heldBy, history } = fate;
  const concerns = ({ node: name, peer }: { node: string; peer: string }): boolean =>
    heldBy.includes(name) || heldBy.includes(peer);
  const detected = history.partitions.find(concerns);
  // A third node that starts between the two sides can bring them together before either notices that they were apart.
  const parted = fate.promotion ?? fate.queue?.promotions.findLast(({ node: name }) => heldBy.includes(name));
  if (detected !== undefined || parted === undefined) return detected;
  return history.downs.findLast((down) => concerns(down) && down.timeUs <= parted.timeUs);
}

/** The node lost its peers at different times before it paused. */
export function staggered(fate: ExaminedLoss): boolean {
  const downs = downsBeforePause(fate);
  const first = downs[0];
  return (
    first !== undefined &&
    downs.some((down) => down.peer !== first.peer && down.timeUs - first.timeUs > STAGGER_US)
  );
}

/** A connection was back a moment after the node had noticed its loss. */
export function momentary(fate: ExaminedLoss): boolean {
  return downsBeforePause(fate).some((down) =>
    fate.history.ups.some(
      (up) => up.node === down.node && up.timeUs >= down.timeUs && up.timeUs - down.timeUs <= MOMENT_US,
    ),
  );
}

function downsBeforePause(fate: ExaminedLoss): readonly { peer: string; node: string; timeUs: number }[] {
  const name = fate.end!.node;
  const pausedUs = fate.outage!.fromUs;
  const sinceUs = pausedUs - 120_000_000;
  return fate.history.downs.filter(
    (down) => down.node === name && down.timeUs <= pausedUs + STAGGER_US && down.timeUs > sinceUs,
  );
}

export function leaderIsAway(fate: ExaminedLoss): boolean {
  const leader = fate.queue?.leader ?? null;
  return leader !== null && leader !== fate.end!.node && !fate.history.runs(leader, fate.end!.timeUs);
}

export function wasDeleted(fate: ExaminedLoss): boolean {
  return fate.queue !== null && fate.queue.deletions.length > 0;
}
