/**
 * A real AMQP connection, by amqplib. What a scenario needs and the library's types do not say is kept here: the socket beneath, to break a
 * connection off without a word, and the code in the error that ends one.
 */
import type { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import { amqpPort } from '../addresses.ts';
import { DEFAULT_VHOST } from '../../records/resource-name.ts';
import { within } from '../clock.ts';

export interface DialOptions {
  /** 0: none. */
  readonly heartbeatUs: number;
  /** Absent: guest. */
  readonly user?: string;
  /** Absent: the default one. */
  readonly vhost?: string;
}

/** The language knows no passwords: every user has their own name for one, as guest has. */
export function passwordOf(user: string): string {
  return user;
}

const dialLimitMs = 4_000;
const closeLimitMs = 2_000;

/** Connects. Rejects with what went wrong. */
export async function dial(
  host: string,
  { heartbeatUs, user = 'guest', vhost = DEFAULT_VHOST }: DialOptions,
): Promise<ChannelModel> {
  // The whole module: the program's bundle cannot tell the names that a CommonJS package exports.
  const { default: amqplib } = await import('amqplib');
  const options = {
    hostname: host,
    port: amqpPort,
    heartbeat: Math.round(heartbeatUs / 1_000_000),
    username: user,
    password: passwordOf(user),
    vhost,
  };
  let wasGivenUp = false;
  const dialling = amqplib.connect(options, { timeout: dialLimitMs, noDelay: true }).then((connection) => {
    connection.on('error', () => {});
    if (wasGivenUp) breakOff(connection);
    return connection;
  });
  try {
    return await within(dialling, dialLimitMs, 'connect timeout');
  } catch (error) {
    wasGivenUp = true;
    throw error;
  }
}

/** The connection ends as if its process had been killed: the server sees a closed socket and no farewell. */
export function breakOff(connection: ChannelModel): void {
  socketOf(connection)?.destroy(new Error('broken off'));
}

/** Closes in order, and by force where that takes too long. Never rejects. */
export async function closeInOrder(connection: ChannelModel): Promise<void> {
  try {
    await within(connection.close(), closeLimitMs, 'no answer');
  } catch {
    breakOff(connection);
  }
}

/** Bytes that wait in the client's socket. */
export function bytesWaiting(connection: ChannelModel): number {
  return socketOf(connection)?.writableLength ?? 0;
}

function socketOf(connection: ChannelModel): Socket | undefined {
  return (connection.connection as { readonly stream?: Socket }).stream;
}

/** Code and text of the method that closed a connection or channel; 0 where the socket just ended. */
export function reasonOf(error: unknown): { readonly code: number; readonly text: string } {
  if (!(error instanceof Error)) return { code: 0, text: 'connection closed' };
  const code = (error as { readonly code?: unknown }).code;
  const text = /with message "(.*)"/s.exec(error.message)?.[1] ?? error.message;
  return { code: typeof code === 'number' ? code : 0, text };
}
