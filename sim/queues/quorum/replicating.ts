/**
 * Copying a leader's log to its followers (QQ-9): entries are sent as they come, ahead of any answer; what gets lost on the way is found
 * missing by the follower, or by the next tick, and sent again. A follower that is too far behind gets a snapshot.
 */
import { rule } from '../../rules/registry.ts';
import { commandBytes } from './commands.ts';
import type { Member } from './member.ts';
import type { AppendEntries, AppendReply, InstallSnapshot, SnapshotResult } from './raft-messages.ts';

const QQ_9 = rule('QQ-9');

/** Entries in one message, and entries that may be under way (`AER_CHUNK_SIZE`, `DEFAULT_MAX_PIPELINE_COUNT`). */
const CHUNK = 128;
const PIPELINE_MAX = 4096;
const RPC_BYTES = 150;

interface Peer {
  readonly node: string;
  nextIndex: number;
  matchIndex: number;
  commitSent: number;
  /** It is sent a snapshot: entries would be of no use to it. */
  snapshotSentUs: number | null;
  /** It has answered this leader. */
  isOnline: boolean;
}

/** After which a snapshot counts as lost (`install_snap_rpc_timeout`). */
const SNAPSHOT_TIMEOUT_US = 120_000_000;

export class Replicating {
  private readonly member: Member;
  private peers: Peer[] = [];

  constructor(member: Member) {
    this.member = member;
  }

  /** As a new leader: every follower is taken to have what the leader has, and told so. */
  begin(): void {
    this.peers = this.member.peers().map((node) => this.peer(node, this.member.log.nextIndex));
    this.sendToAll();
  }

  membersChanged(): void {
    const known = new Map(this.peers.map((peer) => [peer.node, peer]));
    this.peers = this.member.peers().map((node) => known.get(node) ?? this.peer(node, 1));
  }

  private peer(node: string, nextIndex: number): Peer {
    return { node, nextIndex, matchIndex: 0, commitSent: 0, snapshotSentUs: null, isOnline: false };
  }

  /** The place up to which more than half of the members have everything on disk. */
  agreedIndex(): number {
    const { member } = this;
    const indexes = this.peers.map((peer) => peer.matchIndex);
    indexes.push(member.log.lastWritten);
    indexes.sort((a, b) => b - a);
    return indexes[Math.floor(indexes.length / 2)]!;
  }

  isFullyReplicated(): boolean {
    const { commitIndex } = this.member;
    return this.peers.every((peer) => peer.matchIndex >= commitIndex && peer.commitSent >= commitIndex);
  }

  // --- what followers say ------------------------------------------------------------------------------------

  accepted({ from, nextIndex, lastIndex }: AppendReply): void {
    const peer = this.find(from);
    if (peer === undefined) return;
    peer.matchIndex = Math.max(peer.matchIndex, lastIndex);
    peer.nextIndex = Math.max(peer.nextIndex, nextIndex);
    if (peer.isOnline) return;
    peer.isOnline = true;
    this.member.records.followerOnline(from);
  }

  /** It lacks what came before, or has something else there: go back to where both agree. */
  refused({ from, nextIndex, lastIndex, lastTerm }: AppendReply): void {
    const { member } = this;
    const peer = this.find(from);
    if (peer === undefined) return;
    member.vm.cite(QQ_9);
    const term = member.log.termAt(lastIndex);
    if (term === undefined || (term === lastTerm && lastIndex >= peer.matchIndex)) {
      peer.matchIndex = term === undefined ? Math.min(peer.matchIndex, lastIndex) : lastIndex;
      peer.nextIndex = nextIndex;
    } else if (lastIndex < peer.matchIndex) {
      peer.matchIndex = lastIndex;
      peer.nextIndex = lastIndex + 1;
    } else peer.nextIndex = Math.max(Math.min(peer.nextIndex - 1, lastIndex), peer.matchIndex, 1);
    this.pipeline();
  }

  installed({ from, lastIndex }: SnapshotResult): void {
    const peer = this.find(from);
    if (peer === undefined) return;
    peer.snapshotSentUs = null;
    peer.matchIndex = Math.max(peer.matchIndex, lastIndex);
    peer.commitSent = lastIndex;
    peer.nextIndex = lastIndex + 1;
    this.pipeline();
  }

  private find(node: string): Peer | undefined {
    return this.peers.find((peer) => peer.node === node);
  }

  // --- sending -----------------------------------------------------------------------------------------------

  /** Sends what was not sent: entries, or how far they are committed. */
  pipeline(): void {
    const { log, commitIndex } = this.member;
    for (const peer of this.peers) {
      while (
        peer.snapshotSentUs === null &&
        (peer.nextIndex < log.nextIndex || peer.commitSent < commitIndex) &&
        peer.nextIndex - peer.matchIndex < PIPELINE_MAX
      ) {
        this.send(peer);
        peer.commitSent = commitIndex;
      }
    }
  }

  sendToAll(): void {
    for (const peer of this.peers) if (peer.snapshotSentUs === null) this.send(peer);
  }

  /** Once a tick: to whoever has not confirmed what was sent. */
  sendToStale(): void {
    const { commitIndex } = this.member;
    for (const peer of this.peers) {
      const { snapshotSentUs } = peer;
      if (snapshotSentUs !== null && this.member.nowUs - snapshotSentUs >= SNAPSHOT_TIMEOUT_US) {
        peer.snapshotSentUs = null;
      }
      const isStale = peer.matchIndex < peer.nextIndex - 1 || peer.commitSent < commitIndex;
      if (isStale && peer.snapshotSentUs === null) this.send(peer);
    }
  }

  private send(peer: Peer): void {
    const { member } = this;
    const { log } = member;
    const previousIndex = peer.nextIndex - 1;
    const previousTerm = log.termAt(previousIndex);
    if (previousTerm === undefined || (previousIndex === 0 && log.snapshot !== null)) {
      this.sendSnapshot(peer);
      return;
    }
    const entries = log.take(peer.nextIndex, CHUNK);
    peer.nextIndex += entries.length;
    const message: AppendEntries = {
      type: 'append_entries',
      cluster: log.cluster,
      term: member.term,
      leader: member.node,
      previousIndex,
      previousTerm,
      entries,
      commitIndex: member.commitIndex,
    };
    let bytes = RPC_BYTES;
    for (const entry of entries) bytes += commandBytes(entry.command);
    member.tell(peer.node, message, bytes);
  }

  private sendSnapshot(peer: Peer): void {
    const { member } = this;
    const { cluster, snapshot } = member.log;
    if (snapshot === null) {
      // A follower that goes back to following while it still has an older leader's entries counts them to this one's when they are written.
      // ra's leader takes that for true, looks for a snapshot that reaches as far, and ends with `case_clause`.
      member.vm.cite(QQ_9);
      member.crash();
      return;
    }
    peer.snapshotSentUs = member.nowUs;
    const { term, node: leader } = member;
    const message: InstallSnapshot = { type: 'install_snapshot', cluster, term, leader, snapshot };
    let bytes = RPC_BYTES;
    for (const { wireBytes } of snapshot.state.all()) bytes += wireBytes;
    member.tell(peer.node, message, bytes);
  }
}
