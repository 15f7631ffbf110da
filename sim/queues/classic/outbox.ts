/** Deliveries to one channel that leave together at the end of the message that a queue process is handling. */
import type { QueueDelivery } from '../../broker/queue-type.ts';
import type { Pid } from '../../erlang/message.ts';
import type { QueueDeliver } from './leader-messages.ts';
import type { QueueProcess } from './queue-process.ts';

export class Outbox {
  private readonly process: QueueProcess;
  private deliveries: QueueDelivery[] = [];
  private channel: Pid | undefined;
  private noAck = false;
  private bytes = 0;

  constructor(process: QueueProcess) {
    this.process = process;
  }

  /** Another channel's deliveries, or of the other kind, leave first. */
  add(channel: Pid, noAck: boolean, delivery: QueueDelivery): void {
    if (this.channel !== channel || this.noAck !== noAck) {
      this.flush();
      this.channel = channel;
      this.noAck = noAck;
    }
    this.deliveries.push(delivery);
    this.bytes += delivery.message.wireBytes;
  }

  flush(): void {
    if (this.channel === undefined) return;
    const deliver: QueueDeliver = { type: 'queue_deliver', noAck: this.noAck, deliveries: this.deliveries };
    this.process.send(this.channel, deliver, this.bytes);
    this.deliveries = [];
    this.channel = undefined;
    this.bytes = 0;
  }
}
