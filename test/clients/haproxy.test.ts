// HAProxy in front of brokers, as HAProxy 2.6 was seen to behave: balancing, checks, what becomes of established connections.
import { describe, expect, test } from 'vitest';
import { AmqpConnection, type ConnectionOwner } from '../../sim/clients/amqp-connection.ts';
import { HAProxy, type ProxyOptions } from '../../sim/clients/haproxy.ts';
import { SECOND, TestWorld } from './fake-broker.ts';

const check = {
  interUs: 5 * SECOND,
  fastInterUs: null,
  downInterUs: null,
  rise: 2,
  fall: 3,
  shutdownSessions: false,
};
const limits = { connectUs: 5 * SECOND, idleUs: 10_800 * SECOND, retries: 3, redispatch: false };
const nodes = ['rabbit1', 'rabbit2', 'rabbit3'];

/** A client that only connects, and what it is told. */
class Caller implements ConnectionOwner {
  readonly told: string[] = [];
  readonly connection: AmqpConnection;
  private readonly world: TestWorld;

  constructor(world: TestWorld, name: string, heartbeatUs = 60 * SECOND) {
    this.world = world;
    const from = world.internet.host(`client-${name}`);
    this.connection = new AmqpConnection(world.context, { from, node: 'lb', heartbeatUs }, this);
  }

  private note(what: string): void {
    this.told.push(`${(this.world.simulation.nowUs / SECOND).toFixed(1)} ${what}`);
  }

  connected(): void {
    this.note('connected');
  }
  connectFailed(text: string): void {
    this.note(text);
  }
  connectionLost(_code: number, text: string): void {
    this.note(text);
  }
  channelMethod(): void {}
  blocked(): void {}
  unblocked(): void {}
}

function setUp(changes: Partial<ProxyOptions> = {}) {
  const world = new TestWorld();
  const brokers = nodes.map((node) => world.broker(node));
  const proxy = new HAProxy(world.context, {
    name: 'lb',
    balance: 'roundrobin',
    servers: nodes,
    check,
    limits,
    ...changes,
  });
  const call = (name: string, heartbeatUs?: number): Caller => new Caller(world, name, heartbeatUs);
  const servers = (): unknown[] => world.of('proxy_session').map(({ server }) => server);
  const times = (record: string): number[] => world.of(record).map(({ time }) => Number(time));
  return { world, brokers, proxy, call, servers, times };
}

describe('CLI-14: a new connection goes', () => {
  test.each([
    ['roundrobin', ['rabbit1', 'rabbit2', 'rabbit3', 'rabbit1']],
    ['first', ['rabbit1', 'rabbit1', 'rabbit1', 'rabbit1']],
  ] as const)('%s', (balance, expected) => {
    const { world, call, servers } = setUp({ balance });
    for (const name of ['a', 'b', 'c', 'd']) call(name);
    world.runTo(1);
    expect(servers()).toEqual(expected);
  });

  test('leastconn: where connections are fewest, and moves none', () => {
    const { world, call, servers } = setUp({ balance: 'leastconn' });
    const first = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => call(name));
    world.runTo(1);
    first[1]!.connection.close();
    first[4]!.connection.close();
    world.runTo(2);
    call('g');
    call('h');
    world.runTo(3);
    expect(servers()).toEqual([...nodes, ...nodes, 'rabbit2', 'rabbit2']);
  });

  test('to a server that refuses four times in three seconds, then the client is closed', () => {
    const { world, brokers, call } = setUp();
    brokers[0]!.shut();
    const unlucky = call('a');
    world.runTo(4);
    expect(unlucky.told).toEqual(['3.0 Socket closed abruptly during opening handshake']);
    expect(world.of('proxy_refused')).toMatchObject([
      { client: 'client-a', reason: 'rabbit1: connection refused' },
    ]);
  });

  test('with option redispatch at once to another', () => {
    const { world, brokers, call, servers } = setUp({ limits: { ...limits, redispatch: true } });
    brokers[0]!.shut();
    const lucky = call('a');
    world.runTo(1);
    expect(lucky.told).toEqual(['0.0 connected']);
    expect(servers()).toEqual(['rabbit2']);
  });

  test('nowhere when no server is up: the client is closed at once', () => {
    const { world, brokers, call } = setUp();
    for (const broker of brokers) broker.shut();
    world.runTo(20);
    const late = call('a');
    world.runTo(21);
    expect(late.told).toEqual(['20.0 Socket closed abruptly during opening handshake']);
  });
});

describe('CLI-15: a server is', () => {
  test('down at the third failed check in a row, up at the second good one', () => {
    const { world, brokers, times } = setUp();
    world.runTo(6);
    brokers[1]!.shut();
    world.runTo(30);
    const [downS = 0] = times('proxy_server_down');
    expect(downS - 6).toBeGreaterThan(10);
    expect(downS - 6).toBeLessThan(15.1);
    expect(world.of('proxy_server_down')).toMatchObject([{ proxy: 'lb', server: 'rabbit2' }]);
    brokers[1]!.open();
    world.runTo(60);
    const [upS = 0] = times('proxy_server_up');
    expect(upS - 30).toBeGreaterThan(5);
    expect(upS - 30).toBeLessThan(10.1);
  });

  test('still up after two failed checks and a good one', () => {
    const { world, brokers, times } = setUp();
    world.runTo(6);
    brokers[1]!.shut();
    world.runTo(15.9);
    brokers[1]!.open();
    world.runTo(60);
    expect(times('proxy_server_down')).toEqual([]);
  });

  test('found down twice as late where packets vanish, as a check then takes its whole interval', () => {
    const { world, times } = setUp();
    world.runTo(6);
    world.internet.host('rabbit3').powerOff();
    world.runTo(60);
    const [downS = 0] = times('proxy_server_down');
    expect(downS - 6).toBeGreaterThan(25);
    expect(downS - 6).toBeLessThan(30.1);
    expect(world.of('proxy_server_down')).toMatchObject([{ reason: 'Layer4 timeout' }]);
  });

  test('looked at every downinter while it is down', () => {
    const { world, brokers, times } = setUp({ check: { ...check, downInterUs: SECOND } });
    brokers[0]!.shut();
    world.runTo(30);
    brokers[0]!.open();
    world.runTo(40);
    const [upS = 0] = times('proxy_server_up');
    // A good check; after it the server is neither up nor down, and the next comes after `inter`.
    expect(upS - 30).toBeLessThan(6.1);
  });
});

describe('CLI-17: an established connection', () => {
  test('is kept when its server is marked down', () => {
    const { world, brokers, call } = setUp();
    const client = call('a');
    world.runTo(1);
    brokers[0]!.shut();
    world.runTo(40);
    expect(world.count('proxy_server_down')).toBe(1);
    expect(client.told).toEqual(['0.0 connected']);
  });

  test('ends with on-marked-down shutdown-sessions, on both sides; those of other servers do not', () => {
    const { world, brokers, call } = setUp({ check: { ...check, shutdownSessions: true } });
    const [client, other] = [call('a'), call('b')];
    world.runTo(1);
    brokers[0]!.shut();
    world.runTo(40);
    expect(client.told.at(-1)).toContain('Unexpected close');
    expect(brokers[0]!.sessions.find((session) => session.received.length > 0)!.closedBy).toBe('fin');
    expect(other.told).toEqual(['0.0 connected']);
  });

  test('ends with its server in order for the client, even where the server was reset', () => {
    const { world, brokers, call } = setUp();
    const client = call('a');
    world.runTo(1);
    brokers[0]!.sessions.find((session) => session.received.length > 0)!.break('reset');
    world.runTo(2);
    expect(client.told).toEqual(['0.0 connected', '1.0 Unexpected close']);
  });

  test.each([
    ['closes', 'fin', (client: Caller) => client.connection.close()],
    ['breaks off', 'reset', (client: Caller) => client.connection.abort()],
  ] as const)('ends for the server as for the client when that %s', (_how, reason, leave) => {
    const { world, brokers, call } = setUp();
    const client = call('a');
    world.runTo(1);
    leave(client);
    world.runTo(2);
    expect(brokers[0]!.sessions.find((session) => session.received.length > 0)!.closedBy).toBe(reason);
  });

  test('goes silent with its server, so that the client’s heartbeats find out', () => {
    const { world, call } = setUp();
    const client = call('a', 10 * SECOND);
    world.runTo(5);
    world.internet.host('rabbit1').powerOff();
    world.runTo(60);
    expect(client.told.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      'connected',
      'Heartbeat timeout',
    ]);
    expect(Number(client.told[1]!.split(' ')[0])).toBeLessThanOrEqual(35);
  });
});

describe('CLI-18: a connection without a byte for as long as the proxy allows', () => {
  const limited = { limits: { ...limits, idleUs: 30 * SECOND } };

  test('is cut, where heartbeats come no more often than that', () => {
    const { world, call } = setUp(limited);
    const client = call('a', 60 * SECOND);
    world.runTo(40);
    expect(client.told).toEqual(['0.0 connected', '30.0 Unexpected close']);
  });

  test('is kept by more frequent heartbeats, and cut once both sides are silent', () => {
    const { world, proxy, call } = setUp(limited);
    const client = call('a', 20 * SECOND);
    world.runTo(200);
    expect(client.told).toEqual(['0.0 connected']);
    proxy.freeze();
    world.runTo(300);
    expect(client.told.at(-1)).toContain('Heartbeat timeout');
  });
});

describe('the proxy’s own process', () => {
  test('dies with all its connections and refuses until it starts again', () => {
    const { world, brokers, proxy, call } = setUp();
    const client = call('a');
    world.runTo(1);
    proxy.kill();
    world.runTo(2);
    expect(client.told).toEqual(['0.0 connected', '1.0 Unexpected close']);
    expect(brokers[0]!.sessions.find((session) => session.received.length > 0)!.closedBy).toBe('fin');
    const early = call('b');
    world.runTo(3);
    expect(early.told).toEqual(['2.0 connect ECONNREFUSED lb:5672']);
    proxy.start();
    const late = call('c');
    world.runTo(4);
    expect(late.told).toEqual(['3.0 connected']);
    expect([world.count('proxy_killed'), world.count('proxy_started')]).toEqual([1, 1]);
  });

  test('takes every server for up when it starts, until the first check', () => {
    const { world, brokers, proxy, times } = setUp();
    proxy.kill();
    brokers[2]!.shut();
    world.runTo(10);
    proxy.start();
    world.runTo(20);
    // The third of three servers is checked two thirds of an interval after the start, and one failure is enough.
    expect(times('proxy_server_down').map((time) => time.toFixed(1))).toEqual(['13.3']);
  });

  test('stands still: nothing passes, and all of it passes in order when it goes on', () => {
    const { world, brokers, proxy, call } = setUp();
    const client = call('a');
    world.runTo(1);
    proxy.freeze();
    const session = brokers[0]!.sessions.find(({ received }) => received.length > 0)!;
    const before = session.received.length;
    client.connection.send({ type: 'channel.open', channel: 1 });
    client.connection.send({ type: 'channel.open', channel: 2 });
    const waiting = call('b');
    world.runTo(3);
    expect(session.received).toHaveLength(before);
    expect(client.connection.bytesWaiting).toBeGreaterThan(0);
    expect(waiting.told).toEqual([]);
    proxy.unfreeze();
    world.runTo(4);
    expect(session.of('channel.open').map(({ channel }) => channel)).toEqual([1, 2]);
    expect(client.connection.bytesWaiting).toBe(0);
    expect(waiting.told).toEqual(['3.0 connected']);
  });
});
