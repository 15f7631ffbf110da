/** Promise: the hazards that need the history of nodes and queues to be told apart are told apart by it, and by nothing else. */
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../sim/ledger/ledger.ts';
import * as cluster from '../../sim/records/cluster.ts';
import * as messages from '../../sim/records/messages.ts';
import type { Observation } from '../../sim/records/observation.ts';
import { consumer, publisher, Script } from './script.ts';

const workloads = [publisher('shop'), consumer('warehouse')];

const queueOf = (master: string, state: 'running' | 'down') =>
  ({
    type: 'classic',
    state,
    master,
    mirrors: [],
    synchronised_mirrors: [],
    messages_ready: 0,
    messages_unacknowledged: 0,
  }) as const;

function seen(queues: Observation['queues']): Observation {
  return {
    timeUs: null,
    nodes: {},
    members: {},
    running: {},
    queues,
    seenBy: { rabbit2: queues },
    clients: {},
  };
}

function causesOf(observation: Observation | null, write: (script: Script) => void) {
  const script = new Script();
  const ledger = new Ledger(script.journal, { workloads });
  script.write(cluster.queueDeclared, { queue: 'q', node: 'rabbit1', type: 'classic', durable: true });
  write(script);
  return ledger.close({ endUs: 90_000_000, observation }).causes;
}

function onRabbit1(script: Script): Script {
  return script.at(1).publish('shop-1', 'q').store('shop-1', 'q', 'rabbit1').confirm('shop-1');
}

describe('a queue that nobody can read', () => {
  const waiting = (leaderIsAway: boolean) =>
    causesOf(seen({ q: queueOf('rabbit1', 'down') }), (script) => {
      onRabbit1(script).store('shop-1', 'q', 'rabbit2', 'mirror', 'gm');
      if (leaderIsAway) script.at(10).state('rabbit1', 'down', 'kill');
      script
        .at(20)
        .state('rabbit2', 'booting')
        .destroy('shop-1', 'q', 'rabbit2', 'erased', 'MIR-23', 'mirror');
      script.at(30).state('rabbit1', 'down', 'kill');
    });

  test('because a boot without its leader erased the other copy: HAZ-7', () => {
    expect(waiting(true)).toMatchObject([{ hazard: 'HAZ-7', rule: 'MIR-49', outcome: 'stuck' }]);
  });

  test('whose leader was there to fill its mirror again, and went later: HAZ-48', () => {
    expect(waiting(false)).toMatchObject([{ hazard: 'HAZ-48', outcome: 'stuck' }]);
  });
});

describe('a copy wiped with the side of an autoheal that lost', () => {
  const wiped = (queues: Observation['queues']) =>
    causesOf(seen(queues), (script) => {
      onRabbit1(script);
      script.at(30).write(cluster.nodeRestarting, { node: 'rabbit1', by: 'rabbit2' });
      script.at(31).state('rabbit1', 'stopped', 'autoheal');
      script.at(33).destroy('shop-1', 'q', 'rabbit1', 'erased');
    });

  test('of a queue that the other side knows: HAZ-8', () => {
    expect(wiped({ q: queueOf('rabbit2', 'running') })).toMatchObject([{ hazard: 'HAZ-8' }]);
  });

  test('of a queue that the other side never heard of: HAZ-11', () => {
    expect(wiped({})).toMatchObject([{ hazard: 'HAZ-11', rule: 'PAR-26' }]);
  });
});

test('what only a node has that was away when another was forced to boot: HAZ-16', () => {
  const causes = causesOf(seen({ q: queueOf('rabbit2', 'running') }), (script) => {
    onRabbit1(script).at(10).state('rabbit1', 'down', 'stop');
    script.at(12).write(cluster.operator, { command: 'force_boot', on: 'rabbit2', exit: 0, output: '' });
  });
  expect(causes).toMatchObject([{ hazard: 'HAZ-16', rule: 'CLU-14', outcome: 'lost' }]);
});

describe('a promotion that passed a copy over', () => {
  const promoted = (synchronised: boolean) =>
    causesOf(null, (script) => {
      onRabbit1(script);
      script.write(cluster.mirrorAdded, { queue: 'q', node: 'rabbit2' });
      script.at(5).write(cluster.syncStarted, { queue: 'q', node: 'rabbit1', messages: 1 });
      script.write(cluster.syncFinished, { queue: 'q', node: 'rabbit1' });
      if (synchronised) script.write(cluster.mirrorSynchronised, { queue: 'q', node: 'rabbit2' });
      script.at(6).state('rabbit1', 'down', 'kill').promote('q', 'rabbit2', false);
      script.at(9).destroy('shop-1', 'q', 'rabbit1', 'erased');
    });

  test('of a mirror that a synchronisation had emptied and whose content was still on the way: HAZ-6', () => {
    expect(promoted(false)).toMatchObject([{ hazard: 'HAZ-6', rule: 'MIR-29' }]);
  });

  test('of a mirror that had seen the end of it: HAZ-3', () => {
    expect(promoted(true)).toMatchObject([{ hazard: 'HAZ-3' }]);
  });
});

describe('what a channel had when it ended, delivered again', () => {
  const repeated = (secondsBefore: number) =>
    causesOf(null, (script) => {
      onRabbit1(script).take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
      script.at(20 - secondsBefore).write(cluster.clientGivenUp, { node: 'rabbit1', rule: 'BRK-48' });
      script
        .at(20)
        .write(messages.copyRequeued, { message: 'shop-1', queue: 'q', node: 'rabbit1', rule: 'MIR-40' });
      script.take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
    });

  test('because its client had missed its heartbeats: HAZ-38', () => {
    expect(repeated(0)).toMatchObject([{ hazard: 'HAZ-38', rule: 'BRK-48' }]);
  });

  test('long after some client had: HAZ-30', () => {
    expect(repeated(5)).toMatchObject([{ hazard: 'HAZ-30', rule: 'MIR-40' }]);
  });
});

describe('a leader that is dropped before its successor, not synchronised, takes over', () => {
  const moved = (command: string) =>
    causesOf(null, (script) => {
      onRabbit1(script).at(10).destroy('shop-1', 'q', 'rabbit1', 'dropped', 'MIR-22');
      script.at(10.1).promote('q', 'rabbit2', false, 'policy');
      script.at(10.2).write(cluster.operator, { command, on: 'rabbit1', exit: 0, output: '' });
    });

  test('for a policy: HAZ-19 by MIR-25', () => {
    expect(moved('set_policy p')).toMatchObject([{ hazard: 'HAZ-19', rule: 'MIR-25' }]);
  });

  test('for an operator who spreads leaders: HAZ-19 by MIR-51', () => {
    expect(moved('rebalance all')).toMatchObject([{ hazard: 'HAZ-19', rule: 'MIR-51' }]);
  });
});

describe('a delivery that its consumer skipped because it was flagged', () => {
  const skip = (script: Script) =>
    script
      .deliver('shop-1', 'q', 'warehouse', true)
      .ack('shop-1', 'q')
      .write(messages.skipped, { workload: 'warehouse', message: 'shop-1', queue: 'q' });

  test('is a loss where it was the only one: HAZ-39', () => {
    const causes = causesOf(null, (script) => {
      skip(onRabbit1(script).take('shop-1', 'q', 'rabbit1')).finish('shop-1', 'q', 'rabbit1');
    });
    expect(causes).toMatchObject([{ hazard: 'HAZ-39', rule: 'CLI-20', outcome: 'lost', confirmed: 1 }]);
  });

  test('is no harm where somebody had handled it', () => {
    const causes = causesOf(null, (script) => {
      onRabbit1(script).take('shop-1', 'q', 'rabbit1').deliver('shop-1', 'q');
      script.write(messages.copyRequeued, {
        message: 'shop-1',
        queue: 'q',
        node: 'rabbit1',
        rule: 'MIR-40',
      });
      skip(script.take('shop-1', 'q', 'rabbit1')).finish('shop-1', 'q', 'rabbit1');
    });
    expect(causes).toEqual([]);
  });
});
