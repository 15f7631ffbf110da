/**
 * Physical copies: which nodes hold a copy, and what took it away. A mirror drops what its leader finished without
 * saying so; its mark then stays, which does no harm because only copies that nobody ever had are asked where they are.
 */
import type { Journal } from '../kernel/journal.ts';
import { mirrorAdded, queueDeclared, queueDown, queuePromoted, queueUp } from '../records/cluster.ts';
import {
  copyDestroyed,
  copyEnded,
  copyFinished,
  copyRequeued,
  copyStored,
  copyTaken,
  deliveryLost,
} from '../records/messages.ts';
import { forwarded } from '../records/links.ts';
import type { MessageFigure } from '../scenario/results.ts';
import { fail } from '../kernel/invariant.ts';
import type { Accounts, CopyAccount } from './accounts.ts';
import { NO_NAME } from './decisions.ts';
import { Copy, Id, NODE_SLOTS, presentAt, takerSlot, withTaker } from './message-words.ts';

const ENDED_FIGURES = [
  'expired',
  'dead_lettered',
  'dropped_by_limit',
  'dropped_by_delivery_limit',
  'rejected',
  'purged',
] as const satisfies readonly MessageFigure[];

/** Nobody has had the copy, and nobody will if it goes now. */
const HAD = Copy.deliveries | Copy.drained | Copy.finished | Copy.ended;

/** Keeps the accounts of leaders that live on while the cluster has a mirror in their place. */
function watchAbandonedLeaders(journal: Journal, accounts: Accounts): void {
  const leads = (queue: number, node: number): void => {
    accounts.queue(queue).leading.add(node);
  };
  journal.on(queueDeclared, (_, queue, node) => leads(queue, node));
  journal.on(queuePromoted, (_, queue, node) => leads(queue, node));
  journal.on(queueUp, (_, queue, node) => leads(queue, node));
  journal.on(queueDown, (_, queue, node) => {
    accounts.queue(queue).leading.delete(node);
  });
  journal.on(mirrorAdded, (_, name, node) => {
    const queue = accounts.queue(name);
    if (queue.leading.delete(node)) queue.abandonedOn.add(journal.text(node));
  });
}

/** Keeps the accounts of copies, as far as brokers tell of them. */
export function watchReplicas(journal: Journal, accounts: Accounts): void {
  watchAbandonedLeaders(journal, accounts);
  const { counts, decisions } = accounts;
  // By text: a listener that interned words would change the numbers of all that follow, and with them the hash.
  const isWord = (name: number, word: string): boolean => journal.text(name) === word;
  const endedAs = new Map<string, (typeof ENDED_FIGURES)[number]>(
    ENDED_FIGURES.map((figure) => [figure, figure]),
  );

  journal.on(copyStored, (_, number, sequence, queue, node, role, how) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_stored');
    const known = routedWord(copies, sequence, 'copy_stored');
    const isLate = (known & Copy.finished) !== 0 && isWord(role, 'leader');
    const word = isLate ? known | Copy.storedAgain : known;
    const slot = copies.queue.slotOf(node);
    const present = presentAt(slot);
    if (isWord(how, 'recover')) {
      // What survived on a disk was not destroyed, so its mark may still be there.
      copies.words.set(sequence, word | present | Copy.stored | Copy.recovered);
    } else if ((word & present) === 0) {
      copies.words.set(sequence, word | present | Copy.stored);
    } else {
      const key = sequence * NODE_SLOTS + slot;
      copies.extraInstances.set(key, (copies.extraInstances.get(key) ?? 0) + 1);
      copies.words.set(sequence, word | Copy.several);
    }
  });

  journal.on(copyTaken, (timeUs, number, sequence, queue, node, _redelivered, autoAck) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_taken');
    const word = routedWord(copies, sequence, 'copy_taken');
    if ((word & Copy.taken) !== 0 && (word & Copy.deliveries) < 2) {
      const before = takerSlot(word);
      const beforeNode = before < 0 ? NO_NAME : journal.intern(copies.queue.nodes[before]!);
      const basis = (word & Copy.requeued) === 0 ? 0 : copies.returns.get(sequence);
      const again = decisions.note('taken_again', timeUs, node, queue, beforeNode, NO_NAME, -1, basis);
      copies.repeats.set(sequence, again);
    }
    const slot = copies.queue.slotOf(node);
    copies.words.set(sequence, withTaker(word, slot) | Copy.taken | (autoAck === 0 ? 0 : Copy.autoAck));
  });

  journal.on(copyRequeued, (timeUs, number, sequence, queue, node, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_requeued');
    const word = routedWord(copies, sequence, 'copy_requeued');
    copies.words.set(sequence, word | Copy.requeued);
    copies.returns.set(sequence, decisions.note('requeued', timeUs, node, queue, NO_NAME, NO_NAME, rule));
  });

  journal.on(copyFinished, (timeUs, number, sequence, queue, node) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_finished');
    const word = routedWord(copies, sequence, 'copy_finished');
    const isForwarded = (word & HAD) === 0 && wasForwarded(copies, sequence);
    if ((word & HAD) === 0 && !isForwarded) {
      copies.ends.set(sequence, decisions.note('finished', timeUs, node, queue, NO_NAME, NO_NAME, -1));
    }
    const finished = gone(copies, sequence, word, node) | Copy.finished | (isForwarded ? Copy.passedOn : 0);
    // With automatic acknowledgement it is still on its way: that it was put back may be why it comes late.
    const settled = (word & Copy.autoAck) === 0 || (word & Copy.deliveries) !== 0;
    const isBack = (word & Copy.requeued) !== 0 && !wasSentAgain(copies, sequence);
    if (settled && isBack) copies.returns.set(sequence, 0);
    copies.words.set(sequence, settled && isBack ? finished & ~Copy.requeued : finished);
  });

  journal.on(forwarded, (timeUs, number, sequence, queue, link, node, ackMode, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'forwarded');
    const word = routedWord(copies, sequence, 'forwarded');
    const { ids } = copies.publisher;
    const again = wasForwarded(copies, sequence) ? Id.forwardedAgain : 0;
    ids.set(sequence, ids.get(sequence) | Id.forwarded | again);
    copies.ends.set(sequence, decisions.note('forwarded', timeUs, node, queue, link, ackMode, rule));
    // With automatic acknowledgement the source had finished it before the link had it.
    if ((word & Copy.finished) !== 0) copies.words.set(sequence, word | Copy.passedOn);
  });

  function wasForwarded(copies: CopyAccount, sequence: number): boolean {
    return decisions.at(copies.ends.get(sequence))?.kind === 'forwarded';
  }

  /** A dead letter that came twice may have been finished once: the other is on its way. */
  function wasSentAgain(copies: CopyAccount, sequence: number): boolean {
    return decisions.at(copies.returns.get(sequence))?.kind === 'sent_again';
  }

  journal.on(copyEnded, (timeUs, number, sequence, queue, node, how, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_ended');
    const word = routedWord(copies, sequence, 'copy_ended');
    const figure =
      endedAs.get(journal.text(how)) ??
      fail(`copy_ended of ${copies.nameOf(sequence)} as ${journal.text(how)}`);
    counts[figure] += 1;
    copies.queue.counts[figure] += 1;
    copies.publisher.workload.counts[figure] += 1;
    const ended = isWord(how, 'dead_lettered') ? Copy.passedOn : Copy.ended;
    copies.words.set(sequence, gone(copies, sequence, word, node) | ended);
    if (isWord(how, 'dead_lettered')) {
      if ((word & HAD) !== 0) return;
      copies.ends.set(sequence, decisions.note('dead_lettered', timeUs, node, queue, NO_NAME, how, rule));
      return;
    }
    const { ids } = copies.publisher;
    const id = ids.get(sequence);
    if ((id & Id.ended) === 0) ids.set(sequence, id | Id.ended);
  });

  journal.on(copyDestroyed, (timeUs, number, sequence, queue, node, role, why, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'copy_destroyed');
    const word = routedWord(copies, sequence, 'copy_destroyed');
    copies.words.set(sequence, gone(copies, sequence, word, node));
    // A mirror may lose its copy before it hears that the leader has passed the message on.
    if ((word & (HAD | Copy.passedOn)) !== 0) return;
    copies.ends.set(sequence, decisions.note('destroyed', timeUs, node, queue, role, why, rule));
  });

  journal.on(deliveryLost, (timeUs, number, sequence, queue, node, rule) => {
    const copies = accounts.copies(number, sequence, queue, 'delivery_lost');
    const word = routedWord(copies, sequence, 'delivery_lost');
    if ((word & (Copy.deliveries | Copy.drained)) !== 0) return;
    copies.ends.set(sequence, decisions.note('delivery_lost', timeUs, node, queue, NO_NAME, NO_NAME, rule));
  });
}

function routedWord(copies: CopyAccount, sequence: number, record: string): number {
  const word = copies.words.get(sequence);
  if (word !== 0) return word;
  return fail(`${record} of ${copies.nameOf(sequence)}, which was never routed to ${copies.queue.name}`);
}

/** The word once one instance on `node` is gone. */
function gone(copies: CopyAccount, sequence: number, word: number, node: number): number {
  const slot = copies.queue.slotOf(node);
  if ((word & Copy.several) !== 0) {
    const key = sequence * NODE_SLOTS + slot;
    const more = copies.extraInstances.get(key) ?? 0;
    if (more > 1) copies.extraInstances.set(key, more - 1);
    else copies.extraInstances.delete(key);
    if (more > 0) return word;
  }
  return word & ~presentAt(slot);
}
