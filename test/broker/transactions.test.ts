/** Promise: a transaction holds publishes and acknowledgements until it is committed, or forgets them (BRK-43, PAR-10). */
import { describe, expect, test } from 'vitest';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { BasicAck, BasicNack } from '../../sim/amqp/message-methods.ts';
import type { FakeClient, Poke } from './fake-queue-type.ts';
import { type Client, deliveredTo, World } from './world.ts';

const channel = 1;

function transactional(world: World): Client {
  const client = world.connect();
  client.declare('q');
  expect(client.ask({ type: 'tx.select', channel })).toEqual([{ type: 'tx.select-ok', channel }]);
  client.heard.length = 0;
  return client;
}

function poke(world: World, run: (client: FakeClient) => void): void {
  const said: Poke = { type: 'queue_confirm', run };
  world.queues.clients.at(-1)!.port.process.receive(said);
  world.run(10_000);
}

function consumeThree(world: World): Client {
  const client = transactional(world);
  client.consume('q', 't');
  poke(world, ({ port }) => {
    const deliveries = [1, 2, 3].map((n) =>
      world.queues.delivery('q', 't', 10 + n, new BasicMessage(1, n, '', 'q', { persistent: true }, 10, n)),
    );
    port.deliver(false, deliveries);
  });
  client.heard.length = 0;
  return client;
}

const settled = (world: World): unknown[] =>
  world.queues.seen.flatMap((seen) => ('ids' in seen ? [[seen.what, seen.ids]] : []));

describe('BRK-43: publishes of a transaction', () => {
  test('reach their queues at the commit, and the answer waits for all their confirms', () => {
    const world = new World();
    world.queues.confirmAtOnce = false;
    const client = transactional(world);
    client.publish('', 'q');
    client.publish('', 'q');
    world.run(10_000);
    expect(deliveredTo(world)).toEqual([]);
    expect(client.ask({ type: 'tx.commit', channel })).toEqual([]);
    expect(deliveredTo(world)).toEqual([['q'], ['q']]);
    expect(world.records('routed')).toHaveLength(2);
    poke(world, ({ port }) => port.settled('q', [1]));
    expect(client.heard).toEqual([]);
    poke(world, ({ port }) => port.settled('q', [2]));
    expect(client.heard).toEqual([{ type: 'tx.commit-ok', channel }]);
  });

  test('are forgotten by a rollback, and by the end of the channel', () => {
    const world = new World();
    const client = transactional(world);
    client.publish('', 'q');
    expect(client.ask({ type: 'tx.rollback', channel })).toEqual([{ type: 'tx.rollback-ok', channel }]);
    expect(client.ask({ type: 'tx.commit', channel })).toEqual([{ type: 'tx.commit-ok', channel }]);
    client.publish('', 'q');
    world.run(10_000);
    client.end.close('reset');
    world.run(10_000);
    expect(deliveredTo(world)).toEqual([]);
    expect(world.records('publish_dropped').map(({ message }) => message)).toEqual([1, 2]);
  });

  test('that a queue refuses fail the commit, but what other queues took stays', () => {
    const world = new World();
    world.queues.confirmAtOnce = false;
    const client = transactional(world);
    client.publish('', 'q');
    client.publish('', 'q');
    client.ask({ type: 'tx.commit', channel });
    poke(world, ({ port }) => port.rejected('q', [1]));
    expect(client.heard).toEqual([]);
    poke(world, ({ port }) => port.settled('q', [2]));
    const text = 'PRECONDITION_FAILED - partial tx completion';
    expect(client.heard).toEqual([{ type: 'channel.close', channel, code: 406, text }]);
    expect(deliveredTo(world)).toEqual([['q'], ['q']]);
  });

  test('are routed when they are published, and go to what is left of those queues at the commit', () => {
    const world = new World();
    const client = transactional(world);
    client.publish('', 'q', true);
    client.publish('', 'later', true);
    world.run(10_000);
    client.declare('later');
    client.ask({ type: 'queue.delete', channel, queue: 'q', ifUnused: false, ifEmpty: false });
    expect(client.ask({ type: 'tx.commit', channel }).map(({ type }) => type)).toEqual([
      'basic.return',
      'basic.return',
      'tx.commit-ok',
    ]);
  });

  test('are not committed on a node that is about to pause (PAR-10)', () => {
    const world = new World();
    world.queues.confirmAtOnce = false;
    const client = transactional(world);
    client.publish('', 'q');
    client.ask({ type: 'tx.commit', channel });
    world.mayConfirm = false;
    poke(world, ({ port }) => port.settled('q', [1]));
    expect(client.heard).toEqual([]);
    world.mayConfirm = true;
    poke(world, () => {});
    expect(client.heard).toEqual([{ type: 'tx.commit-ok', channel }]);
  });
});

describe('BRK-43: what a transaction says of deliveries', () => {
  test('reaches the queue at the commit, in the order in which it was said', () => {
    const world = new World();
    const client = consumeThree(world);
    client.ask(new BasicAck(1, 2, true));
    client.ask(new BasicNack(1, 3, false, true));
    expect(settled(world)).toEqual([]);
    client.ask({ type: 'tx.commit', channel });
    expect(settled(world)).toEqual([
      ['complete', [11, 12]],
      ['requeue', [13]],
    ]);
  });

  test('is taken back by a rollback: the deliveries can be settled once more, in the order of their tags', () => {
    const world = new World();
    const client = consumeThree(world);
    client.ask(new BasicAck(1, 1, false));
    client.ask(new BasicAck(1, 3, false));
    client.ask({ type: 'tx.rollback', channel });
    client.ask(new BasicAck(1, 3, true));
    client.ask({ type: 'tx.commit', channel });
    expect(settled(world)).toEqual([['complete', [11, 12, 13]]]);
  });
});

describe('BRK-43: a channel', () => {
  test('whose client does not wait for its commit loses the connection', () => {
    for (const impatient of ['publish', 'ask'] as const) {
      const world = new World();
      world.queues.confirmAtOnce = false;
      const client = transactional(world);
      client.publish('', 'q');
      client.ask({ type: 'tx.commit', channel });
      if (impatient === 'publish') client.publish('', 'q');
      else client.say({ type: 'tx.select', channel });
      world.run(10_000);
      const text = "CHANNEL_ERROR - unexpected command while processing 'tx.commit'";
      expect(client.heard).toEqual([{ type: 'connection.close', code: 504, text }]);
    }
  });

  test('has transactions or confirms, and needs tx.select for the one', () => {
    const refusal = (
      ...methods: ('tx.select' | 'tx.commit' | 'tx.rollback' | 'confirm.select')[]
    ): unknown => {
      const client = new World().connect();
      return methods.flatMap((type) => client.ask({ type, channel })).at(-1);
    };
    const code = 406;
    expect(refusal('tx.commit')).toMatchObject({
      code,
      text: 'PRECONDITION_FAILED - channel is not transactional',
    });
    expect(refusal('tx.rollback')).toMatchObject({ code });
    expect(refusal('confirm.select', 'tx.select')).toMatchObject({
      code,
      text: 'PRECONDITION_FAILED - cannot switch from confirm to tx mode',
    });
    expect(refusal('tx.select', 'confirm.select')).toMatchObject({
      code,
      text: 'PRECONDITION_FAILED - cannot switch from tx to confirm mode',
    });
    expect(refusal('tx.select', 'tx.select')).toEqual({ type: 'tx.select-ok', channel });
  });
});
