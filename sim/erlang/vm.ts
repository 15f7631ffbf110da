/**
 * One incarnation of an Erlang VM: its processes, registered names, monitors and links, and what freezing or
 * killing it does to them. A node that boots again is a new VM with a new creation (CLU-27).
 *
 * Signals between two processes keep their order; signals to another node travel on the one connection between
 * the two VMs (NET-12). Schedulers, reductions and memory are left out.
 */
import type { Host, Scheduler, Thawable } from '../kernel/turns.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { NetworkHost } from '../network/host.ts';
import type { Internet } from '../network/dial.ts';
import { rule } from '../rules/registry.ts';
import type { Disk } from './disk.ts';
import type { ErlangProcess } from './erlang-process.ts';
import {
  Pid,
  type Destination,
  type DownMessage,
  type ExitReason,
  type Message,
  type MonitorRef,
  type NodeMessage,
} from './message.ts';
import { LinkTable } from './link-table.ts';
import { NetKernel, type NetKernelOptions } from './net-kernel.ts';
import { RemoteRequests, type RemoteOutcome } from './remote-requests.ts';
import type { Signal } from './signal.ts';
import { Standstill } from './standstill.ts';

const NET_15 = rule('NET-15');

export interface VmOptions extends NetKernelOptions {
  readonly node: string;
  readonly creation: number;
  readonly disk: Disk;
}

export class Vm implements Host {
  readonly simulation: Simulation;
  readonly scheduler: Scheduler;
  readonly internet: Internet;
  readonly machine: NetworkHost;
  readonly node: string;
  readonly creation: number;
  readonly disk: Disk;
  readonly netKernel: NetKernel;
  private readonly citeRule: (rule: { readonly index: number }) => void;
  private dead = false;
  private readonly standstill: Standstill;
  private readonly processes = new Set<ErlangProcess>();
  private readonly names = new Map<string, ErlangProcess>();
  /** Monitors of local processes on remote ones, by the remote node. */
  private readonly remoteMonitors = new Map<string, Set<MonitorRef>>();
  private readonly remoteLinks = new LinkTable();
  private readonly nodeWatchers = new Set<ErlangProcess>();
  private readonly remoteRequests = new RemoteRequests();

  constructor(scheduler: Scheduler, internet: Internet, options: VmOptions) {
    this.scheduler = scheduler;
    this.simulation = scheduler.simulation;
    this.internet = internet;
    this.node = options.node;
    this.standstill = new Standstill(this.simulation, options.node);
    this.creation = options.creation;
    this.machine = internet.host(options.node);
    this.disk = options.disk;
    this.citeRule = options.cite;
    this.netKernel = new NetKernel(this, options);
  }

  get runnable(): boolean {
    return !this.dead && this.standstill.processesRun;
  }

  get isAlive(): boolean {
    return !this.dead;
  }

  get isFrozen(): boolean {
    return this.standstill.isFrozen;
  }

  /** Marks a rule of the registry as exercised by this run. */
  cite(rule: { readonly index: number }): void {
    this.citeRule(rule);
  }

  /** Nodes this VM is connected to, oldest connection first (`erlang:nodes/0`). */
  connectedNodes(): string[] {
    return this.netKernel.connectedNodes();
  }

  // --- processes -------------------------------------------------------------------------------------------

  adopt(process: ErlangProcess): void {
    this.processes.add(process);
  }

  register(name: string, process: ErlangProcess): void {
    this.names.set(name, process);
  }

  whereis(name: string): ErlangProcess | undefined {
    return this.names.get(name);
  }

  /** Whether a process of this incarnation lives. Only its own VM can know. */
  isProcessAlive(pid: Pid): boolean {
    return pid.node === this.node && pid.creation === this.creation && pid.process.alive;
  }

  processExited(process: ErlangProcess, reason: ExitReason): void {
    this.processes.delete(process);
    this.nodeWatchers.delete(process);
    for (const [name, owner] of this.names) if (owner === process) this.names.delete(name);
    for (const ref of [...process.monitoredBy]) this.tellDown(ref, reason);
    process.monitoredBy.clear();
    for (const other of [...process.links]) this.sendExit(process, other, reason);
    process.links.clear();
  }

  private tellDown(ref: MonitorRef, reason: ExitReason): void {
    const watcherVm = ref.watcher.vm;
    if (watcherVm === this) this.fireMonitor(ref, reason);
    else this.signal(watcherVm.node, { kind: 'down', ref, reason }, false);
  }

  private sendExit(from: ErlangProcess, to: Pid, reason: ExitReason): void {
    if (this.isLocal(to)) {
      if (to.process.alive) to.process.receiveExit(from.pid, reason);
    } else {
      this.remoteLinks.remove(from, to);
      this.signal(to.node, { kind: 'exit', to, from: from.pid, reason }, false);
    }
  }

  private fireMonitor(ref: MonitorRef, reason: ExitReason): void {
    if (!ref.active) return;
    ref.active = false;
    this.remoteMonitors.get(ref.target.node)?.delete(ref);
    const down: DownMessage = { type: 'DOWN', ref, target: ref.target, reason };
    if (ref.watcher.alive) ref.watcher.receive(down);
  }

  // --- signals ---------------------------------------------------------------------------------------------

  private isLocal(destination: Destination): boolean {
    return destination.node === this.node;
  }

  private localTarget(destination: Destination): ErlangProcess | undefined {
    const process = destination instanceof Pid ? destination.process : this.names.get(destination.name);
    if (process === undefined || process.vm !== this || !process.alive) return undefined;
    return process;
  }

  private deliver(to: Destination, message: Message): void {
    const turns = to instanceof Pid ? to.turns : this.names.get(to.name)?.pid.turns;
    if (turns !== undefined && turns.host === this) turns.receive(message);
  }

  /**
   * Sends a message; to a remote node it opens a connection where there is none (NET-10). True if the process that sends is to be suspended
   * for it (NET-14).
   */
  send(to: Destination, message: Message, bytes: number): boolean {
    if (to.node !== this.node)
      return this.netKernel.transmit(to.node, { kind: 'send', to, message }, bytes, true);
    this.deliver(to, message);
    return false;
  }

  /** Sends only if the node is connected and its port is not busy; returns false and drops the message otherwise (`noconnect`, `nosuspend`). */
  sendIfConnected(to: Destination, message: Message, bytes: number): boolean {
    if (to.node === this.node) {
      this.deliver(to, message);
      return true;
    }
    if (!this.netKernel.isConnected(to.node) || this.netKernel.isBusy(to.node)) return false;
    this.netKernel.transmit(to.node, { kind: 'send', to, message }, bytes, false);
    return true;
  }

  private signal(node: string, signal: Signal, connect: boolean): void {
    this.netKernel.transmit(node, signal, SIGNAL_BYTES, connect);
  }

  /** Begins to watch. It may fire before this returns: who needs to recognise it notes the reference first. */
  monitor(ref: MonitorRef): void {
    const { target } = ref;
    if (this.isLocal(target)) {
      const process = this.localTarget(target);
      if (process === undefined) this.fireMonitor(ref, 'noproc');
      else process.monitoredBy.add(ref);
      return;
    }
    let monitors = this.remoteMonitors.get(target.node);
    if (monitors === undefined) this.remoteMonitors.set(target.node, (monitors = new Set()));
    monitors.add(ref);
    this.signal(target.node, { kind: 'monitor', ref }, true);
  }

  demonitor(ref: MonitorRef): void {
    if (!ref.active) return;
    ref.active = false;
    if (this.isLocal(ref.target)) this.localTarget(ref.target)?.monitoredBy.delete(ref);
    else if (this.remoteMonitors.get(ref.target.node)?.delete(ref) === true) {
      this.signal(ref.target.node, { kind: 'demonitor', ref }, false);
    }
  }

  link(process: ErlangProcess, to: Pid): void {
    process.links.add(to);
    if (this.isLocal(to)) {
      if (to.process.alive) to.process.links.add(process.pid);
      else process.receiveExit(to, 'noproc');
      return;
    }
    this.remoteLinks.add(process, to);
    this.signal(to.node, { kind: 'link', to, from: process.pid }, true);
  }

  unlink(process: ErlangProcess, to: Pid): void {
    if (!process.links.delete(to)) return;
    if (this.isLocal(to)) to.process.links.delete(process.pid);
    else {
      this.remoteLinks.remove(process, to);
      this.signal(to.node, { kind: 'unlink', to, from: process.pid }, false);
    }
  }

  /** Runs `run` on another node, as `rpc:call`; `reply` gets its value, `failed` a reason such as `nodedown`. */
  remoteCall<T>(node: string, run: (vm: Vm) => T, outcome: RemoteOutcome<T>): void {
    if (node === this.node) {
      outcome.reply(run(this));
      return;
    }
    const ref = this.remoteRequests.add(node, outcome);
    this.signal(node, { kind: 'request', ref, from: this.node, run }, true);
  }

  /** A signal from another VM, in the order in which that VM sent it. */
  receiveSignal(signal: Signal, from: string): void {
    switch (signal.kind) {
      case 'send':
        this.deliver(signal.to, signal.message);
        return;
      case 'monitor': {
        const process = this.localTarget(signal.ref.target);
        if (process === undefined) {
          this.signal(from, { kind: 'down', ref: signal.ref, reason: 'noproc' }, false);
        } else process.monitoredBy.add(signal.ref);
        return;
      }
      case 'demonitor':
        this.localTarget(signal.ref.target)?.monitoredBy.delete(signal.ref);
        return;
      case 'down':
        this.fireMonitor(signal.ref, signal.reason);
        return;
      case 'link': {
        const process = this.localTarget(signal.to);
        if (process === undefined) {
          this.signal(from, { kind: 'exit', to: signal.from, from: signal.to, reason: 'noproc' }, false);
          return;
        }
        process.links.add(signal.from);
        this.remoteLinks.add(process, signal.from);
        return;
      }
      case 'unlink': {
        const process = this.localTarget(signal.to);
        if (process !== undefined) {
          process.links.delete(signal.from);
          this.remoteLinks.remove(process, signal.from);
        }
        return;
      }
      case 'exit': {
        const process = this.localTarget(signal.to);
        if (process !== undefined) {
          this.remoteLinks.remove(process, signal.from);
          process.receiveExit(signal.from, signal.reason);
        }
        return;
      }
      case 'request':
        this.signal(signal.from, { kind: 'answer', ref: signal.ref, value: signal.run(this) }, false);
        return;
      case 'answer':
        this.remoteRequests.answer(signal.ref, signal.value);
    }
  }

  // --- nodes -----------------------------------------------------------------------------------------------

  /** `net_kernel:monitor_nodes`: the process gets `nodeup` and `nodedown` messages. */
  monitorNodes(process: ErlangProcess): void {
    this.nodeWatchers.add(process);
  }

  nodeUp(node: string): void {
    const message: NodeMessage = { type: 'nodeup', node, reason: '' };
    for (const watcher of this.nodeWatchers) watcher.receive(message);
  }

  /** Everything that one lost connection triggers at one instant (NET-15). */
  nodeDown(node: string, reason: string): void {
    this.cite(NET_15);
    this.connectionFailed(node);
    for (const process of this.processes) {
      for (const ref of [...process.monitoredBy]) {
        if (ref.watcher.vm.node === node) process.monitoredBy.delete(ref);
      }
    }
    const message: NodeMessage = { type: 'nodedown', node, reason };
    for (const watcher of this.nodeWatchers) watcher.receive(message);
  }

  /** There is no connection: what waits for the node fails. Without a nodedown if there never was one (NET-10). */
  connectionFailed(node: string): void {
    const monitors = this.remoteMonitors.get(node);
    this.remoteMonitors.delete(node);
    if (monitors !== undefined) for (const ref of monitors) this.fireMonitor(ref, 'noconnection');
    this.remoteLinks.breakAll(node);
    this.remoteRequests.fail(node);
  }

  // --- lifecycle -------------------------------------------------------------------------------------------

  defer(process: Thawable): void {
    this.standstill.defer(process);
  }

  /** Does `action` now, or, while the VM stands still, when it runs again. For sockets and timers of the VM itself. */
  whenRunning(action: () => void): void {
    if (!this.dead) this.standstill.whenRunning(action);
  }

  /** The VM stops executing; its kernel keeps the sockets open (NET-9, NET-21). */
  freeze(): void {
    if (this.dead || this.isFrozen) return;
    this.standstill.freeze();
    for (const end of this.machine.ends) end.mute(true);
  }

  thaw(): void {
    if (this.dead || !this.isFrozen) return;
    for (const end of this.machine.ends) end.mute(false);
    this.standstill.thaw();
  }

  /** The VM ends without last words; its kernel closes every socket (NET-9). */
  kill(): void {
    if (this.dead) return;
    this.perish();
    this.machine.closePorts();
    for (const end of [...this.machine.ends]) end.close('reset');
  }

  /** The machine goes with the VM: nothing is closed, nobody is told. */
  powerOff(): void {
    if (this.dead) return;
    // Power first: nothing that the VM's end would still say leaves the machine.
    this.machine.powerOff();
    this.perish();
  }

  private perish(): void {
    this.dead = true;
    this.netKernel.stop();
    for (const process of this.processes) process.perish();
    this.processes.clear();
    this.names.clear();
    this.remoteMonitors.clear();
    this.remoteLinks.clear();
    this.remoteRequests.clear();
    this.nodeWatchers.clear();
    this.standstill.clear();
  }
}

const SIGNAL_BYTES = 60;
