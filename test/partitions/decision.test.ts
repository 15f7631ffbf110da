// Autoheal's state machine with everything around it answered at once: whom it lets win, and what it does with each message.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allPartitions } from '../../sim/partitions/all-partitions.ts';
import { Autoheal, type AutohealActions, type MonitorStatus } from '../../sim/partitions/autoheal.ts';
import type { AutohealMemory } from '../../sim/partitions/outside-process.ts';

interface Facts {
  self?: string;
  members?: string[];
  partitions?: string[];
  statuses?: Record<string, Partial<MonitorStatus> | null>;
  connections?: Record<string, number>;
  running?: string[];
}

function autoheal(facts: Facts = {}, memory: AutohealMemory = null) {
  const { self = 'a', members = ['a', 'b', 'c'], partitions = [], connections = {} } = facts;
  const deeds: string[] = [];
  let mnesiaDown: () => void = () => {};
  const actions: AutohealActions = {
    self,
    members: () => members,
    partitions: () => partitions,
    cite: () => {},
    tell: (node, message) => {
      const { type, ...rest } = message as { type: string };
      deeds.push(`to ${node}: ${type} ${Object.values(rest).flat().join(' ')}`.trim());
    },
    note: (event, ...texts) => deeds.push(`${event} ${texts.slice(0, 2).join(' / ')}`.trim()),
    askStatus: (nodes, done) =>
      done(
        new Map(
          nodes.map((node) => {
            const status = facts.statuses?.[node];
            return [node, status === null ? null : { partitions: [], nodes: members, ...status }];
          }),
        ),
      ),
    countConnections: (nodes, done) => done(new Map(nodes.map((node) => [node, connections[node] ?? 0]))),
    askRunning: (nodes, done) => done(nodes.filter((node) => (facts.running ?? members).includes(node))),
    awaitMnesiaDown: (nodes, _again, done) => {
      deeds.push(`waits for Mnesia of ${nodes.join(' ')}`);
      mnesiaDown = done;
    },
    safeToStart: (node) => deeds.push(`${node} may start`),
    restartSelf: (winner, remembered) =>
      deeds.push(`restarts for ${winner}${remembered === null ? '' : ', remembering'}`),
  };
  const machine = new Autoheal(actions, memory);
  const since = (act: () => void): string[] => {
    deeds.length = 0;
    act();
    return [...deeds];
  };
  const send = (message: object): string[] => since(() => machine.handle(message as never));
  return { machine, since, send, mnesiaDown: () => since(() => mnesiaDown()), deeds };
}

const START = { type: 'request_start', node: 'b' };

/** The decision of the leader for these facts: winner and losers. */
function decision(facts: Facts): string | undefined {
  return autoheal(facts)
    .send(START)
    .find((deed) => deed.startsWith('winner'));
}

describe('the partitions', () => {
  test('PAR-19: are split view by view', () => {
    expect(allPartitions(['a', 'b', 'c'], [])).toEqual([['a', 'b', 'c']]);
    expect(allPartitions(['a', 'b', 'c'], [['a', ['b', 'c']]])).toEqual([['a'], ['b', 'c']]);
    expect(
      allPartitions(
        ['a', 'b', 'c', 'd'],
        [
          ['a', ['b', 'd']],
          ['b', ['a', 'c', 'd']],
        ],
      ),
    ).toEqual([['b'], ['d'], ['a', 'c']]);
  });

  test('PAR-19: hold each member once, in the order of the members, whatever the views', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const view = fc.tuple(fc.constantFrom(...names), fc.subarray(names));
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 1 }), fc.array(view), (members, views) => {
        const known = views.filter(([node]) => members.includes(node));
        const partitions = allPartitions(members, known);
        expect(partitions.flat().toSorted()).toEqual(members.toSorted());
        for (const nodes of partitions) {
          expect(nodes).toEqual(members.filter((node) => nodes.includes(node)));
          expect(nodes.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('the winner', () => {
  test.each([
    ['has more client connections', { partitions: ['b', 'c'], connections: { a: 1 } }, 'a / b c'],
    [
      'counts the connections of its side together',
      { partitions: ['b', 'c'], connections: { a: 2, b: 1, c: 2 } },
      'b / a',
    ],
    [
      'has more nodes where connections are equal',
      { partitions: ['b', 'c'], connections: { a: 2, b: 1, c: 1 } },
      'b / a',
    ],
    ['is the greater list where these are equal', { members: ['a', 'b'], partitions: ['b'] }, 'b / a'],
    [
      'is compared by the order of the schema',
      { members: ['c', 'a', 'd', 'b'], partitions: ['b', 'c'] },
      'c / a d',
    ],
  ] as [string, Facts, string][])('PAR-20: %s', (_why, facts, expected) => {
    expect(decision(facts)).toBe(`winner ${expected}`);
  });

  test('PAR-20: of three sides the best, all others lose', () => {
    expect(
      decision({
        partitions: ['b', 'c'],
        statuses: { b: { partitions: ['a', 'c'] } },
        connections: { a: 3, b: 3, c: 4 },
      }),
    ).toBe('winner c / b a');
  });

  test('PAR-21: that has a connection more wins with fewer nodes', () => {
    const facts = { members: ['a', 'b', 'c', 'd', 'e'], partitions: ['b', 'c', 'd', 'e'] };
    expect(decision({ ...facts, connections: { a: 5, b: 1, c: 1, d: 1, e: 1 } })).toBe('winner a / b c d e');
  });
});

describe('the leader', () => {
  test('PAR-16, PAR-18: is asked by whoever knows of a partition: the first member by name', () => {
    const { since, machine } = autoheal({ self: 'c', members: ['c', 'b', 'a'] });
    expect(since(() => machine.maybeStart())).toEqual(['requested a', 'to a: request_start c']);
  });

  test('PAR-19: denies while a monitor does not answer, or somebody is not connected to everybody', () => {
    expect(autoheal({ partitions: ['b'], statuses: { b: null } }).send(START)).toEqual([
      'denied local nodes down: b',
    ]);
    expect(autoheal({ partitions: ['b'], statuses: { c: { nodes: ['a', 'c'] } } }).send(START)).toEqual([
      'denied remote nodes disconnected: c',
    ]);
  });

  test('PAR-22: hands over to the winner, ignores further requests, and is free again when told so', () => {
    const leader = autoheal({ partitions: ['b', 'c'] });
    expect(leader.send(START)).toEqual(['winner b / a', 'to b: become_winner a']);
    expect(leader.send(START)).toEqual([]);
    expect(leader.since(() => leader.machine.maybeStart())).toEqual([]);
    expect(leader.send({ type: 'autoheal_finished', winner: 'b' })).toEqual(['finished']);
    expect(leader.send(START)).toEqual(['winner b / a', 'to b: become_winner a']);
  });

  test('PAR-22, PAR-24: that is a loser remembers it, and asks for a report after its restart', () => {
    const leader = autoheal({ partitions: ['b', 'c'] });
    leader.send(START);
    expect(leader.send({ type: 'winner_is', winner: 'c' })).toEqual([]);
    expect(leader.send({ type: 'winner_is', winner: 'b' })).toEqual([
      'restarting b',
      'restarts for b, remembering',
    ]);
    expect(leader.send(START)).toEqual([]);
    const again = autoheal({ partitions: [] }, { winner: 'b', losers: ['a'] });
    expect(again.deeds).toEqual(['to b: report_autoheal_status']);
    expect(again.send(START)).toEqual([]);
    again.send({ type: 'autoheal_finished', winner: 'b' });
    expect(again.send(START)).not.toEqual([]);
  });

  test('PAR-25: gives up when the winner is lost, waits when somebody else is, frees the losers when the winner’s application ends', () => {
    for (const [lost, expected] of [
      ['b', ['aborted b down']],
      ['c', []],
    ] as const) {
      const leader = autoheal({ partitions: ['b', 'c'] });
      leader.send(START);
      expect(leader.since(() => leader.machine.nodeDown(lost))).toEqual(expected);
    }
    const leader = autoheal({
      partitions: ['b', 'c'],
      connections: { b: 1 },
      statuses: { b: { partitions: ['c'] } },
    });
    leader.send(START);
    expect(leader.since(() => leader.machine.rabbitDown('c'))).toEqual([]);
    expect(leader.since(() => leader.machine.rabbitDown('b'))).toEqual([
      'aborted b down',
      'waits for Mnesia of c',
    ]);
  });
});

describe('the winner’s part', () => {
  const become = { type: 'become_winner', losers: ['a', 'c'] };

  test('PAR-22, PAR-23: tells the losers, waits for all their applications, then for their Mnesias, then frees them together', () => {
    const winner = autoheal({ self: 'b' });
    expect(winner.send(become)).toEqual(['to a: winner_is b', 'to c: winner_is b']);
    expect(winner.since(() => winner.machine.rabbitDown('c'))).toEqual([]);
    expect(winner.since(() => winner.machine.rabbitDown('a'))).toEqual(['waits for Mnesia of a c']);
    expect(winner.mnesiaDown()).toEqual(['a may start', 'c may start', 'to a: autoheal_finished b']);
  });

  test('PAR-22: gives up at once if the application of a loser does not run', () => {
    const winner = autoheal({ self: 'b', running: ['a', 'b'] });
    expect(winner.send(become)).toEqual(['aborted c down', 'waits for Mnesia of a c']);
  });

  test('PAR-22: asked again for the same losers begins again, for others gives up', () => {
    const winner = autoheal({ self: 'b' });
    winner.send(become);
    expect(winner.send(become)).toEqual(['to a: winner_is b', 'to c: winner_is b']);
    expect(winner.send({ type: 'become_winner', losers: ['c'] })).toEqual([
      'aborted partitions have changed',
      'waits for Mnesia of a c',
    ]);
  });

  test('PAR-25: a lost node ends it, and every loser may start', () => {
    const winner = autoheal({ self: 'b' });
    winner.send(become);
    expect(winner.since(() => winner.machine.nodeDown('c'))).toEqual([
      'aborted c down',
      'waits for Mnesia of a c',
    ]);
    expect(winner.since(() => winner.machine.nodeDown('a'))).toEqual([]);
  });

  test('PAR-22: reports to a leader that asks when it is over, and later when it is not', () => {
    const winner = autoheal({ self: 'b' });
    expect(winner.send({ type: 'report_autoheal_status' })).toEqual(['to a: autoheal_finished b']);
    winner.send(become);
    expect(winner.send({ type: 'report_autoheal_status' })).toEqual([]);
  });
});

describe('a loser', () => {
  test('PAR-22: restarts, and takes part in nothing meanwhile; a lost node makes it free again', () => {
    const loser = autoheal({ self: 'c' });
    expect(loser.send({ type: 'winner_is', winner: 'b' })).toEqual(['restarting b', 'restarts for b']);
    expect(loser.send({ type: 'winner_is', winner: 'b' })).toEqual([]);
    expect(loser.since(() => loser.machine.maybeStart())).toEqual([]);
    expect(loser.since(() => loser.machine.nodeDown('b'))).toEqual(['aborted b down']);
    expect(loser.send({ type: 'winner_is', winner: 'b' })).toEqual(['restarting b', 'restarts for b']);
  });
});
