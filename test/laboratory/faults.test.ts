// Faults become rules of the packet filter and of traffic control, and end as the language says.

import { describe, expect, test } from 'vitest';
import { addressesOf, hostsFile } from '../../sim/laboratory/addresses.ts';
import { LinkWidths } from '../../sim/laboratory/link-widths.ts';
import { acrossGroups, bothWays, PacketFilter } from '../../sim/laboratory/packet-filter.ts';
import { shapingCommands } from '../../sim/laboratory/shaping.ts';
import { scenarioWith } from './scenario.ts';

const dropsIn = (filter: PacketFilter): readonly string[] =>
  filter
    .rules()
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.endsWith('drop'));

describe('cuts', () => {
  test('of a partition are all in one set of rules, in both directions, and not within a side', () => {
    const filter = new PacketFilter();
    filter.add(acrossGroups([['n1'], ['n2', 'n3']]), { kind: 'cut' });
    const pairs = dropsIn(filter).map((line) =>
      line.replaceAll(/iifname|oifname|ether type ip drop|["\s]/g, ''),
    );
    expect(pairs).toEqual(['n1n2', 'n1n3', 'n2n1', 'n3n1']);
  });

  test('replace the whole set at once', () => {
    expect(new PacketFilter().rules().split('\n').slice(0, 2)).toEqual([
      'add table bridge faults',
      'delete table bridge faults',
    ]);
  });

  test('leave addresses resolvable, which a dead host does not', () => {
    const filter = new PacketFilter();
    filter.add([{ from: 'n1', to: 'n2' }], { kind: 'cut' });
    filter.add(bothWays('n3', '*'), { kind: 'dead' });
    expect(dropsIn(filter)).toEqual([
      'iifname "n1" oifname "n2" ether type ip drop',
      'iifname "n3" drop',
      'oifname "n3" drop',
    ]);
  });

  test('of one link end when the last of them does', () => {
    const filter = new PacketFilter();
    const first = filter.add(bothWays('n1', 'n2'), { kind: 'cut' });
    const second = filter.add(bothWays('n1', 'n2'), { kind: 'cut' });
    filter.end(first);
    expect(dropsIn(filter)).toHaveLength(2);
    filter.end(second);
    expect(dropsIn(filter)).toEqual([]);
  });

  test('are healed pair by pair, or all, and no heal brings a dead host back', () => {
    const filter = new PacketFilter();
    filter.add(acrossGroups([['n1'], ['n2', 'n3']]), { kind: 'cut' });
    filter.add(bothWays('n3', '*'), { kind: 'dead' });
    filter.heal([['n2', 'n1']]);
    expect(dropsIn(filter)).toHaveLength(4);
    filter.heal(null);
    expect(dropsIn(filter)).toEqual(['iifname "n3" drop', 'oifname "n3" drop']);
  });

  test('a loss is a share of the packets', () => {
    const filter = new PacketFilter();
    filter.add([{ from: 'n1', to: 'n2' }], { kind: 'loss', share: 0.05 });
    expect(dropsIn(filter).join()).toContain('mod 10000 < 500');
  });
});

describe('widths', () => {
  const addresses = addressesOf(['rabbit1', 'rabbit2', 'rabbit3']);
  const widthsOf = (links: LinkWidths, node: string): readonly string[] =>
    links.towards(node).map(({ from, bitsPerSecond }) => `${from.name} ${bitsPerSecond}`);

  test('are the scenario’s, a later row over an earlier one, and a throttle narrows while it lasts', () => {
    const more =
      'links:\n  - { between: all, bandwidth: 100Mbit }\n  - { between: [rabbit1, rabbit2], bandwidth: 2Mbit }\n';
    const links = new LinkWidths(scenarioWith(more), addresses);
    expect(widthsOf(links, 'rabbit1')).toEqual(['rabbit2 2000000', 'rabbit3 100000000']);
    const number = links.throttle('rabbit3', 'rabbit1', 500_000);
    expect(widthsOf(links, 'rabbit1')).toEqual(['rabbit2 2000000', 'rabbit3 500000']);
    links.end(number);
    expect(widthsOf(links, 'rabbit1')).toEqual(['rabbit2 2000000', 'rabbit3 100000000']);
    expect(links.heal(null)).toBe(false);
  });

  test('are set for one sender each, and cleared where there are none', () => {
    const [from, to] = [addresses.get('rabbit2')!, addresses.get('rabbit1')!];
    const commands = shapingCommands('n1', [{ from, to, bitsPerSecond: 300_000 }]).map((words) =>
      words.join(' '),
    );
    expect(commands.some((words) => words.includes('tbf rate 300000bit burst 4096b'))).toBe(true);
    expect(commands.some((words) => words.includes(`match ip src ${from.ip}/32`))).toBe(true);
    expect(shapingCommands('n1', [])).toHaveLength(1);
  });
});

test('every node has its own name in the hosts file, and so has the machine unless a node has it', () => {
  const addresses = addressesOf(['rabbit1', 'b']);
  expect(hostsFile(addresses, 'machine')).toBe(
    '127.0.0.1 localhost machine\n198.18.77.1 rabbit1\n198.18.77.2 b\n',
  );
  expect(hostsFile(addresses, 'b').split('\n')[0]).toBe('127.0.0.1 localhost');
});
