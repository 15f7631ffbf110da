/**
 * The books of a run: what is known of each message id (by publisher) and of each copy (by publisher and queue). The
 * checkers beside this file write them from the journal's records; fates, causes and figures are read from them. Ids
 * are numbered by their publishers without gaps, which is what makes books of pages (`pages.ts`) small.
 */
import { fail } from '../kernel/invariant.ts';
import type { Journal } from '../kernel/journal.ts';
import { Decisions } from './decisions.ts';
import { type Counts, zeroCounts } from './figures.ts';
import { NODE_SLOTS } from './message-words.ts';
import { PageBook, PagePool } from './pages.ts';
import { PublishTimes } from './publish-times.ts';

/** A queue, and the nodes that ever held a replica of it. */
export class QueueAccount {
  readonly name: string;
  readonly nameId: number;
  readonly counts: Counts = zeroCounts();
  /** Nodes by slot. */
  readonly nodes: string[] = [];
  /** Nodes (interned) whose leader process lives. */
  readonly leading = new Set<number>();
  /** Nodes that were given a mirror while a leader of theirs lived on, which from then on nobody finds. */
  readonly abandonedOn = new Set<string>();
  private readonly slots: (number | undefined)[] = [];
  private readonly journal: Journal;

  constructor(nameId: number, journal: Journal) {
    this.nameId = nameId;
    this.name = journal.text(nameId);
    this.journal = journal;
  }

  /** The slot of a node (an interned name) among the nodes of this queue. */
  slotOf(node: number): number {
    return this.slots[node] ?? this.newSlot(node);
  }

  private newSlot(node: number): number {
    const slot = this.nodes.length;
    const name = this.journal.text(node);
    if (slot >= NODE_SLOTS) {
      fail(
        `queue ${this.name} has had replicas on ${NODE_SLOTS} nodes and gets one on ${name}: the ledger's limit`,
      );
    }
    while (this.slots.length <= node) this.slots.push(undefined);
    this.slots[node] = slot;
    this.nodes.push(name);
    return slot;
  }
}

/** The copies that one publisher's messages have in one queue. */
export class CopyAccount {
  readonly publisher: PublisherAccount;
  readonly queue: QueueAccount;
  /** Bits of `Copy`. */
  readonly words: PageBook;
  /** The decision that last took the copy away from somewhere before anybody had it. */
  readonly ends: PageBook;
  /** The decision that last put it back, while it is back. */
  readonly returns: PageBook;
  /** The decision by which it was handed out once more. */
  readonly repeats: PageBook;
  /** Instances beyond the first, by `sequence * NODE_SLOTS + slot`; a republished id can be stored twice. */
  readonly extraInstances = new Map<number, number>();
  /** The highest sequence number delivered so far, and the slot of the leader that it came from. */
  highestDelivered = -1;
  highestDeliveredFrom = -1;
  lastDeliveredTo = -1;
  /** Whether more than one client got messages from here. */
  severalConsumers = false;
  routedCopies = 0;

  constructor(publisher: PublisherAccount, queue: QueueAccount, pool: PagePool) {
    this.publisher = publisher;
    this.queue = queue;
    this.words = new PageBook(pool);
    this.ends = new PageBook(pool);
    this.returns = new PageBook(pool);
    this.repeats = new PageBook(pool);
  }

  /** `shop-17`. */
  nameOf(sequence: number): string {
    return this.publisher.nameOf(sequence);
  }
}

/** One publishing client. */
export class PublisherAccount {
  readonly number: number;
  /** The client's name, `shop.2`. */
  readonly name: string;
  readonly workload: WorkloadAccount;
  /** Bits of `Id`. */
  readonly ids: PageBook;
  /** The decision at which an id lost its way before it became a copy. */
  readonly ends: PageBook;
  readonly times = new PublishTimes();
  /** By interned queue name. */
  readonly copies: (CopyAccount | undefined)[] = [];
  /** Ends of its connections: publishes up to `highest` may have gone with them. */
  readonly connectionsLost: { readonly highest: number; readonly decision: number }[] = [];
  highestPublished = -1;
  publishedIds = 0;
  hasConfirms = false;

  constructor(number: number, workload: WorkloadAccount, pool: PagePool) {
    this.number = number;
    this.workload = workload;
    this.name = workload.name;
    this.ids = new PageBook(pool);
    this.ends = new PageBook(pool);
  }

  nameOf(sequence: number): string {
    return `${this.name}-${sequence}`;
  }

  /** The accounts of its copies, one a queue, in the order in which it first reached them. */
  readonly copyAccounts: CopyAccount[] = [];
}

/** One client of the scenario, publisher or consumer. */
export class WorkloadAccount {
  readonly name: string;
  readonly counts: Counts = zeroCounts();
  readonly publishers: PublisherAccount[] = [];
  lastPublishUs = -1;

  constructor(name: string) {
    this.name = name;
  }
}

export class Accounts {
  readonly journal: Journal;
  readonly pool = new PagePool();
  readonly decisions: Decisions;
  readonly counts: Counts = zeroCounts();
  readonly publishers: PublisherAccount[] = [];
  readonly queues: QueueAccount[] = [];
  readonly workloads: WorkloadAccount[] = [];
  private readonly publisherByNumber: (PublisherAccount | undefined)[] = [];
  private readonly queueByName: (QueueAccount | undefined)[] = [];
  private readonly workloadByName: (WorkloadAccount | undefined)[] = [];

  constructor(journal: Journal) {
    this.journal = journal;
    this.decisions = new Decisions(journal);
  }

  /** The publisher with this number. A publisher that never published is a contradiction in the journal. */
  publisher(number: number, sequence: number, record: string): PublisherAccount {
    return (
      this.publisherByNumber[number] ??
      fail(`${record} of message ${number}-${sequence}, whose publisher ${number} never published anything`)
    );
  }

  /** The publisher with this number, new if it is its first publish. */
  publishing(number: number, workload: number): PublisherAccount {
    const known = this.publisherByNumber[number];
    if (known !== undefined) return known;
    const publisher = new PublisherAccount(number, this.workload(workload), this.pool);
    setAt(this.publisherByNumber, number, publisher);
    this.publishers.push(publisher);
    publisher.workload.publishers.push(publisher);
    return publisher;
  }

  /** The account of a publisher's copies in a queue. None there is a contradiction in the journal. */
  copies(number: number, sequence: number, queue: number, record: string): CopyAccount {
    return (
      this.publisher(number, sequence, record).copies[queue] ??
      fail(
        `${record} of ${this.nameOf(number, sequence)}, which was never routed to ${this.journal.text(queue)}`,
      )
    );
  }

  /** The account of a publisher's copies in a queue, new if it is the first. */
  routedTo(publisher: PublisherAccount, queue: number): CopyAccount {
    const known = publisher.copies[queue];
    if (known !== undefined) return known;
    const copies = new CopyAccount(publisher, this.queue(queue), this.pool);
    setAt(publisher.copies, queue, copies);
    publisher.copyAccounts.push(copies);
    return copies;
  }

  queue(nameId: number): QueueAccount {
    const known = this.queueByName[nameId];
    if (known !== undefined) return known;
    const queue = new QueueAccount(nameId, this.journal);
    setAt(this.queueByName, nameId, queue);
    this.queues.push(queue);
    return queue;
  }

  workload(nameId: number): WorkloadAccount {
    const known = this.workloadByName[nameId];
    if (known !== undefined) return known;
    const workload = new WorkloadAccount(this.journal.text(nameId));
    setAt(this.workloadByName, nameId, workload);
    this.workloads.push(workload);
    return workload;
  }

  /** The name of a publisher; its number, where it never published. */
  publisherName(publisher: number): string {
    return this.publisherByNumber[publisher]?.name ?? `${publisher}`;
  }

  /** The id as people know it, `shop-17`. */
  nameOf(publisher: number, sequence: number): string {
    return this.publisherByNumber[publisher]?.nameOf(sequence) ?? `${publisher}-${sequence}`;
  }
}

/** Sets an element without making holes, which would slow every later access. */
function setAt<T>(list: (T | undefined)[], index: number, value: T): void {
  while (list.length <= index) list.push(undefined);
  list[index] = value;
}
