import { expect, test } from 'vitest';
import { parseAmqpUri } from '../../sim/amqp/uri.ts';

test("a URI has a host, a user, a vhost and two settings, each with the Erlang client's default", () => {
  expect(parseAmqpUri('amqp://')).toEqual({
    shown: 'amqp://',
    host: null,
    vhost: null,
    heartbeatS: 10,
    connectionTimeoutMs: 60_000,
  });
  expect(parseAmqpUri('amqp://ann:secret@west1:5672/%2f?heartbeat=5&connection_timeout=3000')).toEqual({
    shown: 'amqp://west1:5672/%2f',
    host: 'west1',
    user: 'ann',
    vhost: '/',
    heartbeatS: 5,
    connectionTimeoutMs: 3_000,
  });
});

test.each([
  ['amqps://west1', /TLS/],
  ['west1', /no AMQP URI/],
  ['amqp://west1/', /%2f/],
  ['amqp://west1?frame_max=1', /frame_max/],
  ['amqp://west1?heartbeat=1s', /whole number/],
])('%s is refused', (text, problem) => {
  expect(parseAmqpUri(text)).toEqual({ problem: expect.stringMatching(problem) as string });
});
