import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { Network, PERFECT_LINK } from '../../sim/network/network.ts';
import { bothWays, LinkFaults } from '../../sim/run/link-faults.ts';

function setUp() {
  const network = new Network(new Simulation({ seed: 'links' }), () => PERFECT_LINK);
  const links = new LinkFaults(network, () => PERFECT_LINK);
  const ended: string[] = [];
  return { network, links, ended, note: (name: string) => () => void ended.push(name) };
}

describe('overlapping cuts of one link', () => {
  test('end when the last of them does', () => {
    const { network, links, ended, note } = setUp();
    const first = links.cut(bothWays('a', 'b'), note('first'));
    const second = links.cut([['a', 'b']], note('second'));
    links.end(first);
    expect(network.link('a', 'b').isCut).toBe(true);
    expect(network.link('b', 'a').isCut).toBe(false);
    links.end(first);
    links.end(second);
    expect(network.link('a', 'b').isCut).toBe(false);
    expect(ended).toEqual(['first', 'second']);
  });
});

describe('a heal', () => {
  test('of everything ends cuts, cut clients and degradations', () => {
    const { network, links, ended, note } = setUp();
    links.addClient('client-shop');
    links.cut(bothWays('a', 'b'), note('cut'));
    links.cutClients('a', note('clients'));
    links.degrade(
      bothWays('a', 'c'),
      { loss: 0.5, latency: { medianUs: 9_000, p99Us: 9_000 } },
      note('delay'),
    );
    expect(network.link('a', 'c').transmitUs(1)).toBe(9_000);
    links.heal(null);
    expect(network.link('a', 'b').isCut || network.link('client-shop', 'a').isCut).toBe(false);
    expect(network.link('a', 'c').transmitUs(1)).toBe(100);
    expect(ended).toEqual(['cut', 'clients', 'delay']);
  });

  test('of pairs ends a fault when it has let go its last link', () => {
    const { network, links, ended, note } = setUp();
    links.cut([...bothWays('a', 'b'), ...bothWays('a', 'c')], note('partition'));
    links.heal([['b', 'a']]);
    expect(network.link('a', 'b').isCut).toBe(false);
    expect(network.link('a', 'c').isCut).toBe(true);
    expect(ended).toEqual([]);
    links.heal([['c', 'a']]);
    expect(ended).toEqual(['partition']);
  });
});

describe('cut clients', () => {
  test('include those that come later, and all come back', () => {
    const { network, links, note } = setUp();
    const fault = links.cutClients('a', note('clients'));
    links.addClient('client-late');
    expect(network.link('client-late', 'a').isCut && network.link('a', 'client-late').isCut).toBe(true);
    links.end(fault);
    expect(network.link('client-late', 'a').isCut).toBe(false);
  });
});

test('whatever faults come and go in whatever order, none leaves a trace', () => {
  const step = fc.record({
    kind: fc.constantFrom('cut', 'degrade', 'clients', 'end', 'heal'),
    pick: fc.nat(20),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { network, links } = setUp();
      links.addClient('client-x');
      const pairs = [bothWays('a', 'b'), bothWays('a', 'c'), bothWays('b', 'c')];
      const faults: ReturnType<LinkFaults['cut']>[] = [];
      let ended = 0;
      const note = (): void => void (ended += 1);
      for (const { kind, pick } of steps) {
        const pair = pairs[pick % 3]!;
        if (kind === 'cut') faults.push(links.cut(pair, note));
        else if (kind === 'degrade') faults.push(links.degrade(pair, { loss: 0.1 }, note));
        else if (kind === 'clients') faults.push(links.cutClients('a', note));
        else if (kind === 'heal') links.heal([pair[0]]);
        else if (faults.length > 0) links.end(faults[pick % faults.length]!);
      }
      links.heal(null);
      expect(ended).toBe(faults.length);
      for (const link of network.allLinks()) {
        expect(link.isCut).toBe(false);
        expect(link.dropsPacket()).toBe(false);
      }
    }),
    { numRuns: 100 },
  );
});
