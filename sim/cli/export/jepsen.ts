/**
 * A run as a history of operations, for checkers that know nothing of RabbitMQ, such as Jepsen's `total-queue`. A publish is an
 * `enqueue` (ok: confirmed; fail: returned or rolled back; info: nobody knows), a delivery a `dequeue`, what the drain took out a
 * `drain`; faults are the nemesis.
 *
 * A process of such a history does one thing at a time, and is never heard of again after one whose outcome nobody knows. Our publishers
 * have many publishes under way, so each of these gets a process that is free. A message that the broker ended by policy (expired, dropped
 * by a limit) is as gone for a foreign checker as a lost one.
 */
import type { Journal } from '../../kernel/journal.ts';
import * as cluster from '../../records/cluster.ts';
import * as messages from '../../records/messages.ts';
import type { Scenario } from '../../scenario/model.ts';
import type { Exporter, Write } from './exporter.ts';
import type { Operation, OperationType, WriteOperation } from './jepsen-operation.ts';
import { messageName } from './named-record.ts';
import { unansweredClients } from './unanswered-clients.ts';

const NS_PER_US = 1_000;
/** A drain of a million messages would be a line of that many values. */
const drainedAtOnce = 1_000;

interface Enqueue {
  readonly process: number;
  /** The client that published. */
  readonly client: number;
  readonly value: string;
}

export class JepsenHistory implements Exporter {
  private readonly write: Write;
  private readonly render: WriteOperation;
  /** Workloads whose publishes nobody answers. */
  private readonly unanswered: ReadonlySet<string>;
  private index = 0;
  private processes = 0;
  private readonly free: number[] = [];
  /** By publisher, then sequence: enqueues under way. */
  private readonly open = new Map<number, Map<number, Enqueue>>();
  private readonly consumers = new Map<number, number>();
  private drain: { readonly process: number; readonly values: string[]; timeUs: number } | null = null;

  constructor(scenario: Pick<Scenario, 'workloads'>, render: WriteOperation, write: Write) {
    this.render = render;
    this.write = write;
    this.unanswered = unansweredClients(scenario.workloads);
  }

  listen(journal: Journal): void {
    journal.on(messages.published, (timeUs, client, publisher, sequence) =>
      this.publish(journal, timeUs, client, publisher, sequence),
    );
    journal.on(messages.confirmed, (timeUs, _, publisher, sequence) =>
      this.answer(timeUs, publisher, sequence, 'ok'),
    );
    journal.on(messages.nacked, (timeUs, _, publisher, sequence) =>
      this.answer(timeUs, publisher, sequence, 'info', 'nacked'),
    );
    journal.on(messages.returned, (timeUs, _, publisher, sequence) =>
      this.answer(timeUs, publisher, sequence, 'fail', 'returned: no route'),
    );
    journal.on(messages.rolledBack, (timeUs, _, publisher, sequence) =>
      this.answer(timeUs, publisher, sequence, 'fail', 'rolled back'),
    );
    journal.on(messages.delivered, (timeUs, client, publisher, sequence, queue, node) => {
      const value = messageName(journal, publisher, sequence);
      this.deliver(timeUs, client, value, journal.text(queue), journal.text(node));
    });
    journal.on(messages.drained, (timeUs, publisher, sequence) =>
      this.takeOut(timeUs, messageName(journal, publisher, sequence)),
    );
    journal.on(cluster.connectionLost, (timeUs, _workload, _node, _code, _text, client) =>
      this.abandon(timeUs, client, 'connection lost'),
    );
    journal.on(cluster.faultBegan, (timeUs, _, label) => this.fault(timeUs, 'start', journal.text(label)));
    journal.on(cluster.faultEnded, (timeUs, _, label) => {
      if (journal.text(label) !== '') this.fault(timeUs, 'stop', journal.text(label));
    });
  }

  end(endUs: number): void {
    for (const open of this.open.values())
      for (const { process, value } of open.values())
        this.say(endUs, { process, type: 'info', f: 'enqueue', value, error: 'never answered' });
    this.open.clear();
    this.endDrain();
  }

  private publish(
    journal: Journal,
    timeUs: number,
    client: number,
    publisher: number,
    sequence: number,
  ): void {
    this.answer(timeUs, publisher, sequence, 'info', 'published again');
    const process = this.free.pop() ?? this.processes++;
    const value = messageName(journal, publisher, sequence);
    this.say(timeUs, { process, type: 'invoke', f: 'enqueue', value });
    const open = this.open.get(publisher) ?? new Map<number, Enqueue>();
    this.open.set(publisher, open);
    open.set(sequence, { process, client, value });
    if (this.unanswered.has(journal.text(client)))
      this.answer(timeUs, publisher, sequence, 'info', 'published without confirms');
  }

  private answer(
    timeUs: number,
    publisher: number,
    sequence: number,
    type: OperationType,
    error?: string,
  ): void {
    const enqueue = this.open.get(publisher)?.get(sequence);
    if (enqueue === undefined) return;
    this.open.get(publisher)?.delete(sequence);
    const { process, value } = enqueue;
    this.say(timeUs, { process, type, f: 'enqueue', value, ...(error !== undefined && { error }) });
    if (type !== 'info') this.free.push(process);
  }

  /** Whatever a client had under way is never answered on another connection. */
  private abandon(timeUs: number, client: number, error: string): void {
    for (const [publisher, open] of this.open)
      for (const [sequence, enqueue] of open)
        if (enqueue.client === client) this.answer(timeUs, publisher, sequence, 'info', error);
  }

  private deliver(timeUs: number, client: number, value: string, queue: string, node: string): void {
    const process = this.consumers.get(client) ?? this.processes++;
    this.consumers.set(client, process);
    this.say(timeUs, { process, type: 'invoke', f: 'dequeue', value: null });
    this.say(timeUs, { process, type: 'ok', f: 'dequeue', value, queue, node });
  }

  private takeOut(timeUs: number, value: string): void {
    if (this.drain === null) {
      const process = this.free.pop() ?? this.processes++;
      this.say(timeUs, { process, type: 'invoke', f: 'drain', value: null });
      this.drain = { process, values: [], timeUs };
    }
    this.drain.values.push(value);
    this.drain.timeUs = timeUs;
    if (this.drain.values.length === drainedAtOnce) this.endDrain();
  }

  private endDrain(): void {
    const { drain } = this;
    if (drain === null) return;
    this.drain = null;
    this.say(drain.timeUs, { process: drain.process, type: 'ok', f: 'drain', value: drain.values });
    this.free.push(drain.process);
  }

  private fault(timeUs: number, f: 'start' | 'stop', value: string): void {
    this.say(timeUs, { process: 'nemesis', type: 'info', f, value });
  }

  private say(timeUs: number, operation: Omit<Operation, 'time'>): void {
    // Operations stand in order of time, and a drain ends before anything else is done.
    if (operation.f !== 'drain') this.endDrain();
    this.write(this.render({ time: timeUs * NS_PER_US, ...operation }, this.index));
    this.index += 1;
  }
}
