// The language's words for links and disks, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, resultOf, threeNodes } from './one-run.ts';

describe('links and disks', () => {
  const shop = (via: string): string =>
    `  - { name: via-${via}, publish: { routing_key: q, via: ${via}, rate: 10/s, stop: 10s, confirms: true } }\n`;

  test('`clients` on a row means the links from clients to those nodes, and no others', () => {
    const result = resultOf(
      `${threeNodes}links: [{ between: [rabbit1, rabbit2], clients: { latency: 50ms } }]\nworkloads:\n${shop('rabbit1')}${shop('rabbit3')}settle: 5s\n`,
    );
    const latency = (name: string): number => result.by_workload[name]?.confirm_latency_p50 ?? 0;
    expect(latency('via-rabbit1')).toBeGreaterThan(0.1);
    expect(latency('via-rabbit3')).toBeLessThan(0.02);
  });

  test('bandwidth is bits a second, and what waits for it waits in the client’s socket', () => {
    const result = resultOf(`${threeNodes}links: [{ clients: { bandwidth: 80kbit } }]
workloads: [{ name: shop, publish: { routing_key: q, messages: 50, body: 1kB, confirms: true } }]
settle: 20s
`);
    // 50 kB at 10 kB a second, and what the protocol adds.
    expect(result.availability.confirm_latency_p99).toBeGreaterThan(5);
    expect(result.availability.confirm_latency_p99).toBeLessThan(7);
    expect(result.messages).toMatchObject({ confirmed: 50, drained: 50 });
  });

  test('loss means retransmission, never a lost message', () => {
    const result = resultOf(
      `${threeNodes}links: [{ loss: 30%, clients: { loss: 30% } }]\nworkloads:\n${shop('rabbit2')}settle: 60s\n`,
    );
    expect(result.messages).toMatchObject({ confirmed_lost: 0, unconfirmed_lost: 0 });
    expect(result.messages.confirmed).toBe(result.messages.published);
    expect(result.availability.confirm_latency_p99).toBeGreaterThan(0.2);
  });

  test('the more packets a link loses the longer the rest waits, and one that loses all is a cut', () => {
    const latency = (loss: string): number =>
      resultOf(
        `${threeNodes}links: [{ clients: { loss: ${loss} } }]\nworkloads:\n${shop('rabbit1')}settle: 20s\n`,
      ).availability.confirm_latency_p99 ?? Infinity;
    expect(latency('5%')).toBeLessThan(latency('50%'));
    // More than one repeat in a row.
    expect(latency('50%')).toBeGreaterThan(0.8);
    expect(complaintsAbout(`${threeNodes}links: [{ loss: 100% }]\n`)).toEqual([
      '5: a link that loses everything is a cut: less than 100% is needed',
    ]);
  });

  test('jitter lies around the latency', () => {
    const spread = (jitter: string): number => {
      const { availability } = resultOf(
        `${threeNodes}links: [{ clients: { latency: 40ms, jitter: ${jitter} } }]\nworkloads:\n${shop('rabbit1')}settle: 2s\n`,
      );
      return (availability.confirm_latency_p99 ?? 0) - (availability.confirm_latency_p50 ?? 0);
    };
    expect(spread('0ms')).toBeLessThan(0.005);
    expect(spread('20ms')).toBeGreaterThan(0.01);
  });

  test('fsync is a node’s own, and may be a distribution', () => {
    const latencies = (fsync: string) =>
      resultOf(
        `${threeNodes}disks: { rabbit1: { fsync: ${fsync} } }\nworkloads:\n${shop('rabbit1')}settle: 5s\n`,
      ).availability;
    const fixed = latencies('200ms');
    expect(fixed.confirm_latency_p50).toBeGreaterThan(0.2);
    const drawn = latencies('{ median: 10ms, p99: 500ms }');
    expect(drawn.confirm_latency_p50).toBeLessThan(0.2);
    expect(drawn.confirm_latency_p99).toBeGreaterThan(0.2);
    const elsewhere = resultOf(
      `${threeNodes}disks: { rabbit2: { fsync: 200ms } }\nworkloads:\n${shop('rabbit1')}settle: 5s\n`,
    );
    expect(elsewhere.availability.confirm_latency_p99).toBeLessThan(0.2);
  });
});
