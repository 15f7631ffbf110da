/**
 * Who is alive, for the strategies: members to which this VM has a connection, itself included. Nobody is asked, and
 * whether their application runs does not matter (PAR-3).
 */
import { Priority } from '../kernel/simulation.ts';
import { rule } from '../rules/registry.ts';
import type { MonitorPort } from './port.ts';

const PAR_3 = rule('PAR-3');
const NET_17 = rule('NET-17');

export function aliveMembers(port: MonitorPort, among: readonly string[] = port.members()): string[] {
  port.vm.cite(PAR_3);
  const connected = port.vm.connectedNodes();
  return among.filter((node) => node === port.vm.node || connected.includes(node));
}

export function allMembersAlive(port: MonitorPort): boolean {
  return aliveMembers(port).length === port.members().length;
}

/** Whether more than half of the members are alive, not counting `exceptDown`. */
export function hasMajority(port: MonitorPort, exceptDown?: string): boolean {
  const alive = aliveMembers(port).filter((node) => node !== exceptDown);
  return 2 * alive.length > port.members().length;
}

/**
 * The pinging process needs a moment between two pings: attempts to connect that began together (a channel sends to all replicas) have
 * all failed by then, and the next ping is an attempt of its own. The recorded pauses of a node that is alone last 7 + 7 + 1 s.
 */
const BETWEEN_PINGS_US = 500;

/** Pings all members one after the other; each attempt may take as long as a connection does to fail (NET-17). */
export function pingAll(port: MonitorPort, done: () => void): void {
  port.vm.cite(NET_17);
  const { vm } = port;
  const left = [...port.members()];
  const later = (): void => {
    vm.simulation.after(BETWEEN_PINGS_US, Priority.timer, () => vm.whenRunning(next));
  };
  const next = (): void => {
    const node = left.shift();
    if (node === undefined) {
      done();
      return;
    }
    port.vm.remoteCall(node, () => true, { reply: next, failed: later });
  };
  next();
}
