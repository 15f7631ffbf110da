/**
 * One RabbitMQ node as the world sees it: a machine with a disk, the VM that runs on it at the moment, and the application in the
 * VM. What faults and operators do to a node they do here; the broker inside never learns why (law 2).
 */
import { MnesiaDirectory, SCHEMA_KEY, schemaTable } from '../cluster/table-store.ts';
import { Disk } from '../erlang/disk.ts';
import { MachineResources } from '../erlang/resources.ts';
import { Vm } from '../erlang/vm.ts';
import type { Scheduler } from '../kernel/turns.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import type { Internet } from '../network/dial.ts';
import type { AutohealMemory } from '../partitions/outside-process.ts';
import { wipeQueues } from '../queues/classic/wipe.ts';
import { wipeLogs } from '../queues/quorum/erase-log.ts';
import * as records from '../records/cluster.ts';
import { rule, type Rule } from '../rules/registry.ts';
import { Application, type ApplicationOwner } from './application.ts';
import type { NodeSettings } from './settings.ts';

const CLU_27 = rule('CLU-27');
const NET_9 = rule('NET-9');

export type NodeState = 'running' | 'paused' | 'stopped' | 'down' | 'frozen' | 'booting';
/** Why an application stops: an operator, a strategy, a loser's restart, or the VM's own orderly end. */
export type StopReason = 'stop_app' | 'paused' | 'autoheal' | 'stop';
export type StartReason = 'start' | 'start_app' | 'resumed' | 'autoheal';

/** From the application's end to the VM's. `t09-full-stop-start-wrong-order`: 17 to 35 ms. */
const VM_HALT_US = 20_000;

export class RabbitNode implements ApplicationOwner {
  readonly name: string;
  readonly settings: NodeSettings;
  readonly disk: Disk;
  readonly resources: MachineResources;
  directory = new MnesiaDirectory();
  /** The cookie that the next VM starts with. */
  cookie: string;
  private readonly scheduler: Scheduler;
  private readonly internet: Internet;
  private readonly cite: (rule: { readonly index: number }) => void;
  private currentVm: Vm | null = null;
  private app: Application | null = null;
  private phase: 'down' | 'vm_boot' | 'booting' | 'running' | 'stopping' | 'stopped' | 'paused' = 'down';
  private vmBoot: EventHandle = 0;
  private creation = 0;
  private autohealMemory: AutohealMemory = null;
  /** Called when the phase has settled: a start or stop that came in between waits for it. */
  private settled: (() => void)[] = [];

  constructor(
    scheduler: Scheduler,
    internet: Internet,
    settings: NodeSettings,
    cite: (rule: { readonly index: number }) => void,
  ) {
    this.scheduler = scheduler;
    this.internet = internet;
    this.settings = settings;
    this.name = settings.name;
    this.cookie = settings.cookie;
    this.cite = cite;
    this.resources = new MachineResources(settings.diskBytes);
    this.disk = new Disk(scheduler.simulation, settings.fsyncUs);
    this.directory.discTables.set(schemaTable.name, new Map([[SCHEMA_KEY, settings.schema]]));
    for (const node of settings.downs) this.directory.downs.add(node);
  }

  get vm(): Vm | null {
    return this.currentVm;
  }

  /** The application while it runs or boots. */
  get application(): Application | null {
    return this.app;
  }

  get state(): NodeState {
    if (this.currentVm?.isFrozen === true) return 'frozen';
    switch (this.phase) {
      case 'down':
      case 'paused':
      case 'stopped':
        return this.phase;
      case 'vm_boot':
      case 'booting':
        return 'booting';
      default:
        return 'running';
    }
  }

  private note(why: string): void {
    const { journal } = this.scheduler.simulation;
    journal.write(
      records.nodeState,
      journal.intern(this.name),
      journal.intern(this.state),
      journal.intern(why),
    );
  }

  private recordBusyPort(peer: string): void {
    const { journal } = this.scheduler.simulation;
    journal.write(records.busyDistPort, journal.intern(this.name), journal.intern(peer));
  }

  private record(type: typeof records.nodeStarted): void {
    const { journal } = this.scheduler.simulation;
    journal.write(type, journal.intern(this.name));
  }

  private settle(phase: typeof this.phase, why: string): void {
    this.phase = phase;
    this.note(why);
    for (const action of this.settled.splice(0)) action();
  }

  // --- the VM ----------------------------------------------------------------------------------------------

  /** Boots the VM and then the application; nothing happens when it is up already. */
  start(done: (error: string | null) => void = () => {}): void {
    if (this.phase !== 'down') {
      done('already running');
      return;
    }
    this.internet.host(this.name).powerOn();
    this.phase = 'vm_boot';
    this.note('start');
    const { simulation } = this.scheduler;
    this.vmBoot = simulation.after(this.settings.timings.vmBootUs(), Priority.world, () => {
      this.startVm();
      // The VM starts it by itself: `start_app` now would be a second start.
      this.phase = 'booting';
      this.vmBoot = simulation.after(this.settings.timings.firstAppBootUs(), Priority.world, () => {
        this.whenVmRuns(() => this.bootApplication('start', done));
      });
    });
  }

  private startVm(): void {
    this.creation++;
    if (this.creation > 1) this.cite(CLU_27);
    const tickPhase = this.scheduler.simulation.random.stream(`net_tick/${this.name}`);
    const tickIntervalUs = Math.floor(this.settings.netTicktimeUs / 4);
    this.currentVm = new Vm(this.scheduler, this.internet, {
      node: this.name,
      creation: this.creation,
      disk: this.disk,
      cite: this.cite,
      netTicktimeUs: this.settings.netTicktimeUs,
      cookie: this.cookie,
      tickPhaseUs: tickPhase.uniformUs(0, tickIntervalUs - 1),
      portBusy: (peer) => this.recordBusyPort(peer),
    });
    this.phase = 'stopped';
  }

  /** Runs `action` in the VM of now, unless it dies first. */
  private whenVmRuns(action: () => void): void {
    const vm = this.currentVm;
    vm?.whenRunning(() => {
      if (this.currentVm === vm && vm.isAlive) action();
    });
  }

  kill(): void {
    this.app?.abandon();
    this.currentVm?.kill();
    this.die('kill');
  }

  powerOff(): void {
    this.app?.abandon();
    if (this.currentVm === null) this.internet.host(this.name).powerOff();
    else this.currentVm.powerOff();
    this.die('power_off');
  }

  private die(why: string): void {
    if (this.phase === 'down') return;
    this.cite(NET_9);
    this.scheduler.simulation.cancel(this.vmBoot);
    this.currentVm = null;
    this.app = null;
    this.autohealMemory = null;
    this.settled = [];
    if (why !== 'stop') this.record(records.nodeKilled);
    this.settle('down', why);
  }

  freeze(): void {
    if (this.currentVm === null || this.currentVm.isFrozen) return;
    this.cite(NET_9);
    this.currentVm.freeze();
    this.note('freeze');
  }

  unfreeze(): void {
    if (this.currentVm?.isFrozen !== true) return;
    const vm = this.currentVm;
    vm.thaw();
    this.note('unfreeze');
  }

  /** The orderly end of the whole VM: the application first (CLU-22). */
  stop(done: () => void): void {
    this.stopApplication('stop', () => {
      const vm = this.currentVm;
      this.scheduler.simulation.after(VM_HALT_US, Priority.world, () => {
        if (vm === null || this.currentVm !== vm) return;
        vm.kill();
        this.die('stop');
        done();
      });
    });
  }

  // --- the application -------------------------------------------------------------------------------------

  /** Starts the application in the running VM; `done` gets the error, or null when it is up. */
  startApplication(why: StartReason, done: (error: string | null) => void = () => {}): void {
    if (this.phase === 'booting' || this.phase === 'stopping') {
      this.settled.push(() => this.startApplication(why, done));
      return;
    }
    if (this.phase === 'running') {
      done(null);
      return;
    }
    if (this.currentVm === null) {
      done('nodedown');
      return;
    }
    const vm = this.currentVm;
    this.phase = 'booting';
    this.note(why);
    this.scheduler.simulation.after(this.settings.timings.appBootUs(), Priority.world, () => {
      if (this.currentVm === vm) this.whenVmRuns(() => this.bootApplication(why, done));
    });
  }

  private bootApplication(why: StartReason, done: (error: string | null) => void): void {
    const app = new Application(this.currentVm!, this);
    this.app = app;
    this.phase = 'booting';
    app.start(
      () => {
        this.record(why === 'resumed' ? records.nodeResumed : records.nodeStarted);
        this.settle('running', why);
        done(null);
      },
      (reason) => this.bootFailed(app, why, reason, done),
    );
  }

  private bootFailed(
    app: Application,
    why: StartReason,
    reason: string,
    done: (error: string | null) => void,
  ): void {
    const { journal } = this.scheduler.simulation;
    journal.write(records.bootFailed, journal.intern(this.name), journal.intern(reason));
    if (why === 'start') {
      // A node that cannot boot its application ends its VM (CLU-13).
      this.currentVm?.kill();
      this.die('stop');
      done(reason);
      return;
    }
    app.stop(() => {
      this.app = null;
      this.settle('stopped', 'boot_failed');
      done(reason);
    });
  }

  /** Stops the application; the VM and its connections stay (CLU-22). */
  stopApplication(why: StopReason, done: () => void = () => {}): void {
    if (this.phase === 'stopping' || (this.phase === 'booting' && this.app === null)) {
      this.settled.push(() => this.stopApplication(why, done));
      return;
    }
    const app = this.app;
    if (app === null || (this.phase !== 'running' && this.phase !== 'booting')) {
      if (this.phase === 'paused' && why === 'stop_app') this.settle('stopped', why);
      done();
      return;
    }
    this.phase = 'stopping';
    app.stop(() => {
      if (this.app !== app) return;
      this.app = null;
      this.record(records.nodeStopped);
      this.settle(why === 'paused' ? 'paused' : 'stopped', why);
      done();
    });
  }

  rememberAutoheal(memory: AutohealMemory): void {
    this.autohealMemory = memory;
  }

  takeAutohealMemory(): AutohealMemory {
    const memory = this.autohealMemory;
    this.autohealMemory = null;
    return memory;
  }

  /** Everything on the disk is gone, by the rule of the command that asked for it: an empty node of its own. */
  wipe(decidedBy: Rule): void {
    wipeQueues(this.disk, this.scheduler.simulation.journal, this.settings.cluster, this.name, decidedBy);
    wipeLogs(this.disk, this.scheduler.simulation.journal, this.settings.cluster, this.name, decidedBy);
    for (const path of this.disk.list('')) this.disk.remove(path);
    this.directory = new MnesiaDirectory();
    this.directory.discTables.set(
      schemaTable.name,
      new Map([[SCHEMA_KEY, [{ name: this.name, type: 'disc' }]]]),
    );
  }
}
