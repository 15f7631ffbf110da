/**
 * Messages that went by way of a delegate and were overtaken on it (NET-13): what a leader took in after a later message of the same
 * publisher that had come to it directly. Nothing is kept, and nobody listens to copies, until a delegate has handed something on.
 */
import { rule } from '../rules/registry.ts';
import { copyStored, delegated } from '../records/messages.ts';
import type { Accounts, CopyAccount, PublisherAccount } from './accounts.ts';
import { type Decision, NO_NAME } from './decisions.ts';
import { Copy } from './message-words.ts';
import { PageBook } from './pages.ts';

const NET_13 = rule('NET-13');

/** What the leader on one node has taken in of one publisher. */
interface Arrivals {
  highest: number;
  /** The hop on which a message was overtaken, by sequence number. */
  readonly overtaken: PageBook;
}

export class Detours {
  private readonly accounts: Accounts;
  /** The hop by which a message came to a node, by publisher, node and sequence number. */
  private readonly hops = new Map<PublisherAccount, Map<number, PageBook>>();
  private readonly arrivals = new Map<CopyAccount, Map<number, Arrivals>>();

  /** Subscribes to the journal. */
  constructor(accounts: Accounts) {
    this.accounts = accounts;
    const { journal, decisions } = accounts;
    journal.on(delegated, (timeUs, number, sequence, node) => {
      if (this.hops.size === 0) this.watchLeaders();
      const publisher = accounts.publisher(number, sequence, 'delegated');
      const nodes = entry(this.hops, publisher, () => new Map<number, PageBook>());
      if (!nodes.has(node)) this.catchUp(publisher, sequence, node);
      const hop = decisions.note('delegated', timeUs, node, NO_NAME, NO_NAME, NO_NAME, NET_13.index);
      entry(nodes, node, () => new PageBook(accounts.pool)).set(sequence, hop);
    });
  }

  /** The hop on which the copy was overtaken before it came to the leader on `node`; null if it was not. */
  overtaken(copies: CopyAccount, sequence: number, node: string): Decision | null {
    for (const [name, { overtaken }] of this.arrivals.get(copies) ?? [])
      if (this.accounts.journal.text(name) === node)
        return this.accounts.decisions.at(overtaken.get(sequence));
    return null;
  }

  private arrivalsOf(copies: CopyAccount, node: number): Arrivals {
    const nodes = entry(this.arrivals, copies, () => new Map<number, Arrivals>());
    return entry(nodes, node, () => ({ highest: -1, overtaken: new PageBook(this.accounts.pool) }));
  }

  /** The first hop of a publisher's messages to this node: what had overtaken it by then was taken in while nobody listened. */
  private catchUp(
    { copyAccounts, highestPublished }: PublisherAccount,
    sequence: number,
    node: number,
  ): void {
    for (const copies of copyAccounts) {
      let later = highestPublished;
      while (later > sequence && (copies.words.get(later) & Copy.stored) === 0) later -= 1;
      if (later > sequence) this.arrivalsOf(copies, node).highest = later;
    }
  }

  private watchLeaders(): void {
    const { accounts } = this;
    const { journal } = accounts;
    journal.on(copyStored, (_, number, sequence, queue, node, role) => {
      if (journal.text(role) !== 'leader') return;
      const copies = accounts.copies(number, sequence, queue, 'copy_stored');
      const hops = this.hops.get(copies.publisher)?.get(node);
      if (hops === undefined) return;
      const here = this.arrivalsOf(copies, node);
      if (sequence > here.highest) here.highest = sequence;
      else if (hops.get(here.highest) === 0) here.overtaken.set(sequence, hops.get(sequence));
    });
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
