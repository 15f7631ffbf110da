// The trace that `watership export --format perfetto` writes keeps the rules of the trace event format, and holds what happened.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { TraceEvents } from '../../sim/cli/export/trace-events.ts';
import { fileWith, inFolder, perform } from './captured.ts';
import { brokenRules, type TraceEvent } from './trace-event-rules.ts';

const scenarios = path.join(import.meta.dirname, '../../scenarios');

async function traceOf(file: string, ...more: string[]): Promise<readonly TraceEvent[]> {
  const out = inFolder('trace.json');
  const ended = await perform(['export', file, '--format', 'perfetto', '--out', out, ...more]);
  expect(ended).toMatchObject({ code: 0, out: '' });
  const { traceEvents } = JSON.parse(readFileSync(out, 'utf8')) as { traceEvents: TraceEvent[] };
  return traceEvents;
}

describe('the rules of the format', () => {
  test.each([
    'tour/tour.yaml',
    'partitions/quorum-leader-in-minority.yaml',
    'broker/dead-letter-reasons.yaml',
    'broker/memory-alarm.yaml',
    'clients/haproxy-dies.yaml',
    'failover/power-off.yaml',
    'seeds/service-chain.yaml',
  ])('%s', async (file) => {
    expect(brokenRules(await traceOf(path.join(scenarios, file)))).toEqual([]);
  });

  test('thousands of messages in the same microsecond', async () => {
    const text =
      'name: burst\nnodes: [a, b]\nqueues: [{ name: q }]\n' +
      'workloads: [{ name: w, publish: { routing_key: q, messages: 3000, confirms: true } }]\n' +
      'chaos: [{ at: 2s, rabbitmqctl: "set_policy p q {\\"ha-mode\\":\\"all\\",\\"ha-sync-mode\\":\\"automatic\\"}", on: a }]\n';
    expect(brokenRules(await traceOf(fileWith('burst.yaml', text)))).toEqual([]);
  });

  test('whatever things are called', async () => {
    const name = JSON.stringify('</script>"\\\u2028\n\u0000😀');
    const text = `name: ${name}\nnodes: [a]\nqueues: [{ name: ${name} }]\nworkloads: [{ name: ${name}, publish: { routing_key: ${name}, rate: 5/s, stop: 2s } }]\n`;
    expect(brokenRules(await traceOf(fileWith('odd.yaml', text)))).toEqual([]);
  });

  test('and the check finds what breaks them', () => {
    const write = (use: (events: TraceEvents) => void): readonly TraceEvent[] => {
      let text = '';
      const events = new TraceEvents((part) => (text += part));
      use(events);
      events.end({});
      return (JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents;
    };
    const twice = write((events) => {
      const end = events.begin('p', 1, 'c', 'n');
      end(2);
      end(3);
    });
    expect(brokenRules(twice)).toHaveLength(2);
    expect(brokenRules(write((events) => void events.begin('p', 1, 'c', 'n')))).toHaveLength(1);
    const lateFlow = write((events) => events.slice('p', 't', 1, 'n', {}, { phase: 't', flow: 1 }));
    expect(brokenRules(lateFlow)).toHaveLength(1);
  });
});

describe('what a person looks for is there', () => {
  test('nodes, the split, two leaders, depths and the way of a message', async () => {
    const events = await traceOf(path.join(scenarios, 'tour/tour.yaml'));
    const names = events.flatMap(({ ph, args }) => (ph === 'M' ? [args?.['name']] : []));
    expect(names).toEqual(
      expect.arrayContaining([
        'node rabbit1',
        'queue ha.orders',
        'clients',
        'shop-left',
        'channel of shop-left',
      ]),
    );
    const spans = events.filter(({ ph }) => ph === 'b');
    const of = (wanted: string): TraceEvent[] => spans.filter(({ name }) => name === wanted);
    expect(of('partition: rabbit1 | rabbit2 rabbit3')).toHaveLength(1);
    // Both sides lead for a while.
    const leads = of('leads ha.orders');
    expect(new Set(leads.map(({ pid }) => pid)).size).toBe(2);
    expect(events.some(({ ph, name }) => ph === 'C' && name === 'messages in ha.orders')).toBe(true);
    const [published] = events.filter(({ ph, name }) => ph === 'X' && name === 'published shop-left-300');
    expect(published).toMatchObject({ ts: 16_000_000 });
    const flow = events.find(({ ph, ts }) => ph === 's' && ts === 16_000_000)!;
    const stations = events.filter(({ id, cat }) => cat === 'message' && id === flow.id);
    expect(stations[0]?.ph).toBe('s');
    expect(stations.at(-1)?.ph).toBe('f');
    expect(stations.length).toBeGreaterThan(3);
  });
});
