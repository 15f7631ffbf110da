/** The clients of a scenario, each of its kind. */
import type { Workload } from '../../scenario/model.ts';
import type { Client, ClientName, Surroundings } from './client.ts';
import { Consumer } from './consumer.ts';
import { Getter } from './getter.ts';
import { Publisher } from './publisher.ts';
import { RpcClient } from './rpc-client.ts';
import { RpcServer } from './rpc-server.ts';
import { Service } from './service.ts';

/** All clients of all workloads; they begin by the clock of their surroundings. */
export function makeClients(workloads: readonly Workload[], surroundings: Surroundings): readonly Client[] {
  return workloads.flatMap((workload) =>
    clientNames([workload]).map((name) =>
      makeClient(workload, { name, workload: workload.name }, surroundings),
    ),
  );
}

/** How clients are called: as their workload, or `shop.1` and so on where it has several. */
export function clientNames(workloads: readonly Workload[]): readonly string[] {
  return workloads.flatMap(({ name, count }) =>
    count === 1 ? [name] : Array.from({ length: count }, (_, at) => `${name}.${at + 1}`),
  );
}

function makeClient(workload: Workload, name: ClientName, surroundings: Surroundings): Client {
  switch (workload.kind) {
    case 'publish':
      return new Publisher(surroundings, name, workload);
    case 'consume':
      return new Consumer(surroundings, name, workload);
    case 'get':
      return new Getter(surroundings, name, workload);
    case 'service':
      return new Service(surroundings, name, workload);
    case 'rpc':
      return workload.role === 'client'
        ? new RpcClient(surroundings, name, workload)
        : new RpcServer(surroundings, name, workload);
  }
}
