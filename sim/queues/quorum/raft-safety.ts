/**
 * What Raft promises, held against every run: at most one leader a term (election safety), a leader that has all that was committed (leader
 * completeness), and the same entry at the same place for everybody who applies it (state machine safety). Log matching is held where
 * entries are taken in. It sees all members at once, as no process can, and says only whether a run contradicts itself; and which member is
 * the first to apply an entry, so that the journal tells of it once.
 */
import { invariant } from '../../kernel/invariant.ts';
import type { LogEntry } from './commands.ts';
import type { RaftLog } from './raft-log.ts';

/** Entries against which a member that lags behind is checked, and terms whose leaders are remembered. */
const WINDOW = 4096;
const TERMS_KEPT = 256;

class Committed {
  readonly leaders = new Map<number, string>();
  readonly window: (LogEntry | undefined)[] = [];
  last: LogEntry | undefined;
  /** A member has lost its disk, or forgotten who the members are: that is outside of what Raft promises anything for. */
  isForgiven = false;
}

export class RaftSafety {
  private clusters = 0;
  private readonly byCluster = new Map<number, Committed>();

  /** A number for a queue that is about to be declared. */
  newCluster(): number {
    this.clusters += 1;
    return this.clusters;
  }

  /** A member was elected. True if it is the queue's first leader. */
  elected(queue: string, log: RaftLog, node: string): boolean {
    const committed = this.cluster(log.cluster);
    const { leaders, last, isForgiven } = committed;
    const isFirst = leaders.size === 0;
    const other = leaders.get(log.term) ?? node;
    invariant(other === node, `election safety: ${other} and ${node} both lead ${queue} in term ${log.term}`);
    leaders.set(log.term, node);
    if (leaders.size > TERMS_KEPT) leaders.delete(leaders.keys().next().value!);
    invariant(
      isForgiven ||
        last === undefined ||
        last.index <= (log.snapshot?.index ?? 0) ||
        log.entry(last.index) === last,
      `leader completeness: ${node} leads ${queue} without entry ${last?.index} of term ${last?.term}, which was committed`,
    );
    return isFirst;
  }

  /** A member applies an entry. True if nobody has before. */
  applied(queue: string, cluster: number, node: string, entry: LogEntry): boolean {
    const committed = this.cluster(cluster);
    const { window } = committed;
    const lastIndex = committed.last?.index ?? 0;
    if (entry.index > lastIndex) {
      invariant(
        committed.isForgiven || entry.index === lastIndex + 1,
        `${node} applies entry ${entry.index} of ${queue} before ${lastIndex + 1}`,
      );
      committed.last = entry;
      window[entry.index % WINDOW] = entry;
      return true;
    }
    if (committed.isForgiven && window[entry.index % WINDOW] !== entry) {
      committed.last = entry;
      window[entry.index % WINDOW] = entry;
      return true;
    }
    invariant(
      entry.index <= lastIndex - WINDOW || window[entry.index % WINDOW] === entry,
      `state machine safety: ${node} applies another entry ${entry.index} of ${queue} than the one before`,
    );
    return false;
  }

  /** A member gives up its entries behind `index`, of which it has applied those up to `lastApplied`. */
  givesUp(queue: string, cluster: number, node: string, index: number, lastApplied: number): void {
    invariant(
      index >= lastApplied || this.cluster(cluster).isForgiven,
      `${node} is to give up entries of ${queue} from ${index + 1} on, but has applied them up to ${lastApplied}`,
    );
  }

  /** A member began with an empty disk, or without a change of the members that its log has: what follows from that is no contradiction of ours. */
  forgive(cluster: number): void {
    const committed = this.cluster(cluster);
    if (committed.last !== undefined) committed.isForgiven = true;
  }

  private cluster(number: number): Committed {
    let committed = this.byCluster.get(number);
    if (committed === undefined) this.byCluster.set(number, (committed = new Committed()));
    return committed;
  }
}
