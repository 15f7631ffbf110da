/** What the story tells of queues: who was promoted and who went on leading, when nobody led, synchronisations that took long. */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/cluster.ts';
import type { StoryBoard } from './story-board.ts';
import { few, list, tenths, verb } from './words.ts';

/** Shorter outages and synchronisations are told of by what caused them. */
const NOTABLE_US = 1_000_000;

interface Queue {
  readonly name: string;
  readonly leaders: Set<string>;
  downUs: number | null;
  syncUs: number | null;
}

export class StoryOfQueues {
  private readonly board: StoryBoard;
  private readonly journal: Journal;
  private readonly queues = new Map<string, Queue>();
  private readonly frozen = new Set<string>();

  constructor(journal: Journal, board: StoryBoard) {
    this.journal = journal;
    this.board = board;
    this.watchLeaders();
    this.watchSynchronisation();
    const text = (name: number): string => journal.text(name);
    journal.on(records.mirrorRemoved, (timeUs, queue, node, why) => {
      if (text(why) !== 'not_synchronised') return;
      board.tell(timeUs, {
        key: `refused ${text(queue)}`,
        weight: 1,
        name: text(node),
        says: (who) =>
          `${list(who)} ${verb(who, 'is', 'are')} not synchronised and may not lead ${text(queue)}`,
      });
    });
    journal.on(records.queueDeleted, (timeUs, queue, _, why) => {
      this.queue(queue).leaders.clear();
      this.queue(queue).downUs = null;
      if (text(why) !== 'node_down') return;
      board.tell(timeUs, {
        key: 'deleted',
        weight: 1,
        name: text(queue),
        says: (which) =>
          `${few(which, 'queues')}, not durable, ${verb(which, 'is', 'are')} deleted with the node`,
      });
    });
  }

  /** Tells of what lasts at the end. */
  close(endUs: number): void {
    for (const queue of this.queues.values()) {
      if (queue.downUs !== null && endUs - queue.downUs >= NOTABLE_US)
        this.tellDown(queue, queue.downUs, null);
      if (queue.syncUs !== null) this.tellSync(queue, endUs, null);
    }
  }

  private watchLeaders(): void {
    const { journal } = this;
    const text = (name: number): string => journal.text(name);
    const leads = (timeUs: number, queue: number, node: number): void => {
      const known = this.queue(queue);
      known.leaders.add(text(node));
      this.up(known, timeUs);
    };
    journal.on(records.queueDeclared, leads);
    journal.on(records.queueRecovered, leads);
    journal.on(records.queueUp, (timeUs, queue) => this.up(this.queue(queue), timeUs));
    journal.on(records.queueDown, (timeUs, queue, node) => {
      const known = this.queue(queue);
      known.leaders.delete(text(node));
      if (known.leaders.size === 0) known.downUs ??= timeUs;
    });
    journal.on(records.nodeState, (_timeUs, node, state) => {
      if (text(state) === 'frozen') this.frozen.add(text(node));
      else this.frozen.delete(text(node));
      if (text(state) === 'running' || text(state) === 'frozen') return;
      for (const { leaders } of this.queues.values()) leaders.delete(text(node));
    });
    journal.on(records.queuePromoted, (timeUs, queue, node, synchronised, _messages, why) => {
      const known = this.queue(queue);
      const others = [...known.leaders].filter((name) => name !== text(node));
      const isSynchronised = synchronised !== 0;
      const isElected = text(why) === 'election';
      const candidate = isElected
        ? text(node)
        : `${text(node)}, ${isSynchronised ? 'synchronised' : 'NOT synchronised'},`;
      const rest = isElected ? this.deposed(others) : this.rivals(others);
      const becomes = isElected ? 'is elected' : 'is promoted';
      this.board.tell(timeUs, {
        key: `promoted ${candidate} ${rest}`,
        weight: 0,
        name: known.name,
        actors: [text(node)],
        says: (which) => `${candidate} ${becomes} to lead ${few(which, 'queues')}${rest}`,
      });
      leads(timeUs, queue, node);
    });
  }

  private watchSynchronisation(): void {
    const { journal } = this;
    journal.on(records.syncStarted, (timeUs, queue) => {
      this.queue(queue).syncUs = timeUs;
    });
    journal.on(records.syncFinished, (timeUs, queue) => this.tellSync(this.queue(queue), timeUs, timeUs));
    journal.on(records.syncCancelled, (timeUs, queue, _, why) => {
      this.queue(queue).syncUs = null;
      const reason = journal.text(why);
      this.board.tell(timeUs, {
        key: `sync cancelled ${reason}`,
        weight: 1,
        name: journal.text(queue),
        says: (which) => `Synchronisation of ${few(which, 'queues')} is broken off: ${reason}`,
      });
    });
  }

  /** Those that lead already, as a part of a sentence; empty without any. */
  private rivals(names: readonly string[]): string {
    if (names.length === 0) return '';
    if (names.some((name) => this.frozen.has(name))) {
      return `, while ${list(names)} ${verb(names, 'is', 'are')} frozen as its leader`;
    }
    return `, while ${list(names)} ${verb(names, 'goes', 'go')} on leading it, too`;
  }

  /** Leaders of quorum queues that do not know yet that they are none any more. */
  private deposed(names: readonly string[]): string {
    if (names.length === 0) return '';
    const where = names.some((name) => this.frozen.has(name)) ? 'frozen' : 'cut off';
    return `, while ${list(names)}, ${where}, still ${verb(names, 'takes itself', 'take themselves')} for its leader`;
  }

  private up(queue: Queue, timeUs: number): void {
    const { downUs } = queue;
    queue.downUs = null;
    if (downUs !== null && timeUs - downUs >= NOTABLE_US) this.tellDown(queue, downUs, timeUs);
  }

  private tellDown(queue: Queue, fromUs: number, untilUs: number | null): void {
    this.board.tell(fromUs, {
      key: untilUs === null ? 'down' : 'down for a while',
      weight: 1,
      name: queue.name,
      untilUs,
      says: (which, from, until) =>
        `${few(which, 'queues')} cannot be used ${until === null ? 'any more' : `for ${tenths(until - from)} s`}`,
    });
  }

  private tellSync(queue: Queue, timeUs: number, untilUs: number | null): void {
    const { syncUs } = queue;
    queue.syncUs = null;
    if (syncUs === null || timeUs - syncUs < NOTABLE_US) return;
    this.board.tell(syncUs, {
      key: 'sync',
      weight: 2,
      name: queue.name,
      untilUs,
      says: (which, from, until) => {
        const span = until === null ? 'and does not end' : `and takes ${tenths(until - from)} s`;
        return `Synchronisation of ${few(which, 'queues')} begins, ${span}`;
      },
    });
  }

  private queue(name: number): Queue {
    const text = this.journal.text(name);
    let queue = this.queues.get(text);
    if (queue === undefined) {
      queue = { name: text, leaders: new Set(), downUs: null, syncUs: null };
      this.queues.set(text, queue);
    }
    return queue;
  }
}
