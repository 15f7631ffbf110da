/** Promise: a dead letter tells how it died, does not go round by itself for ever, and costs nobody credit (BRK-40). */
import { describe, expect, test } from 'vitest';
import { BasicMessage, type BasicProperties } from '../../sim/amqp/basic-message.ts';
import { publishDeadLetter, takesDeadLetters, type DeathReason } from '../../sim/broker/dead-letter.ts';
import { deliveredTo, World } from './world.ts';

const ROUNDTRIP_US = 10_000;

class Morgue {
  readonly world = new World();
  readonly client = this.world.connect();
  private readonly process = this.world.caller();

  die(
    message: BasicMessage,
    reason: DeathReason,
    queue: string,
    exchange = '',
    routingKey: string | null = null,
  ): BasicMessage | undefined {
    const { seen } = this.world.queues;
    const before = seen.length;
    publishDeadLetter(this.world.context, this.process, message, reason, { exchange, routingKey }, queue);
    const last = seen.slice(before).at(-1);
    return last?.what === 'deliver' ? last.delivery.message : undefined;
  }
}

function message(properties: Partial<BasicProperties> = {}): BasicMessage {
  return new BasicMessage(1, 7, 'orders', 'next', { persistent: true, ...properties }, 100, 3);
}

describe('a dead letter', () => {
  test('is a message of its own, with its death in its headers and no expiration', () => {
    const morgue = new Morgue();
    morgue.client.declare('next');
    morgue.world.run(5_000_000);
    const letter = morgue.die(
      message({ headers: { trace: 't' }, expirationMs: 500, priority: 3 }),
      'expired',
      'work',
    )!;
    expect(letter).toMatchObject({
      publisher: 1,
      sequence: 7,
      exchange: '',
      routingKey: 'next',
      flow: false,
    });
    expect(letter.serial).not.toBe(3);
    const death = { count: 1, reason: 'expired', queue: 'work', time: 5, exchange: 'orders' };
    expect(letter.properties).toEqual({
      persistent: true,
      priority: 3,
      headers: {
        trace: 't',
        'x-first-death-reason': 'expired',
        'x-first-death-queue': 'work',
        'x-first-death-exchange': 'orders',
        'x-death': [{ ...death, 'routing-keys': ['next'], 'original-expiration': '500' }],
      },
    });
  });

  test('counts deaths of one kind in one queue, and puts the latest first', () => {
    const morgue = new Morgue();
    for (const queue of ['work', 'retry']) morgue.client.declare(queue);
    let letter = morgue.die(message(), 'rejected', 'work', '', 'retry')!;
    letter = morgue.die(letter, 'expired', 'retry', '', 'work')!;
    letter = morgue.die(letter, 'rejected', 'work', '', 'retry')!;
    const { headers } = letter.properties;
    expect(headers?.['x-death']).toMatchObject([
      { count: 2, reason: 'rejected', queue: 'work' },
      { count: 1, reason: 'expired', queue: 'retry' },
    ]);
    expect(headers?.['x-first-death-reason']).toBe('rejected');
  });

  test('does not come back to a queue in which it died before, unless it was rejected since', () => {
    const morgue = new Morgue();
    for (const queue of ['a', 'b']) morgue.client.declare(queue);
    const once = morgue.die(message(), 'expired', 'a', '', 'b')!;
    expect(morgue.die(once, 'expired', 'b', '', 'a')).toBeUndefined();
    expect(morgue.die(once, 'rejected', 'b', '', 'a')).toBeDefined();
    const rejected = morgue.die(message(), 'rejected', 'a', '', 'b')!;
    expect(morgue.die(rejected, 'maxlen', 'b', '', 'a')).toBeDefined();
    expect(morgue.die(message(), 'maxlen', 'a', '', 'a')).toBeUndefined();
  });

  test('with a key of its own leaves the CC keys behind; without goes where they say', () => {
    const morgue = new Morgue();
    for (const queue of ['next', 'copy', 'own']) morgue.client.declare(queue);
    const carbon = message({ headers: { CC: ['copy'] } });
    morgue.die(carbon, 'rejected', 'work');
    const letter = morgue.die(carbon, 'rejected', 'work', '', 'own')!;
    expect(deliveredTo(morgue.world)).toEqual([['copy', 'next'], ['own']]);
    expect(letter.properties.headers?.['CC']).toBeUndefined();
    expect(letter.properties.headers?.['x-death']).toMatchObject([{ 'routing-keys': ['next', 'copy'] }]);
  });

  test('that no queue takes ends in silence; only an exchange that exists takes any', () => {
    const morgue = new Morgue();
    expect(morgue.die(message(), 'expired', 'work')).toBeUndefined();
    expect(morgue.world.records('dead_letter_routed')).toEqual([]);
    const { context } = morgue.world;
    expect(takesDeadLetters(context, null)).toBe(false);
    expect(takesDeadLetters(context, { exchange: 'missing', routingKey: null })).toBe(false);
    expect(takesDeadLetters(context, { exchange: 'amq.fanout', routingKey: null })).toBe(true);
  });
});

test('arguments of a queue are checked when it is declared, in words of RabbitMQ (BRK-12)', () => {
  const world = new World();
  const declare = (args: Record<string, string | number>) => {
    const client = world.connect();
    const [answer] = client.ask({
      type: 'queue.declare',
      channel: 1,
      queue: 'q',
      passive: false,
      durable: true,
      exclusive: false,
      autoDelete: false,
      arguments: args,
    });
    world.run(ROUNDTRIP_US);
    return answer;
  };
  const start = "PRECONDITION_FAILED - invalid arg 'x-";
  expect(declare({ 'x-message-ttl': -1 })).toMatchObject({
    code: 406,
    text: `${start}message-ttl' for queue 'q' in vhost '/': {value_negative,-1}`,
  });
  expect(declare({ 'x-expires': 0 })).toMatchObject({
    text: `${start}expires' for queue 'q' in vhost '/': {value_zero,0}`,
  });
  expect(declare({ 'x-max-length': 'ten' })).toMatchObject({
    text: `${start}max-length' for queue 'q' in vhost '/': "expected integer, got longstr"`,
  });
  expect(declare({ 'x-dead-letter-routing-key': 'k' })).toMatchObject({
    text: `${start}dead-letter-routing-key' for queue 'q' in vhost '/': routing_key_but_no_dlx_defined`,
  });
  expect(declare({ 'x-overflow': 'drop-tail' })).toMatchObject({
    text: `${start}overflow' for queue 'q' in vhost '/': invalid_overflow`,
  });
  expect(declare({ 'x-delivery-limit': 3 })).toMatchObject({
    text: `${start}delivery-limit' for queue 'q' in vhost '/' of queue type rabbit_classic_queue`,
  });
});
