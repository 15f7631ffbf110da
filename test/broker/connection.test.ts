/** Promise: connections are made, slowed down and ended as BRK-36, BRK-37, BRK-42, BRK-46, BRK-48 and CLU-22 say. */
import { describe, expect, test } from 'vitest';
import { BasicMessage } from '../../sim/amqp/basic-message.ts';
import { rule } from '../../sim/rules/registry.ts';
import { Client, deliveredTo, World } from './world.ts';
import type { Poke } from './fake-queue-type.ts';

const SECOND_US = 1_000_000;

describe('the handshake', () => {
  test('is proposed and answered, and only then is the connection counted', () => {
    const world = new World();
    const client = new Client(world, 'client');
    client.dial(0);
    expect(world.listener.countConnections()).toBe(0);
    expect(client.ask({ type: 'protocol-header' })).toMatchObject([{ type: 'connection.start' }]);
    expect(
      client.ask({ type: 'connection.start-ok', consumerCancelNotify: true, connectionBlocked: true }),
    ).toMatchObject([{ type: 'connection.tune', heartbeatUs: 60 * SECOND_US, channelMax: 2047 }]);
    client.say({ type: 'connection.tune-ok', channelMax: 2047, heartbeatUs: 0 });
    expect(client.ask({ type: 'connection.open' })).toMatchObject([{ type: 'connection.open-ok' }]);
    expect(world.listener.countConnections()).toBe(1);
  });

  test('that takes ten seconds is given up (BRK-47)', () => {
    const world = new World();
    const client = new Client(world, 'client');
    client.dial(0);
    world.run(10 * SECOND_US);
    expect(client.closedBy).toBe('fin');
  });
});

describe('heartbeats (BRK-48)', () => {
  test.each([1, 17, 31, 59])('a client that is cut off after %i s is given up after 2T to 3T', (afterS) => {
    const world = new World();
    const client = world.connect({ heartbeatUs: 60 * SECOND_US });
    world.run(afterS * SECOND_US);
    for (const [from, to] of [
      ['client', 'rabbit1'],
      ['rabbit1', 'client'],
    ] as const) {
      world.network.link(from, to).cut();
    }
    const cutUs = world.simulation.nowUs;
    let goneUs = 0;
    while (goneUs === 0 && world.simulation.nowUs < cutUs + 400 * SECOND_US) {
      world.run(SECOND_US);
      if (world.listener.countConnections() === 0) goneUs = world.simulation.nowUs;
    }
    expect(goneUs - cutUs).toBeGreaterThanOrEqual(120 * SECOND_US);
    expect(goneUs - cutUs).toBeLessThanOrEqual(182 * SECOND_US);
    expect(client.closedBy).toBeUndefined();
  });

  test('a client that is well is kept, and one without heartbeats is never given up', () => {
    const world = new World();
    world.connect({ heartbeatUs: 60 * SECOND_US });
    world.connect({ heartbeatUs: 0, host: 'silent' });
    world.network.link('silent', 'rabbit1').cut();
    world.run(1200 * SECOND_US);
    expect(world.listener.countConnections()).toBe(2);
  });
});

describe('confirms (BRK-42, PAR-10)', () => {
  test('are gathered while there is something to do, and told together', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.ask({ type: 'confirm.select', channel: 1 });
    world.queues.confirmAtOnce = false;
    for (let i = 0; i < 4; i += 1) client.publish('', 'q');
    world.run(10_000);
    client.heard.length = 0;
    const port = world.queues.clients[0]!.port;
    for (const number of [2, 1, 3]) {
      const said: Poke = { type: 'queue_confirm', run: () => port.settled('q', [number]) };
      port.process.receive(said);
    }
    world.run(10_000);
    expect(client.heard).toMatchObject([{ type: 'basic.ack', deliveryTag: 3, multiple: true }]);
  });

  test('overtake publishes that wait in the channel (OVR-2)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.publish('', 'q');
    world.run(10_000);
    const { port } = world.queues.clients[0]!;
    for (let i = 0; i < 20; i += 1) client.publish('', 'q');
    let deliveredBefore = 0;
    const said: Poke = { type: 'queue_confirm', run: () => (deliveredBefore = deliveredTo(world).length) };
    world.simulation.after(150, 0, () => port.process.receive(said));
    world.run(10_000);
    expect(deliveredBefore).toBeGreaterThan(1);
    expect(deliveredBefore).toBeLessThan(20);
  });

  test('are held back while the node is about to pause', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.ask({ type: 'confirm.select', channel: 1 });
    client.heard.length = 0;
    world.mayConfirm = false;
    client.publish('', 'q');
    world.run(10_000);
    expect(client.heard).toEqual([]);
    world.mayConfirm = true;
    client.publish('', 'q');
    world.run(10_000);
    expect(client.heard).toMatchObject([{ type: 'basic.ack', deliveryTag: 2, multiple: true }]);
  });
});

describe('an operation that takes long', () => {
  test('is over before the client’s next method is begun', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.purgeUs = SECOND_US;
    client.say({ type: 'queue.purge', channel: 1, queue: 'q' });
    client.publish('', 'q');
    world.run(SECOND_US - 10_000);
    expect(deliveredTo(world)).toEqual([]);
    world.run(20_000);
    expect(client.heard.at(-1)).toMatchObject({ type: 'queue.purge-ok' });
    expect(deliveredTo(world)).toEqual([['q']]);
  });
});

describe('flow (BRK-46)', () => {
  test('a channel that gets no credit from its queues lets its connection read 400 publishes more', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.publish('', 'q');
    world.run(10_000);
    const { port } = world.queues.clients[0]!;
    port.flow(true);
    for (let i = 0; i < 1000; i += 1) client.publish('', 'q');
    world.run(SECOND_US);
    expect(deliveredTo(world)).toHaveLength(400);
    port.flow(false);
    world.run(SECOND_US);
    expect(deliveredTo(world)).toHaveLength(1001);
    expect(world.cited.has(rule('BRK-46').index)).toBe(true);
  });

  test('what was not read goes with the connection (BRK-37)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.publish('', 'q');
    world.run(10_000);
    world.queues.clients[0]!.port.flow(true);
    for (let i = 0; i < 500; i += 1) client.publish('', 'q');
    world.run(SECOND_US);
    client.end.close('reset');
    world.run(SECOND_US);
    expect(world.records('publish_dropped')).toHaveLength(101);
  });
});

describe('the end of a connection', () => {
  test('in order: what was sent before is done first (BRK-37), and queues are told (BRK-36)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    for (let i = 0; i < 50; i += 1) client.publish('', 'q');
    expect(client.ask({ type: 'connection.close', code: 200, text: 'bye' })).toMatchObject([
      { type: 'connection.close-ok' },
    ]);
    expect(deliveredTo(world)).toHaveLength(50);
    expect(world.queues.seen.at(-1)).toMatchObject({ what: 'close' });
    client.end.close('fin');
    world.run(10_000);
    expect(world.listener.countConnections()).toBe(0);
  });

  test('abrupt: what is in the channel’s mailbox is dropped and written down (BRK-37)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    const before = deliveredTo(world).length;
    for (let i = 0; i < 50; i += 1) client.publish('', 'q');
    world.simulation.after(200, 0, () => client.end.close('reset'));
    world.run(SECOND_US);
    const done = deliveredTo(world).length - before;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(50);
    expect(done + world.records('publish_dropped').length).toBe(50);
  });

  test('a channel is closed after what was sent on it, and its number can be used again', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.publish('', 'q');
    expect(client.ask({ type: 'channel.close', channel: 1, code: 200, text: '' })).toMatchObject([
      { type: 'channel.close-ok' },
    ]);
    expect(deliveredTo(world)).toHaveLength(1);
    expect(client.ask({ type: 'channel.open', channel: 1 })).toMatchObject([{ type: 'channel.open-ok' }]);
    expect(client.ask({ type: 'basic.qos', channel: 2, prefetchCount: 1 })).toMatchObject([
      { type: 'connection.close', code: 504 },
    ]);
  });

  test('a refused channel has given its number back by the time its closing is answered', () => {
    const world = new World();
    const client = world.connect();
    expect(client.bind('q', '', 'x')).toMatchObject([{ type: 'channel.close', code: 403 }]);
    client.say({ type: 'channel.close-ok', channel: 1 });
    expect(client.ask({ type: 'channel.open', channel: 1 })).toMatchObject([{ type: 'channel.open-ok' }]);
  });

  test('by the application: the client is told why, then the socket is closed (CLU-22)', () => {
    const world = new World();
    const client = world.connect();
    let done = false;
    world.listener.close();
    world.listener.closeAllConnections(() => (done = true));
    world.run(10_000);
    expect(done).toBe(true);
    expect(client.heard).toMatchObject([
      {
        type: 'connection.close',
        code: 320,
        text: "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'",
      },
    ]);
    expect(client.closedBy).toBe('fin');
  });

  test('by the application waits 3 s for a busy channel, then says nothing', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.queues.dead.add('q');
    client.ask({ type: 'basic.get', channel: 1, queue: 'q', noAck: true });
    client.heard.length = 0;
    let done = false;
    world.listener.closeAllConnections(() => (done = true));
    world.run(2_900_000);
    expect(client.closedBy).toBeUndefined();
    world.run(200_000);
    expect(client.closedBy).toBe('fin');
    expect(client.heard).toEqual([]);
    // Its supervisor has 2 s more before it is killed (t06-two-nodes-pause-minority: the stop takes 5.1 s).
    expect(done).toBe(false);
    world.run(2_000_000);
    expect(done).toBe(true);
  });

  test('by the application drops what comes after it began', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    for (let i = 0; i < 20; i += 1) client.publish('', 'q');
    world.run(120);
    world.listener.closeAllConnections(() => {});
    world.run(10);
    client.publish('', 'q');
    world.run(10_000);
    expect(deliveredTo(world)).toHaveLength(20);
    expect(world.records('publish_dropped')).toMatchObject([{ node: 'rabbit1' }]);
    expect(client.closedBy).toBe('fin');
  });

  test('loses automatically acknowledged messages that have not arrived, and only those (MIR-42)', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.consume('q', 't', { noAck: true });
    const { port } = world.queues.clients[0]!;
    const deliver = (sequence: number): void => {
      const message = new BasicMessage(1, sequence, '', 'q', { persistent: false }, 10, sequence);
      const said: Poke = {
        type: 'poke',
        run: () => port.deliver(true, [world.queues.delivery('q', 't', sequence, message)]),
      };
      port.process.receive(said);
    };
    deliver(1);
    world.run(10_000);
    world.network.link('rabbit1', 'client').cut();
    deliver(2);
    deliver(3);
    world.run(10_000);
    client.end.close('reset');
    world.run(10_000);
    expect(world.records('delivery_lost').map(({ message }) => message)).toEqual([2, 3]);
  });
});

describe('a frozen broker', () => {
  test('reads nothing until it thaws, then everything in order', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    world.vm.freeze();
    for (let i = 0; i < 3; i += 1) client.publish('', 'q');
    const late = new Client(world, 'late');
    late.dial(0);
    late.say({ type: 'protocol-header' });
    world.run(5 * SECOND_US);
    expect(deliveredTo(world)).toEqual([]);
    expect(late.heard).toEqual([]);
    world.vm.thaw();
    world.run(10_000);
    const sequences = world.queues.seen.flatMap((seen) =>
      seen.what === 'deliver' ? [seen.delivery.message.sequence] : [],
    );
    expect(sequences).toEqual([1, 2, 3]);
    expect(late.heard).toMatchObject([{ type: 'connection.start' }]);
  });
});

describe('a VM that dies', () => {
  test('takes along what waits in channels, in sockets and on the way to clients', () => {
    const world = new World();
    const client = world.connect();
    client.declare('q');
    client.consume('q', 't', { noAck: true });
    client.publish('', 'q');
    world.run(10_000);
    const { port } = world.queues.clients[0]!;
    for (let i = 0; i < 5; i += 1) client.publish('', 'q');
    world.run(110);
    const done = deliveredTo(world).length - 1;
    expect(done).toBeLessThan(5);
    const message = new BasicMessage(1, 99, '', 'q', { persistent: false }, 10, 99);
    port.deliver(true, [world.queues.delivery('q', 't', 1, message)]);
    world.vm.freeze();
    client.publish('', 'q');
    world.run(SECOND_US);
    const undelivered = new BasicMessage(1, 100, '', 'q', { persistent: false }, 10, 100);
    port.deliver(true, [world.queues.delivery('q', 't', 2, undelivered)]);
    world.listener.abandonAll();
    world.vm.kill();
    world.run(SECOND_US);
    expect(world.records('publish_dropped')).toHaveLength(5 - done + 1);
    expect(world.records('delivery_lost').map((record) => record['message'])).toEqual([100]);
    expect(client.closedBy).toBe('reset');
  });
});
