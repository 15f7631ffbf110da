/**
 * Broadcasts of one ring process that wait for its next flush (MIR-12). RabbitMQ's flush timer is a deadline here that
 * the process looks at after each message: the same instant, without an event for each flush.
 */
import { instructionBytes, type Batch, type Instruction } from './instructions.ts';

const FLUSH_WITHIN_US = 25_000;
const FLUSH_ABOVE_BYTES = 100_000_000;

export class BroadcastBuffer {
  private instructions: Instruction[] = [];
  private bytes = 0;
  private hasControl = false;
  private sinceUs = 0;
  private published = 0;

  get isEmpty(): boolean {
    return this.instructions.length === 0;
  }

  /** Adds an instruction; true when the buffer is so large that it has to go now. */
  push(instruction: Instruction, isControl: boolean, nowUs: number): boolean {
    if (this.isEmpty) this.sinceUs = nowUs;
    this.instructions.push(instruction);
    this.bytes += instructionBytes(instruction);
    if (isControl) this.hasControl = true;
    return this.bytes > FLUSH_ABOVE_BYTES;
  }

  isDue(nowUs: number): boolean {
    return nowUs - this.sinceUs >= FLUSH_WITHIN_US;
  }

  /** Empties the buffer into the process's next publication. */
  take(): Batch {
    const { instructions, bytes, hasControl } = this;
    this.clear();
    const number = this.published;
    this.published += 1;
    return { type: 'gm', number, instructions, bytes, hasControl };
  }

  clear(): void {
    this.instructions = [];
    this.bytes = 0;
    this.hasControl = false;
  }
}
