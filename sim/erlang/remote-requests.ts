/** Remote calls of one VM that have had no answer yet, as `rpc:call` makes them. */
import type { ExitReason } from './message.ts';

export interface RemoteOutcome<T> {
  reply(value: T): void;
  failed(reason: ExitReason): void;
}

export class RemoteRequests {
  private readonly requests = new Map<
    object,
    { readonly node: string; readonly outcome: RemoteOutcome<unknown> }
  >();

  /** Returns the reference by which the answer will name the request. */
  add(node: string, outcome: RemoteOutcome<unknown>): object {
    const ref = {};
    this.requests.set(ref, { node, outcome });
    return ref;
  }

  /** An answer; one that nobody waits for any more is dropped. */
  answer(ref: object, value: unknown): void {
    const request = this.requests.get(ref);
    this.requests.delete(ref);
    request?.outcome.reply(value);
  }

  /** There is no connection to the node (any more). */
  fail(node: string): void {
    for (const [ref, request] of [...this.requests]) {
      if (request.node !== node) continue;
      this.requests.delete(ref);
      request.outcome.failed('nodedown');
    }
  }

  clear(): void {
    this.requests.clear();
  }
}
