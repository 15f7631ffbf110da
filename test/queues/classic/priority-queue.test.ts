/** Promise: higher priorities go first, equal ones in their order, whatever comes back and whatever the VM does (BRK-51). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BasicMessage } from '../../../sim/amqp/basic-message.ts';
import type { QueueRecord } from '../../../sim/broker/queue-record.ts';
import { createContent, recoverContent } from '../../../sim/queues/classic/content.ts';
import { QueueIndex } from '../../../sim/queues/classic/queue-index.ts';
import { newRecord, QueueWorld } from './world.ts';

const HIGHEST = 2;
const NO_CONFIRM = { needsConfirming: false, expiresAtUs: 0 };

function setUp() {
  const world = new QueueWorld();
  const { vm } = world.boot('a');
  const record: QueueRecord = newRecord('q', { arguments: { 'x-max-priority': HIGHEST } });
  return { world, vm, record, queue: createContent(vm, record), channel: null as never };
}

let serial = 0;

function message(sequence: number, priority: number | undefined): BasicMessage {
  serial += 1;
  const properties = { persistent: true, ...(priority !== undefined && { priority }) };
  return new BasicMessage(1, sequence, '', 'q', properties, 10, serial);
}

interface Entry {
  readonly sequence: number;
  readonly priority: number;
  tag: number;
  out: boolean;
}

const step = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), priority: fc.option(fc.integer({ min: 0, max: 5 })) }),
  fc.record({ do: fc.constantFrom('fetch' as const, 'take' as const, 'purge' as const) }),
  fc.record({ do: fc.constantFrom('ack' as const, 'requeue' as const), which: fc.nat(20) }),
);

describe('a queue with priorities', () => {
  it('does what a list sorted by priority and number would', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { queue, channel } = setUp();
        let entries: Entry[] = [];
        const ready = (): Entry[] =>
          entries
            .filter(({ out }) => !out)
            .toSorted((a, b) => b.priority - a.priority || a.sequence - b.sequence);
        steps.forEach((action, sequence) => {
          switch (action.do) {
            case 'publish': {
              const priority = Math.min(action.priority ?? 0, HIGHEST);
              queue.publish(message(sequence, action.priority ?? undefined), NO_CONFIRM, false, channel);
              entries.push({ sequence, priority, tag: -1, out: false });
              break;
            }
            case 'fetch':
            case 'take': {
              const first = ready()[0];
              const fetched = queue.fetch(action.do === 'fetch');
              expect(fetched?.message.sequence).toBe(first?.sequence);
              if (first === undefined) break;
              if (action.do === 'take') entries = entries.filter((entry) => entry !== first);
              else Object.assign(first, { tag: fetched!.ackTag, out: true });
              break;
            }
            case 'purge':
              expect(queue.purge()).toBe(ready().length);
              entries = entries.filter(({ out }) => out);
              break;
            default: {
              const out = entries.filter((entry) => entry.out);
              const chosen = out[action.which % Math.max(1, out.length)];
              if (chosen === undefined) break;
              expect(queue.outstanding(chosen.tag)?.sequence).toBe(chosen.sequence);
              if (action.do === 'requeue') {
                queue.requeue([chosen.tag]);
                chosen.out = false;
              } else {
                queue.ack([chosen.tag]);
                entries = entries.filter((entry) => entry !== chosen);
              }
            }
          }
          expect([queue.length, queue.depth]).toEqual([ready().length, entries.length]);
          expect(queue.readyBytes).toBe(ready().length * 10);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what it flushed, each priority in its own file, and leaves no file when it is deleted', () => {
    const { world, vm, record, queue, channel } = setUp();
    for (const priority of [0, 2, 1, 2])
      queue.publish(message(priority, priority), NO_CONFIRM, false, channel);
    let flushed = false;
    queue.sync(() => (flushed = true));
    world.settle();
    expect([flushed, queue.syncNeed]).toEqual([true, 'none']);
    queue.publish(message(9, 2), NO_CONFIRM, false, channel);
    queue.terminate('crash');
    expect(QueueIndex.queues(vm.disk)).toEqual(['q']);
    expect(QueueIndex.content(vm.disk, 'q')).toHaveLength(4);
    const recovered = recoverContent(vm, record);
    const sequences = [...Array.from({ length: 4 }, () => recovered.fetch(false)?.message.sequence)];
    expect(sequences).toEqual([2, 2, 1, 0]);
    recovered.terminate('delete');
    expect(QueueIndex.queues(vm.disk)).toEqual([]);
  });

  it('looks for what has expired in a lower priority only when nothing is left of a higher one (BRK-39)', () => {
    const { queue, channel } = setUp();
    const publish = (sequence: number, priority: number, expiresAtUs: number): void =>
      queue.publish(message(sequence, priority), { needsConfirming: false, expiresAtUs }, false, channel);
    publish(1, 2, 10);
    publish(2, 1, 10);
    publish(3, 1, 50);
    publish(4, 0, 10);
    const expired = (nowUs: number) => queue.takeExpired(nowUs, false).map(({ message: m }) => m.sequence);
    expect(queue.headExpiresAtUs).toBe(10);
    expect(expired(20)).toEqual([1, 2]);
    expect(queue.headExpiresAtUs).toBe(50);
    expect(expired(60)).toEqual([3, 4]);
    expect(queue.mayExpire).toBe(false);
  });
});
