/** What each node and each queue was in, over time: the lanes of the report. */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/cluster.ts';
import { nodeStates } from '../scenario/results.ts';
import { boundedSpans, boundedStates } from './bounded-spans.ts';
import type { NodeState, QueueState } from './result.ts';
import type { FaultSpan, LeaderSpan, MirrorSpan, NodeLane, QueueLane, QueueStateSpan } from './run-report.ts';

type Open<Span> = { -readonly [Key in keyof Span]: Span[Key] };

/** Marks a span that has not ended. */
const OPEN_US = -1;

/** Spans of one thing that has one state at a time. */
class StateSpans<State> {
  readonly spans: Open<{ readonly fromUs: number; readonly toUs: number; readonly state: State }>[] = [];

  enter(timeUs: number, state: State | null): void {
    const last = this.spans.at(-1);
    if (last !== undefined && last.toUs === OPEN_US) {
      if (last.state === state) return;
      if (last.fromUs === timeUs) this.spans.pop();
      else last.toUs = timeUs;
    }
    if (state !== null) this.spans.push({ fromUs: timeUs, toUs: OPEN_US, state });
  }
}

interface QueueTrack {
  readonly queue: string;
  type: 'classic' | 'quorum';
  readonly leaders: Open<LeaderSpan>[];
  readonly mirrors: Open<MirrorSpan>[];
  readonly states: StateSpans<QueueState>;
}

export class Lanes {
  private readonly journal: Journal;
  private readonly nodes = new Map<string, StateSpans<NodeState>>();
  private readonly queues = new Map<string, QueueTrack>();
  private readonly faults: (Open<FaultSpan> & { readonly fault: number })[] = [];

  /** Subscribes to the journal; `nodes` with their states at time 0, in the scenario's order. */
  constructor(journal: Journal, nodes: readonly { readonly name: string; readonly state: NodeState }[]) {
    this.journal = journal;
    for (const { name, state } of nodes) {
      const spans = new StateSpans<NodeState>();
      spans.enter(0, state);
      this.nodes.set(name, spans);
    }
    this.watchNodes();
    this.watchLeaders();
    this.watchMirrors();
    this.watchStates();
  }

  nodeLanes(endUs: number): NodeLane[] {
    return [...this.nodes].map(([node, { spans }]) => ({
      node,
      spans: boundedStates(closed(spans, endUs), endUs),
    }));
  }

  queueLanes(endUs: number): QueueLane[] {
    return [...this.queues.values()].map(({ queue, type, leaders, mirrors, states }) => ({
      queue,
      type,
      leaders: boundedSpans(closed(leaders, endUs), endUs),
      mirrors: boundedSpans(closed(mirrors, endUs), endUs),
      states: boundedStates<QueueStateSpan>(closed(states.spans, endUs), endUs),
    }));
  }

  faultSpans(endUs: number): FaultSpan[] {
    return closed(
      this.faults.map(({ label, fromUs, toUs, line }) => ({ label, fromUs, toUs, line })),
      endUs,
    );
  }

  private watchNodes(): void {
    const { journal } = this;
    journal.on(records.nodeState, (timeUs, node, stateName) => {
      const state = nodeStates.find((known) => known === journal.text(stateName));
      const name = journal.text(node);
      if (state === undefined) return;
      this.nodes.get(name)?.enter(timeUs, state);
      if (state === 'running' || state === 'frozen') return;
      for (const track of this.queues.values()) this.leave(track, name, timeUs);
    });
    journal.on(records.faultBegan, (timeUs, fault, label, line) => {
      this.faults.push({
        fault,
        label: journal.text(label),
        fromUs: timeUs,
        toUs: OPEN_US,
        line: line === 0 ? null : line,
      });
    });
    journal.on(records.faultEnded, (timeUs, fault) => {
      const span = this.faults.findLast((open) => open.fault === fault && open.toUs === OPEN_US);
      if (span !== undefined) span.toUs = timeUs;
    });
  }

  private watchLeaders(): void {
    const { journal } = this;
    journal.on(records.queueDeclared, (timeUs, queue, node, type) => {
      const track = this.track(queue);
      track.type = journal.text(type) === 'quorum' ? 'quorum' : 'classic';
      this.lead(track, journal.text(node), timeUs);
    });
    journal.on(records.queueRecovered, (timeUs, queue, node) =>
      this.lead(this.track(queue), journal.text(node), timeUs),
    );
    // Another leader may go on on its side; its span ends with its own record or with its node.
    journal.on(records.queuePromoted, (timeUs, queue, node) =>
      this.lead(this.track(queue), journal.text(node), timeUs),
    );
    journal.on(records.queueDeleted, (timeUs, queue) => {
      const track = this.track(queue);
      for (const span of [...track.leaders, ...track.mirrors]) if (span.toUs === OPEN_US) span.toUs = timeUs;
      track.states.enter(timeUs, null);
    });
  }

  private watchMirrors(): void {
    const { journal } = this;
    const mirror = (timeUs: number, queue: number, node: number, synchronised: boolean): void => {
      const track = this.track(queue);
      const name = journal.text(node);
      const open = track.mirrors.find((span) => span.node === name && span.toUs === OPEN_US);
      if (open?.synchronised === synchronised) return;
      if (open !== undefined) open.toUs = timeUs;
      track.mirrors.push({ node: name, fromUs: timeUs, toUs: OPEN_US, synchronised });
    };
    journal.on(records.mirrorAdded, (timeUs, queue, node) => mirror(timeUs, queue, node, false));
    journal.on(records.mirrorSynchronised, (timeUs, queue, node) => mirror(timeUs, queue, node, true));
    journal.on(records.mirrorRemoved, (timeUs, queue, node) => {
      const name = journal.text(node);
      const open = this.track(queue).mirrors.find((span) => span.node === name && span.toUs === OPEN_US);
      if (open !== undefined) open.toUs = timeUs;
    });
  }

  private watchStates(): void {
    const { journal } = this;
    journal.on(records.queueDown, (timeUs, queue, node, why) => {
      const track = this.track(queue);
      this.leave(track, journal.text(node), timeUs);
      const led = track.leaders.some(({ toUs }) => toUs === OPEN_US);
      if (!led) track.states.enter(timeUs, downState(journal.text(why)));
    });
    journal.on(records.queueUp, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
    journal.on(records.syncStarted, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'syncing'));
    journal.on(records.syncFinished, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
    journal.on(records.syncCancelled, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
  }

  private lead(track: QueueTrack, node: string, timeUs: number): void {
    this.leave(track, node, timeUs);
    track.leaders.push({ node, fromUs: timeUs, toUs: OPEN_US });
    track.states.enter(timeUs, 'running');
  }

  /** The node's replica, leader or mirror, ends. */
  private leave(track: QueueTrack, node: string, timeUs: number): void {
    for (const span of [...track.leaders, ...track.mirrors]) {
      if (span.node === node && span.toUs === OPEN_US) span.toUs = timeUs;
    }
  }

  private track(queue: number): QueueTrack {
    const name = this.journal.text(queue);
    let track = this.queues.get(name);
    if (track === undefined) {
      track = { queue: name, type: 'classic', leaders: [], mirrors: [], states: new StateSpans() };
      this.queues.set(name, track);
    }
    return track;
  }
}

function downState(why: string): QueueState {
  if (why.includes('crash')) return 'crashed';
  return /promot|stopp|synchronised/.test(why) ? 'stopped' : 'down';
}

function closed<Span extends { readonly fromUs: number; readonly toUs: number }>(
  spans: readonly Span[],
  endUs: number,
): Span[] {
  const ended = spans.map((span) =>
    span.toUs === OPEN_US ? { ...span, toUs: Math.max(endUs, span.fromUs) } : span,
  );
  return ended.toSorted((a, b) => a.fromUs - b.fromUs);
}
