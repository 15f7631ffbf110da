/**
 * Dead letters that their queue keeps until the targets have them (QQ-25): which there are, and where each has been sent so far. What is sent
 * to a queue once more, without anybody having heard whether it had arrived, may be there twice; the decision is kept as what put it back.
 */
import type { Journal } from '../kernel/journal.ts';
import { copyEnded, deadLetterKept, deadLetterRouted } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { Accounts, CopyAccount } from './accounts.ts';
import { NO_NAME } from './decisions.ts';
import { Copy, Id } from './message-words.ts';

const QQ_25 = rule('QQ-25');

/** The instances of a copy that its queue keeps; a message that goes round may come to die in one queue more than once. */
interface Kept {
  /** How many there are, and how many there have been since there was none. */
  open: number;
  total: number;
  /** How often it was sent to each queue meanwhile. */
  readonly sent: Map<number, number>;
}

/** Keeps the accounts of dead letters that are kept; listens after those who keep the books of ids and copies. */
export function watchKeptLetters(journal: Journal, accounts: Accounts): void {
  /** By the copy that died and its number. */
  const kept = new Map<CopyAccount, Map<number, Kept>>();

  journal.on(deadLetterKept, (_, number, sequence, queue) => {
    const copies = accounts.copies(number, sequence, queue, 'dead_letter_kept');
    const { ids } = copies.publisher;
    ids.set(sequence, ids.get(sequence) | Id.letterKept);
    isHere(copies, sequence);
    let letters = kept.get(copies);
    if (letters === undefined) kept.set(copies, (letters = new Map()));
    let letter = letters.get(sequence);
    if (letter === undefined) letters.set(sequence, (letter = { open: 0, total: 0, sent: new Map() }));
    letter.open += 1;
    letter.total += 1;
  });

  /** Whatever became of an earlier instance, this one has not gone on. */
  function isHere(copies: CopyAccount, sequence: number): void {
    const word = copies.words.get(sequence);
    if ((word & Copy.passedOn) !== 0) copies.words.set(sequence, word & ~Copy.passedOn);
  }

  journal.on(deadLetterRouted, (timeUs, number, sequence, queue, from, _reason, node) => {
    if (kept.size === 0) return;
    const source = accounts.copies(number, sequence, from, 'dead_letter_routed');
    const letter = kept.get(source)?.get(sequence);
    if (letter === undefined) return;
    const before = letter.sent.get(queue) ?? 0;
    letter.sent.set(queue, before + 1);
    if (before < letter.total) return;
    const copies = accounts.copies(number, sequence, queue, 'dead_letter_routed');
    const again = accounts.decisions.note('sent_again', timeUs, node, queue, from, NO_NAME, QQ_25.index);
    copies.words.set(sequence, copies.words.get(sequence) | Copy.requeued);
    copies.returns.set(sequence, again);
  });

  journal.on(copyEnded, (_, number, sequence, queue) => {
    if (kept.size === 0) return;
    const copies = accounts.copies(number, sequence, queue, 'copy_ended');
    const letters = kept.get(copies);
    const letter = letters?.get(sequence);
    if (letters === undefined || letter === undefined) return;
    letter.open -= 1;
    if (letter.open > 0) {
      isHere(copies, sequence);
      return;
    }
    letters.delete(sequence);
    if (letters.size === 0) kept.delete(copies);
    for (const other of copies.publisher.copyAccounts) if (kept.get(other)?.has(sequence) === true) return;
    const { ids } = copies.publisher;
    ids.set(sequence, ids.get(sequence) & ~Id.letterKept);
  });
}
