// The language's words for services, calls and client libraries, each tried as a user would.
import { describe, expect, test } from 'vitest';
import { loadText } from '../../sim/scenario/load.ts';
import { complaintsAbout, eventsOf, resultOf, threeNodes } from './one-run.ts';

/** The consumer, service or server of a text as the engine gets it. */
function workload(text: string): object {
  const [scenario] = loadText(
    'language.yaml',
    `name: language\n${threeNodes}workloads: [{ name: w, ${text} }]\n`,
  );
  return scenario!.workloads[0]!;
}

describe('a client library', () => {
  test('brings its defaults, and what the scenario says counts more', () => {
    expect(workload('consume: { queue: q }')).toMatchObject({
      reconnectUs: 1e6,
      prefetch: 0,
      resubscribe: true,
    });
    expect(workload('consume: { queue: q, client: amqplib }')).not.toHaveProperty('library');
    expect(workload('consume: { queue: q, client: java }')).toMatchObject({
      library: 'java',
      reconnectUs: 5e6,
      prefetch: 0,
      resubscribe: false,
    });
    expect(workload('consume: { queue: q, client: spring, fail: 10% }')).toMatchObject({
      library: 'spring',
      reconnectUs: 5e6,
      prefetch: 250,
      requeue: true,
    });
    expect(
      workload(
        'consume: { queue: q, client: spring, prefetch: 1, reconnect: 2s, fail: 10%, requeue: false }',
      ),
    ).toMatchObject({ reconnectUs: 2e6, prefetch: 1, requeue: false });
  });

  test('CLI-10: a listener that fails gets its message again and again', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: out, publish: { routing_key: q, messages: 20, start: 1s } }
  - { name: in, consume: { client: spring, queue: q, fail: 50%, processing_time: 1ms } }
settle: 5s
`);
    expect(result.by_workload['in']).toMatchObject({ delivered_unique: 20, acked: 20 });
    expect(result.messages.redelivered).toBeGreaterThan(10);
  });
});

describe('a consumer', () => {
  test('binds the queue that it declares, each time it connects', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: out, publish: { exchange: amq.topic, routing_key: a.b, rate: 10/s, start: 1s, stop: 21s, confirms: true } }
  - { name: in, consume: { queue: mine, via: rabbit2, declare: { exclusive: true }, bind: [{ exchange: amq.topic, routing_key: "a.*" }] } }
chaos: [{ at: 10s, kill_client: in }]
settle: 2s
`);
    const { delivered } = result.by_workload['in']!;
    expect(delivered).toBeGreaterThan(185);
    expect(delivered).toBeLessThan(192);
  });
});

describe('a getter', () => {
  test('polls, and takes one message at a time', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: out, publish: { routing_key: q, messages: 10, start: 1s } }
  - { name: in, get: { queue: q, every: 500ms, start: 2s } }
chaos: [{ at: 4200ms, kill_client: in }]
settle: 2500ms
`);
    expect(result.by_workload['in']).toMatchObject({ delivered: 8, acked: 8 });
    expect(result.messages.drained).toBe(2);
  });
});

describe('a service', () => {
  test('counts what it got and what it sent on, and the traces that reached it', () => {
    const result = resultOf(`${threeNodes.replace('[{ name: q }]', '[{ name: q }, { name: next }]')}workloads:
  - { name: out, publish: { routing_key: q, messages: 30, start: 1s, trace: true } }
  - { name: relay, service: { queue: q, via: rabbit2, prefetch: 5, publish: { routing_key: next } } }
  - { name: end, consume: { queue: next, via: rabbit3 } }
settle: 5s
expect: { workloads: { relay: { traces: 30, published: delivered }, end: { traces: 30 } } }
`);
    expect(result.failures).toEqual([]);
    expect(result.messages).toMatchObject({ published: 60, delivered: 60, acked: 60 });
  });
});

describe('an RPC client', () => {
  test('counts its calls by what became of them, and the sum closes', () => {
    const result = resultOf(`${threeNodes}workloads:
  - { name: caller, count: 2, rpc: { queue: q, via: rabbit2, rate: 20/s, start: 1s, stop: 21s, timeout: 3s } }
  - { name: server, rpc: { role: server, queue: q, via: rabbit3, prefetch: 1, processing_time: 5ms } }
chaos:
  - { at: 6s, freeze_client: server, for: 5s }
  - { at: 15s, kill_client: caller.1 }
settle: 5s
`);
    for (const name of ['caller.1', 'caller.2', 'caller']) {
      const { calls, calls_answered, calls_timed_out, calls_failed } = result.by_workload[name]!;
      expect(calls_answered! + calls_timed_out! + calls_failed!).toBe(calls);
    }
    expect(result.by_workload['caller.2']).toMatchObject({ calls_failed: 0 });
    expect(result.by_workload['caller.2']!['calls_timed_out']).toBe(
      result.by_workload['caller.2']!['late_replies'],
    );
    expect(result.by_workload['server']).not.toHaveProperty('calls');
    expect(eventsOf(result, 'connection_opened', { workload: 'caller' })).toHaveLength(3);
  });
});

test('what is wrong with an application is pointed at', () => {
  expect(
    complaintsAbout(`${threeNodes}workloads:
  - { name: a, consume: { queue: q, client: Java, bind: [{ exchange: nowhere }] } }
  - { name: b, rpc: { queue: q, prefetch: 3 } }
  - { name: c, rpc: { role: server, queue: r, rate: 1/s, timeout: 1s } }
  - { name: d, service: { queue: q } }
  - { name: e, consume: { queue: q, trace: true } }
expect: { workloads: { b: { calls: ">= answers" } }, queues: { q: { calls: 1 } } }
`),
  ).toMatchInlineSnapshot(`
    [
      "6: "Java" is not one of amqplib, java, spring",
      "6: a client binds only a queue that it declares",
      "6: nothing declares an exchange called "nowhere"",
      "7: a client has no prefetch",
      "8: nothing declares a queue called "r"",
      "8: a server has no rate",
      "8: a server has no timeout",
      "9: "publish" is missing",
      "10: unknown key "trace"",
      "11: a number or the name of a figure is needed, not "answers"",
      "11: unknown key "calls"",
    ]
  `);
});
