/**
 * Which server a new connection goes to (CLI-14): `roundrobin` in turn, `leastconn` to one of those with the fewest connections, in
 * turn among them, `first` to the first that is up. Weights are equal, and without a `maxconn` no server is ever full.
 */
import type { ProxyServer } from './haproxy-server.ts';

export type Balance = 'roundrobin' | 'leastconn' | 'first';

export class Balancer {
  private readonly balance: Balance;
  private readonly servers: readonly ProxyServer[];
  /** Where the search for the next begins. */
  private turn = 0;

  /** `servers` in the order of the configuration. */
  constructor(balance: Balance, servers: readonly ProxyServer[]) {
    this.balance = balance;
    this.servers = servers;
  }

  /** The server for a connection, or null where none is up; `avoid` is taken only if there is no other. */
  next(avoid: ProxyServer | null = null): ProxyServer | null {
    const up = this.servers.filter((server) => server.isUp);
    const candidates = up.length > 1 ? up.filter((server) => server !== avoid) : up;
    const chosen = this.choose(candidates);
    if (chosen !== null) this.turn = (this.servers.indexOf(chosen) + 1) % this.servers.length;
    return chosen;
  }

  get upCount(): number {
    return this.servers.filter((server) => server.isUp).length;
  }

  private choose(candidates: readonly ProxyServer[]): ProxyServer | null {
    if (this.balance === 'first') return candidates[0] ?? null;
    const fewest = candidates.reduce((least, { sessions }) => Math.min(least, sessions), Infinity);
    const inTurn = [...this.servers.slice(this.turn), ...this.servers.slice(0, this.turn)];
    const suits = (server: ProxyServer): boolean =>
      candidates.includes(server) && (this.balance === 'roundrobin' || server.sessions === fewest);
    return inTurn.find(suits) ?? null;
  }
}
