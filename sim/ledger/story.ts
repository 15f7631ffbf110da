/**
 * The story of a run for a person: at most fifteen lines of what mattered, and one sentence for each cause. Events of a
 * kind that come together are one line; when there is too much to tell, what explains losses is told first.
 */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/cluster.ts';
import type { CauseGroup } from './cause-tally.ts';
import { UNEXPLAINED } from './causes.ts';
import type { LedgerFigures } from './ledger.ts';
import type { Failure, Verdict } from './result.ts';
import type { StoryLine } from './run-report.ts';

const LINES_MAX = 15;
/** Events of one kind and subject within this time are one line. */
const TOGETHER_US = 3_000_000;
const CANDIDATES_MAX = 5_000;

interface Candidate {
  readonly timeUs: number;
  readonly kind: string;
  readonly subject: string;
  /** 0 is told first. */
  readonly weight: number;
  /** Who or what took part, without repeats. */
  readonly names: string[];
  readonly says: (names: readonly string[], subject: string) => string;
}

export class Story {
  private readonly journal: Journal;
  private readonly candidates: Candidate[] = [];
  private readonly latest = new Map<string, Candidate>();

  /** Subscribes to the journal. */
  constructor(journal: Journal) {
    this.journal = journal;
    const text = (name: number): string => journal.text(name);
    journal.on(records.faultBegan, (t, _, label) =>
      this.tell(t, 'fault', text(label), 0, '', (__, what) => what),
    );
    journal.on(records.faultEnded, (t, _, label) =>
      this.tell(t, 'healed', text(label), 2, '', (__, what) => `${what}: over`),
    );
    journal.on(records.nodedown, (t, node, peer) =>
      this.tell(
        t,
        'nodedown',
        text(peer),
        3,
        text(node),
        (who, peer) => `${list(who)} ${verb(who, 'loses', 'lose')} ${peer}`,
      ),
    );
    journal.on(records.partitionDetected, (t, node) =>
      this.tell(
        t,
        'partition',
        '',
        3,
        text(node),
        (who) => `${list(who)} ${verb(who, 'sees', 'see')} that the cluster was partitioned`,
      ),
    );
    journal.on(records.autohealWinner, (t, _, winner, losers) =>
      this.tell(
        t,
        'autoheal',
        text(winner),
        0,
        text(losers).replaceAll(' ', ', '),
        (who, winner) => `Autoheal: ${winner} wins, ${list(who)} must restart`,
      ),
    );
    journal.on(records.autohealAborted, (t, node) =>
      this.tell(t, 'autoheal aborted', '', 1, text(node), () => 'Autoheal is aborted'),
    );
    journal.on(records.bootFailed, (t, node, reason) =>
      this.tell(
        t,
        'boot failed',
        text(reason),
        1,
        text(node),
        (who, why) => `${list(who)} cannot boot: ${why}`,
      ),
    );
    journal.on(records.waitingForTables, (t, node) =>
      this.tell(
        t,
        'tables',
        '',
        4,
        text(node),
        (who) => `${list(who)} ${verb(who, 'waits', 'wait')} for tables of other nodes`,
      ),
    );
    this.nodes();
    this.queues();
    this.clients();
  }

  /** At most fifteen lines, in order of time. */
  lines(groups: readonly CauseGroup[]): StoryLine[] {
    const all = this.candidates.map((candidate) => ({
      timeUs: candidate.timeUs,
      weight: candidate.weight,
      sentence: candidate.says(candidate.names, candidate.subject),
    }));
    for (const group of groups.slice(0, 4)) {
      if (group.cause.outcome === 'reordered') continue;
      all.push({ timeUs: group.timeUs, weight: 0, sentence: `${group.cause.sentence}: ${counted(group)}` });
    }
    const told = all.toSorted((a, b) => a.weight - b.weight || a.timeUs - b.timeUs).slice(0, LINES_MAX);
    return told.toSorted((a, b) => a.timeUs - b.timeUs).map(({ timeUs, sentence }) => ({ timeUs, sentence }));
  }

  private nodes(): void {
    const simple = (type: typeof records.nodePaused, weight: number, one: string, many: string): void => {
      this.journal.on(type, (t, node) =>
        this.tell(
          t,
          type.name,
          '',
          weight,
          this.journal.text(node),
          (who) => `${list(who)} ${verb(who, one, many)}`,
        ),
      );
    };
    simple(records.nodePaused, 1, 'pauses: no majority', 'pause: no majority');
    simple(records.nodeResumed, 2, 'resumes', 'resume');
    simple(records.nodeKilled, 1, 'dies', 'die');
    simple(records.nodeStopped, 2, 'stops', 'stop');
    simple(records.nodeStarted, 2, 'is up again', 'are up again');
  }

  private queues(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.queuePromoted, (t, queue, node, synchronised) => {
      const subject = synchronised === 0 ? `${text(node)}, not synchronised,` : text(node);
      this.tell(
        t,
        'promoted',
        subject,
        synchronised === 0 ? 0 : 1,
        text(queue),
        (who, node) => `${node} is promoted to lead ${few(who, 'queues')}`,
      );
    });
    this.journal.on(records.queueDown, (t, queue) =>
      this.tell(t, 'queue down', '', 1, text(queue), (who) => `${few(who, 'queues')} cannot be used`),
    );
    this.journal.on(records.queueUp, (t, queue) =>
      this.tell(t, 'queue up', '', 3, text(queue), (who) => `${few(who, 'queues')} can be used again`),
    );
    this.journal.on(records.syncStarted, (t, queue) =>
      this.tell(t, 'sync', '', 4, text(queue), (who) => `Synchronisation of ${few(who, 'queues')} begins`),
    );
    this.journal.on(records.syncCancelled, (t, queue, _, why) =>
      this.tell(
        t,
        'sync cancelled',
        text(why),
        2,
        text(queue),
        (who, why) => `Synchronisation of ${few(who, 'queues')} is broken off: ${why}`,
      ),
    );
  }

  private clients(): void {
    const text = (name: number): string => this.journal.text(name);
    this.journal.on(records.connectionLost, (t, workload, node) =>
      this.tell(
        t,
        'connection',
        text(node),
        4,
        text(workload),
        (who, node) => `${few(who, 'clients')} ${verb(who, 'loses its', 'lose their')} connection to ${node}`,
      ),
    );
    this.journal.on(records.consumerCancelled, (t, workload, queue) =>
      this.tell(
        t,
        'cancelled',
        text(queue),
        3,
        text(workload),
        (who, queue) => `The broker cancels ${few(who, 'consumers')} of ${queue}`,
      ),
    );
    this.journal.on(records.connectionBlocked, (t, workload) =>
      this.tell(
        t,
        'blocked',
        '',
        3,
        text(workload),
        (who) => `${few(who, 'clients')} ${verb(who, 'is', 'are')} blocked by an alarm`,
      ),
    );
    this.journal.on(records.alarmSet, (t, node, resource) =>
      this.tell(
        t,
        'alarm',
        text(resource),
        2,
        text(node),
        (who, resource) => `${list(who)} ${verb(who, 'raises', 'raise')} a ${resource} alarm`,
      ),
    );
  }

  private tell(
    timeUs: number,
    kind: string,
    subject: string,
    weight: number,
    name: string,
    says: Candidate['says'],
  ): void {
    const key = `${kind} ${subject}`;
    const known = this.latest.get(key);
    if (known !== undefined && timeUs - known.timeUs <= TOGETHER_US) {
      if (!known.names.includes(name) && known.names.length < 100) known.names.push(name);
      return;
    }
    if (this.candidates.length >= CANDIDATES_MAX) return;
    const candidate = { timeUs, kind, subject, weight, names: [name], says };
    this.candidates.push(candidate);
    this.latest.set(key, candidate);
  }
}

/** `Failed: 6 of 5702 confirmed messages are gone.` */
export function verdictSentence(
  verdict: Verdict,
  failures: readonly Failure[],
  figures: LedgerFigures,
): string {
  const { confirmed, confirmed_lost: lost, unconfirmed_lost: unconfirmed } = figures.messages;
  const harm =
    lost > 0
      ? `${lost} of ${confirmed} confirmed messages are gone`
      : unconfirmed > 0
        ? `no confirmed message is gone, ${unconfirmed} unconfirmed ones are`
        : 'no message is gone';
  switch (verdict) {
    case 'passed':
      return `Passed: ${harm}.`;
    case 'unknown':
      return `Unknown: a limit was reached; so far ${harm}.`;
    case 'failed': {
      const first = failures[0];
      if (first === undefined) return `Failed: ${harm}.`;
      return `Failed: expected ${first.expected}, observed ${String(first.observed)}; ${harm}.`;
    }
  }
}

/** One sentence for each cause, most harm first. */
export function causeSentences(groups: readonly CauseGroup[]): string[] {
  return groups.map((group) => {
    const { hazard, rule, sentence } = group.cause;
    const names = [hazard === UNEXPLAINED ? 'no known hazard' : hazard, rule].filter((name) => name !== '');
    return `${sentence}: ${counted(group)} (${names.join(', ')}, at ${tenths(group.timeUs)} s).`;
  });
}

function counted({ messages, confirmed, cause }: CauseGroup): string {
  const what = messages === 1 ? '1 message' : `${messages} messages`;
  const known =
    confirmed === 0 ? '' : confirmed === messages ? ', confirmed' : `, ${confirmed} of them confirmed`;
  return `${what} ${cause.outcome}${known}`;
}

function tenths(us: number): string {
  return (Math.round(us / 100_000) / 10).toFixed(1);
}

function list(names: readonly string[]): string {
  const known = names.filter((name) => name !== '');
  if (known.length < 2) return known[0] ?? '';
  return `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`;
}

function few(names: readonly string[], plural: string): string {
  return names.length <= 3 ? list(names) : `${names.length} ${plural}`;
}

function verb(names: readonly string[], one: string, many: string): string {
  return names.length === 1 ? one : many;
}
