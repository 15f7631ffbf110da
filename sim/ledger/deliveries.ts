/** What consumers and the drain got: deliveries, repeats, acknowledgements, order. */
import type { Journal } from '../kernel/journal.ts';
import { acked, deduplicated, delivered, drained, skipped } from '../records/messages.ts';
import { fail } from '../kernel/invariant.ts';
import type { Accounts, CopyAccount, PublisherAccount } from './accounts.ts';
import { Copy, Id, takerSlot } from './message-words.ts';

/** Told of a first delivery that came after a later message of its publisher. */
export type LateListener = (timeUs: number, copies: CopyAccount, sequence: number, word: number) => void;

/**
 * Keeps the accounts of deliveries. A figure of distinct things that no one consumer can own is counted for the workload
 * that made it so: `delivered_unique` for the one that got a copy first, `duplicated` for the one that got it second.
 */
export function watchDeliveries(journal: Journal, accounts: Accounts, onLate: LateListener): void {
  const { counts } = accounts;

  journal.on(delivered, (timeUs, workload, number, sequence, queue, _node, redelivered) => {
    const copies = accounts.copies(number, sequence, queue, 'delivered');
    const word = routedWord(copies, sequence, 'delivered');
    const own = accounts.workload(workload).counts;
    const queueCounts = copies.queue.counts;
    counts.delivered += 1;
    own.delivered += 1;
    queueCounts.delivered += 1;
    if (redelivered !== 0) {
      counts.redelivered += 1;
      own.redelivered += 1;
      queueCounts.redelivered += 1;
    }
    if ((word & Copy.acked) !== 0) {
      counts.delivered_after_ack += 1;
      own.delivered_after_ack += 1;
      queueCounts.delivered_after_ack += 1;
    }
    if (copies.lastDeliveredTo !== workload) {
      copies.severalConsumers = copies.lastDeliveredTo !== -1;
      copies.lastDeliveredTo = workload;
    }
    switch (word & Copy.deliveries) {
      case 0:
        own.delivered_unique += 1;
        queueCounts.delivered_unique += 1;
        first(timeUs, copies, sequence, word, own);
        break;
      case 1:
        own.duplicated += 1;
        queueCounts.duplicated += 1;
        break;
      default:
    }
    if ((word & Copy.deliveries) === 3) return;
    const isPutBack = (word & Copy.finished) === 0;
    if (!isPutBack && (word & Copy.requeued) !== 0) copies.returns.set(sequence, 0);
    copies.words.set(sequence, (isPutBack ? word : word & ~Copy.requeued) + 1);
  });

  function first(
    timeUs: number,
    copies: CopyAccount,
    sequence: number,
    word: number,
    own: { out_of_order: number },
  ): void {
    const { ids } = copies.publisher;
    const id = ids.get(sequence);
    if ((id & Id.delivered) === 0) {
      ids.set(sequence, id | Id.delivered);
      counts.delivered_unique += 1;
    }
    // With automatic acknowledgement the leader finished it while it was on its way.
    if ((word & Copy.autoAck) !== 0) copies.ends.set(sequence, 0);
    if (sequence > copies.highestDelivered) {
      copies.highestDelivered = sequence;
      copies.highestDeliveredFrom = takerSlot(word);
      return;
    }
    counts.out_of_order += 1;
    own.out_of_order += 1;
    copies.queue.counts.out_of_order += 1;
    onLate(timeUs, copies, sequence, word);
  }

  journal.on(acked, (_, workload, number, sequence, queue) => {
    const copies = accounts.copies(number, sequence, queue, 'acked');
    const word = routedWord(copies, sequence, 'acked');
    if ((word & Copy.deliveries) === 0) {
      fail(`acked of ${copies.nameOf(sequence)} in ${copies.queue.name}, which was never delivered`);
    }
    counts.acked += 1;
    accounts.workload(workload).counts.acked += 1;
    copies.queue.counts.acked += 1;
    if ((word & Copy.acked) === 0) copies.words.set(sequence, word | Copy.acked);
  });

  journal.on(deduplicated, (_, workload, number, sequence, queue) => {
    const copies = accounts.copies(number, sequence, queue, 'deduplicated');
    const word = routedWord(copies, sequence, 'deduplicated');
    const deliveries = word & Copy.deliveries;
    // The idempotent consumer may have handled the id from another queue: then this was this copy's only delivery.
    if (deliveries < 2) return;
    copies.words.set(sequence, word - 1);
    if (deliveries > 2) return;
    accounts.workload(workload).counts.duplicated -= 1;
    copies.queue.counts.duplicated -= 1;
  });

  journal.on(skipped, (_, workload, number, sequence, queue) => {
    const copies = accounts.copies(number, sequence, queue, 'skipped');
    const word = routedWord(copies, sequence, 'skipped');
    const deliveries = word & Copy.deliveries;
    // Beyond three nobody counts, and somebody has it anyway.
    if (deliveries === 0 || deliveries === 3) return;
    copies.words.set(sequence, word - 1);
    const figure = deliveries === 2 ? 'duplicated' : 'delivered_unique';
    accounts.workload(workload).counts[figure] -= 1;
    copies.queue.counts[figure] -= 1;
    if (deliveries === 1) unhand(copies.publisher, sequence);
  });

  /** Takes back that somebody had the message, unless somebody has it from another queue. */
  function unhand({ ids, copyAccounts }: PublisherAccount, sequence: number): void {
    if (copyAccounts.some(({ words }) => (words.get(sequence) & Copy.deliveries) !== 0)) return;
    ids.set(sequence, ids.get(sequence) & ~Id.delivered);
    counts.delivered_unique -= 1;
  }

  journal.on(drained, (_, number, sequence, queue) => {
    const copies = accounts.copies(number, sequence, queue, 'drained');
    const word = routedWord(copies, sequence, 'drained');
    counts.drained_deliveries += 1;
    copies.queue.counts.drained_deliveries += 1;
    copies.publisher.workload.counts.drained_deliveries += 1;
    if ((word & Copy.drained) === 0) copies.words.set(sequence, word | Copy.drained);
    const { ids } = copies.publisher;
    const id = ids.get(sequence);
    if ((id & Id.drained) === 0) ids.set(sequence, id | Id.drained);
  });
}

function routedWord(copies: CopyAccount, sequence: number, record: string): number {
  const word = copies.words.get(sequence);
  if (word !== 0) return word;
  return fail(`${record} of ${copies.nameOf(sequence)}, which was never routed to ${copies.queue.name}`);
}
