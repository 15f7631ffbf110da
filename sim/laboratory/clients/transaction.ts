/**
 * AMQP's transactions on a channel of amqplib, whose own interface has none: the class `tx` of the protocol by the numbers that AMQP gives its methods,
 * sent by the library's method for a question and its answer, in the order of everything else on the channel.
 */
import type { Channel } from 'amqplib';

/** A class's number stands above the sixteen bits of a method's. */
const txClass = 90 * 65_536;
const numbers = { select: txClass + 10, commit: txClass + 20, rollback: txClass + 30 } as const;

interface Asking {
  /** Sends a method and waits for the one that answers it; rejects when the channel closes before. */
  rpc(method: number, fields: object, answer: number): Promise<unknown>;
}

/** Asks for `tx.select`, `tx.commit` or `tx.rollback` and waits for its answer. Rejects when the channel closes instead. */
export async function inTransaction(channel: Channel, method: keyof typeof numbers): Promise<void> {
  const number = numbers[method];
  await (channel as unknown as Asking).rpc(number, {}, number + 1);
}
