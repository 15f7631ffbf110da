/**
 * A server as HAProxy has it: the counter of its health and the TCP check that moves it (CLI-15). A check opens the port and closes
 * it again; whatever answers is well (CLI-16). Left out: checks that speak a protocol, agents, weights, slow start.
 *
 * Measured on HAProxy 2.6: the next check comes one interval after the last one has ended, so that a server that drops packets, where a check
 * ends with its own timeout of one interval, is found down about twice as late as one that refuses.
 */
import { AMQP_PORT } from '../amqp/methods.ts';
import type { DialFailure } from '../network/dial.ts';

export interface CheckSpec {
  readonly interUs: number;
  /** Between checks while the server is neither wholly up nor down; null: as `interUs`. */
  readonly fastInterUs: number | null;
  /** Between checks while it is down; null: as `interUs`. */
  readonly downInterUs: number | null;
  readonly rise: number;
  readonly fall: number;
  /** `on-marked-down shutdown-sessions`: established connections end when the server is marked down (CLI-17). */
  readonly shutdownSessions: boolean;
}

/** What a check needs of its proxy. */
export interface CheckOwner {
  /** Opens the port of a server and closes it again. */
  knock(server: string, port: number, timeoutUs: number, done: (failure: DialFailure | null) => void): void;
  after(delayUs: number, action: () => void): void;
  markedDown(server: ProxyServer, reason: string): void;
  markedUp(server: ProxyServer): void;
}

const REASONS: Readonly<Record<DialFailure, string>> = {
  refused: 'Layer4 connection problem, info: "Connection refused"',
  timeout: 'Layer4 timeout',
};

export class ProxyServer {
  readonly name: string;
  /** Connections that were assigned to it and have not ended, those it has not accepted yet included. */
  sessions = 0;
  private readonly owner: CheckOwner;
  private readonly check: CheckSpec;
  /** From 0, down, by `rise` good checks to up; from there by `fall` failed ones to down. */
  private health: number;

  /** `health`: `full` after many good checks, `fresh` when its proxy has just started, which one failure ends, or `none`. */
  constructor(owner: CheckOwner, name: string, check: CheckSpec, health: 'full' | 'fresh' | 'none') {
    this.owner = owner;
    this.name = name;
    this.check = check;
    this.health = { full: check.rise + check.fall - 1, fresh: check.rise, none: 0 }[health];
  }

  get isUp(): boolean {
    return this.health >= this.check.rise;
  }

  /** Checks begin after `delayUs`. */
  begin(delayUs: number): void {
    this.owner.after(delayUs, () =>
      this.owner.knock(this.name, AMQP_PORT, this.check.interUs, (failure) => {
        if (failure === null) this.passed();
        else this.failed(REASONS[failure]);
        this.begin(this.intervalUs);
      }),
    );
  }

  private get intervalUs(): number {
    const { interUs, fastInterUs, downInterUs, rise, fall } = this.check;
    if (this.health === rise + fall - 1) return interUs;
    return (this.health === 0 ? downInterUs : fastInterUs) ?? interUs;
  }

  private passed(): void {
    const { rise, fall } = this.check;
    const wasUp = this.isUp;
    if (this.health < rise + fall - 1) this.health += 1;
    if (this.health >= rise) this.health = rise + fall - 1;
    if (this.isUp && !wasUp) this.owner.markedUp(this);
  }

  private failed(reason: string): void {
    const wasUp = this.isUp;
    this.health -= 1;
    if (this.health < this.check.rise) this.health = 0;
    if (wasUp && !this.isUp) this.owner.markedDown(this, reason);
  }
}
