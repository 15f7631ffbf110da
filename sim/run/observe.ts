/** Looks at the world as a person would at one moment. Nothing is changed by looking. */
import type { Client } from '../clients/client.ts';
import type {
  Observation,
  ObservedClientState,
  ObservedNode,
  ObservedQueue,
} from '../records/observation.ts';
import type { World } from './world.ts';

/** The worst first: what stands for a workload of several clients. */
const CLIENT_STATES: readonly ObservedClientState[] = ['disconnected', 'cancelled', 'blocked', 'connected'];

/** `timeUs` counts from the start of the scenario; null is the end. */
export function observe(world: World, clients: Observation['clients'], timeUs: number | null): Observation {
  const nodes: Record<string, ObservedNode> = {};
  const members: Record<string, readonly string[]> = {};
  const running: Record<string, readonly string[]> = {};
  const queues: Record<string, ObservedQueue> = {};
  const seenBy: Record<string, Record<string, ObservedQueue>> = {};
  for (const [name, node] of world.nodes) {
    nodes[name] = { state: node.state, partitions: [...node.partitions()] };
    const memberList = node.members();
    const runningList = node.running();
    if (memberList === null || runningList === null) continue;
    members[name] = [...memberList];
    running[name] = [...runningList];
    const seen: Record<string, ObservedQueue> = {};
    for (const [queue, state] of node.queues()) {
      seen[queue] = state;
      queues[queue] ??= state;
    }
    seenBy[name] = seen;
  }
  return { timeUs, nodes, members, running, queues, seenBy, clients };
}

/** States by client, and by workload where a workload has several. */
export function observeClients(clients: readonly Client[]): Observation['clients'] {
  const states: Record<string, ObservedClientState> = {};
  for (const client of clients) {
    const state = client.state();
    states[client.name] = state;
    const worst = states[client.workload] ?? state;
    states[client.workload] = CLIENT_STATES.indexOf(state) < CLIENT_STATES.indexOf(worst) ? state : worst;
  }
  return states;
}
