// The language's words for what people do to a cluster: AMQP methods and command lines, with what they would read.
import { describe, expect, test } from 'vitest';
import { complaintsAbout, eventsOf, resultOf, threeNodes, timesOf } from './one-run.ts';

/** Rows of `chaos`, half a second apart. */
function rows(steps: readonly string[]): string {
  return steps.map((step, index) => `  - { at: ${index * 500 + 500}ms, ${step} }\n`).join('');
}

describe('an amqp step', () => {
  const asked = (...calls: readonly string[]) => {
    const result = resultOf(
      `${threeNodes}chaos:\n${rows(calls.map((call) => `amqp: { ${call} }, via: rabbit2`))}settle: 2s\n`,
    );
    return eventsOf(result, 'amqp_reply').map(({ method, node, code, text }) => ({
      method,
      node,
      code,
      text,
    }));
  };

  test.each([
    ['queue.declare: { queue: x }', 200, 'ok (0 messages, 0 consumers)'],
    ['queue.declare: { queue: q, passive: true }', 200, 'ok (0 messages, 0 consumers)'],
    [
      'queue.declare: { queue: q, durable: false }',
      406,
      "PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'",
    ],
    ['queue.declare: { queue: no, passive: true }', 404, "NOT_FOUND - no queue 'no' in vhost '/'"],
    [
      'queue.declare: { queue: amq.mine }',
      403,
      "ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
    ],
    ['queue.bind: { queue: q, exchange: amq.topic, routing_key: a }', 200, 'ok'],
    ['queue.bind: { queue: q, exchange: no }', 404, "NOT_FOUND - no exchange 'no' in vhost '/'"],
    ['queue.bind: { queue: no, exchange: amq.topic }', 404, "NOT_FOUND - no queue 'no' in vhost '/'"],
    ['queue.purge: { queue: q }', 200, 'ok (0 messages)'],
    ['queue.purge: { queue: no }', 404, "NOT_FOUND - no queue 'no' in vhost '/'"],
    ['queue.delete: { queue: no }', 200, 'ok (0 messages)'],
    ['exchange.declare: { exchange: e, type: fanout }', 200, 'ok'],
    ['exchange.declare: { exchange: e, type: odd }', 503, "COMMAND_INVALID - unknown exchange type 'odd'"],
    ['exchange.declare: { exchange: no, passive: true }', 404, "NOT_FOUND - no exchange 'no' in vhost '/'"],
    ['exchange.delete: { exchange: no }', 200, 'ok'],
    [
      'exchange.delete: { exchange: amq.direct }',
      403,
      "ACCESS_REFUSED - deletion of system exchange 'amq.direct' in vhost '/' not allowed",
    ],
    ['basic.publish: { routing_key: q }', 200, 'ok'],
    ['basic.publish: { routing_key: no, mandatory: true }', 312, 'NO_ROUTE'],
    ['basic.publish: { exchange: no }', 404, "NOT_FOUND - no exchange 'no' in vhost '/'"],
    ['basic.get: { queue: q }', 200, 'empty'],
    ['basic.get: { queue: no }', 404, "NOT_FOUND - no queue 'no' in vhost '/'"],
  ])('%s is answered %i %s', (call, code, text) => {
    const method = call.slice(0, call.indexOf(':'));
    expect(asked(call)).toEqual([{ method, node: 'rabbit2', code, text }]);
  });

  test('does what it says: what is published is got once, deleted with its queue, no longer routed when unbound', () => {
    const texts = asked(
      'queue.bind: { queue: q, exchange: amq.topic, routing_key: "a.#" }',
      'basic.publish: { exchange: amq.topic, routing_key: a.b, mandatory: true }',
      'basic.get: { queue: q }',
      'basic.get: { queue: q }',
      'queue.unbind: { queue: q, exchange: amq.topic, routing_key: "a.#" }',
      'basic.publish: { exchange: amq.topic, routing_key: a.b, mandatory: true }',
      'basic.publish: { routing_key: q }',
      'queue.delete: { queue: q, if_empty: true }',
      'queue.delete: { queue: q }',
      'queue.declare: { queue: q, passive: true }',
    ).map(({ code, text }) => `${code as number} ${text as string}`);
    expect(texts).toEqual([
      '200 ok',
      '200 ok',
      '200 got a message (redelivered false)',
      '200 empty',
      '200 ok',
      '312 NO_ROUTE',
      '200 ok',
      "406 PRECONDITION_FAILED - queue 'q' in vhost '/' not empty",
      '200 ok (1 messages)',
      "404 NOT_FOUND - no queue 'q' in vhost '/'",
    ]);
  });

  test('at a node that is down is refused at once; at one without power it waits', () => {
    const result = resultOf(`${threeNodes}chaos:
  - { at: 1s, kill: rabbit2 }
  - { at: 1s, power_off: rabbit3 }
  - { at: 2s, amqp: { basic.get: { queue: q } }, via: rabbit2 }
  - { at: 2s, amqp: { basic.get: { queue: q } }, via: rabbit3 }
settle: 6s
`);
    expect(
      eventsOf(result, 'amqp_reply').map(({ time, text }) => `${time.toFixed(0)} ${text as string}`),
    ).toEqual(['2 connect ECONNREFUSED rabbit2:5672', '6 connect ETIMEDOUT']);
  });
});

describe('a command line', () => {
  const operated = (...commands: readonly (readonly [command: string, on: string])[]) => {
    const result = resultOf(
      `${threeNodes}timings: { cli: 50ms, app_boot: 200ms, app_stop: 20ms }
workloads: [{ name: shop, publish: { routing_key: q, messages: 3 } }]
chaos:\n${commands.map(([command, on], index) => `  - { at: ${index + 1}s, rabbitmqctl: '${command.replaceAll("'", "''")}', on: ${on} }\n`).join('')}settle: 4s\n`,
    );
    return eventsOf(result, 'operator').map(({ exit, output }) => `${exit as number} ${output as string}`);
  };

  test('answers with what a person would read, and its exit code', () => {
    const answers = operated(
      ['list_queues', 'rabbit1'],
      ['list_queues name messages_ready state --no-table-headers -q', 'rabbit2'],
      ['list_queues nonsense', 'rabbit1'],
      ['stop_app', 'rabbit2'],
      ['list_queues', 'rabbit2'],
      ['start_app', 'rabbit2'],
      ['delete_queue q --if-empty', 'rabbit1'],
      ['purge_queue q', 'rabbit1'],
      ['delete_queue q --if-empty', 'rabbit3'],
      ['delete_queue q', 'rabbit3'],
      ['sync_queue q', 'rabbit1'],
      ['clear_policy ha', 'rabbit1'],
      ['reset', 'rabbit1'],
    );
    expect(answers.map((answer) => answer.split('\nArguments given')[0])).toEqual([
      '0 Timeout: 60.0 seconds ...\nListing queues for vhost / ...\nname\tmessages\nq\t3',
      '0 q\t3\trunning',
      '64 Error (argument validation): Info key(s) nonsense are not supported',
      '0 Stopping rabbit application on node rabbit@rabbit2 ...',
      "64 Error: this command requires the 'rabbit' app to be running on the target node. Start it with 'rabbitmqctl start_app'.",
      '0 Starting node rabbit@rabbit2 ...',
      "64 Deleting queue 'q' on vhost '/' if queue is empty ...\nError:\nQueue is not empty",
      "0 Purging queue 'q' in vhost '/' ...",
      "0 Deleting queue 'q' on vhost '/' if queue is empty ...\nQueue was successfully deleted with 0 ready messages",
      "64 Deleting queue 'q' on vhost '/' ...\nError:\nQueue not found",
      "69 Synchronising queue 'q' in vhost '/' ...\nError:\nnot_found",
      '69 Clearing policy "ha" on vhost "/" ...\nError:\nParameter does not exist',
      "64 Error: this command requires the 'rabbit' app to be stopped on the target node. Stop it with 'rabbitmqctl stop_app'.",
    ]);
  });

  test.each([
    ['{"ha-mode":"some"}', '.*', '<<"some">> is not a valid ha-mode value'],
    ['{"ha-mode":"exactly"}', '.*', 'ha-mode="exactly" takes an integer, none given'],
    ['{"ha-mode":"nodes","ha-params":[]}', '.*', 'ha-mode="nodes" list must be non-empty'],
    ['{"ha-mode":"all","ha-params":2}', '.*', 'ha-mode="all" does not take parameters'],
    [
      '{"ha-mode":"all","ha-sync-mode":"now"}',
      '.*',
      'ha-sync-mode must be "manual" or "automatic", got <<"now">>',
    ],
    ['{"nonsense":[1,"a"]}', '.*', '[{<<"nonsense">>,[1,<<"a">>]}] are not recognised policy settings'],
    ['{}', '.*', 'no policy provided'],
    ['{"ha-mode":"all"}', '(', 'pattern should be regular expression but is invalid'],
  ])('set_policy %s for %s is refused: %s', (definition, pattern, complaint) => {
    const [answer = ''] = operated([`set_policy p "${pattern}" '${definition}'`, 'rabbit1']);
    expect(answer).toMatch(/^69 Setting policy "p"/);
    expect(answer).toContain(`Error:\nValidation failed\n\n${complaint}`);
  });

  test('changes the membership as it says', () => {
    const answers = operated(
      ['forget_cluster_node rabbit3', 'rabbit1'],
      ['stop_app', 'rabbit3'],
      ['reset', 'rabbit3'],
      ['cluster_status -q', 'rabbit1'],
      ['join_cluster rabbit@rabbit1', 'rabbit3'],
      ['join_cluster rabbit@rabbit1', 'rabbit3'],
      ['start_app', 'rabbit3'],
      ['stop', 'rabbit2'],
      ['stop', 'rabbit2'],
      ['forget_cluster_node rabbit2', 'rabbit1'],
      ['forget_cluster_node rabbit2', 'rabbit1'],
      ['force_boot', 'rabbit2'],
    );
    expect(answers[0]).toContain("RabbitMQ on node rabbit@rabbit3 must be stopped with 'rabbitmqctl -n");
    expect(answers[3]).toContain('Disk Nodes\n\nrabbit@rabbit1\nrabbit@rabbit2\n\nRunning Nodes');
    expect(answers.map((answer) => Number(answer.split(' ')[0]))).toEqual([
      69, 0, 0, 0, 0, 0, 0, 0, 69, 0, 69, 0,
    ]);
    expect(answers[5]).toContain('The node is already a member of this cluster');
    expect(answers[8]).toContain("unable to perform an operation on node 'rabbit@rabbit2'");
    expect(answers[10]).toContain('The node selected is not in the cluster.');
  });

  test('`start_app` on a node that is starting waits for that start and is none of its own', () => {
    const asked = [5.5, 6.5, 7.5, 8.5, 9.5].map(
      (at) => `  - { at: ${at}s, rabbitmqctl: start_app, on: rabbit1 }\n`,
    );
    const result = resultOf(
      `${threeNodes}chaos:\n  - { at: 1s, kill: rabbit1 }\n  - { at: 5s, start: rabbit1 }\n${asked.join('')}settle: 30s\n`,
    );
    const started = timesOf(result, 'node_started', { node: 'rabbit1' });
    expect(started.filter((time) => time > 0)).toHaveLength(1);
  });

  test('gives up on queues that do not answer after its timeout', () => {
    const result = resultOf(`nodes: [rabbit1, rabbit2]
queues: [{ name: q, declare_on: rabbit2 }]
timings: { cli: 100ms }
chaos:
  - { at: 1s, freeze: rabbit2, for: 20s }
  - { at: 2s, rabbitmqctl: list_queues -t 5 }
  - { at: 30s, kill: rabbit2 }
  - { at: 31s, rabbitmqctl: list_queues -q --offline name state }
  - { at: 32s, rabbitmqctl: list_queues -q --local }
settle: 2s
`);
    const [timedOut, offline, local] = eventsOf(result, 'operator');
    expect(timedOut).toMatchObject({ time: 7.1, exit: 75 });
    expect(timedOut?.['output']).toContain('Timeout value used: 5000. Some queue(s) are unresponsive');
    expect(offline?.['output']).toBe('name\tstate\nq\tdown');
    expect(local?.['output']).toBe('');
  });

  test('that would be left out of account in part is refused when it is loaded', () => {
    const complaint = (command: string) =>
      complaintsAbout(`${threeNodes}chaos: [{ at: 1s, rabbitmqctl: '${command}', on: rabbit1 }]\n`);
    expect(complaint('-n rabbit2 stop_app')).toEqual(['5: it would run on rabbit1']);
    expect(complaint('-n rabbit@rabbit1 stop_app')).toEqual([]);
    expect(complaint('list_queues --longnames')).toEqual(['5: this option of the tool is not modelled yet']);
    expect(complaint('list_queues memory')).toEqual(['5: list_queues has no model of the column "memory"']);
    expect(complaint('delete_vhost /')).toEqual(['5: the default vhost / cannot be deleted here']);
    expect(complaint('set_policy p q "{\\"max-age\\":1}"')).toEqual(['5: streams are not modelled yet']);
  });
});
