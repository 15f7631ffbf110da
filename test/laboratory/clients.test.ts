// The real clients, on a library that is played: what they count and what they do again, without a broker.

import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';
import { Clock } from '../../sim/laboratory/clock.ts';
import type { Surroundings } from '../../sim/laboratory/clients/client.ts';
import { Publisher } from '../../sim/laboratory/clients/publisher.ts';
import { Tally } from '../../sim/laboratory/tally.ts';
import type { PublishSpec } from '../../sim/scenario/model.ts';
import { scenarioWith } from './scenario.ts';

type Answer = (error: Error | null) => void;

/** A channel that keeps what was published, to be answered by the test. */
class PlayedChannel extends EventEmitter {
  readonly published: { readonly id: string; readonly answer: Answer }[] = [];

  publish(
    _exchange: string,
    _key: string,
    _body: Buffer,
    options: { messageId: string },
    answer: Answer,
  ): boolean {
    this.published.push({ id: options.messageId, answer });
    return true;
  }

  /** As amqplib does it: every publish is told, then the client. */
  closes(): void {
    for (const { answer } of this.published) answer(new Error('channel closed'));
    this.emit('close');
  }
}

class PlayedConnection extends EventEmitter {
  readonly connection = {};

  async createConfirmChannel(): Promise<PlayedChannel> {
    return channels[opened++]!;
  }

  async close(): Promise<void> {
    this.emit('close');
  }
}

let channels: PlayedChannel[] = [];
let opened = 0;

vi.mock('amqplib', () => ({ default: { connect: async () => new PlayedConnection() } }));

beforeEach(() => {
  channels = [new PlayedChannel(), new PlayedChannel()];
  opened = 0;
});

function publisherWith(more: string): {
  readonly publisher: Publisher;
  readonly tally: Tally;
  readonly clock: Clock;
} {
  const { workloads } = scenarioWith(
    `workloads:\n  - { name: pub, publish: { routing_key: q, via: rabbit1, messages: 3, confirms: true, reconnect: 1ms, ${more} } }\nqueues: [{ name: q }]\n`,
  );
  const clock = new Clock();
  const tally = new Tally();
  const surroundings: Surroundings = {
    clock,
    tally,
    hostOf: () => 'nowhere',
    queueKeyOf: (_target, _vhost, queue) => queue,
    note: () => {},
  };
  const spec = workloads[0] as PublishSpec;
  return { publisher: new Publisher(surroundings, { name: 'pub', workload: 'pub' }, spec), tally, clock };
}

const until = async (is: () => boolean): Promise<void> => {
  await vi.waitFor(() => expect(is()).toBe(true));
};

test('an ack is a confirm, a nack is a nack, and a channel that closes is neither', async () => {
  const { publisher, tally, clock } = publisherWith('republish_unconfirmed: false');
  const [first] = channels;
  await until(() => first!.published.length === 3);
  first!.published[0]!.answer(null);
  first!.published[1]!.answer(new Error('message nacked'));
  first!.closes();
  expect(tally.figures()).toMatchObject({ published: 3, publishes: 3, confirmed: 1, nacked: 1 });
  await publisher.close();
  clock.stop();
});

test('the reliable publisher publishes again, under the same id, what had no answer when its channel closed', async () => {
  const { publisher, tally, clock } = publisherWith('republish_unconfirmed: true');
  const [first, second] = channels;
  await until(() => first!.published.length === 3);
  first!.published[0]!.answer(null);
  first!.closes();
  await until(() => second!.published.length === 2);
  expect(second!.published.map(({ id }) => id)).toEqual(['pub-2', 'pub-3']);
  expect(tally.figures()).toMatchObject({ published: 3, publishes: 5, confirmed: 1, nacked: 0 });
  await publisher.close();
  clock.stop();
});
