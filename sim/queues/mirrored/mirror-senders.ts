/**
 * The publishing channels that a mirror knows. It forgets one only when it has heard of its death twice, by its own monitor and from the
 * leader through the ring; if only its monitor fired it asks the leader to look, again and again (MIR-36).
 */
import type { MonitorRef, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { RunBackingQueue } from '../classic/leader-messages.ts';
import type { QueueProcess } from '../classic/queue-process.ts';
import type { EnsureMonitoring } from './instructions.ts';
import type { Pairing } from './pairing.ts';

const MIR_36 = rule('MIR-36');

const SENDER_DEATH_TIMEOUT_US = 20_000_000;

export class MirrorSenders {
  private readonly process: QueueProcess;
  private readonly pairing: Pairing;
  private readonly monitors = new Map<Pid, MonitorRef>();
  private last: Pid | undefined;

  constructor(process: QueueProcess, pairing: Pairing) {
    this.process = process;
    this.pairing = pairing;
  }

  /** Somebody published through this channel. */
  note(channel: Pid): void {
    if (channel === this.last) return;
    this.last = channel;
    if (!this.monitors.has(channel)) this.monitors.set(channel, this.process.monitor(channel));
  }

  /** Our monitor on this process fired; nothing happens if it is no channel that we know. */
  monitorFired(channel: Pid): void {
    if (!this.monitors.has(channel)) return;
    this.confirmLater(channel);
    this.heardOfDeath(channel, 'down_from_channel');
  }

  /** The leader says so. */
  leaderSawDeath(channel: Pid): void {
    if (this.monitors.has(channel)) this.heardOfDeath(channel, 'down_from_gm');
  }

  /** 20 seconds after our monitor fired: if the leader has said nothing, it is asked to look. */
  confirmDeath({ action, channel }: RunBackingQueue, gm: Pid): void {
    if (action !== 'confirm_sender_death' || channel === null || !this.monitors.has(channel)) return;
    this.process.vm.cite(MIR_36);
    const request: EnsureMonitoring = { type: 'ensure_monitoring', channels: [channel] };
    this.process.send(gm, request);
    this.confirmLater(channel);
  }

  /** Ends all monitors. Returns all channels, and those that are alive as far as we know. */
  handOver(): { all: Pid[]; alive: Pid[] } {
    const all = [...this.monitors.keys()];
    const alive = all.filter((channel) => this.monitors.get(channel)!.active);
    for (const monitor of this.monitors.values()) this.process.demonitor(monitor);
    return { all, alive };
  }

  private heardOfDeath(channel: Pid, account: 'down_from_channel' | 'down_from_gm'): void {
    if (!this.pairing.senderDown(channel, account)) return;
    this.process.credit.forget(channel);
    this.process.demonitor(this.monitors.get(channel)!);
    this.monitors.delete(channel);
    this.last = undefined;
  }

  private confirmLater(channel: Pid): void {
    const message: RunBackingQueue = { type: 'run_backing_queue', action: 'confirm_sender_death', channel };
    this.process.startTimer(SENDER_DEATH_TIMEOUT_US, message);
  }
}
