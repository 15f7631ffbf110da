/**
 * When publishers wait for a confirm and none comes: from the first publish without an answer to the next confirm, for each client. A
 * client that never got one may not have asked for them.
 */
import type { Journal } from '../kernel/journal.ts';
import { connectionLost } from '../records/cluster.ts';
import { confirmed, nacked, published } from '../records/messages.ts';

/** A shorter wait is no story. */
const STALL_MIN_US = 1_000_000;

/** `untilUs` is null where nothing came any more, `lost`: the connection was lost first. */
export type StallListener = (client: string, fromUs: number, untilUs: number | null, lost: boolean) => void;

interface Client {
  readonly name: string;
  hasConfirms: boolean;
  /** The first publish since the last answer, -1 if there is none. */
  waitingUs: number;
}

export class ConfirmStalls {
  private readonly journal: Journal;
  private readonly stalled: StallListener;
  private readonly clients: (Client | undefined)[] = [];

  /** Subscribes to the journal; tells of each stall when it ends. */
  constructor(journal: Journal, stalled: StallListener) {
    this.journal = journal;
    this.stalled = stalled;
    journal.on(published, (timeUs, workload) => {
      const client = this.client(workload);
      if (client.waitingUs < 0) client.waitingUs = timeUs;
    });
    const answered = (timeUs: number, workload: number): void => {
      const client = this.client(workload);
      client.hasConfirms = true;
      this.end(client, timeUs, false);
    };
    journal.on(confirmed, answered);
    journal.on(nacked, answered);
    journal.on(connectionLost, (timeUs, _workload, _node, _code, _text, client) =>
      this.end(this.client(client), timeUs, true),
    );
  }

  /** Tells of those that last at the end. */
  close(endUs: number): void {
    for (const client of this.clients) {
      if (client === undefined || !client.hasConfirms || client.waitingUs < 0) continue;
      if (endUs - client.waitingUs >= STALL_MIN_US) this.stalled(client.name, client.waitingUs, null, false);
    }
  }

  private end(client: Client, timeUs: number, lost: boolean): void {
    const { waitingUs } = client;
    client.waitingUs = -1;
    if (waitingUs < 0 || !client.hasConfirms || timeUs - waitingUs < STALL_MIN_US) return;
    this.stalled(client.name, waitingUs, timeUs, lost);
  }

  private client(workload: number): Client {
    const known = this.clients[workload];
    if (known !== undefined) return known;
    while (this.clients.length <= workload) this.clients.push(undefined);
    const client = { name: this.journal.text(workload), hasConfirms: false, waitingUs: -1 };
    this.clients[workload] = client;
    return client;
  }
}
