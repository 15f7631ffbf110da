/**
 * What became of each message, as the real clients saw it: the only witness there is outside the brokers. Counts in the words of the result
 * format. A message that nobody ever saw again counts as lost, also where a queue that nobody could read may still hold it; whether a rule
 * of the scenario's own (a limit, a time to live) ended it nobody outside can know, and `never_seen` counts it without a reason.
 */

/** What is known of one message. Times in milliseconds from time 0. */
interface Message {
  readonly publishedMs: number;
  readonly publisher: string;
  readonly sequence: number;
  publishes: number;
  confirmedMs: number | null;
  isNacked: boolean;
  isReturned: boolean;
  /** By queue. */
  readonly copies: Map<string, CopyTally>;
  isDrained: boolean;
}

interface CopyTally {
  deliveries: number;
  /** Deliveries that an idempotent consumer dropped. */
  dropped: number;
  isAcked: boolean;
}

/** What one client of a workload did and was told. */
export interface ClientFigures {
  published: number;
  confirmed: number;
  nacked: number;
  returned: number;
  delivered: number;
  acked: number;
}

export interface QueueFigures {
  delivered: number;
  drained_deliveries: number;
  duplicated: number;
}

/** The figures of a run, named as in the result format. */
export type Figures = Readonly<Record<string, number>>;

export class Tally {
  private readonly messages = new Map<string, Message>();
  private readonly queues = new Map<string, QueueFigures>();
  /** Deliveries and acknowledgements, by client. */
  private readonly taken = new Map<string, { delivered: number; acked: number }>();
  /** Greatest sequence number delivered from a queue, by queue and publisher. */
  private readonly highest = new Map<string, number>();
  private skipped = 0;
  private redelivered = 0;
  private delivered = 0;
  private acked = 0;
  private deliveredAfterAck = 0;
  private outOfOrder = 0;
  private drained = 0;

  published(publisher: string, sequence: number, nowMs: number): void {
    const id = `${publisher}-${sequence}`;
    const message = this.messages.get(id);
    if (message === undefined) this.messages.set(id, newMessage(publisher, sequence, nowMs));
    else message.publishes += 1;
  }

  skippedTurn(): void {
    this.skipped += 1;
  }

  confirmed(id: string, nowMs: number): void {
    const message = this.messages.get(id);
    if (message !== undefined) message.confirmedMs ??= nowMs;
  }

  nacked(id: string): void {
    const message = this.messages.get(id);
    if (message !== undefined) message.isNacked = true;
  }

  returned(id: string): void {
    const message = this.messages.get(id);
    if (message !== undefined) message.isReturned = true;
  }

  /** A delivery to a client of a workload. `isRepeat`: an idempotent consumer has handled the message before and drops it. */
  delivery(id: string, queue: string, isRedelivered: boolean, isRepeat: boolean, client: string): void {
    const copy = this.copy(id, queue);
    if (copy === undefined) return;
    this.takenBy(client).delivered += 1;
    const { message, tally } = copy;
    const figures = this.figuresOf(queue);
    this.delivered += 1;
    figures.delivered += 1;
    if (isRedelivered) this.redelivered += 1;
    if (tally.isAcked) this.deliveredAfterAck += 1;
    tally.deliveries += 1;
    if (isRepeat) tally.dropped += 1;
    if (tally.deliveries > 1) return;
    const key = JSON.stringify([queue, message.publisher]);
    const before = this.highest.get(key) ?? 0;
    if (message.sequence < before) this.outOfOrder += 1;
    else this.highest.set(key, message.sequence);
  }

  ackSent(id: string, queue: string, client: string): void {
    const copy = this.copy(id, queue);
    if (copy === undefined) return;
    this.takenBy(client).acked += 1;
    this.acked += 1;
    copy.tally.isAcked = true;
  }

  drainedDelivery(id: string, queue: string): void {
    const message = this.messages.get(id);
    if (message === undefined) return;
    this.drained += 1;
    this.figuresOf(queue).drained_deliveries += 1;
    message.isDrained = true;
  }

  figures(): Figures {
    const all = [...this.messages.values()];
    const count = (is: (message: Message) => boolean): number => all.filter(is).length;
    const isSeen = (message: Message): boolean => message.isDrained || isDelivered(message);
    return {
      published: all.length,
      publishes: all.reduce((sum, { publishes }) => sum + publishes, 0),
      skipped_while_disconnected: this.skipped,
      confirmed: count(({ confirmedMs }) => confirmedMs !== null),
      nacked: count(({ isNacked }) => isNacked),
      returned: count(({ isReturned }) => isReturned),
      delivered: this.delivered,
      delivered_unique: count(isDelivered),
      redelivered: this.redelivered,
      acked: this.acked,
      delivered_after_ack: this.deliveredAfterAck,
      duplicated: [...this.byQueue().values()].reduce((sum, { duplicated }) => sum + duplicated, 0),
      drained_deliveries: this.drained,
      confirmed_lost: count((one) => one.confirmedMs !== null && !one.isReturned && !isSeen(one)),
      unconfirmed_lost: count((one) => one.confirmedMs === null && !one.isReturned && !isSeen(one)),
      never_seen: count((one) => !isSeen(one)),
      out_of_order: this.outOfOrder,
    };
  }

  byClient(): ReadonlyMap<string, Readonly<ClientFigures>> {
    const clients = new Map<string, ClientFigures>();
    const of = (client: string): ClientFigures => {
      const figures = clients.get(client) ?? noFigures();
      clients.set(client, figures);
      return figures;
    };
    for (const [client, { delivered, acked }] of this.taken) Object.assign(of(client), { delivered, acked });
    for (const { publisher, confirmedMs, isNacked, isReturned } of this.messages.values()) {
      const figures = of(publisher);
      figures.published += 1;
      if (confirmedMs !== null) figures.confirmed += 1;
      if (isNacked) figures.nacked += 1;
      if (isReturned) figures.returned += 1;
    }
    return clients;
  }

  byQueue(): ReadonlyMap<string, Readonly<QueueFigures>> {
    const queues = new Map([...this.queues].map(([name, figures]) => [name, { ...figures, duplicated: 0 }]));
    for (const { copies } of this.messages.values())
      for (const [queue, { deliveries, dropped }] of copies)
        if (deliveries - dropped > 1) queues.get(queue)!.duplicated += 1;
    return queues;
  }

  /** Seconds from publish to confirm, ascending. */
  confirmLatencies(): readonly number[] {
    return [...this.messages.values()]
      .flatMap(({ publishedMs, confirmedMs }) => (confirmedMs === null ? [] : [confirmedMs - publishedMs]))
      .toSorted((a, b) => a - b)
      .map((ms) => ms / 1_000);
  }

  private copy(
    id: string,
    queue: string,
  ): { readonly message: Message; readonly tally: CopyTally } | undefined {
    const message = this.messages.get(id);
    if (message === undefined) return undefined;
    let tally = message.copies.get(queue);
    if (tally === undefined) {
      tally = { deliveries: 0, dropped: 0, isAcked: false };
      message.copies.set(queue, tally);
    }
    return { message, tally };
  }

  private takenBy(client: string): { delivered: number; acked: number } {
    const taken = this.taken.get(client) ?? { delivered: 0, acked: 0 };
    this.taken.set(client, taken);
    return taken;
  }

  private figuresOf(queue: string): QueueFigures {
    let figures = this.queues.get(queue);
    if (figures === undefined) {
      figures = { delivered: 0, drained_deliveries: 0, duplicated: 0 };
      this.queues.set(queue, figures);
    }
    return figures;
  }
}

function noFigures(): ClientFigures {
  return { published: 0, confirmed: 0, nacked: 0, returned: 0, delivered: 0, acked: 0 };
}

function newMessage(publisher: string, sequence: number, nowMs: number): Message {
  return {
    publishedMs: nowMs,
    publisher,
    sequence,
    publishes: 1,
    confirmedMs: null,
    isNacked: false,
    isReturned: false,
    copies: new Map(),
    isDrained: false,
  };
}

function isDelivered({ copies }: Message): boolean {
  return [...copies.values()].some(({ deliveries }) => deliveries > 0);
}
