/**
 * The links of a scenario as the network wants them: rows override earlier rows key by key; client links belong to the node at
 * their end.
 */
import { PERFECT_LINK, type LinkParameters } from '../network/network.ts';
import type { Duration, LinkProperties, Scenario } from '../scenario/model.ts';

/** The client that declares the set-up. No workload's name is empty, so its machine is nobody else's. */
export const SET_UP_CLIENT = '';
const SET_UP_HOST = `client-${SET_UP_CLIENT}`;

/** Parameters of the link between two hosts, nodes or clients. What is there at time 0 was declared over perfect ones. */
export function linkParameters(scenario: Scenario): (from: string, to: string) => LinkParameters {
  const nodes = new Set(scenario.nodes.map((node) => node.name));
  const between = new Map<string, LinkParameters>();
  for (const row of scenario.links) {
    for (const [a, b] of row.pairs) {
      for (const key of [`${a}/${b}`, `${b}/${a}`]) between.set(key, overridden(between.get(key), row));
    }
  }
  const ofClients = new Map<string, LinkParameters>();
  for (const row of scenario.clientLinks) {
    for (const node of row.nodes) ofClients.set(node, overridden(ofClients.get(node), row));
  }
  return (from, to) => {
    const own = between.get(`${from}/${to}`);
    if (own !== undefined) return own;
    if (nodes.has(from) && nodes.has(to)) return PERFECT_LINK;
    if (from === SET_UP_HOST || to === SET_UP_HOST) return PERFECT_LINK;
    return ofClients.get(nodes.has(from) ? from : to) ?? PERFECT_LINK;
  };
}

function overridden(earlier: LinkParameters = PERFECT_LINK, row: LinkProperties): LinkParameters {
  return {
    latency: row.latency === undefined ? earlier.latency : latency(row.latency),
    jitterUs: row.jitterUs ?? earlier.jitterUs,
    bandwidthBps:
      row.bandwidthBitsPerSecond === undefined ? earlier.bandwidthBps : (row.bandwidthBitsPerSecond ?? 0),
    loss: row.loss ?? earlier.loss,
  };
}

/** A latency as links draw it. */
export function latency(duration: Duration): LinkParameters['latency'] {
  return duration.kind === 'fixed'
    ? { medianUs: duration.us, p99Us: duration.us }
    : { medianUs: duration.medianUs, p99Us: duration.p99Us };
}
