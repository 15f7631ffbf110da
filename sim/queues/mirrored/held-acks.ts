/**
 * Acknowledgements of one ring process's own publications, by which everybody forgets them (MIR-12). They travel with its
 * next publication instead of making a lap of their own, or alone when they have waited as long as a broadcast may. That is
 * half of the ring's traffic, and nobody can tell it from acknowledgements that are still on their way (OVR-5).
 */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import { Priority } from '../../kernel/simulation.ts';

const HELD_AT_MOST_US = 25_000;
const NONE: readonly number[] = [];

/** To the process itself: what it holds has to go. */
export const ACKS_DUE: Message = { type: 'acks_due' };

export class HeldAcks {
  private readonly process: ErlangProcess;
  private acks: number[] = [];
  private sinceUs = 0;
  private looking = false;

  constructor(process: ErlangProcess) {
    this.process = process;
  }

  get held(): readonly number[] {
    return this.acks;
  }

  /** Holds numbers of publications that have come round, in the order in which they did. Always true: they are held. */
  hold(acks: readonly number[]): true {
    if (this.acks.length === 0) this.sinceUs = this.process.vm.simulation.nowUs;
    for (const ack of acks) this.acks.push(ack);
    if (!this.looking) this.lookAfter(HELD_AT_MOST_US);
    return true;
  }

  /** Hands over what is held. */
  take(): readonly number[] {
    if (this.acks.length === 0) return NONE;
    const { acks } = this;
    this.acks = [];
    return acks;
  }

  /** The timer is left to run and looks for itself, which is cheaper than taking it back with each publication. */
  private lookAfter(delayUs: number): void {
    const { process } = this;
    this.looking = true;
    process.vm.simulation.after(delayUs, Priority.timer, () => {
      this.looking = false;
      if (this.acks.length === 0 || !process.alive) return;
      const leftUs = this.sinceUs + HELD_AT_MOST_US - process.vm.simulation.nowUs;
      if (leftUs > 0) this.lookAfter(leftUs);
      else process.deliver(ACKS_DUE);
    });
  }
}
