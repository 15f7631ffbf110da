// The real clients' ledger counts as the result format says.

import { expect, test } from 'vitest';
import { Tally } from '../../sim/laboratory/tally.ts';

test('a repeat, a late one, a loss and a return', () => {
  const tally = new Tally();
  for (const sequence of [1, 2, 3, 4, 5]) tally.published('shop', sequence, sequence);
  tally.published('shop', 2, 9);
  for (const sequence of [1, 2, 3, 4]) tally.confirmed(`shop-${sequence}`, 10);
  tally.returned('shop-4');
  tally.delivery('shop-2', 'q', false, false, 'reader');
  tally.ackSent('shop-2', 'q', 'reader');
  tally.delivery('shop-1', 'q', false, false, 'reader');
  tally.delivery('shop-2', 'q', true, false, 'reader');
  expect(tally.figures()).toEqual({
    published: 5,
    publishes: 6,
    skipped_while_disconnected: 0,
    confirmed: 4,
    nacked: 0,
    returned: 1,
    delivered: 3,
    delivered_unique: 2,
    redelivered: 1,
    acked: 1,
    delivered_after_ack: 1,
    duplicated: 1,
    drained_deliveries: 0,
    confirmed_lost: 1,
    unconfirmed_lost: 1,
    never_seen: 3,
    out_of_order: 1,
  });
  expect(tally.confirmLatencies()).toEqual([0.006, 0.007, 0.008, 0.009]);
});

test('what the drain finds is not lost, and not a delivery to a workload', () => {
  const tally = new Tally();
  tally.published('shop', 1, 0);
  tally.confirmed('shop-1', 1);
  tally.drainedDelivery('shop-1', 'q');
  expect(tally.figures()).toMatchObject({ confirmed_lost: 0, delivered: 0, drained_deliveries: 1 });
});

test('a repeat that an idempotent consumer drops counts as delivered, not as duplicated', () => {
  const tally = new Tally();
  tally.published('shop', 1, 0);
  tally.delivery('shop-1', 'q', false, false, 'reader');
  tally.delivery('shop-1', 'q', true, true, 'reader');
  expect(tally.figures()).toMatchObject({ delivered: 2, duplicated: 0 });
  expect(tally.byQueue().get('q')).toEqual({ delivered: 2, drained_deliveries: 0, duplicated: 0 });
});

test('deliveries of different queues are no repeats of each other', () => {
  const tally = new Tally();
  tally.published('shop', 1, 0);
  tally.delivery('shop-1', 'a', false, false, 'reader');
  tally.delivery('shop-1', 'b', false, false, 'reader');
  expect(tally.figures()).toMatchObject({ delivered: 2, delivered_unique: 1, duplicated: 0 });
});
