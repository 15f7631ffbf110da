/** Numbers for published messages, unique in a cluster for as long as it lives (RabbitMQ draws GUIDs). */
export class MessageSerials {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }
}
