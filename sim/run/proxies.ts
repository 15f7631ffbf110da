/** The proxies of a scenario, in front of a cluster that is formed. */
import type { ClientContext } from '../clients/amqp-connection.ts';
import { HAProxy } from '../clients/haproxy.ts';
import type { Proxy } from '../scenario/model.ts';

/** Makes the proxies; they have run for a while. */
export function makeProxies(context: ClientContext, proxies: readonly Proxy[]): ReadonlyMap<string, HAProxy> {
  return new Map(proxies.map((proxy) => [proxy.name, makeProxy(context, proxy)]));
}

function makeProxy(context: ClientContext, proxy: Proxy): HAProxy {
  const { name, balance, servers, check, connectUs, clientUs, serverUs, retries, redispatch } = proxy;
  const idleUs = Math.min(clientUs, serverUs);
  return new HAProxy(context, {
    name,
    balance,
    servers,
    check,
    limits: { connectUs, idleUs, retries, redispatch },
  });
}
