/** Promise: a message is followed through its deaths: what ended is not lost, what its successor met is, and each has its reason. */
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];

function closed(write: (script: Script) => void) {
  const script = new Script();
  const ledger = new Ledger(script.journal, { workloads });
  for (const queue of ['q', 'dead']) {
    script.write(cluster.queueDeclared, { queue, node: 'rabbit1', type: 'classic', durable: true });
  }
  write(script);
  return ledger.close({ endUs: 90_000_000, observation: null });
}

function stored(script: Script, id: string, confirmed = true): Script {
  script.publish(id, 'q').store(id, 'q', 'rabbit1');
  return confirmed ? script.confirm(id) : script;
}

function dies(script: Script, id: string): Script {
  return script.write(messages.copyEnded, {
    message: id,
    queue: 'q',
    node: 'rabbit1',
    how: 'dead_lettered',
    rule: 'BRK-40',
  });
}

function comesTo(script: Script, id: string, queue = 'dead'): Script {
  return script.write(messages.deadLetterRouted, {
    message: id,
    queue,
    from: 'q',
    reason: 'expired',
    node: 'rabbit1',
  });
}

function refuses(script: Script, id: string, queue: string): Script {
  return script.write(messages.publishRefused, { message: id, queue, node: 'rabbit1', rule: 'BRK-41' });
}

describe('a dead letter', () => {
  test('that somebody gets is not lost', () => {
    const {
      messages: figures,
      causes,
      byQueue,
    } = closed((script) => {
      comesTo(dies(stored(script, 'shop-1'), 'shop-1'), 'shop-1').store('shop-1', 'dead', 'rabbit1');
      script.drain('shop-1', 'dead');
    });
    expect(figures).toMatchObject({ dead_lettered: 1, drained: 1, confirmed_lost: 0 });
    expect(byQueue.get('dead')).toMatchObject({ published: 1, drained_deliveries: 1 });
    expect(causes).toEqual([]);
  });

  test.each<[string, (script: Script) => void, string]>([
    ['that no queue took', (script) => void dies(stored(script, 'shop-1'), 'shop-1'), 'q'],
    [
      'that never arrived',
      (script) => void comesTo(dies(stored(script, 'shop-1'), 'shop-1'), 'shop-1'),
      'dead',
    ],
    [
      'that a mirror lost before it heard of it',
      (script) =>
        void dies(stored(script, 'shop-1').store('shop-1', 'q', 'rabbit2', 'mirror'), 'shop-1')
          .at(5)
          .destroy('shop-1', 'q', 'rabbit2', 'mirror_ended', 'MIR-22'),
      'q',
    ],
    [
      'that a full queue refused',
      (script) => void refuses(comesTo(dies(stored(script, 'shop-1'), 'shop-1'), 'shop-1'), 'shop-1', 'dead'),
      'dead',
    ],
    [
      'that died with the memory of a VM',
      (script) =>
        void comesTo(dies(stored(script, 'shop-1'), 'shop-1'), 'shop-1')
          .store('shop-1', 'dead', 'rabbit1')
          .at(5)
          .destroy('shop-1', 'dead', 'rabbit1', 'vm_died', 'BRK-23'),
      'dead',
    ],
  ])('%s is lost by HAZ-27', (_what, write, queue) => {
    const { causes, groups } = closed(write);
    expect(causes).toEqual([
      { hazard: 'HAZ-27', rule: 'BRK-40', outcome: 'lost', messages: 1, confirmed: 1, first: 'shop-1' },
    ]);
    expect(groups[0]?.queue).toBe(queue);
  });

  test('that comes back is a repeat of its own kind, and what it overtakes is out of order by it', () => {
    const { causes } = closed((script) => {
      stored(script, 'shop-1').take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
      dies(script, 'shop-1');
      comesTo(script, 'shop-1', 'q').store('shop-1', 'q', 'rabbit1');
      script.at(4).take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q').finish('shop-1', 'q', 'rabbit1');
      script.publish('shop-2', 'q').publish('shop-3', 'dead');
      comesTo(script, 'shop-3', 'q').store('shop-3', 'q', 'rabbit1').take('shop-3', 'q', 'rabbit1');
      script.deliver('shop-3', 'q').finish('shop-3', 'q', 'rabbit1');
      script.store('shop-2', 'q', 'rabbit1').take('shop-2', 'q', 'rabbit1');
      script.deliver('shop-2', 'q').finish('shop-2', 'q', 'rabbit1');
    });
    expect(causes).toMatchObject([
      { hazard: 'HAZ-34', rule: 'BRK-40', outcome: 'duplicated', first: 'shop-1' },
      { hazard: 'HAZ-44', rule: 'BRK-40', outcome: 'reordered', first: 'shop-2' },
    ]);
  });
});

test.each(['expired', 'dropped_by_limit'] as const)('what %s is no loss', (how) => {
  const { messages: figures, causes } = closed((script) => {
    const rule = how === 'expired' ? 'BRK-39' : 'BRK-41';
    stored(script, 'shop-1').write(messages.copyEnded, {
      message: 'shop-1',
      queue: 'q',
      node: 'rabbit1',
      how,
      rule,
    });
  });
  expect(figures).toMatchObject({ [how]: 1, confirmed_lost: 0 });
  expect(causes).toEqual([]);
});

test('what a full queue refused is lost by HAZ-66, told or not', () => {
  const { causes, groups } = closed((script) => {
    refuses(script.publish('shop-1', 'q'), 'shop-1', 'q');
    refuses(script.publish('shop-2', 'q'), 'shop-2', 'q').write(messages.nacked, {
      workload: 'shop',
      message: 'shop-2',
      node: 'rabbit1',
    });
  });
  expect(causes.map(({ hazard, rule, messages: count }) => [hazard, rule, count])).toEqual([
    ['HAZ-66', 'BRK-41', 2],
  ]);
  expect(groups.map(({ cause }) => cause.sentence).join()).toContain('heard nothing');
});
