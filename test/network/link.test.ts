// A link delays, narrows and loses as it is told to, in the direction in which it is told.
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../sim/kernel/invariant.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Network, PERFECT_LINK, type LinkParameters } from '../../sim/network/network.ts';
import { LATENCY_US } from './world.ts';

function link(parameters: Partial<LinkParameters> = {}) {
  const simulation = new Simulation({ seed: 'link' });
  const network = new Network(simulation, () => ({ ...PERFECT_LINK, ...parameters }));
  return { simulation, network, link: network.link('a', 'b') };
}

describe('a link', () => {
  test('is directed, and the same each time it is asked for', () => {
    const { network } = link();
    network.link('a', 'b').cut();
    expect(network.link('a', 'b').isCut).toBe(true);
    expect(network.link('b', 'a').isCut).toBe(false);
    expect([...network.allLinks()]).toHaveLength(2);
  });

  test('works again when the last of overlapping cuts has ended', () => {
    const { link: ab } = link();
    ab.cut();
    ab.cut();
    ab.heal();
    expect(ab.isCut).toBe(true);
    ab.heal();
    expect(ab.isCut).toBe(false);
    expect(() => ab.heal()).toThrow(InvariantError);
  });

  test('tells those who listen of the first cut only, and of none once they have left', () => {
    const { link: ab } = link();
    let cuts = 0;
    const listener = { linkCut: () => cuts++ };
    ab.subscribe(listener);
    ab.cut();
    ab.cut();
    expect(cuts).toBe(1);
    ab.heal();
    ab.heal();
    ab.unsubscribe(listener);
    ab.cut();
    expect(cuts).toBe(1);
  });

  test('of fixed latency takes that long; with jitter it stays within it', () => {
    expect(link().link.transmitUs(1_000)).toBe(LATENCY_US);
    const { link: ab } = link({ jitterUs: 30 });
    const delays = Array.from({ length: 200 }, () => ab.transmitUs(1_000));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(LATENCY_US - 30);
    expect(Math.max(...delays)).toBeLessThanOrEqual(LATENCY_US + 30);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test('of little bandwidth sends one packet after the other', () => {
    const { link: ab } = link({ bandwidthBps: 8_000_000 });
    expect(ab.transmitUs(1_000)).toBe(LATENCY_US + 1_000);
    expect(ab.transmitUs(1_000)).toBe(LATENCY_US + 2_000);
  });

  test('loses its share of packets, and none when it is perfect', () => {
    const { link: ab } = link({ loss: 0.25 });
    const lost = Array.from({ length: 4_000 }, () => ab.dropsPacket()).filter(Boolean).length;
    expect(lost).toBeGreaterThan(850);
    expect(lost).toBeLessThan(1_150);
    expect(link().link.dropsPacket()).toBe(false);
  });
});
