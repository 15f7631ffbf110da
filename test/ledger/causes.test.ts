/** Promise: each fate gets the hazard and the rule of the mechanism that the journal shows, and nothing is left out. */
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

/** Confirmed or not, held by rabbit1 alone. */
function onRabbit1(script: Script, id: string, confirmed: boolean): Script {
  script.publish(id, 'q').store(id, 'q', 'rabbit1');
  return confirmed ? script.confirm(id) : script;
}

function pausedAndWiped(script: Script, confirmed: boolean): void {
  onRabbit1(script, 'shop-1', confirmed);
  script.at(12).write(cluster.nodePaused, { node: 'rabbit1' }).state('rabbit1', 'paused', 'minority');
  script.at(13).promote('q', 'rabbit2', true);
  script.at(40).state('rabbit1', 'booting').destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
  script.at(42).state('rabbit1', 'running');
}

describe('a lost message', () => {
  test('of the losing side of an autoheal: HAZ-8, when it was wiped', () => {
    const { causes, groups } = causesOf((script) => {
      onRabbit1(script.at(12), 'shop-1', true);
      onRabbit1(script, 'shop-2', false);
      script.promote('q', 'rabbit2', true);
      script.at(30).write(cluster.nodeRestarting, { node: 'rabbit1', by: 'rabbit2' });
      script.at(31).state('rabbit1', 'stopped', 'autoheal');
      script.at(33).state('rabbit1', 'booting').destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
      script.destroy('shop-2', 'q', 'rabbit1', 'erased at boot').at(35).state('rabbit1', 'running');
    });
    expect(causes).toEqual([
      { hazard: 'HAZ-8', rule: 'PAR-26', outcome: 'lost', messages: 2, confirmed: 1, first: 'shop-1' },
    ]);
    expect(groups[0]).toMatchObject({ timeUs: 33_000_000, queue: 'q' });
    expect(groups[0]?.cause.sentence).toContain('Autoheal restarted rabbit1');
  });

  test('that a paused minority had not confirmed: HAZ-14', () => {
    expect(causesOf((script) => pausedAndWiped(script, false)).causes).toMatchObject([
      { hazard: 'HAZ-14', rule: 'PAR-10', confirmed: 0 },
    ]);
  });

  test('that a paused minority had confirmed as the connection came back: HAZ-70', () => {
    const { causes } = causesOf((script) => {
      script
        .at(11.9)
        .write(cluster.nodedown, { node: 'rabbit1', peer: 'rabbit2', reason: 'net_tick_timeout' });
      script.at(12).write(cluster.nodeup, { node: 'rabbit1', peer: 'rabbit2' });
      pausedAndWiped(script, true);
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-70', rule: 'NET-11', confirmed: 1 }]);
  });

  test('that a minority confirmed alone between two cuts: HAZ-15', () => {
    const { causes } = causesOf((script) => {
      script.at(2).write(cluster.nodedown, { node: 'rabbit1', peer: 'rabbit2', reason: 'net_tick_timeout' });
      script.at(12).write(cluster.nodedown, { node: 'rabbit1', peer: 'rabbit3', reason: 'net_tick_timeout' });
      pausedAndWiped(script, true);
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-15', rule: 'PAR-12' }]);
  });

  test('of the side restarted by hand after an ignored partition: HAZ-9', () => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(12), 'shop-1', true).promote('q', 'rabbit2', true);
      script.at(30).write(cluster.partitionDetected, { node: 'rabbit1', peer: 'rabbit2' });
      script.at(40).write(cluster.operator, { command: 'stop_app', on: 'rabbit1', exit: 0, output: '' });
      script.state('rabbit1', 'stopped', 'stop_app');
      script.at(45).destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-9', rule: 'CLU-11' }]);
  });

  test('that an unsynchronised promotion passed over: HAZ-3, at the promotion, not at the later wipe', () => {
    const { causes, groups } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true);
      script.at(10).write(cluster.nodeKilled, { node: 'rabbit1' }).state('rabbit1', 'down', 'kill');
      script.at(10.2).promote('q', 'rabbit2', false);
      script.at(30).destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-3', rule: 'MIR-18' }]);
    expect(groups[0]?.timeUs).toBe(10_200_000);
  });

  test.each([
    ['shutdown', 'HAZ-5'],
    ['policy', 'HAZ-19'],
  ])('that a leader handed over by %s to an unsynchronised mirror: %s', (why, hazard) => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true);
      script.at(10).promote('q', 'rabbit2', false, why);
      script.at(10.1).destroy('shop-1', 'q', 'rabbit1', 'dropped', 'MIR-22');
    });
    expect(causes).toMatchObject([{ hazard }]);
  });

  test.each([
    ['always', '', 'HAZ-3', 'MIR-18', 'without being synchronised'],
    ['when-synced', 'rabbit3', 'HAZ-4', 'MIR-17', 'though rabbit3 was listed as synchronised'],
  ])('by a failure under ha-promote-on-failure %s, %s listed: %s', (promote, listed, hazard, rule, says) => {
    const { causes, groups } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true);
      script.at(10).promote('q', 'rabbit2', false, 'failure', { promote, listed });
      script.at(30).destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
    });
    expect(causes).toMatchObject([{ hazard, rule }]);
    expect(groups[0]?.cause.sentence).toContain(says);
  });

  test('of a node that woke up after it had been taken for dead: HAZ-64', () => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true)
        .at(5)
        .state('rabbit1', 'frozen')
        .at(20)
        .state('rabbit1', 'running');
      script.at(21).destroy('shop-1', 'q', 'rabbit1', 'mirror_ended', 'MIR-22');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-64', rule: 'NET-21' }]);
  });

  test.each([
    ['shutdown', 'MIR-21', 'stopped leader'],
    ['vm_died', 'MIR-20', 'dead leader'],
  ])('refused while nobody could lead after %s: HAZ-48, %s', (why, rule, says) => {
    const { causes, groups } = causesOf((script) => {
      script.write(cluster.mirrorAdded, { queue: 'q', node: 'rabbit2', by: 'rabbit2', leader: 'rabbit1' });
      script.at(5).write(cluster.queueDown, { queue: 'q', node: 'rabbit1', why });
      script.at(6).publish('shop-1', 'q', 'rabbit2');
      script.at(20).write(messages.nacked, { workload: 'shop', message: 'shop-1', node: 'rabbit2' });
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-48', rule, confirmed: 0 }]);
    expect(groups[0]?.cause.sentence).toContain(says);
  });

  test('refused as its transient queue ended with the node: HAZ-25', () => {
    const { causes } = causesOf((script) => {
      script.at(6).publish('shop-1', 'q', 'rabbit2');
      script.write(messages.nacked, { workload: 'shop', message: 'shop-1', node: 'rabbit2' });
      script.at(7).write(cluster.queueDeleted, { queue: 'q', node: 'rabbit1', why: 'node_down' });
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-25', rule: 'MIR-30' }]);
  });

  test('whose mirror was emptied by a synchronisation as the leader died: HAZ-6', () => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true).store('shop-1', 'q', 'rabbit2', 'mirror', 'gm');
      script.at(5).write(cluster.syncStarted, { queue: 'q', node: 'rabbit1', messages: 1 });
      script.destroy('shop-1', 'q', 'rabbit2', 'sync', 'MIR-28', 'mirror');
      script.at(5.1).write(cluster.nodeKilled, { node: 'rabbit1' }).at(5.3).promote('q', 'rabbit2', false);
      script.at(30).destroy('shop-1', 'q', 'rabbit1', 'erased at boot');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-6', rule: 'MIR-29' }]);
  });

  test.each([
    ['BRK-21', 'HAZ-2', true],
    ['BRK-23', 'HAZ-22', false],
    ['BRK-15', 'HAZ-25', true],
    ['BRK-16', 'HAZ-24', true],
    ['BRK-52', 'HAZ-29', true],
    ['CLU-11', 'HAZ-11', true],
    ['CLU-6', 'HAZ-17', true],
    ['CLU-19', 'HAZ-18', true],
  ])('whose end cites %s: %s', (cited, hazard, confirmed) => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', confirmed).at(2).destroy('shop-1', 'q', 'rabbit1', 'gone', cited);
    });
    expect(causes).toMatchObject([{ hazard, outcome: 'lost' }]);
  });

  test('on its way to a consumer with automatic acknowledgement: HAZ-20', () => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true)
        .take('shop-1', 'q', 'rabbit1', true)
        .finish('shop-1', 'q', 'rabbit1');
      script.write(messages.deliveryLost, { message: 'shop-1', queue: 'q', node: 'rabbit1', rule: 'MIR-42' });
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-20', rule: 'MIR-42' }]);
  });

  test('removed by an acknowledgement meant for another: HAZ-65', () => {
    const { causes } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true).take('shop-1', 'q', 'rabbit1').finish('shop-1', 'q', 'rabbit1');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-65', rule: 'MIR-39' }]);
  });

  test('that went with its connection: HAZ-23 when a broker had read it, else HAZ-21; later publishes are stuck', () => {
    const { causes } = causesOf((script) => {
      for (const n of [1, 2, 3]) {
        const fields = { workload: 'shop', message: `shop-${n}`, attempt: 1, node: 'rabbit1' };
        script.at(n).write(messages.published, fields);
        if (n === 1)
          script.write(messages.publishDropped, { message: 'shop-1', node: 'rabbit1', rule: 'BRK-37' });
        if (n === 2) {
          script.write(cluster.connectionLost, {
            workload: 'shop',
            node: 'rabbit1',
            code: 0,
            text: 'reset',
            client: 'shop',
          });
        }
      }
    });
    expect(causes.map(({ hazard, outcome, first }) => [hazard, outcome, first])).toEqual([
      ['HAZ-23', 'lost', 'shop-1'],
      ['HAZ-21', 'lost', 'shop-2'],
      ['HAZ-45', 'stuck', 'shop-3'],
    ]);
  });

  test('for which nothing matches is unexplained, with the record that ended it', () => {
    const { causes, groups } = causesOf((script) => {
      onRabbit1(script.at(1), 'shop-1', true).at(2).destroy('shop-1', 'q', 'rabbit1', 'mystery', 'OVR-2');
    });
    expect(causes).toMatchObject([{ hazard: 'unexplained', rule: 'OVR-2', messages: 1 }]);
    expect(groups[0]?.cause.sentence).toContain('mystery');
  });
});

describe('a message that is still somewhere', () => {
  test('on a node that was forgotten: HAZ-18, at the command', () => {
    const script = new Script();
    const ledger = new Ledger(script.journal, { workloads });
    onRabbit1(script.at(1), 'shop-1', true);
    const command = 'forget_cluster_node --offline rabbit1';
    script.at(20).write(cluster.operator, { command, on: 'rabbit2', exit: 0, output: '' });
    script.at(30).write(cluster.queueRecovered, { queue: 'q', node: 'rabbit2', messages: 0 });
    const queue = {
      type: 'classic',
      state: 'running',
      master: 'rabbit2',
      mirrors: [],
      synchronised_mirrors: [],
      messages_ready: 0,
      messages_unacknowledged: 0,
    } as const;
    const observation = {
      timeUs: null,
      nodes: {},
      members: {},
      running: {},
      queues: { q: queue },
      seenBy: {},
      clients: {},
    };
    const { causes, groups } = ledger.close({ endUs: 90_000_000, observation });
    expect(causes).toMatchObject([{ hazard: 'HAZ-18', rule: 'CLU-20', outcome: 'lost' }]);
    expect(groups[0]?.timeUs).toBe(20_000_000);
  });

  test('sent by a minority to replicas out of reach: HAZ-14', () => {
    const { causes } = causesOf((script) => {
      script.at(1).publish('shop-1', 'q');
      script.at(2).write(cluster.nodePaused, { node: 'rabbit1' });
      script.write(cluster.connectionLost, {
        workload: 'shop',
        node: 'rabbit1',
        code: 320,
        text: '',
        client: 'shop',
      });
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-14', rule: 'PAR-11' }]);
  });

  test('confirmed on its way to a queue that was deleted: HAZ-29, though its connection is lost later', () => {
    const { causes } = causesOf((script) => {
      script.at(1).publish('shop-1', 'q').confirm('shop-1');
      script.at(2).write(cluster.queueDeleted, { queue: 'q', node: 'rabbit1', why: 'deleted' });
      const lost = { workload: 'shop', node: 'rabbit1', code: 0, text: '', client: 'shop' };
      script.at(50).write(cluster.connectionLost, lost);
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-29', rule: 'BRK-52', messages: 1, confirmed: 1 }]);
  });

  test('in a queue that no node can tell of, and that nobody deleted, is stuck', () => {
    const script = new Script();
    const ledger = new Ledger(script.journal, { workloads });
    onRabbit1(script.at(1), 'shop-1', true);
    const observation = {
      timeUs: null,
      nodes: {},
      members: {},
      running: {},
      queues: {},
      seenBy: {},
      clients: {},
    };
    const { causes, messages: figures } = ledger.close({ endUs: 90_000_000, observation });
    expect(figures).toMatchObject({ unreachable: 1, confirmed_lost: 1 });
    expect(causes).toMatchObject([{ hazard: 'HAZ-48', outcome: 'stuck' }]);
  });
});
