/**
 * AMQP URIs as shovels and federation upstreams take them: `amqp://user:password@host:port/vhost?heartbeat=10`. Without a host the
 * connection is one within the node. Certificates, and what else a query may say of TLS and authentication, are left out.
 */

export interface AmqpUri {
  /** As it was written, without the user's password: what statuses show. */
  readonly shown: string;
  /** Null: the node on which the link runs. */
  readonly host: string | null;
  /** Absent: guest. */
  readonly user?: string;
  /** Null: what the link's own virtual host is. */
  readonly vhost: string | null;
  /** Whole seconds, 0 for none; the Erlang client's default where the URI says nothing. */
  readonly heartbeatS: number;
  /** How long the client tries to connect, in milliseconds. */
  readonly connectionTimeoutMs: number;
}

const HEARTBEAT_S = 10;
const CONNECTION_TIMEOUT_MS = 60_000;

/** The node on which the link runs. */
export const HERE: AmqpUri = {
  shown: 'amqp://',
  host: null,
  vhost: null,
  heartbeatS: HEARTBEAT_S,
  connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
};

const PARTS =
  /^amqp:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([A-Za-z0-9_.-]*)(?::(\d{1,5}))?(?:\/([^?]*))?(?:\?(.*))?$/;

/** The parts of a URI, or what is wrong with it. */
export function parseAmqpUri(text: string): AmqpUri | { readonly problem: string } {
  if (text.startsWith('amqps://')) return { problem: 'TLS is not modelled: amqp:// is' };
  const parts = PARTS.exec(text);
  if (parts === null) return { problem: `"${text.slice(0, 60)}" is no AMQP URI such as amqp://rabbit1` };
  const [, user, , host = '', port, vhost, query = ''] = parts;
  const uri = {
    shown: `amqp://${host}${port === undefined ? '' : `:${port}`}${vhost === undefined ? '' : `/${vhost}`}`,
    host: host === '' ? null : host,
    ...(user !== undefined && user !== '' && { user }),
    vhost: vhost === undefined ? null : decoded(vhost),
    heartbeatS: HEARTBEAT_S,
    connectionTimeoutMs: CONNECTION_TIMEOUT_MS,
  };
  if (uri.vhost === '')
    return { problem: 'the vhost "/" is written %2f in a URI, or left out with its slash' };
  for (const pair of query.split('&')) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (pair === '') continue;
    if (key !== 'heartbeat' && key !== 'connection_timeout')
      return {
        problem: `"${key.slice(0, 40)}" in a URI is not modelled: heartbeat and connection_timeout are`,
      };
    if (!/^\d{1,7}$/.test(value)) return { problem: `${key} in a URI is a whole number` };
    if (key === 'heartbeat') uri.heartbeatS = Number(value);
    else uri.connectionTimeoutMs = Math.max(1, Number(value));
  }
  return uri;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
