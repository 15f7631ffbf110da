/**
 * The closing of the books: each id and each copy gets its fate, each message that came to grief its cause, and the sums
 * are checked. Works on stretches of messages with equal histories, so a million of one fate are one step.
 */
import { fail } from '../kernel/invariant.ts';
import type { Accounts, CopyAccount, PublisherAccount } from './accounts.ts';
import type { Cause } from './causes.ts';
import { CauseTally } from './cause-tally.ts';
import { causeOfLoss } from './causes-lost.ts';
import { causeOfRepeat } from './causes-repeated.ts';
import { causeOfSynchronising, causeOfUnsent, causeOfWaiting } from './causes-stuck.ts';
import { type CopyFate, fateOf, holdersOf } from './copy-fate.ts';
import type { History } from './history.ts';
import { Copy, Id } from './message-words.ts';
import { walkTogether } from './pages.ts';
import type { QueueEnd } from './queue-end.ts';

/** What the end of the run looks like to the ledger. */
export interface EndOfRun {
  readonly endUs: number;
  /** A limit ended the run in the middle of what was going on. */
  readonly brokenOff: boolean;
  /** Null: there is no such queue. */
  readonly queue: (name: string) => QueueEnd | null;
}

/** What an id needs to be safe. */
const SAFE = Id.delivered | Id.drained | Id.ended | Id.returned;
/** Books of a copy account in the walk: words, ends, repeats. */
const BOOKS = 3;

export class Fates {
  readonly tally = new CauseTally();
  private readonly accounts: Accounts;
  private readonly history: History;
  private readonly end: EndOfRun;
  private readonly ends = new Map<CopyAccount, QueueEnd | null>();
  /** Causes by everything that they follow from: messages of one fate are asked about once. */
  private readonly causes = new Map<string, Cause>();

  constructor(accounts: Accounts, history: History, end: EndOfRun) {
    this.accounts = accounts;
    this.history = history;
    this.end = end;
  }

  /** Settles everything; throws InvariantError when a sum does not close. */
  settle(): void {
    for (const publisher of this.accounts.publishers) this.settlePublisher(publisher);
  }

  private settlePublisher(publisher: PublisherAccount): void {
    const { copyAccounts } = publisher;
    for (const copies of copyAccounts) this.ends.set(copies, this.end.queue(copies.queue.name));
    const books = [publisher.ids, publisher.ends];
    for (const { words, ends, repeats } of copyAccounts) books.push(words, ends, repeats);
    const fates: (CopyFate | null)[] = copyAccounts.map(() => null);
    const copiesSettled = copyAccounts.map(() => 0);
    let idsSettled = 0;

    walkTogether(books, (from, to, words) => {
      const count = to - from;
      idsSettled += count;
      copyAccounts.forEach((copies, index) => {
        const word = words[2 + index * BOOKS]!;
        fates[index] = word === 0 ? null : this.fateOf(words[0]!, word, copies, from, to);
        if (word === 0) return;
        copiesSettled[index]! += count;
        this.countCopies(copies, words[0]!, word, fates[index]!, count);
        if ((word & Copy.deliveries) >= 2) {
          this.repeat(copies, words, index, from, to);
        }
      });
      this.countIds(publisher, words, fates, from, to);
    });

    if (idsSettled !== publisher.publishedIds) {
      fail(
        `conservation: ${publisher.name} published ${publisher.publishedIds} ids, ${idsSettled} have a fate`,
      );
    }
    copyAccounts.forEach((copies, index) => {
      if (copiesSettled[index] === copies.routedCopies) return;
      fail(
        `conservation: ${copies.routedCopies} copies of ${publisher.name} in ${copies.queue.name}, ${copiesSettled[index]} have a fate`,
      );
    });
  }

  /** A dead letter whose queue keeps it is not lost where it did not arrive: it will be sent again. */
  private fateOf(id: number, word: number, copies: CopyAccount, from: number, to: number): CopyFate {
    const fate = fateOf(word, copies, from, to, this.ends.get(copies)!);
    const isKept = (id & Id.letterKept) !== 0 && (word & Copy.successor) !== 0;
    return fate === 'lost' && isKept ? 'passed_on' : fate;
  }

  /** Figures of a queue: its copies, with what their publishers know of them. */
  private countCopies(copies: CopyAccount, id: number, word: number, fate: CopyFate, count: number): void {
    const { counts } = copies.queue;
    if ((id & Id.confirmed) !== 0) counts.confirmed += count;
    if ((id & Id.nacked) !== 0) counts.nacked += count;
    if ((id & Id.returned) !== 0) counts.returned += count;
    if (fate === 'drained' && (word & Copy.deliveries) === 0) counts.drained += count;
    if (fate === 'unreachable') counts.unreachable += count;
    if (fate === 'unreachable' || fate === 'lost') {
      if ((id & Id.confirmed) !== 0) counts.confirmed_lost += count;
      else counts.unconfirmed_lost += count;
    }
  }

  private repeat(copies: CopyAccount, words: Int32Array, index: number, from: number, to: number): void {
    this.accounts.counts.duplicated += to - from;
    const id = words[0]!;
    const word = words[2 + index * BOOKS]!;
    const again = words[4 + index * BOOKS]!;
    const queues = copies.publisher.copyAccounts.filter((_, other) => words[2 + other * BOOKS] !== 0).length;
    const forwarded = this.forwardedFrom(copies.publisher, words, copies);
    const key = `repeat ${copies.queue.name} ${id} ${word} ${again} ${queues} ${forwarded}`;
    const cause = this.cached(key, () =>
      causeOfRepeat({
        id,
        copy: word,
        again: this.accounts.decisions.at(again),
        forwarded: this.accounts.decisions.at(forwarded),
        queues,
        queue: this.history.queue(copies.queue.name),
        history: this.history,
        endUs: this.end.endUs,
      }),
    );
    const range = { publisher: copies.publisher, from, to };
    this.tally.add(cause, copies.queue.name, range, (id & Id.confirmed) !== 0);
  }

  private countIds(
    publisher: PublisherAccount,
    words: Int32Array,
    fates: readonly (CopyFate | null)[],
    from: number,
    to: number,
  ): void {
    const id = words[0]!;
    const count = to - from;
    const { counts } = this.accounts;
    const own = publisher.workload.counts;
    if ((id & (Id.drained | Id.delivered)) === Id.drained) {
      counts.drained += count;
      own.drained += count;
    }
    if ((id & SAFE) !== 0 || fates.includes('waiting')) return;
    if (this.end.brokenOff && this.isUnderWay(words)) return;
    const confirmed = (id & Id.confirmed) !== 0;
    const figure = confirmed ? 'confirmed_lost' : 'unconfirmed_lost';
    counts[figure] += count;
    own[figure] += count;
    const unreachable = fates.indexOf('unreachable');
    if (unreachable !== -1) {
      counts.unreachable += count;
      own.unreachable += count;
      const queue = publisher.copyAccounts[unreachable]!.queue;
      const history = this.history.queue(queue.name);
      const heldUp = this.ends.get(publisher.copyAccounts[unreachable]!)?.heldUp === true;
      const cause = heldUp
        ? causeOfSynchronising(history, this.end.endUs)
        : causeOfWaiting(
            history,
            queue.nodes.length > 1,
            this.accounts.decisions.at(words[3 + unreachable * BOOKS]!),
            this.history,
            this.end.endUs,
          );
      this.tally.add(cause, queue.name, { publisher, from, to }, confirmed);
      return;
    }
    this.lose(publisher, words, from, to);
  }

  /** No record tells of an end: it was on its way to a queue, or from one to a consumer. */
  private isUnderWay(words: Int32Array): boolean {
    if ((words[0]! & Id.nacked) !== 0 || words[1] !== 0) return false;
    for (let index = 2; index < words.length; index += BOOKS) {
      const end = this.accounts.decisions.at(words[index + 1]!);
      if (end !== null && end.kind !== 'finished' && end.kind !== 'forwarded') return false;
    }
    return true;
  }

  /**
   * Finds the causes of ids that are lost. Where no record tells more of a publish that was not confirmed, it went with the connection that its
   * client lost next; so the stretch is taken apart where connections were lost.
   */
  private lose(publisher: PublisherAccount, words: Int32Array, from: number, to: number): void {
    const confirmed = (words[0]! & Id.confirmed) !== 0;
    let start = from;
    while (start < to) {
      const begin = start;
      const loss = publisher.connectionsLost.find(({ highest }) => highest >= begin);
      const stop = loss === undefined ? to : Math.min(to, loss.highest + 1);
      const { cause, queue } = this.lost(
        publisher,
        words,
        words[1]! || (confirmed ? 0 : (loss?.decision ?? 0)),
      );
      this.tally.add(cause, queue, { publisher, from: start, to: stop }, confirmed);
      start = stop;
    }
  }

  /** The cause for the copy that was lost last, or for the publish where there was none. */
  private lost(
    publisher: PublisherAccount,
    words: Int32Array,
    publishEnd: number,
  ): { cause: Cause; queue: string } {
    const id = words[0]!;
    let worst: { cause: Cause; queue: string } | null = null;
    for (const [index, copies] of publisher.copyAccounts.entries()) {
      const word = words[2 + index * BOOKS]!;
      if (word === 0) continue;
      const forwarded = this.forwardedFrom(publisher, words, null);
      // What a replica had does not go with the publisher's connection, and what a link brought went with the link's.
      const onItsWay = (word & Copy.stored) === 0 ? forwarded || publishEnd : words[1]!;
      const end = words[3 + index * BOOKS]! || onItsWay;
      const cause = this.lostCopy(copies, id, word, end, forwarded);
      if (worst === null || worst.cause.timeUs <= cause.timeUs) worst = { cause, queue: copies.queue.name };
    }
    return worst ?? { cause: this.lostPublish(publisher, id, publishEnd), queue: '' };
  }

  /** The decision by which a link last published the message from a queue other than `to`; 0 if none did. */
  private forwardedFrom(publisher: PublisherAccount, words: Int32Array, to: CopyAccount | null): number {
    if ((words[0]! & Id.forwarded) === 0) return 0;
    let latest = 0;
    for (const [index, copies] of publisher.copyAccounts.entries()) {
      const end = words[3 + index * BOOKS]!;
      if (copies !== to && this.accounts.decisions.at(end)?.kind === 'forwarded')
        latest = Math.max(latest, end);
    }
    return latest;
  }

  private lostCopy(copies: CopyAccount, id: number, word: number, end: number, forwarded: number): Cause {
    return this.cached(`lost ${copies.queue.name} ${id} ${word} ${end} ${forwarded}`, () =>
      causeOfLoss({
        id,
        copy: word,
        end: this.accounts.decisions.at(end),
        forwarded: this.accounts.decisions.at(forwarded),
        queue: this.history.queue(copies.queue.name),
        heldBy: holdersOf(word, copies),
        queueIsGone: this.ends.get(copies)?.known !== true,
        history: this.history,
        endUs: this.end.endUs,
      }),
    );
  }

  private lostPublish(publisher: PublisherAccount, id: number, end: number): Cause {
    const decision = this.accounts.decisions.at(end);
    if (decision === null && (id & (Id.routed | Id.confirmed)) === 0) {
      return this.cached(`unsent ${publisher.name}`, () =>
        causeOfUnsent(publisher.name, this.history, this.end.endUs),
      );
    }
    return this.cached(`publish ${id} ${end}`, () =>
      causeOfLoss({
        id,
        copy: 0,
        end: decision,
        forwarded: null,
        queue: null,
        heldBy: [],
        queueIsGone: false,
        history: this.history,
        endUs: this.end.endUs,
      }),
    );
  }

  private cached(key: string, find: () => Cause): Cause {
    let cause = this.causes.get(key);
    if (cause === undefined) {
      cause = find();
      this.causes.set(key, cause);
    }
    return cause;
  }
}
