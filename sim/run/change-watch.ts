/**
 * Looks at the world whenever something happened in the cluster, for whoever wants to know what each node believed and when: just after a
 * record that tells of such a thing, and three times more while it is quiet, since what one node writes down reaches the others' tables
 * without a record of its own. Looking changes nothing of the run: its events come behind all others of their microsecond, and the limit on
 * events does not count them. What goes on changing is looked at ever less often, so that the effort stays bounded.
 */
import type { RecordType } from '../kernel/record-type.ts';
import { type EventHandle, Priority, type Simulation } from '../kernel/simulation.ts';
import * as records from '../records/cluster.ts';

const CHANGES: readonly RecordType[] = [
  records.nodedown,
  records.nodeup,
  records.rabbitDown,
  records.rabbitUp,
  records.nodeState,
  records.partitionDetected,
  records.autohealWinner,
  records.queueDeclared,
  records.queueDeleted,
  records.queuePromoted,
  records.queueRecovered,
  records.queueDown,
  records.queueUp,
  records.mirrorAdded,
  records.mirrorRemoved,
  records.mirrorSynchronised,
  records.followerOnline,
  records.syncStarted,
  records.syncFinished,
  records.operator,
];

/** From the last change to each look, as long as nothing else happens. */
const LOOKS_US = [5_000, 100_000, 1_000_000] as const;
/** After so many looks the first one after a change comes later, by `PACE_US`, and so on. */
const LOOKS_AT_ONE_PACE = 128;
const PACE_US = 5_000;

export class ChangeWatch {
  private readonly simulation: Simulation;
  private readonly look: () => void;
  private changedUs = 0;
  private hasNews = false;
  private pending: EventHandle = 0;
  private looks = 0;

  /** Looks at once, and from then on after each change. */
  constructor(simulation: Simulation, look: () => void) {
    this.simulation = simulation;
    this.look = look;
    look();
    for (const type of CHANGES) simulation.journal.on(type, () => this.changed());
  }

  /** Events of the simulation that were ours. */
  get events(): number {
    return this.looks;
  }

  private changed(): void {
    this.changedUs = this.simulation.nowUs;
    if (this.hasNews) return;
    this.hasNews = true;
    this.simulation.cancel(this.pending);
    this.wait(PACE_US * Math.floor(this.looks / LOOKS_AT_ONE_PACE));
  }

  private wait(us: number): void {
    this.pending = this.simulation.after(us, Priority.process, () => {
      this.hasNews = false;
      this.looks += 1;
      this.look();
      const sinceUs = this.simulation.nowUs - this.changedUs;
      const next = LOOKS_US.find((later) => later > sinceUs);
      if (next !== undefined) this.wait(next - sinceUs);
    });
  }
}
