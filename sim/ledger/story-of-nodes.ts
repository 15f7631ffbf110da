/** What the story tells of nodes: who noticed what, who paused, what autoheal decided, who came back. */
import type { Journal } from '../kernel/journal.ts';
import type { RecordType } from '../kernel/record-type.ts';
import * as records from '../records/cluster.ts';
import type { StoryBoard, Weight } from './story-board.ts';
import { list, verb } from './words.ts';

/** Peers that a node loses within this time are lost together. */
const TOGETHER_US = 3_000_000;

interface Loss {
  readonly timeUs: number;
  readonly node: string;
  readonly peers: string[];
}

export class StoryOfNodes {
  private readonly board: StoryBoard;
  private readonly journal: Journal;
  private readonly losses: Loss[] = [];
  private readonly latestLoss = new Map<string, Loss>();
  /** Nodes that a strategy has stopped: that they stop is no news. */
  private readonly stoppedByStrategy = new Set<string>();
  private faultUs = -1;

  constructor(journal: Journal, board: StoryBoard) {
    this.journal = journal;
    this.board = board;
    journal.on(records.faultBegan, (timeUs) => {
      this.faultUs = timeUs;
    });
    this.watchPeers();
    this.watchLives();
    this.watchAutoheal();
    this.watchBoots();
  }

  /** Tells who lost whom, now that it is known who lost the same. */
  close(): void {
    for (const { timeUs, node, peers } of this.losses) {
      const lost = peers.toSorted();
      this.board.tell(timeUs, {
        key: `loses ${lost.join(' ')}`,
        weight: 2,
        first: true,
        name: node,
        says: (who) => `${list(who.toSorted())} ${verb(who, 'loses', 'lose')} ${list(lost)}`,
      });
    }
  }

  private watchPeers(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.nodedown, (timeUs, node, peer) => {
      const name = text(node);
      const known = this.latestLoss.get(name);
      if (known !== undefined && timeUs - known.timeUs <= TOGETHER_US) {
        if (!known.peers.includes(text(peer))) known.peers.push(text(peer));
        return;
      }
      const loss = { timeUs, node: name, peers: [text(peer)] };
      this.losses.push(loss);
      this.latestLoss.set(name, loss);
    });
    this.journal.on(records.busyDistPort, (timeUs, node, peer) =>
      this.board.tell(timeUs, {
        key: `busy ${node} ${peer}`,
        weight: 2,
        name: text(node),
        says: () =>
          `${text(node)} has no room for more that ${text(peer)} is to get: what sends there stands still`,
      }),
    );
    this.journal.on(records.partitionDetected, (timeUs, node) =>
      this.board.tell(timeUs, {
        key: 'partitioned',
        weight: 2,
        name: text(node),
        says: (who) => `${list(who.toSorted())} ${verb(who, 'sees', 'see')} that the cluster was partitioned`,
      }),
    );
    this.journal.on(records.partialPartitionDetected, (timeUs, node, peer, proxy) =>
      this.board.tell(timeUs, {
        key: `partial ${node} ${peer}`,
        weight: 2,
        name: text(node),
        says: () => `${text(node)} hears that ${text(proxy)} still sees ${text(peer)}: a partial partition`,
      }),
    );
  }

  private watchLives(): void {
    const text = (name: number): string => this.journal.text(name);
    const simple = (type: RecordType, weight: Weight, one: string, many: string): void => {
      this.journal.on(type, (timeUs, node) => {
        const name = text(node);
        if (type === records.nodePaused) this.stoppedByStrategy.add(name);
        if (type === records.nodeStopped && this.stoppedByStrategy.has(name)) return;
        if (type === records.nodeResumed || type === records.nodeStarted) this.stoppedByStrategy.delete(name);
        // That a node dies of being killed is told by the fault.
        if (type === records.nodeKilled && timeUs === this.faultUs) return;
        this.board.tell(timeUs, {
          key: type.name,
          weight,
          name,
          says: (who) => `${list(who)} ${verb(who, one, many)}`,
        });
      });
    };
    simple(records.nodePaused, 0, 'pauses', 'pause');
    simple(records.nodeResumed, 1, 'resumes', 'resume');
    simple(records.nodeKilled, 1, 'dies', 'die');
    simple(records.nodeStopped, 3, 'has stopped', 'have stopped');
    simple(records.nodeStarted, 1, 'is up again', 'are up again');
  }

  private watchAutoheal(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.autohealWinner, (timeUs, _, winner, losers) => {
      const names = text(losers)
        .split(' ')
        .filter((name) => name !== '');
      this.board.tell(timeUs, {
        key: `autoheal ${text(winner)} ${text(losers)}`,
        weight: 0,
        name: '',
        actors: [text(winner), ...names],
        says: () => `Autoheal: ${text(winner)} wins, ${list(names)} must restart`,
      });
    });
    this.journal.on(records.nodeRestarting, (_timeUs, node) => this.stoppedByStrategy.add(text(node)));
    this.journal.on(records.autohealAborted, (timeUs, node) =>
      this.board.tell(timeUs, {
        key: 'autoheal aborted',
        weight: 1,
        name: text(node),
        says: (who) => `Autoheal is aborted on ${list(who)}`,
      }),
    );
  }

  private watchBoots(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.bootFailed, (timeUs, node, reason) =>
      this.board.tell(timeUs, {
        key: `boot failed ${reason}`,
        weight: 1,
        name: text(node),
        says: (who) => `${list(who)} cannot boot: ${text(reason)}`,
      }),
    );
    this.journal.on(records.waitingForTables, (timeUs, node) =>
      this.board.tell(timeUs, {
        key: 'tables',
        weight: 2,
        name: text(node),
        says: (who) => `${list(who)} ${verb(who, 'waits', 'wait')} for tables of nodes that are not there`,
      }),
    );
  }
}
