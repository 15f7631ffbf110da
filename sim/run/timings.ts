/**
 * Draws of how long things take that no rule fixes. A scenario (or its defaults) gives a few durations; here they are divided
 * among the stretches that a node goes through, in the proportions of the recorded runs marked quiet in the ground truth
 * (medians of 26 experiments on an idle machine):
 *
 * - from `start` to distribution 1.76 s (1.28 to 2.06, 8 boots; first nodeup), from there to Mnesia's start 3.43 s (2.6 to 3.9;
 *   25 ms before the log's "Starting RabbitMQ"): a third and two thirds of `vm_boot`;
 * - from `start_app` or a resume to Mnesia's start 0.39 s (0.37 to 0.72, 9 starts), from the announcement to open listeners 0.147 s
 *   (0.10 to 0.25, 24 starts); what lies between is simulated: shares of `app_boot` (0.68 s from command to started);
 * - from the decision to stop to closed connections 0.073 s (0.04 to 0.33, 21 stops): `app_stop`;
 * - a command line tool before it acts 0.337 s (0.33 to 0.40, 9 `stop_app`): `cli`;
 * - from a heal to nodeup 1.30 s (5 % 0.17, 95 % 2.05, 118 reconnections): `reconnect`.
 */
import type { RandomStream, RandomStreams } from '../kernel/random.ts';
import type { Duration, Timings } from '../scenario/model.ts';

const DISTRIBUTION_SHARE = 0.34;
const APP_BOOT_SHARE = 0.57;
const LISTENERS_SHARE = 0.22;

/** One draw of a duration, µs. */
export function drawUs(duration: Duration, random: RandomStream): number {
  return duration.kind === 'fixed' ? duration.us : random.lognormalUs(duration.medianUs, duration.p99Us);
}

/** Durations of one run, drawn anew at each call. Each node has streams of its own, so that no node's luck changes another's. */
export class TimingDraws {
  private readonly timings: Timings;
  private readonly random: RandomStreams;

  constructor(timings: Timings, random: RandomStreams) {
    this.timings = timings;
    this.random = random;
  }

  /** From the start of the operating system's process to distribution. */
  vmBootUs(node: string): number {
    return share(this.draw('vm_boot', node, this.timings.vmBoot), DISTRIBUTION_SHARE);
  }

  /** From distribution to Mnesia's start when the application boots with its VM. */
  firstAppBootUs(node: string): number {
    return share(this.draw('vm_boot', node, this.timings.vmBoot), 1 - DISTRIBUTION_SHARE);
  }

  /** From `start_app` (or a resume) to Mnesia's start. */
  appBootUs(node: string): number {
    return share(this.draw('app_boot', node, this.timings.appBoot), APP_BOOT_SHARE);
  }

  /** From the announcement to open listeners. */
  listenersUs(node: string): number {
    return share(this.draw('app_boot', node, this.timings.appBoot), LISTENERS_SHARE);
  }

  /** From the decision to stop to closed listeners and connections. */
  appStopUs(node: string): number {
    return this.draw('app_stop', node, this.timings.appStop);
  }

  /** A command line tool, before it acts. */
  cliUs(node: string): number {
    return this.draw('cli', node, this.timings.cli);
  }

  /** The dial of a distribution connection after a heal. */
  reconnectUs(node: string): number {
    return this.draw('reconnect', node, this.timings.reconnect);
  }

  /** Draws one fsync after the other of a node's disk. */
  fsync(node: string, duration: Duration): () => number {
    const stream = this.random.stream(`disks/fsync/${node}`);
    return () => drawUs(duration, stream);
  }

  private draw(what: string, node: string, duration: Duration): number {
    return drawUs(duration, this.random.stream(`timings/${what}/${node}`));
  }
}

function share(us: number, part: number): number {
  return Math.round(us * part);
}
