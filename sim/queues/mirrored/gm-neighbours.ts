/** The two neighbours of a ring process: monitors on them, and everything that is sent to them. */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { MonitorRef, Pid } from '../../erlang/message.ts';
import type { View } from './gm-group.ts';
import { snapshotOf, type ActivityEntry, type Members, type MembersSnapshot } from './gm-members.ts';
import type { RingMessage } from './gm-messages.ts';

const ACTIVITY_OVERHEAD_BYTES = 200;
/**
 * Processor time of sending or passing on one activity, and of each instruction in it. Under load it is what makes a busy ring
 * carry several broadcasts in one activity.
 */
const ACTIVITY_COST_US = 50;
const INSTRUCTION_COST_US = 1;

interface Neighbour {
  readonly pid: Pid;
  readonly monitor: MonitorRef | undefined;
}

export class GmNeighbours {
  private readonly self: ErlangProcess;
  private leftOne: Neighbour;
  private rightOne: Neighbour;

  constructor(self: ErlangProcess) {
    this.self = self;
    this.leftOne = { pid: self.pid, monitor: undefined };
    this.rightOne = this.leftOne;
  }

  get left(): Pid {
    return this.leftOne.pid;
  }

  /** Nobody else is in the ring. */
  get isAlone(): boolean {
    return this.rightOne.pid === this.self.pid;
  }

  /** The neighbour that this monitor is on, if it still is one. */
  monitoredBy(ref: MonitorRef): Pid | undefined {
    return [this.leftOne, this.rightOne].find((neighbour) => neighbour.monitor === ref)?.pid;
  }

  /** Takes the neighbours that the view gives us; true when the right one is new and not ourselves. */
  follow(view: View): boolean {
    const member = view.members.get(this.self.pid)!;
    const oldRight = this.rightOne;
    this.leftOne = this.ensure(view, this.leftOne, member.left);
    this.rightOne = this.ensure(view, oldRight, member.right);
    return this.rightOne !== oldRight && !this.isAlone;
  }

  /** Sends an activity to the right; returns the processor time it takes. */
  sendActivity(view: View, entries: readonly ActivityEntry[]): number {
    let bytes = ACTIVITY_OVERHEAD_BYTES;
    let instructions = 0;
    for (const entry of entries) {
      for (const batch of entry.publications) {
        bytes += batch.bytes;
        instructions += batch.instructions.length;
      }
    }
    this.tell(view, this.rightOne.pid, { kind: 'activity', left: this.self.pid, entries }, bytes);
    return ACTIVITY_COST_US + instructions * INSTRUCTION_COST_US;
  }

  /** Tells the right neighbour all that we know of publications under way. */
  sendCatchUp(view: View, members: Members): void {
    this.catchUp(view, this.rightOne.pid, snapshotOf(members));
  }

  /** Passes on, still without an opinion of our own, what our left neighbour told us. */
  passCatchUp(view: View, members: MembersSnapshot): void {
    if (!this.isAlone) this.catchUp(view, this.rightOne.pid, members);
  }

  /** Greets a newcomer that is not our neighbour yet. */
  greet(view: View, newcomer: Pid, members: Members): void {
    this.catchUp(view, newcomer, snapshotOf(members));
  }

  private catchUp(view: View, to: Pid, members: MembersSnapshot): void {
    let bytes = ACTIVITY_OVERHEAD_BYTES;
    for (const member of members.values()) for (const batch of member.pending) bytes += batch.bytes;
    this.tell(view, to, { kind: 'catchup', left: this.self.pid, members }, bytes);
  }

  private tell(view: View, to: Pid, body: RingMessage['body'], bytes?: number): void {
    const message: RingMessage = { type: '$gm', version: view.version, body };
    this.self.send(to, message, bytes);
  }

  private ensure(view: View, present: Neighbour, wanted: Pid): Neighbour {
    const { self } = this;
    if (present.pid === wanted) return present;
    if (present.monitor !== undefined) {
      self.demonitor(present.monitor);
      this.tell(view, present.pid, { kind: 'check_neighbours' });
    }
    if (wanted === self.pid) return { pid: wanted, monitor: undefined };
    this.tell(view, wanted, { kind: 'check_neighbours' });
    return { pid: wanted, monitor: self.monitor(wanted) };
  }
}
