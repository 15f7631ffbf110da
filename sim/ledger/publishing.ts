/** What publishers did and were told: written, confirmed, refused, returned, routed, dropped on the way. */
import type { Journal } from '../kernel/journal.ts';
import { fail } from '../kernel/invariant.ts';
import { connectionLost } from '../records/cluster.ts';
import {
  confirmed,
  deadLetterRouted,
  nacked,
  published,
  publishDropped,
  publishRefused,
  publishSkipped,
  returned,
  rolledBack,
  routed,
  unroutable,
} from '../records/messages.ts';
import type { Accounts, PublisherAccount } from './accounts.ts';
import { NO_NAME } from './decisions.ts';
import { Copy, Id } from './message-words.ts';

/** Told of each confirm: `latencyUs` from the latest attempt, -1 if that is not known any more. */
export type ConfirmListener = (
  timeUs: number,
  publisher: PublisherAccount,
  sequence: number,
  latencyUs: number,
) => void;

/** Keeps the accounts of ids. */
export function watchPublishing(journal: Journal, accounts: Accounts, onConfirm: ConfirmListener): void {
  const { counts, decisions } = accounts;

  journal.on(published, (timeUs, workload, number, sequence, attempt) => {
    const publisher = accounts.publishing(number, workload);
    const own = publisher.workload.counts;
    counts.publishes += 1;
    own.publishes += 1;
    publisher.workload.lastPublishUs = timeUs;
    publisher.times.written(sequence, timeUs);
    const word = publisher.ids.get(sequence);
    if (word === 0) {
      counts.published += 1;
      own.published += 1;
      publisher.publishedIds += 1;
      publisher.ids.set(sequence, Id.published | (attempt > 1 ? Id.republished : 0));
      if (sequence > publisher.highestPublished) publisher.highestPublished = sequence;
    } else if ((word & Id.republished) === 0) {
      publisher.ids.set(sequence, word | Id.republished);
    }
  });

  journal.on(publishSkipped, (_, workload) => {
    counts.skipped_while_disconnected += 1;
    accounts.workload(workload).counts.skipped_while_disconnected += 1;
  });

  journal.on(confirmed, (timeUs, _, number, sequence) => {
    const publisher = accounts.publisher(number, sequence, 'confirmed');
    const word = known(publisher, sequence, 'confirmed');
    publisher.hasConfirms = true;
    const sentUs = publisher.times.take(sequence);
    onConfirm(timeUs, publisher, sequence, sentUs < 0 ? -1 : timeUs - sentUs);
    if ((word & Id.confirmed) !== 0) return;
    publisher.ids.set(sequence, word | Id.confirmed);
    counts.confirmed += 1;
    publisher.workload.counts.confirmed += 1;
  });

  journal.on(nacked, (timeUs, _, number, sequence, node) => {
    const publisher = accounts.publisher(number, sequence, 'nacked');
    const word = known(publisher, sequence, 'nacked');
    publisher.hasConfirms = true;
    publisher.times.take(sequence);
    if (publisher.ends.get(sequence) === 0) {
      publisher.ends.set(sequence, decisions.note('nacked', timeUs, node, NO_NAME, NO_NAME, NO_NAME, -1));
    }
    if ((word & Id.nacked) !== 0) return;
    publisher.ids.set(sequence, word | Id.nacked);
    counts.nacked += 1;
    publisher.workload.counts.nacked += 1;
  });

  journal.on(returned, (_, __, number, sequence) => {
    const publisher = accounts.publisher(number, sequence, 'returned');
    const word = known(publisher, sequence, 'returned');
    if ((word & Id.returned) !== 0) return;
    publisher.ids.set(sequence, word | Id.returned);
    counts.returned += 1;
    publisher.workload.counts.returned += 1;
  });

  journal.on(rolledBack, (_, __, number, sequence) => {
    const publisher = accounts.publisher(number, sequence, 'rolled_back');
    publisher.ids.set(sequence, known(publisher, sequence, 'rolled_back') | Id.ended);
    counts.rolled_back += 1;
    publisher.workload.counts.rolled_back += 1;
  });

  journal.on(routed, (_, number, sequence, queue) => {
    const publisher = accounts.publisher(number, sequence, 'routed');
    const word = known(publisher, sequence, 'routed');
    if ((word & Id.routed) === 0) publisher.ids.set(sequence, word | Id.routed);
    const copies = accounts.routedTo(publisher, queue);
    copies.queue.counts.publishes += 1;
    const copy = copies.words.get(sequence);
    if ((copy & Copy.routed) !== 0) return;
    copies.words.set(sequence, copy | Copy.routed);
    copies.routedCopies += 1;
    copies.queue.counts.published += 1;
  });

  journal.on(deadLetterRouted, (_, number, sequence, queue) => {
    const publisher = accounts.publisher(number, sequence, 'dead_letter_routed');
    known(publisher, sequence, 'dead_letter_routed');
    const copies = accounts.routedTo(publisher, queue);
    copies.queue.counts.publishes += 1;
    const copy = copies.words.get(sequence);
    copies.words.set(sequence, copy | Copy.routed | Copy.successor);
    if ((copy & Copy.routed) !== 0) return;
    copies.routedCopies += 1;
    copies.queue.counts.published += 1;
  });

  journal.on(publishRefused, (timeUs, number, sequence, queue, node, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'publish_refused');
    copies.ends.set(sequence, decisions.note('refused', timeUs, node, queue, NO_NAME, NO_NAME, rule));
  });

  journal.on(unroutable, (timeUs, number, sequence, node, rule) => {
    const publisher = accounts.publisher(number, sequence, 'unroutable');
    const word = known(publisher, sequence, 'unroutable');
    if ((word & Id.unroutable) === 0) publisher.ids.set(sequence, word | Id.unroutable);
    publisher.ends.set(sequence, decisions.note('unroutable', timeUs, node, NO_NAME, NO_NAME, NO_NAME, rule));
  });

  journal.on(publishDropped, (timeUs, number, sequence, node, rule) => {
    const publisher = accounts.publisher(number, sequence, 'publish_dropped');
    const word = known(publisher, sequence, 'publish_dropped');
    if ((word & Id.dropped) === 0) publisher.ids.set(sequence, word | Id.dropped);
    publisher.ends.set(
      sequence,
      decisions.note('publish_dropped', timeUs, node, NO_NAME, NO_NAME, NO_NAME, rule),
    );
  });

  journal.on(connectionLost, (timeUs, _workload, node, _code, text, client) => {
    for (const publisher of accounts.workload(client).publishers) {
      const decision = decisions.note('connection_lost', timeUs, node, NO_NAME, NO_NAME, text, -1);
      publisher.connectionsLost.push({ highest: publisher.highestPublished, decision });
    }
  });
}

function known(publisher: PublisherAccount, sequence: number, record: string): number {
  const word = publisher.ids.get(sequence);
  return word !== 0 ? word : fail(`${record} of ${publisher.nameOf(sequence)}, which was never published`);
}
