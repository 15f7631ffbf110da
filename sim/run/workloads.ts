/** The clients of a scenario, each set going at its own time. */
import type { ClientContext } from '../clients/amqp-connection.ts';
import type { Client, ClientOptions } from '../clients/client.ts';
import { Consumer } from '../clients/consumer.ts';
import { Getter } from '../clients/getter.ts';
import { LIBRARIES } from '../clients/library.ts';
import { Publisher } from '../clients/publisher.ts';
import { RpcClient } from '../clients/rpc-client.ts';
import { RpcServer } from '../clients/rpc-server.ts';
import { Service } from '../clients/service.ts';
import type { Duration } from '../scenario/model.ts';
import type { ClientSpec, Workload } from '../scenario/workload-model.ts';
import { drawUs } from './timings.ts';

/** Names of a workload's clients: its own, or numbered from 1 where it has several. */
function clientNames({ name, count }: Workload): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, index) => `${name}.${index + 1}`);
}

/** Makes the clients; `originUs` is the virtual time of the scenario's time 0, which must not have passed. */
export function makeClients(
  context: ClientContext,
  workloads: readonly Workload[],
  originUs: number,
): Client[] {
  return workloads.flatMap((workload) =>
    clientNames(workload).map((name) => makeClient(context, workload, optionsOf(workload, name, originUs))),
  );
}

function optionsOf(workload: Workload & ClientSpec, name: string, originUs: number): ClientOptions {
  return {
    name,
    workload: workload.name,
    via: workload.via.map((target) => target.name),
    startUs: originUs + workload.startUs,
    stopUs: workload.stopUs === null ? null : originUs + workload.stopUs,
    reconnectUs: workload.reconnectUs,
    heartbeatUs: workload.heartbeatUs,
    library: LIBRARIES[workload.library ?? 'amqplib'],
    user: workload.user ?? 'guest',
    ...(workload.vhost !== undefined && { vhost: workload.vhost }),
  };
}

function makeClient(context: ClientContext, workload: Workload, options: ClientOptions): Client {
  const processingTime = (duration: Duration): (() => number) => {
    const random = context.internet.simulation.random.stream(`client/${options.name}/processing_time`);
    return () => drawUs(duration, random);
  };
  switch (workload.kind) {
    case 'publish':
      return new Publisher(context, options, workload);
    case 'consume':
      return new Consumer(context, options, {
        ...workload,
        processingTimeUs: processingTime(workload.processingTime),
      });
    case 'get':
      return new Getter(context, options, workload);
    case 'service':
      return new Service(context, options, {
        ...workload,
        processingTimeUs: processingTime(workload.processingTime),
      });
    case 'rpc': {
      if (workload.role === 'client')
        return new RpcClient(context, options, { ...workload, requestQueue: workload.queue });
      const { queue, prefetch, bodyBytes } = workload;
      const processingTimeUs = processingTime(workload.processingTime);
      return new RpcServer(context, options, { queue, prefetch, bodyBytes, processingTimeUs });
    }
  }
}
