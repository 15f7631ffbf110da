/**
 * Promise: whatever happens to messages, in whatever order, the ledger's figures are those of a ledger that keeps every
 * message and counts by inspection.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import * as messages from '../../sim/records/messages.ts';
import { consumer, publisher, Script } from './script.ts';

const QUEUES = ['q', 'r'];
const NODES = ['rabbit1', 'rabbit2'];

interface NaiveCopy {
  readonly id: string;
  readonly queue: string;
  delivered: number;
  acked: boolean;
  drained: boolean;
  ended: boolean;
  readonly held: Set<string>;
}

class Naive {
  readonly publishes: string[] = [];
  readonly confirmed = new Set<string>();
  readonly nacked = new Set<string>();
  readonly copies = new Map<string, NaiveCopy>();
  deliveries = 0;
  afterAck = 0;
  drains = 0;
  outOfOrder = 0;

  figures() {
    const ids = [...new Set(this.publishes)];
    const copies = [...this.copies.values()];
    const some = (id: string, holds: (copy: NaiveCopy) => boolean) =>
      copies.some((c) => c.id === id && holds(c));
    const lost = ids.filter(
      (id) => !some(id, (c) => c.delivered > 0 || c.drained || c.ended) && !some(id, (c) => c.held.size > 0),
    );
    return {
      published: ids.length,
      publishes: this.publishes.length,
      confirmed: this.confirmed.size,
      nacked: this.nacked.size,
      delivered: this.deliveries,
      delivered_unique: ids.filter((id) => some(id, (c) => c.delivered > 0)).length,
      delivered_after_ack: this.afterAck,
      duplicated: copies.filter((c) => c.delivered > 1).length,
      drained: ids.filter((id) => some(id, (c) => c.drained) && !some(id, (c) => c.delivered > 0)).length,
      drained_deliveries: this.drains,
      confirmed_lost: lost.filter((id) => this.confirmed.has(id)).length,
      unconfirmed_lost: lost.filter((id) => !this.confirmed.has(id)).length,
      out_of_order: this.outOfOrder,
    };
  }
}

const act = fc.record({
  what: fc.constantFrom(
    'publish',
    'confirm',
    'nack',
    'store',
    'deliver',
    'ack',
    'drain',
    'destroy',
    'expire',
  ),
  publisher: fc.nat(1),
  sequence: fc.nat(2_500),
  queue: fc.nat(1),
  node: fc.nat(1),
});

test('figures of random histories equal those counted message by message', () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 50, maxLength: 400 }), (acts) => {
      const script = new Script();
      const workloads = [publisher('shop'), publisher('store'), consumer('warehouse')];
      const ledger = new Ledger(script.journal, { workloads });
      const naive = new Naive();
      const highest = new Map<string, number>();
      const sequences: number[] = [];
      acts.forEach(({ what, publisher, sequence, queue, node }, step) => {
        script.at(step / 10);
        // Half of the acts hit an id that was seen before, so that histories grow longer than one record.
        const chosen =
          step % 2 === 0 ? sequence : (sequences[sequence % Math.max(1, sequences.length)] ?? sequence);
        sequences.push(chosen);
        const name = publisher === 0 ? 'shop' : 'store';
        const id = `${name}-${chosen}`;
        const queueName = QUEUES[queue]!;
        const nodeName = NODES[node]!;
        const copy = naive.copies.get(`${id} ${queueName}`);
        if (what === 'publish') {
          script.publish(id, queueName, nodeName, naive.publishes.includes(id) ? 2 : 1);
          naive.publishes.push(id);
          if (copy === undefined) {
            const fresh = {
              delivered: 0,
              acked: false,
              drained: false,
              ended: false,
              held: new Set<string>(),
            };
            naive.copies.set(`${id} ${queueName}`, { id, queue: queueName, ...fresh });
          }
          return;
        }
        if (!naive.publishes.includes(id)) return;
        if (what === 'confirm') {
          script.confirm(id);
          naive.confirmed.add(id);
        }
        if (what === 'nack') {
          script.write(messages.nacked, { workload: name, message: id, node: nodeName });
          naive.nacked.add(id);
        }
        if (copy === undefined) return;
        if (what === 'store' && !copy.held.has(nodeName)) {
          script.store(id, queueName, nodeName);
          copy.held.add(nodeName);
        }
        if (what === 'destroy') {
          script.destroy(id, queueName, nodeName, 'gone');
          copy.held.delete(nodeName);
        }
        if (what === 'expire') {
          const fields = { message: id, queue: queueName, node: nodeName, how: 'expired', rule: 'BRK-39' };
          script.write(messages.copyEnded, fields);
          copy.ended = true;
          copy.held.delete(nodeName);
        }
        if (what === 'drain') {
          script.drain(id, queueName);
          copy.drained = true;
          naive.drains += 1;
        }
        if (what === 'deliver') {
          script.take(id, queueName, nodeName).deliver(id, queueName);
          naive.deliveries += 1;
          if (copy.acked) naive.afterAck += 1;
          copy.delivered += 1;
          const key = `${name} ${queueName}`;
          if (copy.delivered === 1) {
            if (chosen < (highest.get(key) ?? -1)) naive.outOfOrder += 1;
            highest.set(key, Math.max(chosen, highest.get(key) ?? -1));
          }
        }
        if (what === 'ack' && copy.delivered > 0) {
          script.ack(id, queueName);
          copy.acked = true;
        }
      });
      const { messages: figures, causes } = ledger.close({ endUs: 100_000_000, observation: null });
      expect(figures).toMatchObject(naive.figures());
      const lost = causes.filter(({ outcome }) => outcome === 'lost' || outcome === 'stuck');
      const explained = lost.reduce((sum, cause) => sum + cause.messages, 0);
      expect(explained).toBe(figures.confirmed_lost + figures.unconfirmed_lost);
    }),
    { numRuns: 60 },
  );
});
