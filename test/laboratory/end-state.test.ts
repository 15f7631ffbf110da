// What a node printed about the cluster is read, also where it could not say everything.

import { expect, test } from 'vitest';
import { readView } from '../../sim/laboratory/end-state.ts';

test('a running node, its peers and its queues', () => {
  const view = readView(
    [
      'node\trunning\trabbit@rabbit1,rabbit@rabbit2\t',
      "queue\t104,97,46,113\tclassic\trunning\trabbit@rabbit1\t'rabbit@rabbit2'\trabbit@rabbit2\t3\t1",
      'queue\t113\tdown\trabbit@rabbit3',
      'ok',
    ].join('\n'),
  );
  expect(view).toEqual({
    state: 'running',
    running: ['rabbit1', 'rabbit2'],
    partitions: [],
    queues: {
      'ha.q': {
        type: 'classic',
        state: 'running',
        master: 'rabbit1',
        mirrors: ['rabbit2'],
        synchronised_mirrors: ['rabbit2'],
        messages_ready: 3,
        messages_unacknowledged: 1,
      },
      q: {
        type: 'classic',
        state: 'down',
        master: 'rabbit3',
        mirrors: [],
        synchronised_mirrors: [],
        messages_ready: 0,
        messages_unacknowledged: 0,
      },
    },
  });
});

test('an answer that did not come is unknown, not empty', () => {
  expect(readView('node\trunning\trabbit@rabbit1\t?\n')).toMatchObject({
    running: ['rabbit1'],
    partitions: null,
  });
});

test('a stopped application, and nothing at all', () => {
  expect(readView('node\tstopped\nok\n').state).toBe('stopped');
  expect(readView('').state).toBe('down');
});
