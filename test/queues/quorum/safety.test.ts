// What Raft promises is held against every run: a contradiction ends it.
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../../sim/kernel/invariant.ts';
import type { LogEntry } from '../../../sim/queues/quorum/commands.ts';
import { Following } from '../../../sim/queues/quorum/following.ts';
import type { Member } from '../../../sim/queues/quorum/member.ts';
import { RaftLog } from '../../../sim/queues/quorum/raft-log.ts';
import type { AppendReply } from '../../../sim/queues/quorum/raft-messages.ts';
import { RaftSafety } from '../../../sim/queues/quorum/raft-safety.ts';

function entry(index: number, term: number): LogEntry {
  return { index, term, command: { kind: 'noop' }, replyTo: null, timeUs: 0 };
}

function log(term: number, ...entries: readonly LogEntry[]): RaftLog {
  const made = new RaftLog(1, ['a', 'b', 'c']);
  made.term = term;
  for (const one of entries) made.append(one);
  return made;
}

describe('raft safety', () => {
  test('two leaders of one term are a contradiction', () => {
    const safety = new RaftSafety();
    expect(safety.elected('q', log(1), 'a')).toBe(true);
    expect(safety.elected('q', log(2), 'b')).toBe(false);
    expect(() => safety.elected('q', log(2), 'c')).toThrow(InvariantError);
  });

  test('so is a leader without what was committed', () => {
    const safety = new RaftSafety();
    const committed = entry(1, 1);
    expect(safety.applied('q', 1, 'a', committed)).toBe(true);
    expect(() => safety.elected('q', log(2, entry(1, 1)), 'b')).toThrow('leader completeness');
    safety.elected('q', log(3, committed), 'b');
  });

  test('so is another entry at a place that somebody has applied, or one before its turn', () => {
    const safety = new RaftSafety();
    const first = entry(1, 1);
    safety.applied('q', 1, 'a', first);
    expect(safety.applied('q', 1, 'b', first)).toBe(false);
    expect(() => safety.applied('q', 1, 'c', entry(1, 2))).toThrow('state machine safety');
    expect(() => safety.applied('q', 1, 'a', entry(3, 1))).toThrow(InvariantError);
  });

  test('so is giving up what was applied, unless a member had lost its disk', () => {
    const safety = new RaftSafety();
    safety.applied('q', 1, 'a', entry(1, 1));
    expect(() => safety.givesUp('q', 1, 'a', 0, 1)).toThrow(InvariantError);
    safety.forgive(1);
    safety.givesUp('q', 1, 'a', 0, 1);
    expect(safety.applied('q', 1, 'b', entry(1, 2))).toBe(true);
  });
});

describe('a log', () => {
  test('loses with its VM what was not synced', () => {
    const made = log(1, entry(1, 1), entry(2, 1), entry(3, 1));
    made.noteWritten(2, 1);
    expect(made.loseUnwritten().map(({ index }) => index)).toEqual([3]);
    expect([made.lastIndex, made.lastTerm, made.nextIndex]).toEqual([2, 1, 3]);
  });

  test('counts a sync only for the entry that is still there', () => {
    const made = log(2, entry(1, 1), entry(2, 1));
    made.truncateAfter(1);
    made.append(entry(2, 2));
    made.noteWritten(2, 1);
    expect(made.lastWritten).toBe(0);
    made.noteWritten(2, 2);
    expect(made.lastWritten).toBe(2);
  });
});

describe('a follower', () => {
  test('vouches for what is on its disk, and asks for what comes behind what it has (QQ-4)', () => {
    const made = log(1, entry(1, 1), entry(2, 1), entry(3, 1));
    made.noteWritten(2, 1);
    const told: AppendReply[] = [];
    const tell = (_node: string, reply: AppendReply): void => void told.push(reply);
    const member = { leader: 'a', node: 'b', term: 1, log: made, tell };
    new Following(member as unknown as Member).acknowledge();
    expect(told).toMatchObject([{ success: true, from: 'b', lastIndex: 2, lastTerm: 1, nextIndex: 4 }]);
  });
});
