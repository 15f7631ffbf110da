/**
 * What a person does when all is over: empties every queue through node after node, to see what was left. A queue that does not answer
 * within six seconds is given up on that node.
 */
import type { Channel, ChannelModel } from 'amqplib';
import type { Clock } from '../clock.ts';
import { within } from '../clock.ts';
import type { Tally } from '../tally.ts';
import { closeInOrder, dial } from './dial.ts';

const heartbeatUs = 60_000_000;
const channelLimitMs = 3_000;
const answerLimitMs = 6_000;
const closeLimitMs = 2_000;
const prefetch = 1_000;
/** A queue is empty when nothing came for so long; longer while it has not given what it said it holds. */
const idleMs = 500;
const idleWhileOwingMs = 2_500;
const lookIntervalMs = 50;
/** No queue of an experiment takes longer. */
const queueLimitMs = 120_000;

export interface DrainedQueue {
  /** Its name in its virtual host, and as results call it. */
  readonly queue: string;
  readonly key: string;
}

export interface DrainedQueues {
  readonly user: string;
  readonly vhost: string;
  readonly queues: readonly DrainedQueue[];
}

/** Empties queues of a virtual host through one node. Never rejects. */
export async function drainThrough(
  host: string,
  { user, vhost, queues }: DrainedQueues,
  clock: Clock,
  tally: Tally,
): Promise<void> {
  let connection: ChannelModel;
  try {
    connection = await dial(host, { heartbeatUs, user, vhost });
  } catch {
    return;
  }
  for (const one of queues) {
    try {
      const channel = await within(connection.createChannel(), channelLimitMs, 'no channel');
      channel.on('error', () => {});
      await drainQueue(channel, one, clock, tally);
      await within(channel.close(), closeLimitMs, 'not closed');
    } catch {
      // Refused or not answered: what it holds nobody can read.
    }
  }
  await closeInOrder(connection);
}

async function drainQueue(
  channel: Channel,
  { queue, key }: DrainedQueue,
  clock: Clock,
  tally: Tally,
): Promise<void> {
  const { messageCount } = await within(channel.checkQueue(queue), answerLimitMs, 'no answer');
  await within(channel.prefetch(prefetch), answerLimitMs, 'no answer');
  let taken = 0;
  let lastMs = clock.nowMs;
  const take = channel.consume(queue, (message) => {
    if (message === null) return;
    taken += 1;
    lastMs = clock.nowMs;
    tally.drainedDelivery(String(message.properties.messageId), key);
    channel.ack(message);
  });
  await within(take, answerLimitMs, 'no answer');
  const limitMs = clock.nowMs + queueLimitMs;
  while (clock.nowMs - lastMs < (taken < messageCount ? idleWhileOwingMs : idleMs) && clock.nowMs < limitMs)
    await clock.pause(lookIntervalMs);
}
