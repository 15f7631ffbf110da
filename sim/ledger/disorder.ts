/**
 * Messages that came after a later one of their publisher. Their cause is found as they come, because with competing
 * consumers there may be as many of them as messages, and nothing is kept of each. Only whether it will be confirmed
 * may be open at that moment: ids that wait for that are held, up to a limit, beyond which they count as unconfirmed.
 */
import type { Accounts, CopyAccount, PublisherAccount } from './accounts.ts';
import { causeOfDisorder } from './causes-reordered.ts';
import { type CauseGroup, CauseTally } from './cause-tally.ts';
import { Detours } from './detours.ts';
import type { History } from './history.ts';
import { Copy, Id, takerSlot } from './message-words.ts';

const OPEN_MAX = 100_000;

export class Disorder {
  readonly tally = new CauseTally();
  private readonly accounts: Accounts;
  private readonly history: History;
  private readonly open = new Map<PublisherAccount, Map<number, CauseGroup[]>>();
  private openCount = 0;
  private readonly detours: Detours;

  constructor(accounts: Accounts, history: History) {
    this.accounts = accounts;
    this.history = history;
    this.detours = new Detours(accounts);
  }

  late(timeUs: number, copies: CopyAccount, sequence: number, word: number): void {
    const { publisher, queue } = copies;
    const id = publisher.ids.get(sequence);
    const from = queue.nodes[takerSlot(word)] ?? '';
    const cause = causeOfDisorder({
      timeUs,
      id,
      copy: word,
      returned:
        (word & Copy.requeued) === 0 ? null : this.accounts.decisions.at(copies.returns.get(sequence)),
      overtakenOn: this.detours.overtaken(copies, sequence, from),
      from,
      laterFrom: queue.nodes[copies.highestDeliveredFrom] ?? '',
      laterCopy: copies.words.get(copies.highestDelivered),
      severalConsumers: copies.severalConsumers,
      overtakenByReconnection: sequence <= (publisher.connectionsLost.at(-1)?.highest ?? -1),
      queue: this.history.queue(queue.name),
      history: this.history,
    });
    const confirmed = (id & Id.confirmed) !== 0;
    const group = this.tally.add(
      cause,
      queue.name,
      { publisher, from: sequence, to: sequence + 1 },
      confirmed,
    );
    if (confirmed || this.openCount >= OPEN_MAX) return;
    let waiting = this.open.get(publisher);
    if (waiting === undefined) this.open.set(publisher, (waiting = new Map()));
    const groups = waiting.get(sequence);
    if (groups === undefined) waiting.set(sequence, [group]);
    else groups.push(group);
    this.openCount += 1;
  }

  confirmed(publisher: PublisherAccount, sequence: number): void {
    if (this.openCount === 0) return;
    const waiting = this.open.get(publisher);
    const groups = waiting?.get(sequence);
    if (groups === undefined) return;
    waiting!.delete(sequence);
    this.openCount -= groups.length;
    for (const group of groups) group.confirmed += 1;
  }
}
