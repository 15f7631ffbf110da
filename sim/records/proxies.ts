/** Records about proxies in front of the nodes: who they take for alive, where they send whom, how their own processes live. */
import { recordType } from '../kernel/record-type.ts';

/** Health checks have changed a server's state. `reason` is HAProxy's word for what the last check met. */
export const proxyServerDown = recordType('proxy_server_down', {
  proxy: 'name',
  server: 'name',
  reason: 'name',
});
export const proxyServerUp = recordType('proxy_server_up', { proxy: 'name', server: 'name' });
/** A client's connection was passed on to a server and is established. */
export const proxySession = recordType('proxy_session', { proxy: 'name', server: 'name', client: 'name' });
/** A client was turned away: its server refused, or none is up. */
export const proxyRefused = recordType('proxy_refused', { proxy: 'name', client: 'name', reason: 'name' });
export const proxyKilled = recordType('proxy_killed', { proxy: 'name' });
export const proxyStarted = recordType('proxy_started', { proxy: 'name' });
