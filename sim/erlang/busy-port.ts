/**
 * The busy limit of a distribution connection (NET-14): a process whose signal fills the VM's output queue for a peer is suspended by the
 * VM, whatever it was about to do, until about half of the queue has drained or the connection is gone.
 *
 * The signal itself is queued. Handling one message is atomic here, so what else the process sends in that turn is queued as well; only
 * messages suspend their senders, not monitors, links or remote calls. The limit is that of RabbitMQ's start script
 * (RABBITMQ_DISTRIBUTION_BUFFER_SIZE), which scenarios cannot change; what lies in the socket counts as queued.
 */
import type { ErlangProcess } from './erlang-process.ts';

/** `+zdbbl 128000`, in units of 1,024 bytes. */
export const BUSY_LIMIT_BYTES = 131_072_000;
export const DRAINED_BYTES = BUSY_LIMIT_BYTES / 2;

export class BusyPort {
  private readonly suspended = new Set<ErlangProcess>();

  get hasSuspended(): boolean {
    return this.suspended.size > 0;
  }

  suspend(sender: ErlangProcess): void {
    this.suspended.add(sender);
    sender.suspendBy(this);
  }

  /** There is room again, or no connection any more. */
  resumeAll(): void {
    for (const sender of this.suspended) sender.resumeBy(this);
    this.suspended.clear();
  }
}
