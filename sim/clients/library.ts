/**
 * What client libraries do by themselves, where they differ: `amqplib` as a careful application uses it, RabbitMQ's Java client with
 * its automatic recovery, and Spring AMQP (listener containers and `RabbitTemplate`), which switches that recovery off and has its own.
 *
 * Left out: what costs only processor time, blocked-connection listeners, and publisher confirms as Spring wraps them.
 */
import type { CloseReason } from '../network/tcp.ts';

export type LibraryName = 'amqplib' | 'java' | 'spring';

export interface Library {
  readonly name: LibraryName;
  /** For TCP; where the handshake has no limit of its own, for both. */
  readonly connectTimeoutUs: number;
  readonly handshakeTimeoutUs: number | null;
  /**
   * Of several addresses an attempt takes one, the next attempt the next; or it tries all, in random order or as listed (CLI-1).
   */
  readonly addresses: 'one' | 'all-shuffled' | 'all-listed';
  /** A first attempt that fails is not repeated: the application does not start (CLI-1). */
  readonly firstAttemptOnly: boolean;
  /** How a silent server is found out (CLI-3): checks in a row without news, or reads that time out. */
  readonly heartbeat: 'checks' | 'read-timeouts';
  /** A channel that the server closed for an error stays closed, also on the next connection (CLI-6). */
  readonly channelErrorsAreFinal: boolean;
  /** Publishers connect when they have something to publish, and only then (CLI-12). */
  readonly publishersConnectLazily: boolean;
  /** How often a consumer asks for its queue before it gives up for good, and the pause between (CLI-11); null: it does not ask. */
  readonly declarations: { readonly retries: number; readonly intervalUs: number } | null;
  /** How long a consumer that is stopped may go on with what it has (CLI-13); 0: not at all. */
  readonly shutdownTimeoutUs: number;
  /** Its words for the end of a socket, and for a server that is silent. */
  readonly closeTexts: Readonly<Record<CloseReason, string>>;
  readonly heartbeatText: (seconds: number) => string;
}

const SECOND_US = 1_000_000;

const JAVA_CLOSE_TEXTS = {
  fin: 'connection error: java.io.EOFException',
  reset: 'connection error: java.net.SocketException: Connection reset',
  timeout: 'connection error: java.net.SocketException: Connection timed out',
};

const javaConnection = {
  connectTimeoutUs: 60 * SECOND_US,
  handshakeTimeoutUs: 10 * SECOND_US,
  heartbeat: 'read-timeouts',
  closeTexts: JAVA_CLOSE_TEXTS,
  heartbeatText: (seconds: number) =>
    `connection error: com.rabbitmq.client.MissedHeartbeatException: Heartbeat missing with heartbeat = ${seconds} seconds`,
} as const;

export const LIBRARIES: Readonly<Record<LibraryName, Library>> = {
  amqplib: {
    name: 'amqplib',
    connectTimeoutUs: 4 * SECOND_US,
    handshakeTimeoutUs: null,
    addresses: 'one',
    firstAttemptOnly: false,
    heartbeat: 'checks',
    channelErrorsAreFinal: false,
    publishersConnectLazily: false,
    declarations: null,
    shutdownTimeoutUs: 0,
    // Node's words.
    closeTexts: { fin: 'Unexpected close', reset: 'read ECONNRESET', timeout: 'read ETIMEDOUT' },
    heartbeatText: () => 'Heartbeat timeout',
  },
  java: {
    ...javaConnection,
    name: 'java',
    addresses: 'all-shuffled',
    firstAttemptOnly: true,
    channelErrorsAreFinal: true,
    publishersConnectLazily: false,
    declarations: null,
    shutdownTimeoutUs: 0,
  },
  spring: {
    ...javaConnection,
    name: 'spring',
    addresses: 'all-listed',
    firstAttemptOnly: false,
    channelErrorsAreFinal: false,
    publishersConnectLazily: true,
    declarations: { retries: 3, intervalUs: 5 * SECOND_US },
    shutdownTimeoutUs: 5 * SECOND_US,
  },
};
