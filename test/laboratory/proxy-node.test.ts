// A proxy's settings reach a real HAProxy in haproxy.cfg's words.

import { expect, test } from 'vitest';
import { addressesOf } from '../../sim/laboratory/addresses.ts';
import { proxySettings } from '../../sim/laboratory/proxy-node.ts';
import { scenarioWith } from './scenario.ts';

function linesOf(proxy: string): readonly string[] {
  const { proxies, nodes } = scenarioWith(`proxies:\n  - ${proxy}\n`, '[rabbit1, rabbit2]');
  const addresses = addressesOf([...nodes, ...proxies].map(({ name }) => name));
  return proxySettings(proxies[0]!, addresses)
    .split('\n')
    .map((line) => line.trim());
}

test('balance, servers at their addresses, and checks', () => {
  const lines = linesOf('{ name: lb, balance: leastconn, check: inter 2000 rise 2 fall 3 }');
  expect(lines).toContain('listen lb');
  expect(lines).toContain('bind :5672');
  expect(lines).toContain('balance leastconn');
  expect(lines).toContain('server rabbit1 198.18.77.1:5672 check inter 2000ms rise 2 fall 3');
  expect(lines).toContain('server rabbit2 198.18.77.2:5672 check inter 2000ms rise 2 fall 3');
  expect(lines).not.toContain('option redispatch');
});

test('everything that a check, the timeouts and the options may say', () => {
  const lines = linesOf(
    '{ name: lb, servers: [rabbit2], check: inter 1000 fastinter 300 downinter 700 rise 1 fall 2 on-marked-down shutdown-sessions, options: [option redispatch, timeout client 90s, retries 5] }',
  );
  expect(lines).toContain(
    'server rabbit2 198.18.77.2:5672 check inter 1000ms fastinter 300ms downinter 700ms rise 1 fall 2 on-marked-down shutdown-sessions',
  );
  expect(lines).toContain('option redispatch');
  expect(lines).toContain('timeout client 90000ms');
  expect(lines).toContain('retries 5');
});
