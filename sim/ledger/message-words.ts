/**
 * What the ledger remembers of a message id, and of a copy (id, queue): one 32-bit word each, whose bits are named
 * here. Words are kept in books (`pages.ts`), so what is equal for many messages costs nothing; hence only what an
 * account or a cause needs, and no times.
 */

/** Bits of an id. */
export const Id = {
  published: 1 << 0,
  republished: 1 << 1,
  confirmed: 1 << 2,
  nacked: 1 << 3,
  returned: 1 << 4,
  routed: 1 << 5,
  unroutable: 1 << 6,
  /** A publish of it went with its connection. */
  dropped: 1 << 7,
  /** Delivered to a workload, from any queue. */
  delivered: 1 << 8,
  drained: 1 << 9,
  /** Its client took it back, or a copy of it expired, was dropped, rejected or purged. */
  ended: 1 << 10,
  /** A shovel or federation link published it to another queue. */
  forwarded: 1 << 11,
  /** It published the same copy once more. */
  forwardedAgain: 1 << 12,
  /** Some queue keeps it as a dead letter until its targets have it. */
  letterKept: 1 << 13,
} as const;

/** Bits of a copy. */
export const Copy = {
  /** Deliveries to workloads that were not dropped as repeats: 0, 1, 2, and 3 for more. */
  deliveries: 3,
  routed: 1 << 2,
  drained: 1 << 3,
  /** A consumer sent its acknowledgement. */
  acked: 1 << 4,
  /** A leader removed it as finished. */
  finished: 1 << 5,
  autoAck: 1 << 6,
  ended: 1 << 7,
  /** It ended here, and what became of it is another queue's: it was dead-lettered, or a link had published it before it acknowledged it. */
  passedOn: 1 << 8,
  /** Put back since it was last handed to a consumer's channel. */
  requeued: 1 << 9,
  stored: 1 << 10,
  /** Came back from a disk. */
  recovered: 1 << 11,
  /** Handed to a consumer's channel at least once. */
  taken: 1 << 12,
  /** More than one instance of it on some node: see `Multiplicity`. */
  several: 1 << 13,
  /** A leader took it in after it had been finished. */
  storedAgain: 1 << 14,
  /** What another queue dead-lettered became this copy, or one of its instances. */
  successor: 1 << 15,
} as const;

/** Nodes that may hold replicas of one queue over a run. */
export const NODE_SLOTS = 12;
const PRESENT_SHIFT = 16;
const PRESENT_MASK = ((1 << NODE_SLOTS) - 1) << PRESENT_SHIFT;
const TAKER_SHIFT = 28;

/** The bit that says that the replica on the node with this slot holds the copy. */
export function presentAt(slot: number): number {
  return 1 << (PRESENT_SHIFT + slot);
}

/** Bit k is set if the node with slot k holds the copy. */
export function holders(word: number): number {
  return (word & PRESENT_MASK) >>> PRESENT_SHIFT;
}

/** The slot of the node whose leader last handed the copy to a consumer, -1 if none did. */
export function takerSlot(word: number): number {
  return (word >>> TAKER_SHIFT) - 1;
}

export function withTaker(word: number, slot: number): number {
  return (word & 0x0fffffff) | ((slot + 1) << TAKER_SHIFT);
}
