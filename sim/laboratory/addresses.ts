/**
 * How the laboratory calls things: a node of the scenario is a network namespace, a port of the switch, an address and a folder.
 * Only its index goes into the names of namespaces and interfaces; the node's own name stands in its namespace's `hosts` file, so
 * that RabbitMQ's full name is `rabbit@rabbit1` as in the scenario, and sorts as there.
 */
import path from 'node:path';

/** Everything of ours on the machine begins with this; what does is removed before and after. */
export const namespacePrefix = 'watership-';
/** The namespace of the switch that all nodes hang on: faults are rules there, and nobody else's firewall is touched. */
export const switchNamespace = `${namespacePrefix}switch`;
/** The clients' end in the machine's own namespace, and the switch's port for it. */
export const clientInterface = 'watership0';
export const clientPort = 'clients';
/** A network that is reserved for measurements (RFC 2544) and routed nowhere. */
const network = '198.18.77';
const networkBits = 24;
export const clientAddress = `${network}.254`;
export const amqpPort = 5672;
/** Where the folders of a running laboratory lie: nobody but root can have put anything there. */
export const stateFolder = '/var/lib/watership-laboratory';

export interface NodeAddress {
  readonly name: string;
  /** From 1, in file order. */
  readonly index: number;
  /** `rabbit@rabbit1`. */
  readonly erlangName: string;
  readonly ip: string;
  readonly namespace: string;
  /** The switch's port that the node hangs on. */
  readonly port: string;
  readonly folder: string;
}

/** The addresses of a scenario's nodes and proxies, by name. */
export function addressesOf(names: readonly string[]): ReadonlyMap<string, NodeAddress> {
  return new Map(
    names.map((name, at) => {
      const index = at + 1;
      return [
        name,
        {
          name,
          index,
          erlangName: `rabbit@${name}`,
          ip: `${network}.${index}`,
          namespace: `${namespacePrefix}n${index}`,
          port: `n${index}`,
          folder: path.join(stateFolder, `n${index}`),
        },
      ];
    }),
  );
}

/** An address with the size of its network, as `ip` takes it. */
export function withNetwork(ip: string): string {
  return `${ip}/${networkBits}`;
}

/** A `hosts` file in which every node has its name. `machine`: this machine's own name, which command line tools look up. */
export function hostsFile(addresses: ReadonlyMap<string, NodeAddress>, machine: string): string {
  const own = addresses.has(machine) ? [] : [machine];
  const lines = [`127.0.0.1 ${['localhost', ...own].join(' ')}`];
  for (const { ip, name } of addresses.values()) lines.push(`${ip} ${name}`);
  return `${lines.join('\n')}\n`;
}
