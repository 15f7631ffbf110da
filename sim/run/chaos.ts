/**
 * The rows of `chaos` on the clock: rows with `at` at their time, in file order where times are equal; a row with `after` once its
 * event has come after the row before it has happened; a nemesis as the steps it draws. Every row is noted when it begins and when
 * it ends.
 */
import type { Journal } from '../kernel/journal.ts';
import { Priority, type Simulation } from '../kernel/simulation.ts';
import { faultBegan, faultEnded } from '../records/cluster.ts';
import type { ChaosAction, ChaosRow } from '../scenario/chaos-model.ts';
import { Actions, type Lasting, type Scene } from './actions.ts';
import { onFirstEvent } from './event-trigger.ts';
import { faultWords } from './fault-words.ts';
import { drawNemesis, type NemesisStep } from './nemesis.ts';

export interface ChaosListener {
  /** Something is going on until this time, from the start of the scenario. */
  busyUntil(timeUs: number): void;
}

/** A step that the nemesis drew, for the report. */
export interface DrawnStep extends NemesisStep {
  readonly line: number;
}

export class Chaos {
  readonly drawn: DrawnStep[] = [];
  private readonly simulation: Simulation;
  private readonly journal: Journal;
  private readonly actions: Actions;
  private readonly nodes: readonly string[];
  private readonly originUs: number;
  private readonly listener: ChaosListener;
  private readonly rows: readonly ChaosRow[];
  private readonly unmet = new Set<ChaosRow>();
  private faults = 0;
  private isOver = false;

  /** Sets the rows on the clock, whose time 0 is now. */
  constructor(scene: Scene, rows: readonly ChaosRow[], listener: ChaosListener) {
    this.simulation = scene.simulation;
    this.journal = scene.simulation.journal;
    this.actions = new Actions(scene);
    this.nodes = [...scene.world.nodes.keys()];
    this.originUs = scene.simulation.nowUs;
    this.listener = listener;
    this.rows = rows;
    for (const row of rows) {
      const { when } = row;
      if (when.kind === 'after') this.unmet.add(row);
      else this.simulation.after(when.atUs, Priority.world, () => this.atItsTurn(row));
    }
    this.arm(rows[0]);
  }

  /** The workloads are closed: nothing more is done to the cluster, whatever happens. */
  end(): void {
    this.isOver = true;
  }

  /** Rows whose event has not come. */
  unmetRows(): ChaosRow[] {
    return [...this.unmet];
  }

  private get nowUs(): number {
    return this.simulation.nowUs - this.originUs;
  }

  /** Begins to wait for the event of a row, if it has one. */
  private arm(row: ChaosRow | undefined): void {
    if (row === undefined || row.when.kind !== 'after') return;
    const { event, plusUs } = row.when;
    onFirstEvent(this.journal, event, () => {
      if (this.isOver) return;
      this.unmet.delete(row);
      this.listener.busyUntil(this.nowUs + plusUs + (row.forUs ?? 0));
      this.simulation.after(plusUs, Priority.world, () => this.happen(row));
    });
  }

  /** Behind everything that ends at this very moment: what ends and begins again must not end what has just begun. */
  private atItsTurn(row: ChaosRow): void {
    this.simulation.after(0, Priority.world, () => this.happen(row));
  }

  private happen(row: ChaosRow): void {
    const { action } = row;
    if (action.verb === 'nemesis') this.unleash(action, row.line);
    else this.perform(action, row.forUs, null, row.line);
    this.arm(this.rows[this.rows.indexOf(row) + 1]);
  }

  private unleash(nemesis: ChaosAction & { readonly verb: 'nemesis' }, line: number): void {
    const random = this.simulation.random.stream(`nemesis/${line}`);
    for (const step of drawNemesis(nemesis, this.nowUs, this.nodes, random)) {
      this.drawn.push({ ...step, line });
      this.listener.busyUntil(step.atUs + step.forUs);
      this.simulation.after(step.atUs - this.nowUs, Priority.world, () =>
        this.perform(step.action, step.forUs, step.ending, 0),
      );
    }
  }

  private perform(action: ChaosAction, forUs: number | null, ending: ChaosAction | null, line: number): void {
    this.faults += 1;
    const fault = this.faults;
    const words = faultWords(action, forUs);
    this.journal.write(faultBegan, fault, this.journal.intern(words.began), line);
    const end = ending === null ? words.ended : faultWords(ending, null).began;
    let isOver = false;
    const ended = (): void => {
      if (isOver) return;
      isOver = true;
      this.journal.write(faultEnded, fault, this.journal.intern(end));
    };
    if (action.verb === 'rolling_restart') {
      this.listener.busyUntil(this.nowUs + action.nodes.length * (action.downtimeUs + action.pauseUs));
    }
    const lasting = this.actions.begin(action, ended);
    if (ending !== null && forUs !== null) {
      this.simulation.after(forUs, Priority.world, () => {
        this.actions.begin(ending, () => {});
        ended();
      });
    } else this.limit(lasting, forUs, ended);
  }

  private limit(lasting: Lasting | null, forUs: number | null, ended: () => void): void {
    if (lasting === null) ended();
    else if (forUs !== null) this.simulation.after(forUs, Priority.world, () => lasting.end());
  }
}
