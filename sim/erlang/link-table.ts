/**
 * Links between local processes and processes of other nodes: who is to get an exit signal when a connection is lost. Local links
 * need no table, the two processes know each other.
 */
import type { ErlangProcess } from './erlang-process.ts';
import type { Pid } from './message.ts';

export class LinkTable {
  private readonly byNode = new Map<string, Map<Pid, Set<ErlangProcess>>>();

  add(local: ErlangProcess, remote: Pid): void {
    let byPid = this.byNode.get(remote.node);
    if (byPid === undefined) this.byNode.set(remote.node, (byPid = new Map()));
    let locals = byPid.get(remote);
    if (locals === undefined) byPid.set(remote, (locals = new Set()));
    locals.add(local);
  }

  remove(local: ErlangProcess, remote: Pid): void {
    this.byNode.get(remote.node)?.get(remote)?.delete(local);
  }

  /** The connection to `node` is lost: every link to it breaks. */
  breakAll(node: string): void {
    const byPid = this.byNode.get(node);
    if (byPid === undefined) return;
    this.byNode.delete(node);
    for (const [remote, locals] of byPid) {
      for (const process of locals) if (process.alive) process.receiveExit(remote, 'noconnection');
    }
  }

  clear(): void {
    this.byNode.clear();
  }
}
