// The language's words for proxies, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, threeNodes, timesOf } from './one-run.ts';

const shop =
  'workloads: [{ name: shop, publish: { routing_key: q, via: lb, rate: 10/s, stop: 40s, confirms: true } }]\n';

describe('a proxy', () => {
  test.each([
    ['in HAProxy’s words', 'inter 5000 rise 2 fall 3'],
    ['with units', 'inter 5s rise 2 fall 3'],
    ['as a map', '{ inter: 5s, rise: 2, fall: 3 }'],
  ])('has its check %s', (_how, check) => {
    const result = resultOf(
      `${threeNodes}proxies: [{ name: lb, check: ${check} }]\nchaos: [{ at: 10s, kill: rabbit3 }, { at: 30s, start: rabbit3 }]\nsettle: 40s\n`,
    );
    expect(timesOf(result, 'proxy_server_down', { server: 'rabbit3' })).toSatisfy(
      ([time]: number[]) => time! >= 20 && time! < 25.1,
    );
    expect(eventsOf(result, 'proxy_server_up', { server: 'rabbit3' })).toHaveLength(1);
  });

  test('is a machine: it can be killed, started, frozen, cut off and stand on one side of a partition', () => {
    const result = resultOf(
      `${threeNodes}proxies: [{ name: lb, servers: [rabbit1, rabbit2] }]
${shop}chaos:
  - { at: 5s, freeze: lb, for: 1s }
  - { at: 10s, kill: lb }
  - { at: 11s, start: lb }
  - { at: 15s, cut: [lb, rabbit1], for: 1s }
  - { at: 17s, partition: [[rabbit1, lb], [rabbit2, rabbit3]], for: 2s }
  - { at: 25s, power_off: lb }
  - { after: { event: proxy_killed, proxy: lb }, plus: 1s, start: lb }
settle: 5s
`.replace('after: { event: proxy_killed, proxy: lb }, plus: 1s', 'at: 26s'),
    );
    expect(timesOf(result, 'proxy_killed', { proxy: 'lb' })).toEqual([10, 25]);
    expect(timesOf(result, 'proxy_started', { proxy: 'lb' })).toEqual([11, 26]);
    expect(timesOf(result, 'connection_lost', { node: 'lb', text: 'Unexpected close' })[0]).toBeCloseTo(
      10,
      2,
    );
    expect(result.messages.confirmed_lost).toBe(0);
  });

  test('fails over together with nodes in a list', () => {
    const result = resultOf(`${threeNodes}proxies: [{ name: lb }]
workloads: [{ name: shop, publish: { routing_key: q, via: [lb, rabbit2], rate: 10/s, stop: 20s } }]
chaos: [{ at: 5s, kill: lb }]
settle: 5s
`);
    expect(eventsOf(result, 'connection_opened').map(({ node }) => node)).toEqual(['lb', 'rabbit2']);
  });

  test('stands behind a link of its own, and is cut off with the clients of a node', () => {
    const slow = resultOf(`${threeNodes}proxies: [{ name: lb, servers: [rabbit1] }]
links: [{ between: [lb, rabbit1], latency: 50ms }]
${shop}chaos: [{ at: 10s, cut_clients: rabbit1, for: 2s }]
settle: 5s
`);
    expect(slow.availability.confirm_latency_p50).toBeGreaterThan(0.1);
    expect(slow.availability.longest_without_confirm).toBeGreaterThan(2);
  });

  test('takes the timeouts, retries and redispatching of its options', () => {
    const result = resultOf(`${threeNodes}proxies:
  - { name: lb, check: inter 10000, options: [timeout connect 2s, timeout client 5s, timeout server 1m, retries 0, option redispatch] }
workloads: [{ name: idle, consume: { queue: q, via: lb, stop: 30s } }]
settle: 1s
`);
    expect(timesOf(result, 'connection_lost').map(Math.round)).toEqual([5, 11, 17, 23, 29]);
  });
});

test('what is wrong with a proxy is pointed at', () => {
  expect(
    complaintsAbout(`${threeNodes}proxies:
  - { name: lb, servers: [rabbit1, rabbit1, rabbit9], check: inter 5000 raise 2 }
  - { name: rabbit1, balance: source }
  - { name: client-shop, options: [maxconn 20, timeout client 0] }
  - { name: lb, check: inter 0 }
chaos: [{ at: 1s, start: lb }, { at: 2s, kill: other }, { at: 3s, rabbitmqctl: stop_app, on: lb }]
expect: { timeline: [{ event: proxy_server_up, proxy: rabbit1, server: lb }] }
`),
  ).toMatchInlineSnapshot(`
    [
      "6: a second server called "rabbit1"",
      "6: nothing declares a node called "rabbit9"",
      "6: HAProxy's words are needed, such as "inter 5000 rise 2 fall 3"",
      "7: a node is called "rabbit1" already",
      "7: "source" is not one of roundrobin, leastconn, first",
      "8: machines of clients are called "client-…"",
      "8: "maxconn 20" is not modelled: "timeout connect 5s", "timeout client 3h", "timeout server 3h", "retries 3" and "option redispatch" are",
      "9: a second proxy called "lb"",
      "9: inter must be above zero",
      "10: nothing has brought lb down before 1s",
      "10: nothing declares a node or a proxy called "other"",
      "10: nothing declares a node called "lb"",
      "11: nothing declares a node called "lb"",
    ]
  `);
});
