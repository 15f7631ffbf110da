// A connection delivers in order, waits through a short cut, and dies silently, by a reset, or in order.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PERFECT_LINK } from '../../sim/network/network.ts';
import { LATENCY_US, MS, SECOND, Wire } from './world.ts';

const GIVE_UP_S = 924;

describe('a connection', () => {
  test('delivers what was said, both ways, one latency later', () => {
    const wire = Wire.connected();
    wire.say('question');
    wire.answer('already');
    wire.run(2 * MS);
    expect(wire.far.heard).toEqual([{ atUs: MS + LATENCY_US, what: 'question' }]);
    expect(wire.near.heard).toEqual([{ atUs: MS + LATENCY_US, what: 'already' }]);
  });

  test('NET-12: keeps its order over a link that delays each packet differently and loses some', () => {
    const wire = Wire.connected({
      parameters: { ...PERFECT_LINK, latency: { medianUs: 500, p99Us: 20_000 }, jitterUs: 300, loss: 0.2 },
    });
    const names = Array.from({ length: 200 }, (_, index) => String(index));
    names.forEach((name, index) => wire.simulation.after(index * 100, 0, () => wire.say(name)));
    wire.run(10 * SECOND);
    expect(wire.far.words).toEqual(names);
  });

  test('that is reset takes with it what waits for a narrow link: who comes next need not wait behind it', () => {
    const wire = Wire.connected({ parameters: { ...PERFECT_LINK, bandwidthBps: 8_000 } });
    for (let i = 0; i < 20; i += 1) wire.say(`${i}`, 1_000);
    wire.nearEnd.close('reset');
    wire.far.heard.length = 0;
    wire.dial();
    wire.run(3 * SECOND);
    expect(wire.far.words).toContain('accepted');
  });

  test('counts the bytes that have not arrived', () => {
    const wire = Wire.connected();
    wire.cut();
    wire.say('a', 300);
    wire.say('b', 200);
    wire.run(5 * SECOND);
    expect(wire.nearEnd.bytesWaiting).toBe(500);
    wire.heal();
    wire.run(20 * SECOND);
    expect(wire.nearEnd.bytesWaiting).toBe(0);
  });

  describe('with watermarks', () => {
    const watermarks = { highWatermarkBytes: 500, lowWatermarkBytes: 250 };

    test('is full from the high one on, until less than the low one waits', () => {
      const wire = Wire.connected(watermarks);
      wire.cut();
      wire.say('a', 300);
      expect(wire.nearEnd.isFull).toBe(false);
      wire.say('b', 200);
      expect(wire.nearEnd.isFull).toBe(true);
      wire.heal();
      wire.run(5 * SECOND);
      expect(wire.nearEnd.isFull).toBe(false);
      expect(wire.near.words).toEqual(['drained']);
    });

    test('counts what lies unread while the other end stands still', () => {
      const wire = Wire.connected(watermarks);
      wire.farEnd.mute(true);
      wire.say('a', 300);
      wire.run(2 * MS);
      wire.say('b', 300);
      wire.run(4 * MS);
      expect([wire.nearEnd.isFull, wire.nearEnd.bytesWaiting]).toEqual([true, 0]);
      wire.farEnd.mute(false);
      expect(wire.nearEnd.isFull).toBe(false);
      expect(wire.near.words).toEqual(['drained']);
    });

    test('is not full the other way', () => {
      const wire = Wire.connected(watermarks);
      wire.cut();
      wire.say('a', 600);
      wire.answer('b', 400);
      expect([wire.nearEnd.isFull, wire.farEnd.isFull]).toEqual([true, false]);
    });
  });

  test('NET-7, NET-8: a cut is waited out; all arrives once, in order, no later than the cut was long', () => {
    const duration = fc.integer({ min: 1, max: 60_000 }).map((ms) => ms * MS);
    fc.assert(
      fc.property(duration, fc.integer({ min: 0, max: 100 * MS }), (cutUs, chatterIntervalUs) => {
        const wire = Wire.connected({ chatterIntervalUs });
        wire.cut();
        wire.say('one');
        wire.simulation.after(Math.floor(cutUs / 2), 0, () => wire.say('two'));
        wire.run(MS + cutUs);
        wire.heal();
        wire.say('three');
        wire.run(MS + 3 * cutUs + SECOND);
        expect(wire.far.words).toEqual(['one', 'two', 'three']);
        const lateUs = wire.far.heard[2]!.atUs - MS - cutUs;
        expect(lateUs).toBeLessThanOrEqual(cutUs + 600 * MS);
      }),
      { numRuns: 50 },
    );
  });

  test('NET-8: after a cut traffic comes back with a repeat, whose waits double: 0.2, 0.6, 1.4, 3.0, 6.2, 12.6 s', () => {
    for (const [healedS, backS] of [
      [1, 1.4],
      [4, 6.2],
      [7, 12.6],
    ] as const) {
      const wire = Wire.connected();
      wire.cut();
      wire.say('one');
      wire.run(healedS * SECOND);
      wire.heal();
      wire.run(30 * SECOND);
      expect(wire.far.heard).toHaveLength(1);
      expect(Math.abs(wire.far.heard[0]!.atUs / SECOND - backS)).toBeLessThan(0.02);
    }
  });

  test('NET-8: two cuts in a row, the second before the first was recovered from, lose nothing either', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.cut();
    wire.say('one');
    wire.run(4 * SECOND);
    wire.heal();
    wire.say('two');
    wire.run(4 * SECOND + 10);
    wire.cut();
    wire.say('three');
    wire.run(9 * SECOND);
    wire.heal();
    wire.run(30 * SECOND);
    expect(wire.far.words).toEqual(['one', 'two', 'three']);
  });

  test('waits for no repeat any more once the link has stopped losing packets', () => {
    const wire = Wire.connected();
    const link = wire.network.link('a', 'b');
    link.configure({ ...PERFECT_LINK, loss: 0.9 });
    for (let i = 0; i < 50; i++) wire.say(`${i}`);
    wire.run(SECOND);
    expect(wire.far.words.length).toBeLessThan(50);
    link.configure(PERFECT_LINK);
    wire.run(2 * SECOND);
    expect(wire.far.words).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
  });

  test('that was on the way when the link was cut does not arrive before it is healed', () => {
    const wire = Wire.connected();
    wire.say('caught');
    wire.run(MS + LATENCY_US - 1);
    wire.cut();
    wire.run(3 * SECOND);
    expect(wire.far.words).toEqual([]);
    wire.heal();
    wire.run(10 * SECOND);
    expect(wire.far.words).toEqual(['caught']);
  });

  test('NET-6: with chatter, cutting one direction silences both within a retransmission timeout', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.network.link('a', 'b').cut();
    wire.run(10 * SECOND);
    expect(wire.farEnd.lastHeardUs()).toBe(MS);
    expect(wire.nearEnd.lastHeardUs()).toBeGreaterThanOrEqual(MS + 200 * MS);
    expect(wire.nearEnd.lastHeardUs()).toBeLessThanOrEqual(MS + 300 * MS);
  });

  test('is heard from all the time while it is well, and its silence begins with the cut', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.run(5 * SECOND);
    expect(wire.nearEnd.lastHeardUs()).toBe(5 * SECOND);
    wire.cut();
    wire.run(9 * SECOND);
    expect(wire.nearEnd.lastHeardUs()).toBe(5 * SECOND);
    expect(wire.farEnd.lastHeardUs()).toBe(5 * SECOND);
  });

  test('NET-9: an owner that stands still falls silent at once, and losing power later makes it no younger', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.run(2 * SECOND);
    wire.farEnd.mute(true);
    wire.run(6 * SECOND);
    expect(wire.nearEnd.lastHeardUs()).toBe(2 * SECOND);
    wire.internet.host('b').powerOff();
    wire.run(7 * SECOND);
    expect(wire.nearEnd.lastHeardUs()).toBe(2 * SECOND);
  });

  test('goes on being heard when the owner that stood still runs again', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.farEnd.mute(true);
    wire.run(3 * SECOND);
    wire.farEnd.mute(false);
    wire.run(4 * SECOND);
    expect(wire.nearEnd.lastHeardUs()).toBe(4 * SECOND);
  });
});

describe('the end of a connection', () => {
  test('in order comes after what was said before it', () => {
    const wire = Wire.connected();
    wire.say('last words');
    wire.nearEnd.close('fin');
    wire.say('too late');
    wire.run(SECOND);
    expect(wire.far.words).toEqual(['last words', 'closed: fin']);
    expect(wire.near.words).toEqual([]);
  });

  test('by a reset takes with it what was on the way', () => {
    const wire = Wire.connected();
    wire.say('never heard');
    wire.nearEnd.close('reset');
    wire.run(SECOND);
    expect(wire.far.words).toEqual(['closed: reset']);
  });

  test('is told once, to the end that did not ask for it', () => {
    const wire = Wire.connected();
    wire.nearEnd.close('fin');
    wire.farEnd.close('fin');
    wire.run(SECOND);
    expect([...wire.near.words, ...wire.far.words]).toEqual([]);
    expect([wire.nearEnd.isOpen, wire.farEnd.isOpen]).toEqual([false, false]);
  });

  test('does not cross a cut: the other end learns of it when a packet gets through', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.cut();
    wire.nearEnd.close('reset');
    wire.run(20 * SECOND);
    expect(wire.far.words).toEqual([]);
    wire.heal();
    wire.run(60 * SECOND);
    expect(wire.far.words).toEqual(['closed: reset']);
  });

  test('NET-9: a machine without power says nothing; when it is back, a packet to it is answered by a reset', () => {
    const wire = Wire.connected();
    wire.internet.host('b').powerOff();
    wire.say('anybody');
    wire.run(30 * SECOND);
    expect(wire.near.words).toEqual([]);
    wire.internet.host('b').powerOn();
    wire.run(120 * SECOND);
    expect(wire.near.words).toEqual(['closed: reset']);
    expect(wire.far.words).toEqual([]);
  });

  test('comes by itself when nothing was acknowledged for a quarter of an hour', () => {
    const wire = Wire.connected();
    wire.cut();
    wire.say('anybody');
    wire.run(GIVE_UP_S * SECOND);
    expect(wire.near.words).toEqual([]);
    wire.run((GIVE_UP_S + 130) * SECOND);
    expect(wire.near.words).toEqual(['closed: timeout']);
    // The other end had nothing to say and still believes in the connection.
    expect(wire.farEnd.isOpen).toBe(true);
  });

  test('leaves no event behind: what was cut and closed at both ends is forgotten', () => {
    const wire = Wire.connected({ chatterIntervalUs: 100 * MS });
    wire.cut();
    wire.say('lost');
    wire.run(SECOND);
    wire.nearEnd.close('reset');
    wire.farEnd.close('reset');
    expect(wire.simulation.run({ untilUs: 2 * SECOND, maxEvents: 100 })).toBe('drained');
  });
});
