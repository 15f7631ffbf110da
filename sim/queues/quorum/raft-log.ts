/**
 * A member's log, as its disk has it and as its process works with it: entries from the snapshot on, of which those up to `lastWritten` are
 * synced; the rest is gone if the VM dies. The term, the vote and how far it has applied belong to it. Segments, checksums
 * and the files' own latencies are left out; what is overwritten is overwritten on disk at once, which forgets only what no leader counts on.
 */
import type { Disk } from '../../erlang/disk.ts';
import type { LogEntry } from './commands.ts';
import type { FifoConfig } from './fifo-config.ts';
import type { FifoState } from './fifo-state.ts';
import type { MemberSpec } from './supervisor-calls.ts';

export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly members: readonly string[];
  readonly state: FifoState;
}

const PREFIX = 'quorum/';

export class RaftLog {
  readonly cluster: number;
  readonly initialMembers: readonly string[];
  /** The settings that the state begins with; later ones are commands. Null in tests that have no state. */
  readonly initialConfig: FifoConfig | null;
  term = 0;
  votedFor: string | null = null;
  /** How far the state had come; a restart replays up to here in silence. */
  appliedIndex = 0;
  snapshot: Snapshot | null = null;
  private written = 0;
  private entries: LogEntry[] = [];
  /** The index of the first of them. */
  private first = 1;

  constructor(cluster: number, initialMembers: readonly string[], initialConfig: FifoConfig | null = null) {
    this.cluster = cluster;
    this.initialMembers = initialMembers;
    this.initialConfig = initialConfig;
  }

  /** The log of this queue on the disk, whichever queue of that name it was. */
  static find(disk: Disk, queue: string): RaftLog | undefined {
    return disk.read<RaftLog>(`${PREFIX}${queue}`);
  }

  static create(disk: Disk, { queue, cluster, members, config }: MemberSpec): RaftLog {
    const log = new RaftLog(cluster, members, config);
    disk.write(`${PREFIX}${queue}`, log);
    return log;
  }

  static remove(disk: Disk, queue: string): void {
    disk.remove(`${PREFIX}${queue}`);
  }

  /** Names of the queues that the disk has a log of. */
  static queues(disk: Disk): string[] {
    return disk.list(PREFIX).map((path) => path.slice(PREFIX.length));
  }

  get nextIndex(): number {
    return this.first + this.entries.length;
  }

  get lastIndex(): number {
    return this.nextIndex - 1;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex) ?? 0;
  }

  /** The last entry that is synced, with everything before it. */
  get lastWritten(): number {
    return Math.min(this.written, this.lastIndex);
  }

  /** A log that has never had an entry: its queue is only just being declared. */
  get isNew(): boolean {
    return this.nextIndex === 1;
  }

  entry(index: number): LogEntry | undefined {
    return this.entries[index - this.first];
  }

  /** The term of an entry, or of the snapshot that ends there; index 0 stands before every log. */
  termAt(index: number): number | undefined {
    if (index === 0) return 0;
    if (index === this.snapshot?.index) return this.snapshot.term;
    return this.entries[index - this.first]?.term;
  }

  /** Up to `count` entries from `index` on. */
  take(index: number, count: number): LogEntry[] {
    const from = index - this.first;
    return this.entries.slice(from, from + count);
  }

  append(entry: LogEntry): void {
    this.entries.push(entry);
  }

  /** Cuts off everything behind `index`. */
  truncateAfter(index: number): void {
    this.entries.length = Math.max(0, index + 1 - this.first);
    this.written = Math.min(this.written, index);
  }

  /** The disk has everything up to this entry, unless it was overwritten meanwhile. */
  noteWritten(index: number, term: number): void {
    if (this.termAt(index) === term && index > this.written) this.written = index;
  }

  /** The VM died: what was not synced never was. Returns it. */
  loseUnwritten(): LogEntry[] {
    const lost = this.entries.slice(Math.max(0, this.written + 1 - this.first));
    this.truncateAfter(Math.max(this.written, this.first - 1));
    return lost;
  }

  /** An orderly end: everything is on disk. */
  flush(): void {
    this.written = this.lastIndex;
  }

  /** Forgets what the snapshot stands for. */
  keepSnapshot(snapshot: Snapshot): void {
    this.entries.splice(0, snapshot.index + 1 - this.first);
    this.first = snapshot.index + 1;
    this.snapshot = snapshot;
    this.written = Math.max(this.written, snapshot.index);
  }

  /** Another member's snapshot takes the place of all there is. */
  install(snapshot: Snapshot): void {
    this.entries = [];
    this.first = snapshot.index + 1;
    this.snapshot = snapshot;
    this.written = snapshot.index;
    this.appliedIndex = snapshot.index;
  }
}
