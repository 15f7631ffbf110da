// A machine that cannot hold real brokers is told why, in one message that says what to do.

import { expect, test } from 'vitest';
import { LaboratoryError } from '../../sim/laboratory/laboratory-error.ts';
import { checkMachine, type MachineFacts } from '../../sim/laboratory/machine.ts';

const able: MachineFacts = {
  platform: 'linux',
  userId: 0,
  find: (program) => `/usr/sbin/${program}`,
  list: (folder) => (folder.includes('rabbitmq') ? ['rabbitmq_server-3.10.8'] : ['25', 'RELEASES']),
  read: () => '25.2.3\n',
};

function complaint(facts: Partial<MachineFacts>): string {
  try {
    checkMachine({ ...able, ...facts });
    return '';
  } catch (error) {
    if (!(error instanceof LaboratoryError)) throw error;
    return `${error.message} (${error.hint})`;
  }
}

test('a machine that can says which broker it has', () => {
  expect(checkMachine(able)).toEqual({
    rabbitHome: '/usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8',
    broker: 'RabbitMQ 3.10.8, Erlang/OTP 25.2.3',
    haproxy: '/usr/sbin/haproxy',
  });
});

test('not Linux', () => expect(complaint({ platform: 'darwin' })).toContain('needs Linux'));
test('not root', () => expect(complaint({ userId: 1000 })).toContain('needs root'));
test('programs are missing, all of them named', () => {
  const text = complaint({ find: (program) => (program === 'ip' ? '/sbin/ip' : null), list: () => [] });
  expect(text).toContain('rabbitmq-server, nft, tc, erl');
  expect(text).toContain('apt-get install');
});
test('another version than the one that is modelled', () => {
  expect(complaint({ list: () => ['rabbitmq_server-3.13.7'] })).toContain('3.13.7');
});
