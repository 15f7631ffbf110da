// What a channel makes of deliveries that come twice, or not at all (QQ-17): each message of a consumer has a number, so both show.
import { expect, test } from 'vitest';
import { BasicMessage } from '../../../sim/amqp/basic-message.ts';
import type { ChannelPort, QueueDelivery } from '../../../sim/broker/queue-type.ts';
import type { CallOutcome } from '../../../sim/erlang/erlang-process.ts';
import { Consumption } from '../../../sim/queues/quorum/consumption.ts';
import type { DeliveryItem } from '../../../sim/queues/quorum/fifo-context.ts';
import type { AskCheckedOut } from '../../../sim/queues/quorum/raft-messages.ts';
import { pid } from './machine.ts';

/** The message with this number for its consumer; its sequence is the same. */
function item(id: number): DeliveryItem {
  const message = new BasicMessage(1, id, '', 'q', { persistent: true }, 10, id);
  return { id, queued: { index: id + 1, message, deliveryCount: 0, expiresAtUs: 0 } };
}

/** A channel with a consumer `c` whose member still has `held` out. */
class Channel {
  readonly got: number[] = [];
  readonly asked: string[] = [];
  readonly consumption: Consumption;

  constructor(...held: readonly number[]) {
    const process = {
      pid: pid('a'),
      call: (
        { node }: { node: string },
        { from, to }: AskCheckedOut,
        outcome: CallOutcome<readonly DeliveryItem[]>,
      ) => {
        this.asked.push(`${node}: ${from} to ${to}`);
        outcome.reply(held.filter((id) => id >= from && id <= to).map(item));
      },
    };
    const port = {
      process,
      context: { vm: { cite: () => {} } },
      deliver: (_noAck: boolean, deliveries: readonly QueueDelivery[]) =>
        void this.got.push(...deliveries.map(({ messageId }) => messageId)),
    };
    this.consumption = new Consumption(port as unknown as ChannelPort, 'q', () => {});
    this.consumption.add('c', false);
  }

  take(...ids: readonly number[]): void {
    this.consumption.take('rabbit1', 'c', ids.map(item));
  }
}

test('a delivery that comes twice is taken once (QQ-17)', () => {
  const channel = new Channel();
  channel.take(0, 1);
  channel.take(0, 1);
  channel.take(1, 2);
  expect(channel.got).toEqual([0, 1, 2]);
  expect(channel.asked).toEqual([]);
});

test('what got lost is asked for, as far as it is still out, and comes before the rest (QQ-17)', () => {
  const channel = new Channel(1, 3);
  channel.take(0);
  channel.take(4, 5);
  expect(channel.asked).toEqual(['rabbit1: 1 to 3']);
  expect(channel.got).toEqual([0, 1, 3, 4, 5]);
});
