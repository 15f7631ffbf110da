/**
 * Who leads one queue and who mirrors it, over time, each leader with the mirrors that follow it. In a split brain two leaders go on
 * side by side, and what one of them says of a mirror is not true of the other's: a node is the mirror of the leader it follows, whoever
 * else still counts on it, or has written it off.
 */
import { boundedSpans, boundedStates } from './bounded-spans.ts';
import type { QueueState } from './result.ts';
import type { LeaderSpan, MirrorSpan, QueueLane, QueueStateSpan } from './run-report.ts';
import { closed, type Open, OPEN_US, StateSpans } from './state-spans.ts';

/** A mirror as the leader it follows has it. */
interface Following {
  readonly leader: string;
  readonly synchronised: boolean;
}

/** The leader of a mirror that is cut off from it. */
const NOBODY = '';

export class QueueTrack {
  readonly queue: string;
  type: 'classic' | 'quorum' = 'classic';
  readonly states = new StateSpans<QueueState>();
  private readonly leaders: Open<LeaderSpan>[] = [];
  private readonly mirrors: Open<MirrorSpan>[] = [];
  private readonly following = new Map<string, Following>();

  constructor(queue: string) {
    this.queue = queue;
  }

  /** Whether anybody leads it. */
  get isLed(): boolean {
    return this.leading().length > 0;
  }

  /** A leader begins without mirrors. */
  lead(timeUs: number, node: string): void {
    this.change(timeUs, () => {
      this.end(timeUs, node);
      this.open(timeUs, node);
    });
  }

  /** A mirror becomes a leader of these mirrors. Those of leaders that are gone, and that it does not have, are gone, too. */
  promote(timeUs: number, node: string, mirrors: readonly string[], synchronised: readonly string[]): void {
    this.change(timeUs, () => {
      this.end(timeUs, node);
      const others = this.leading();
      for (const [mirror, { leader }] of [...this.following]) {
        if (!others.includes(leader)) this.following.delete(mirror);
      }
      for (const mirror of mirrors) {
        this.following.set(mirror, { leader: node, synchronised: synchronised.includes(mirror) });
      }
      this.open(timeUs, node);
    });
  }

  /** The node is a mirror to this leader. */
  mirror(timeUs: number, node: string, leader: string, synchronised: boolean): void {
    this.change(timeUs, () => this.following.set(node, { leader, synchronised }));
  }

  /**
   * `by`, for which `leader` leads the queue, no longer counts on the mirror. One that is only `cutOff` stands where it is, and will end or
   * be promoted on its own side.
   */
  remove(timeUs: number, node: string, by: string, leader: string, cutOff: boolean): void {
    const known = this.following.get(node);
    if (known === undefined) return;
    if (known.leader !== leader && by !== node && this.leading().includes(known.leader)) return;
    this.change(timeUs, () => {
      if (cutOff) this.following.set(node, { leader: NOBODY, synchronised: known.synchronised });
      else this.following.delete(node);
    });
  }

  /** The node's replica ends, leader or mirror. Mirrors of a leader wait for another one, unless there is another one already. */
  leave(timeUs: number, node: string): void {
    this.change(timeUs, () => this.end(timeUs, node));
  }

  /** The queue is deleted by the leader on this node, and is gone if no other leads it. */
  delete(timeUs: number, node: string): void {
    this.change(timeUs, () => {
      this.end(timeUs, node);
      if (this.isLed) return;
      this.following.clear();
      this.states.enter(timeUs, null);
    });
  }

  /** The lane up to `endUs`. */
  lane(endUs: number): QueueLane {
    const { queue, type, leaders, mirrors, states } = this;
    return {
      queue,
      type,
      leaders: boundedSpans(closed(leaders, endUs), endUs),
      mirrors: boundedSpans(closed(mirrors, endUs), endUs),
      states: boundedStates<QueueStateSpan>(closed(states.spans, endUs), endUs),
    };
  }

  private leading(): string[] {
    return this.leaders.filter(({ toUs }) => toUs === OPEN_US).map(({ node }) => node);
  }

  private open(timeUs: number, node: string): void {
    this.leaders.push({ node, fromUs: timeUs, toUs: OPEN_US });
    this.states.enter(timeUs, 'running');
  }

  private end(timeUs: number, node: string): void {
    this.following.delete(node);
    for (const span of this.leaders) if (span.node === node && span.toUs === OPEN_US) span.toUs = timeUs;
    const others = this.leading();
    if (others.length === 0) return;
    for (const [mirror, { leader }] of [...this.following]) {
      if (leader === node) this.following.delete(mirror);
    }
  }

  /** Makes a change, and then the spans that follow from it. */
  private change(timeUs: number, make: () => void): void {
    make();
    const leading = this.leading();
    const isSplit = leading.length > 1;
    for (const node of leading) this.redrawLeader(timeUs, node, isSplit);
    const drawn = this.mirrors.filter(({ toUs }) => toUs === OPEN_US).map(({ node }) => node);
    for (const node of new Set([...drawn, ...this.following.keys()]))
      this.redrawMirror(timeUs, node, isSplit);
  }

  /** While several lead, each span says who follows. */
  private redrawLeader(timeUs: number, node: string, isSplit: boolean): void {
    const span = this.leaders.findLast((open) => open.node === node && open.toUs === OPEN_US)!;
    const followers = [...this.following].filter(([, { leader }]) => leader === node).map(([name]) => name);
    if (!isSplit) {
      if (span.view === undefined) return;
      span.toUs = timeUs;
      this.leaders.push({ node, fromUs: timeUs, toUs: OPEN_US });
      return;
    }
    const view = [node, ...followers];
    if (span.view !== undefined) {
      // A newcomer is told of in the same span: the other way round it would fall to pieces.
      span.view = [...new Set([...span.view, ...view])];
    } else if (span.fromUs === timeUs) span.view = view;
    else {
      span.toUs = timeUs;
      this.leaders.push({ node, fromUs: timeUs, toUs: OPEN_US, view });
    }
  }

  private redrawMirror(timeUs: number, node: string, isSplit: boolean): void {
    const known = this.following.get(node);
    const leader = isSplit ? known?.leader : undefined;
    const open = this.mirrors.find((span) => span.node === node && span.toUs === OPEN_US);
    if (open !== undefined) {
      if (known !== undefined && open.synchronised === known.synchronised && open.leader === leader) return;
      if (open.fromUs === timeUs) this.mirrors.splice(this.mirrors.indexOf(open), 1);
      else open.toUs = timeUs;
    }
    if (known === undefined) return;
    const { synchronised } = known;
    this.mirrors.push({ node, fromUs: timeUs, toUs: OPEN_US, synchronised, ...(leader && { leader }) });
  }
}
