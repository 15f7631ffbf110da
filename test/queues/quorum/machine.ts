/** The state of a quorum queue outside of any member: commands go in, and what they bring about is noted. */
import { BasicMessage } from '../../../sim/amqp/basic-message.ts';
import type { ErlangProcess } from '../../../sim/erlang/erlang-process.ts';
import { Pid } from '../../../sim/erlang/message.ts';
import type { FifoCommand } from '../../../sim/queues/quorum/commands.ts';
import { applyCommand } from '../../../sim/queues/quorum/fifo-apply.ts';
import type { FifoConfig } from '../../../sim/queues/quorum/fifo-config.ts';
import type { DeliveryItem, FifoReply } from '../../../sim/queues/quorum/fifo-context.ts';
import { FifoState } from '../../../sim/queues/quorum/fifo-state.ts';

/** The settings of a queue about which nothing is said. */
export const NOTHING: FifoConfig = {
  messageTtlUs: null,
  expiresUs: null,
  maxLength: null,
  maxLengthBytes: null,
  overflow: 'drop-head',
  deadLetter: null,
  deliveryLimit: null,
  singleActive: false,
  keepsDeadLetters: false,
};

let processes = 0;

/** Some process on a node. */
export function pid(node: string): Pid {
  processes += 1;
  return new Pid(node, 1, { id: processes } as ErlangProcess);
}

export class Machine {
  readonly state: FifoState;
  readonly told: string[] = [];
  readonly delivered: { readonly tag: string; readonly item: DeliveryItem }[] = [];
  /** `id: sequence` of dead letters. */
  readonly toWorker: string[] = [];
  released: number[] = [];
  private index = 0;

  constructor(config: Partial<FifoConfig> = {}) {
    this.state = new FifoState({ ...NOTHING, ...config });
  }

  do(command: FifoCommand, timeUs = 0): FifoReply {
    this.index += 1;
    const note = (what: string) => (message: BasicMessage) =>
      void this.told.push(`${what} ${message.sequence}`);
    return applyCommand(this.state, command, {
      index: this.index,
      timeUs,
      effects: {
        monitor: () => {},
        monitorNode: () => {},
        deliver: ({ tag }, items) => void this.delivered.push(...items.map((item) => ({ tag, item }))),
        tell: (_pid, news) => void this.told.push(news),
        deadLetter: (message, reason) => void this.told.push(`${reason} ${message.sequence}`),
        deliverDeadLetters: (_worker, items) =>
          void this.toWorker.push(
            ...items.map(({ id, letter }) => `${id}: ${letter.queued.message.sequence}`),
          ),
        startDeadLetterWorker: () => void this.told.push('start worker'),
        tellDeadLetterWorker: (_worker, news) => void this.told.push(`worker: ${news}`),
        release: (index) => void this.released.push(index),
      },
      witness: {
        stored: () => {},
        taken: () => {},
        finished: note('finished'),
        requeued: () => {},
        purgedOne: note('purged'),
        died: () => {},
        kept: (message, reason) => void this.told.push(`kept ${reason} ${message.sequence}`),
        passedOn: note('passed on'),
        cite: () => {},
      },
    });
  }

  publish(channel: Pid, sequence: number, expirationMs?: number): FifoReply {
    const properties = expirationMs === undefined ? { persistent: true } : { persistent: true, expirationMs };
    const message = new BasicMessage(1, sequence, '', 'q', properties, 10, sequence);
    return this.do({ kind: 'enqueue', pid: channel, sequence, message });
  }

  consume(channel: Pid, tag: string, credit: number, priority = 0): void {
    this.do({ kind: 'checkout', consumer: { tag, pid: channel }, credit, noAck: false, priority });
  }

  /** Sequence numbers that the consumer got, in order. */
  got(tag: string): number[] {
    return this.delivered.filter((one) => one.tag === tag).map(({ item }) => item.queued.message.sequence);
  }
}
