/**
 * Everything that carries messages between clusters on one node: the shovels and the links of federation, started with the application and
 * stopped before its queues. A node whose scenario has none of them has no such processes.
 */
import type { FieldValue } from '../amqp/basic-message.ts';
import type { NodeContext } from '../broker/node-context.ts';
import { rabbitQueue } from '../broker/queue-record.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { queueKey } from '../records/queue-key.ts';
import { Federation, QUEUE_LINKS } from './federation.ts';
import type { LinkContext } from './link-context.ts';
import { LinkStatuses, type LinkStatus } from './link-status.ts';
import { LinkSupervisor } from './link-supervisor.ts';
import {
  MirroredSupervisor,
  startMirroredChild,
  stopMirroredChild,
  stopSupervisor,
} from './mirrored-supervisor.ts';
import {
  deleteParameter,
  listParameters,
  readParameter,
  writeParameter,
  type Component,
  type ParameterRecord,
} from './parameters.ts';
import type { ConsumerState } from './queue-link.ts';
import { readShovel, type ShovelDefinition } from './shovel-definition.ts';
import { readStaticShovel } from './static-shovel.ts';
import { ShovelWorker } from './shovel.ts';
import { isFederated } from './upstream.ts';

const SHOVELS = 'rabbit_shovel_dyn_worker_sup_sup';
const STATIC_SHOVELS = 'rabbit_shovel_worker_sup';
const US_PER_S = 1_000_000;

/** What the node's plugins are made with. */
export interface LinkSettings {
  readonly clusterName: string;
  clusterOf(machine: string): string;
  clusterNameOf(machine: string): string;
  /** Shovels of `advanced.config`, the same on every node of the cluster. */
  readonly staticShovels: readonly { readonly name: string; readonly value: FieldValue }[];
}

export class Links {
  private readonly home: LinkContext;
  private readonly settings: LinkSettings;
  private supervisors: readonly MirroredSupervisor[] = [];
  private federation: Federation | undefined;

  constructor(context: NodeContext, settings: LinkSettings) {
    this.settings = settings;
    this.home = { context, statuses: new LinkStatuses(), ...settings };
  }

  /** The application is up. */
  start(): void {
    const { database } = this.home.context;
    const shovels = new MirroredSupervisor(this.home, SHOVELS, (name) => this.startShovel(name));
    this.federation = new Federation(this.home);
    const { exchanges, queues } = this.federation;
    const statics = new MirroredSupervisor(this.home, STATIC_SHOVELS, (name) => this.startStatic(name));
    statics.begin(this.settings.staticShovels.map(({ name }) => name));
    this.supervisors = [shovels, statics, exchanges, queues];
    shovels.begin(listParameters(database, 'shovel').map(({ name }) => name));
  }

  /** How the links stand that run here, or did when their node last heard of them. */
  status(kind: LinkStatus['kind']): readonly LinkStatus[] {
    return this.home.statuses.list(kind);
  }

  /** Ends what runs here, in order; `done` when the last connection is closed. */
  stop(caller: ErlangProcess, done: () => void): void {
    this.federation?.shutdown();
    let open = this.supervisors.length;
    const supervisors = this.supervisors;
    this.supervisors = [];
    if (open === 0) done();
    for (const supervisor of supervisors) {
      stopSupervisor(caller, supervisor, () => {
        open -= 1;
        if (open === 0) done();
      });
    }
  }

  /** As `stop`, at the end of an experiment, which waits for nothing. */
  end(): void {
    this.federation?.shutdown();
    // Whatever waits for a link that has ended in order would go with it.
    for (const supervisor of this.supervisors) supervisor.shutdown('end_of_experiment');
    this.supervisors = [];
  }

  /** The leader of a federated queue tells its links, wherever they are, whether somebody here waits for messages. */
  consumerStateChanged(leader: ErlangProcess, queue: string, run: boolean): void {
    const { database } = this.home.context;
    if (!isFederated(database.read(rabbitQueue, queue)?.policy ?? null)) return;
    const message: ConsumerState = { type: 'consumer_state', queue, run };
    for (const node of database.runningNodes()) leader.send({ node, name: QUEUE_LINKS }, message);
  }

  private startShovel(name: string): LinkSupervisor | null {
    const { context } = this.home;
    const value = readParameter(context.database, 'shovel', name);
    if (value === undefined) return null;
    return this.supervise(name, 'dynamic', readShovel(value).shovel);
  }

  private startStatic(name: string): LinkSupervisor | null {
    const found = this.settings.staticShovels.find((each) => each.name === name);
    return found === undefined ? null : this.supervise(name, 'static', readStaticShovel(found.value).shovel);
  }

  private supervise(name: string, type: 'dynamic' | 'static', shovel: ShovelDefinition): LinkSupervisor {
    const { context } = this.home;
    const { reconnectDelayS, source } = shovel;
    const kind =
      reconnectDelayS === 0 ? 'temporary' : source.deleteAfter === 'never' ? 'permanent' : 'transient';
    const recordName = queueKey(this.home.clusterOf(context.node), name);
    return new LinkSupervisor(
      context.vm,
      `supervisor of shovel ${name}`,
      { kind, delayUs: reconnectDelayS * US_PER_S },
      () => new ShovelWorker(this.home, { name, recordName, type }, shovel),
      (supervisor, reason) => {
        // A shovel that has moved what it was to move takes its parameter with it.
        this.home.statuses.remove(recordName);
        if (reason === 'autodelete') deleteParameter(context.database, supervisor, 'shovel', name, () => {});
      },
    );
  }

  // --- parameters -------------------------------------------------------------------------------------------

  /** Sets a parameter whose value is known to be good. What it concerns is started on this node, unless it runs already. */
  set(caller: ErlangProcess, record: ParameterRecord, done: () => void): void {
    const { database } = this.home.context;
    const { component, name } = record;
    writeParameter(database, caller, record, () => {
      if (component === 'shovel')
        stopMirroredChild(caller, SHOVELS, name, () => startMirroredChild(caller, SHOVELS, name, done));
      else done();
    });
  }

  /** Clears a parameter; `done` is told whether there was one. */
  clear(caller: ErlangProcess, component: Component, name: string, done: (found: boolean) => void): void {
    const { database } = this.home.context;
    deleteParameter(database, caller, component, name, (found) => {
      if (!found || component !== 'shovel') done(found);
      else stopMirroredChild(caller, SHOVELS, name, () => done(true));
    });
  }
}
