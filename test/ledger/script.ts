/** Writes journals by hand: a clock, names interned, and a line for each thing that can happen to a message. */
import { Journal, type RecordType } from '../../sim/kernel/journal.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import type { Workload } from '../../sim/scenario/model.ts';
import { rule } from '../../sim/rules/registry.ts';

type Value = string | number | boolean;

export class Script {
  readonly clock = { nowUs: 0 };
  readonly journal = new Journal(this.clock);
  /** Publisher numbers by name. */
  private readonly publishers = new Map<string, number>();

  at(seconds: number): this {
    this.clock.nowUs = Math.round(seconds * 1_000_000);
    return this;
  }

  /** Writes a record; fields by name, messages as `shop-17`, rules by id. */
  write(type: RecordType, fields: Record<string, Value>): this {
    const slots: number[] = [];
    for (const field of type.fields) {
      const value = fields[field.name];
      if (field.type === 'message') slots.push(...this.message(String(value)));
      else if (value === undefined) slots.push(field.type === 'name' ? this.journal.intern('') : 0);
      else if (field.name === 'rule') slots.push(rule(String(value)).index);
      else if (typeof value === 'string') slots.push(this.journal.intern(value));
      else slots.push(Number(value));
    }
    const [a, b, c, d, e, f, g, h] = slots;
    this.journal.write(type, a, b, c, d, e, f, g, h);
    return this;
  }

  message(id: string): [number, number] {
    const dash = id.lastIndexOf('-');
    const name = id.slice(0, dash);
    if (!this.publishers.has(name)) this.publishers.set(name, this.publishers.size);
    return [this.publishers.get(name)!, Number(id.slice(dash + 1))];
  }

  publish(id: string, queue: string, node = 'rabbit1', attempt = 1): this {
    const workload = id.slice(0, id.lastIndexOf('-'));
    this.write(messages.published, { workload, message: id, attempt, node });
    return this.write(messages.routed, { message: id, queue, node });
  }

  store(id: string, queue: string, node: string, role = 'leader', how = 'publish'): this {
    return this.write(messages.copyStored, { message: id, queue, node, role, how });
  }

  confirm(id: string, node = 'rabbit1'): this {
    const workload = id.slice(0, id.lastIndexOf('-'));
    return this.write(messages.confirmed, { workload, message: id, node });
  }

  take(id: string, queue: string, node: string, autoAck = false): this {
    return this.write(messages.copyTaken, { message: id, queue, node, autoAck });
  }

  deliver(id: string, queue: string, workload = 'warehouse', redelivered = false): this {
    return this.write(messages.delivered, { workload, message: id, queue, node: 'rabbit3', redelivered });
  }

  ack(id: string, queue: string, workload = 'warehouse'): this {
    return this.write(messages.acked, { workload, message: id, queue });
  }

  finish(id: string, queue: string, node: string): this {
    return this.write(messages.copyFinished, { message: id, queue, node });
  }

  destroy(id: string, queue: string, node: string, why: string, cited = 'MIR-23', role = 'leader'): this {
    return this.write(messages.copyDestroyed, { message: id, queue, node, role, why, rule: cited });
  }

  drain(id: string, queue: string, node = 'rabbit1'): this {
    return this.write(messages.drained, { message: id, queue, node });
  }

  /** The ordinary life: taken in by the leader and a mirror, confirmed, delivered, acknowledged, removed. */
  wholeLife(id: string, queue: string, leader = 'rabbit1', mirrors: readonly string[] = ['rabbit2']): this {
    this.publish(id, queue).store(id, queue, leader);
    for (const mirror of mirrors) this.store(id, queue, mirror, 'mirror', 'gm');
    return this.confirm(id)
      .take(id, queue, leader)
      .deliver(id, queue)
      .ack(id, queue)
      .finish(id, queue, leader);
  }

  /** `more`: what was asked (`promote`, `listed`), and the new leader's `mirrors`. */
  promote(queue: string, node: string, synchronised: boolean, why = 'failure', more = {}): this {
    const asked = { promote: 'always', ...more };
    return this.write(cluster.queuePromoted, { queue, node, synchronised, messages: 0, why, ...asked });
  }

  state(node: string, state: string, why = ''): this {
    return this.write(cluster.nodeState, { node, state, why });
  }
}

const client = {
  via: [{ kind: 'node', name: 'rabbit1' }],
  reconnectUs: 1_000_000,
  heartbeatUs: 60_000_000,
  count: 1,
  line: 1,
} as const;

/** A publisher with confirms. */
export function publisher(name: string, startUs = 0, stopUs: number | null = null): Workload {
  return {
    ...client,
    name,
    kind: 'publish',
    startUs,
    stopUs,
    exchange: '',
    routingKeys: ['q'],
    ratePerSecond: 100,
    messages: null,
    confirms: true,
    persistent: true,
    mandatory: false,
    bodyBytes: 100,
    headers: [],
    priorities: [],
    expirationUs: null,
    confirmTimeoutUs: null,
    republishUnconfirmed: false,
    maxInFlight: null,
  };
}

/** A consumer with manual acknowledgement. */
export function consumer(name: string, startUs = 0, stopUs: number | null = null): Workload {
  return {
    ...client,
    name,
    kind: 'consume',
    startUs,
    stopUs,
    queue: 'q',
    prefetch: 10,
    ack: 'manual',
    processingTime: { kind: 'fixed', us: 0 },
    fail: 0,
    requeue: false,
    arguments: {},
    exclusive: false,
    declare: null,
    dedupe: false,
    resubscribe: true,
  };
}
