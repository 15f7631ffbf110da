// A node's log becomes the timeline's events, at the time at which they were logged.

import { expect, test } from 'vitest';
import { logEvents } from '../../sim/laboratory/rabbit-log.ts';

const origin = Date.parse('2026-11-20T11:00:00.000Z');
const stamped = (second: string, level: string, text: string): string =>
  `2026-11-20 11:00:${second}+00:00 [${level}] <0.461.0> ${text}`;

function eventsIn(...lines: readonly string[]): readonly object[] {
  return logEvents('rabbit1', lines.join('\n'), origin).map((event) =>
    Object.fromEntries(Object.entries(event).filter(([field]) => field !== 'time')),
  );
}

test('time counts from the scenario’s beginning, and what was before is left out', () => {
  const log = [
    '2026-11-20 10:59:59.999000+00:00 [info] <0.1.0> node rabbit@rabbit2 up',
    stamped('05.031250', 'info', 'node rabbit@rabbit2 down: connection_closed'),
  ].join('\n');
  expect(logEvents('rabbit1', log, origin)).toEqual([
    { time: 5.03125, event: 'nodedown', node: 'rabbit1', peer: 'rabbit2' },
  ]);
});

test.each([
  ['rabbit on node rabbit@rabbit3 up', { event: 'rabbit_up', node: 'rabbit1', peer: 'rabbit3' }],
  ['rabbit on node rabbit@rabbit3 down', { event: 'rabbit_down', node: 'rabbit1', peer: 'rabbit3' }],
  [
    'Cluster minority/secondary status detected - awaiting recovery',
    { event: 'node_paused', node: 'rabbit1' },
  ],
  ['Successfully stopped RabbitMQ and its dependencies', { event: 'node_stopped', node: 'rabbit1' }],
  ['Server startup complete; 0 plugins started.', { event: 'node_started', node: 'rabbit1' }],
  [
    "Mnesia('rabbit@rabbit1'): ** ERROR ** mnesia_event got {inconsistent_database, running_partitioned_network, 'rabbit@rabbit3'}",
    { event: 'partition_detected', node: 'rabbit1', peer: 'rabbit3' },
  ],
  [
    "Mirrored queue 'ha.q' in vhost '/': Promoting mirror <rabbit@rabbit1.1795172150.1370.0> to leader",
    { event: 'queue_promoted', queue: 'ha.q', node: 'rabbit1' },
  ],
  [
    'Autoheal: we were selected to restart; winner is rabbit@rabbit2',
    { event: 'node_restarting', node: 'rabbit1', by: 'rabbit2' },
  ],
])('%s', (text, event) => {
  expect(eventsIn(stamped('01.000000', 'info', text))).toEqual([event]);
});

test('a message of several lines is one event', () => {
  const lines = [
    'Autoheal decision',
    '  * Partitions: [[rabbit@rabbit3,rabbit@rabbit2],[rabbit@rabbit1]]',
    '  * Winner:     rabbit@rabbit3',
    '  * Losers:     [rabbit@rabbit1]',
  ].map((text) => stamped('02.000100', 'warning', text));
  expect(eventsIn(...lines)).toEqual([{ event: 'autoheal_winner', winner: 'rabbit3', losers: ['rabbit1'] }]);
});

test('who disconnects in a partial partition is who decides to, not the witness that is told', () => {
  const lines = [
    'Partial partition detected:',
    ' * We saw DOWN from rabbit@rabbit2',
    ' * We can still see rabbit@rabbit3 which can see rabbit@rabbit2',
    'We will therefore intentionally disconnect from rabbit@rabbit3',
  ].map((text) => stamped('03.000000', 'error', text));
  expect(eventsIn(...lines)).toEqual([
    { event: 'partial_partition_detected', node: 'rabbit1', peer: 'rabbit2' },
    { event: 'intentional_disconnect', node: 'rabbit1', peer: 'rabbit3' },
  ]);
  expect(eventsIn(stamped('03.000000', 'error', 'Partial partition disconnect from rabbit@rabbit2'))).toEqual(
    [],
  );
});

test('a partition that is noticed while a node starts is another thing', () => {
  const text =
    "Mnesia('rabbit@rabbit1'): ** ERROR ** mnesia_event got {inconsistent_database, starting_partitioned_network, 'rabbit@rabbit3'}";
  expect(eventsIn(stamped('01.000000', 'error', text))).toEqual([]);
});
