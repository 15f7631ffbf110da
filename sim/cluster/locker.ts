/**
 * Mnesia's lock manager on one node: locks on records, whole tables or everything, granted in order of request unless they
 * conflict. Deadlocks cannot arise, because every transaction asks the nodes in the order of their names and names all its
 * locks at once; Mnesia's wait-die and read locks are left out for that reason.
 */

/** Covers every table. */
export const EVERYTHING = '*';

const NONE: ReadonlySet<object> = new Set();

export interface LockRequest {
  readonly transaction: object;
  /** The node whose transaction it is; its locks go when it is down. */
  readonly node: string;
  readonly keys: readonly string[];
  granted(): void;
}

export class Locker {
  private readonly held: LockRequest[] = [];
  private waiting: LockRequest[] = [];

  request(request: LockRequest): void {
    this.waiting.push(request);
    this.grant();
  }

  release(transaction: object): void {
    this.drop((request) => request.transaction === transaction);
  }

  /** Takes everything from a node that is down, except from the transactions in `keeping`. */
  releaseNode(node: string, keeping: ReadonlySet<object> = NONE): void {
    this.drop((request) => request.node === node && !keeping.has(request.transaction));
  }

  /** What transactions of a node hold here. */
  heldFor(node: string): LockRequest[] {
    return this.held.filter((request) => request.node === node);
  }

  holds(transaction: object): boolean {
    return this.held.some((request) => request.transaction === transaction);
  }

  private drop(gone: (request: LockRequest) => boolean): void {
    for (let index = this.held.length - 1; index >= 0; index--) {
      if (gone(this.held[index]!)) this.held.splice(index, 1);
    }
    this.waiting = this.waiting.filter((request) => !gone(request));
    this.grant();
  }

  private grant(): void {
    const stillWaiting: LockRequest[] = [];
    const granted: LockRequest[] = [];
    for (const request of this.waiting) {
      const blocked =
        this.held.some((other) => conflicts(request, other)) ||
        stillWaiting.some((other) => conflicts(request, other));
      if (blocked) stillWaiting.push(request);
      else {
        this.held.push(request);
        granted.push(request);
      }
    }
    this.waiting = stillWaiting;
    for (const request of granted) request.granted();
  }
}

function conflicts(a: LockRequest, b: LockRequest): boolean {
  return a.keys.some((key) => b.keys.some((other) => overlaps(key, other)));
}

function overlaps(a: string, b: string): boolean {
  return a === b || a === EVERYTHING || b === EVERYTHING || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}
