/** Promise: what came twice, or late, gets the hazard and the rule of the mechanism that the journal shows. */
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];

/** The causes of the journal that `write` writes. */
function causesOf(write: (script: Script) => void) {
  const script = new Script();
  const ledger = new Ledger(script.journal, { workloads });
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  write(script);
  return ledger.close({ endUs: 90_000_000, observation: null });
}

describe('a duplicated message', () => {
  const again = (write: (script: Script) => void) =>
    causesOf((script) => {
      script
        .at(1)
        .publish('shop-1', 'q')
        .store('shop-1', 'q', 'rabbit1')
        .store('shop-1', 'q', 'rabbit2', 'mirror');
      script.confirm('shop-1').take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
      write(script.at(20));
    }).causes;

  const requeued = (cited: string) => (script: Script) => {
    const fields = { message: 'shop-1', queue: 'q', node: 'rabbit1', rule: cited };
    script.write(messages.copyRequeued, fields).take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
  };

  test.each([
    ['BRK-32', 'HAZ-34'],
    ['MIR-40', 'HAZ-30'],
    ['BRK-36', 'HAZ-30'],
    ['BRK-35', 'HAZ-38'],
    ['MIR-33', 'HAZ-31'],
  ])('put back by %s: %s', (cited, hazard) => {
    expect(again(requeued(cited))).toMatchObject([{ hazard, outcome: 'duplicated', confirmed: 1 }]);
  });

  test('enqueued again by a promoted mirror that had never paired it: HAZ-37', () => {
    const { causes } = causesOf((script) => {
      script.wholeLife('shop-1', 'q').promote('q', 'rabbit2', true);
      script.store('shop-1', 'q', 'rabbit2').take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-37', rule: 'MIR-38', outcome: 'duplicated' }]);
  });

  test('published again because another of its queues refused: HAZ-69', () => {
    const { causes } = causesOf((script) => {
      script
        .publish('shop-1', 'q')
        .write(messages.routed, { message: 'shop-1', queue: 'r', node: 'rabbit1' });
      script.store('shop-1', 'q', 'rabbit1').take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
      script.finish('shop-1', 'q', 'rabbit1');
      script.write(messages.nacked, { workload: 'shop', message: 'shop-1', node: 'rabbit1' });
      script.at(2).publish('shop-1', 'q', 'rabbit1', 2).store('shop-1', 'q', 'rabbit1');
      script.take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-69', rule: 'MIR-30', outcome: 'duplicated' }]);
  });

  test('handed out by leaders on both sides: HAZ-12', () => {
    const causes = again((script) => {
      script.write(cluster.nodedown, { node: 'rabbit2', peer: 'rabbit1', reason: 'net_tick_timeout' });
      script.promote('q', 'rabbit2', true).take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-12', rule: 'MIR-48' }]);
  });

  test('handed out after its leader had moved in sight of the old one: HAZ-31', () => {
    const causes = again((script) => {
      script.write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why: 'dropped' });
      script.promote('q', 'rabbit2', true, 'policy').take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-31', rule: 'MIR-33' }]);
  });

  test('handed out by the majority after the minority paused: HAZ-14', () => {
    const causes = again((script) => {
      script.write(cluster.nodePaused, { node: 'rabbit1' }).promote('q', 'rabbit2', true);
      script.take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-14', rule: 'MIR-41' }]);
  });

  test('handed out by a promoted mirror after its leader was killed: HAZ-31', () => {
    const causes = again((script) => {
      script.write(cluster.nodeKilled, { node: 'rabbit1' }).promote('q', 'rabbit2', true);
      script.take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-31', rule: 'MIR-33' }]);
  });

  test('recovered from disk after its acknowledgement: HAZ-33', () => {
    const causes = again((script) => {
      script.ack('shop-1', 'q').finish('shop-1', 'q', 'rabbit1');
      script.at(25).store('shop-1', 'q', 'rabbit1', 'leader', 'recover');
      script.take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-33', rule: 'BRK-26' }]);
  });
});

describe('a reordered message', () => {
  const late = (write: (script: Script) => void) =>
    causesOf((script) => {
      for (const id of ['shop-1', 'shop-2'])
        script.at(1).publish(id, 'q').store(id, 'q', 'rabbit1').confirm(id);
      write(script.at(2));
    }).causes;

  test('put back before anybody had it: HAZ-40', () => {
    const causes = late((script) => {
      script.take('shop-1', 'q', 'rabbit1');
      script.write(messages.copyRequeued, { message: 'shop-1', queue: 'q', node: 'rabbit1', rule: 'BRK-36' });
      for (const id of ['shop-2', 'shop-1']) script.take(id, 'q', 'rabbit1').deliver(id, 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-40', rule: 'BRK-36', messages: 1, confirmed: 1 }]);
  });

  test('overtaken by what its publisher published over the next connection: HAZ-40 by BRK-50', () => {
    const { causes } = causesOf((script) => {
      script.at(1).publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1').confirm('shop-1');
      script.write(cluster.connectionLost, {
        workload: 'shop',
        node: 'rabbit1',
        text: 'reset',
        client: 'shop',
      });
      script.at(2).publish('shop-2', 'q').store('shop-2', 'q', 'rabbit1').confirm('shop-2');
      for (const id of ['shop-2', 'shop-1']) script.take(id, 'q', 'rabbit1').deliver(id, 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-40', rule: 'BRK-50', messages: 1, confirmed: 1 }]);
  });

  test('delivered to one of several consumers: HAZ-40 by BRK-50', () => {
    const causes = late((script) => {
      script.take('shop-2', 'q', 'rabbit1').deliver('shop-2', 'q', 'warehouse');
      script.take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q', 'office');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-40', rule: 'BRK-50' }]);
  });

  describe('that came by way of a delegate', () => {
    const published = (script: Script, later: 'direct' | 'delegated'): void => {
      script.at(1).publish('shop-1', 'q').publish('shop-2', 'q');
      const handOn = (message: string): void =>
        void script.write(messages.delegated, { message, node: 'rabbit1', delegate: 3, receivers: 2 });
      handOn('shop-1');
      if (later === 'delegated') handOn('shop-2');
      for (const id of ['shop-2', 'shop-1']) script.store(id, 'q', 'rabbit1').confirm(id);
      script.at(2);
      for (const id of ['shop-2', 'shop-1']) script.take(id, 'q', 'rabbit1').deliver(id, 'q');
    };

    test('overtaken by one that came straight: HAZ-42, at the hop', () => {
      const { causes, groups } = causesOf((script) => published(script, 'direct'));
      expect(causes).toMatchObject([{ hazard: 'HAZ-42', rule: 'NET-13', messages: 1, confirmed: 1 }]);
      expect(groups[0]!.timeUs).toBe(1_000_000);
    });

    test('overtaken by what was taken in before any delegate had handed anything on: HAZ-42', () => {
      const { causes } = causesOf((script) => {
        script.at(1).publish('shop-1', 'q').publish('shop-2', 'q').store('shop-2', 'q', 'rabbit1');
        script.write(messages.delegated, { message: 'shop-1', node: 'rabbit1', delegate: 3, receivers: 2 });
        script.store('shop-1', 'q', 'rabbit1').confirm('shop-1').confirm('shop-2');
        for (const id of ['shop-2', 'shop-1']) script.take(id, 'q', 'rabbit1').deliver(id, 'q');
      });
      expect(causes).toMatchObject([{ hazard: 'HAZ-42', rule: 'NET-13', messages: 1, confirmed: 1 }]);
    });

    test('not overtaken on that way, because the other one took it, too', () => {
      const { causes } = causesOf((script) => published(script, 'delegated'));
      expect(causes).toMatchObject([{ hazard: 'unexplained' }]);
    });

    test('in order at the leader, and late for another reason', () => {
      const { causes } = causesOf((script) => {
        script.at(1).publish('shop-1', 'q').publish('shop-2', 'q');
        script.write(messages.delegated, { message: 'shop-1', node: 'rabbit1', delegate: 3, receivers: 2 });
        for (const id of ['shop-1', 'shop-2']) script.store(id, 'q', 'rabbit1').confirm(id);
        script.take('shop-2', 'q', 'rabbit1').deliver('shop-2', 'q', 'warehouse');
        script.take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q', 'office');
      });
      expect(causes).toMatchObject([{ hazard: 'HAZ-40', rule: 'BRK-50' }]);
    });
  });

  test('delivered by a promoted mirror: HAZ-41', () => {
    const causes = late((script) => {
      script.take('shop-2', 'q', 'rabbit1').deliver('shop-2', 'q');
      script.write(cluster.nodeKilled, { node: 'rabbit1' }).promote('q', 'rabbit2', true);
      script.take('shop-1', 'q', 'rabbit2').deliver('shop-1', 'q');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-41', rule: 'MIR-33' }]);
  });
});
