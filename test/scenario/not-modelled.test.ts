import { expect, test } from 'vitest';
import { notModelledYet } from '../../sim/scenario/modelled.ts';
import { base, loaded, problems } from './a-file.ts';

const withRamNode = base.replace('[rabbit1, rabbit2, rabbit3]', '{ rabbit1: { type: ram }, rabbit2: }');

/** A file that uses the part and nothing else that is not modelled. */
function using(part: string): string {
  const words = part.split(' ');
  const last = words.at(-1) ?? '';
  const exact: Readonly<Record<string, string>> = {
    'key definitions': 'definitions: export.json',
    'key parameters': 'parameters: [{ component: shovel, name: s, value: {} }]',
    'node type ram': 'disks: {}',
    'timing scheduling_pause': 'timings: { scheduling_pause: 0ms }',
    'rabbitmqctl join_cluster --ram': 'chaos: [{ at: 1s, rabbitmqctl: join_cluster --ram rabbit2 }]',
    'rabbitmqctl change_cluster_node_type ram':
      'chaos: [{ at: 1s, rabbitmqctl: change_cluster_node_type ram }]',
    'disk free': 'disks: { rabbit1: { free: 1GB } }',
    'publish expiration': 'workloads: [{ name: w, publish: { rate: 1/s, expiration: 1s } }]',
    'publish priority': 'workloads: [{ name: w, publish: { rate: 1/s, priority: [1, 2] } }]',
    'exchange type headers': 'exchanges: [{ name: x, type: headers }]',
    'exchange argument alternate-exchange':
      'exchanges: [{ name: x, type: fanout, arguments: { alternate-exchange: y } }]',
    'binding to exchange':
      'bindings: [{ source: amq.topic, destination: amq.fanout, destination_type: exchange }]',
    'chaos fill_disk': 'chaos: [{ at: 1s, fill_disk: rabbit1 }]',
    'chaos fill_memory': 'chaos: [{ at: 1s, fill_memory: rabbit1 }]',
  };
  const known = exact[part];
  if (known !== undefined) return known;
  if (part.startsWith('queue type'))
    return `bindings: []\nchaos: [{ at: 1s, amqp: { queue.declare: { queue: z, arguments: { x-queue-type: ${last} } } } }]`;
  if (part.startsWith('queue argument'))
    return `chaos: [{ at: 1s, amqp: { queue.declare: { queue: z, arguments: { ${last}: 1 } } } }]`;
  if (part.startsWith('policy key')) return `policies: [{ name: p, pattern: q, definition: { ${last}: 1 } }]`;
  if (part.startsWith('consume argument'))
    return `workloads: [{ name: w, consume: { queue: q, arguments: { ${last}: 1 } } }]`;
  if (part.startsWith('predeclared exchange'))
    return `workloads: [{ name: w, publish: { exchange: ${last}, rate: 1/s } }]`;
  if (part.startsWith('rabbitmqctl option')) {
    const value = ['dry-run', 'longnames'].includes(last) ? '' : '=1';
    return `chaos: [{ at: 1s, rabbitmqctl: cluster_status --${last}${value} }]`;
  }
  if (part.startsWith('rabbitmqctl')) return `chaos: [{ at: 1s, rabbitmqctl: ${last} 1 }]`;
  if (part.startsWith('config')) return `config: { ${last}: 1 }`;
  throw new Error(`no file for ${part}`);
}

test.each([...notModelledYet])('%s is understood and refused: %s', (part, sentence) => {
  const found = problems(`${part === 'node type ram' ? withRamNode : base}${using(part)}\n`);
  expect(found.map(({ kind, message }) => [kind, message])).toEqual([['unmodelled', sentence]]);
  expect(found[0]?.line).toBeGreaterThan(part === 'node type ram' ? 1 : 4);
});

test('RabbitMQ’s own settings without a model pass only on demand, and are kept for the record', () => {
  const text = `${base}config: { frame_max: 4096 }\n`;
  expect(problems(text)[0]).toMatchObject({ kind: 'unmodelled' });
  expect(loaded(text, { allowUnmodelled: true }).nodes[0]?.config.unmodelled).toEqual({ frame_max: 4096 });
});
