// Opening a connection: at once where somebody listens, refused at once where nobody does, silent where packets vanish.
import { describe, expect, test } from 'vitest';
import { LATENCY_US, MS, SECOND, Wire } from './world.ts';

describe('dialling', () => {
  test('takes one round trip to open; the other end is there half a round trip earlier', () => {
    const wire = new Wire();
    wire.listen();
    wire.dial();
    wire.run(MS);
    expect(wire.far.heard).toEqual([{ atUs: LATENCY_US, what: 'accepted' }]);
    expect(wire.near.heard).toEqual([{ atUs: 2 * LATENCY_US, what: 'opened' }]);
  });

  test('is refused after one round trip where nothing listens', () => {
    const wire = new Wire();
    wire.dial();
    wire.run(10 * SECOND);
    expect(wire.near.heard).toEqual([{ atUs: 2 * LATENCY_US, what: 'failed: refused' }]);
  });

  test('ends by its timeout where packets vanish, in either direction, or nobody has power', () => {
    for (const sabotage of [
      (wire: Wire) => wire.network.link('a', 'b').cut(),
      (wire: Wire) => wire.network.link('b', 'a').cut(),
      (wire: Wire) => wire.internet.host('b').powerOff(),
    ]) {
      const wire = new Wire();
      wire.listen();
      sabotage(wire);
      wire.dial({ timeoutUs: 5 * SECOND });
      wire.run(60 * SECOND);
      expect(wire.near.heard).toEqual([{ atUs: 5 * SECOND, what: 'failed: timeout' }]);
    }
  });

  test('NET-17: gets through with its own next packet, after a little more than 1, 3 and 7 seconds', () => {
    const wire = new Wire();
    wire.listen();
    wire.cut();
    wire.dial({ timeoutUs: 20 * SECOND });
    wire.run(6.9 * SECOND);
    wire.heal();
    wire.run(10 * SECOND);
    expect(wire.near.words).toEqual(['opened']);
    expect(wire.near.heard[0]!.atUs).toBeGreaterThan(7 * SECOND);
    expect(wire.near.heard[0]!.atUs).toBeLessThan(7.5 * SECOND);
  });

  test('NET-18: or with somebody else’s, if that is earlier; once, and only if the link is whole by then', () => {
    const wire = new Wire(undefined, undefined, () => 500_000);
    wire.listen();
    wire.cut();
    wire.dial({ timeoutUs: 20 * SECOND });
    wire.run(3.5 * SECOND);
    wire.heal();
    wire.run(3.7 * SECOND);
    wire.cut();
    wire.run(4.5 * SECOND);
    expect(wire.near.words).toEqual([]);
    wire.heal();
    wire.run(30 * SECOND);
    expect(wire.near.heard).toEqual([{ atUs: 5 * SECOND + 2 * LATENCY_US, what: 'opened' }]);
    expect(wire.far.words).toEqual(['accepted']);
  });

  test('cancelled, is as if it had never been: nothing is told, and what was accepted is reset', () => {
    const wire = new Wire();
    wire.listen();
    wire.dial();
    wire.run(LATENCY_US);
    wire.dialling.cancel();
    wire.run(SECOND);
    expect(wire.near.words).toEqual([]);
    expect(wire.far.words).toEqual(['accepted', 'closed: reset']);
  });
});
