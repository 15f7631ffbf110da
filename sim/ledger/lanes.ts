/** What each node and each queue was in, over time: the lanes of the report. */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/cluster.ts';
import { nodeStates } from '../scenario/results.ts';
import { boundedStates } from './bounded-spans.ts';
import { QueueTrack } from './queue-track.ts';
import type { NodeState, QueueState } from './result.ts';
import type { FaultSpan, NodeLane, QueueLane } from './run-report.ts';
import { closed, type Open, OPEN_US, StateSpans } from './state-spans.ts';

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
    return [...this.queues.values()].map((track) => track.lane(endUs));
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
      for (const track of this.queues.values()) track.leave(timeUs, name);
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
    const text = (name: number): string => journal.text(name);
    journal.on(records.queueDeclared, (timeUs, queue, node, type) => {
      const track = this.track(queue);
      track.type = text(type) === 'quorum' ? 'quorum' : 'classic';
      track.lead(timeUs, text(node));
    });
    journal.on(records.queueRecovered, (timeUs, queue, node) => this.track(queue).lead(timeUs, text(node)));
    // Another leader may go on on its side; its span ends with its own record or with its node.
    journal.on(
      records.queuePromoted,
      (timeUs, queue, node, _sync, _messages, _why, _promote, listed, mirrors) =>
        this.track(queue).promote(timeUs, text(node), nodesOf(text(mirrors)), nodesOf(text(listed))),
    );
    journal.on(records.queueDeleted, (timeUs, queue, node) => this.track(queue).delete(timeUs, text(node)));
  }

  private watchMirrors(): void {
    const { journal } = this;
    const text = (name: number): string => journal.text(name);
    journal.on(records.mirrorAdded, (timeUs, queue, node, _by, leader) =>
      this.track(queue).mirror(timeUs, text(node), text(leader), false),
    );
    journal.on(records.mirrorSynchronised, (timeUs, queue, node, _by, leader) =>
      this.track(queue).mirror(timeUs, text(node), text(leader), true),
    );
    journal.on(records.followerOnline, (timeUs, queue, node, leader) =>
      this.track(queue).mirror(timeUs, text(node), text(leader), true),
    );
    journal.on(records.mirrorRemoved, (timeUs, queue, node, why, by, leader) => {
      // Nobody said that it ended, and its node runs: it is out of reach.
      const state = this.nodes.get(text(node))?.spans.at(-1)?.state;
      const isUp = state === 'running' || state === 'frozen';
      const cutOff = by !== node && text(why) === 'failure' && isUp;
      this.track(queue).remove(timeUs, text(node), text(by), text(leader), cutOff);
    });
  }

  private watchStates(): void {
    const { journal } = this;
    journal.on(records.queueDown, (timeUs, queue, node, why) => {
      const track = this.track(queue);
      track.leave(timeUs, journal.text(node));
      if (!track.isLed) track.states.enter(timeUs, downState(journal.text(why)));
    });
    journal.on(records.queueUp, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
    journal.on(records.syncStarted, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'syncing'));
    journal.on(records.syncFinished, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
    journal.on(records.syncCancelled, (timeUs, queue) => this.track(queue).states.enter(timeUs, 'running'));
  }

  private track(queue: number): QueueTrack {
    const name = this.journal.text(queue);
    let track = this.queues.get(name);
    if (track === undefined) {
      track = new QueueTrack(name);
      this.queues.set(name, track);
    }
    return track;
  }
}

function downState(why: string): QueueState {
  if (why.includes('crash')) return 'crashed';
  return /promot|stopp|synchronised/.test(why) ? 'stopped' : 'down';
}

function nodesOf(list: string): string[] {
  return list.split(' ').filter((name) => name !== '');
}
