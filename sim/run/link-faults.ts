/**
 * Faults on links and how they end. A fault holds its links until it is ended: by its `for`, by a `heal` of all, or link by link
 * by a `heal` of pairs. A link that several faults have cut works again when the last of them lets go (the network counts).
 * Clients that come later find the links to a node whose clients are cut off cut as well.
 */
import type { LinkParameters, Network } from '../network/network.ts';

/** A worse link; what is left out stays as it is. Of two latencies the later counts, losses add up, the narrowest width counts. */
export type Degradation = Partial<Pick<LinkParameters, 'latency' | 'loss' | 'bandwidthBps'>>;

/** A directed link. */
type Ends = readonly [from: string, to: string];

export interface LinkFault {
  /** Whether any of its links is still affected. */
  readonly isActive: boolean;
}

interface ActiveFault extends LinkFault {
  isActive: boolean;
  links: Ends[];
  readonly degradation: Degradation | null;
  /** The node whose clients are cut off. */
  readonly clientsOf: string | null;
  readonly ended: () => void;
}

export class LinkFaults {
  private readonly network: Network;
  private readonly base: (from: string, to: string) => LinkParameters;
  private readonly clients: string[] = [];
  private readonly active = new Set<ActiveFault>();

  /** `base` gives the parameters of a healthy link. */
  constructor(network: Network, base: (from: string, to: string) => LinkParameters) {
    this.network = network;
    this.base = base;
  }

  /** Makes a client's machine known, before it first dials. */
  addClient(host: string): void {
    this.clients.push(host);
    for (const fault of this.active) {
      if (fault.clientsOf === null) continue;
      for (const ends of bothWays(host, fault.clientsOf)) {
        fault.links.push(ends);
        this.network.link(...ends).cut();
      }
    }
  }

  /** Nothing passes from the first to the second of each pair. `ended` is called when the last link is let go. */
  cut(links: readonly Ends[], ended: () => void): LinkFault {
    return this.begin({ isActive: true, links: [...links], degradation: null, clientsOf: null, ended });
  }

  /** No client reaches the node, nor the node a client. */
  cutClients(node: string, ended: () => void): LinkFault {
    const links = this.clients.flatMap((client) => bothWays(client, node));
    return this.begin({ isActive: true, links, degradation: null, clientsOf: node, ended });
  }

  degrade(links: readonly Ends[], degradation: Degradation, ended: () => void): LinkFault {
    return this.begin({ isActive: true, links: [...links], degradation, clientsOf: null, ended });
  }

  /** Ends one fault; nothing happens if it has ended. */
  end(fault: LinkFault): void {
    for (const active of this.active) if (active === fault) this.release(active, null);
  }

  /** Ends everything on the links between these pairs, both ways; null: everything everywhere. */
  heal(pairs: readonly (readonly [string, string])[] | null): void {
    for (const fault of [...this.active]) this.release(fault, pairs);
  }

  private begin(fault: ActiveFault): LinkFault {
    this.active.add(fault);
    for (const ends of fault.links) {
      if (fault.degradation === null) this.network.link(...ends).cut();
      else this.reconfigure(ends);
    }
    return fault;
  }

  private release(fault: ActiveFault, pairs: readonly (readonly [string, string])[] | null): void {
    const isHealed = ([from, to]: Ends): boolean =>
      pairs === null || pairs.some(([a, b]) => (a === from && b === to) || (a === to && b === from));
    const healed = fault.links.filter(isHealed);
    fault.links = fault.links.filter((ends) => !isHealed(ends));
    for (const ends of healed) {
      if (fault.degradation === null) this.network.link(...ends).heal();
      else this.reconfigure(ends);
    }
    if (fault.links.length > 0 || (pairs !== null && healed.length === 0)) return;
    fault.isActive = false;
    this.active.delete(fault);
    fault.ended();
  }

  private reconfigure(ends: Ends): void {
    let parameters = this.base(...ends);
    for (const { degradation, links } of this.active) {
      if (degradation === null || !links.some(([from, to]) => from === ends[0] && to === ends[1])) continue;
      parameters = worse(parameters, degradation);
    }
    this.network.link(...ends).configure(parameters);
  }
}

/** Both directed links between two hosts. */
export function bothWays(a: string, b: string): [Ends, Ends] {
  return [
    [a, b],
    [b, a],
  ];
}

function worse(
  parameters: LinkParameters,
  { latency, loss = 0, bandwidthBps = 0 }: Degradation,
): LinkParameters {
  const isNarrower =
    bandwidthBps > 0 && (parameters.bandwidthBps === 0 || bandwidthBps < parameters.bandwidthBps);
  return {
    latency: latency ?? parameters.latency,
    jitterUs: parameters.jitterUs,
    bandwidthBps: isNarrower ? bandwidthBps : parameters.bandwidthBps,
    loss: parameters.loss + loss - parameters.loss * loss,
  };
}
