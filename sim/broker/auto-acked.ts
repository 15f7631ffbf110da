/**
 * Messages that were written to a client with automatic acknowledgement and may not have arrived: no queue has them any
 * more, so they are lost if the connection ends now (MIR-42). Positions are counted in bytes of the connection's stream.
 */
import type { BasicMessage } from '../amqp/basic-message.ts';
import { Fifo } from '../kernel/fifo.ts';
import { deliveryLost } from '../records/messages.ts';
import { rule } from '../rules/registry.ts';
import type { BrokerNode } from './broker-node.ts';

const MIR_42 = rule('MIR-42');

interface Written {
  readonly message: BasicMessage;
  readonly queue: string;
  /** Where the message ends in the stream. */
  readonly endByte: number;
}

export class AutoAcked {
  private readonly underWay = new Fifo<Written>();

  /** A message was written that ends at `endByte`; the first `arrivedBytes` of the stream have arrived. */
  written(message: BasicMessage, queue: string, endByte: number, arrivedBytes: number): void {
    this.forget(arrivedBytes);
    this.underWay.push({ message, queue, endByte });
  }

  private forget(arrivedBytes: number): void {
    let oldest = this.underWay.peek();
    while (oldest !== undefined && oldest.endByte <= arrivedBytes) {
      this.underWay.shift();
      oldest = this.underWay.peek();
    }
  }

  /** The connection has ended after `arrivedBytes`: writes down what was lost on the way. */
  lose(node: BrokerNode, arrivedBytes: number): void {
    this.forget(arrivedBytes);
    for (const { message, queue } of this.underWay) this.loseOne(node, message, queue);
    this.underWay.clear();
  }

  /** Writes down that a message never left: there was no connection to write it to. */
  loseOne({ context, nodeId }: BrokerNode, { publisher, sequence }: BasicMessage, queue: string): void {
    context.vm.cite(MIR_42);
    const { journal } = context.vm.simulation;
    journal.write(deliveryLost, publisher, sequence, context.queueId(queue), nodeId, MIR_42.index);
  }
}
