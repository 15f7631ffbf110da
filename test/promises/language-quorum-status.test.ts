// `rabbitmq-queues quorum_status`, tried as a user would.
import { expect, test } from 'vitest';
import { eventsOf, resultOf } from './one-run.ts';

const status = 'rabbitmq-queues: quorum_status q, on: rabbit1';

/** Node and state of each line of the table. */
function statesIn(output: unknown): unknown[] {
  return String(output)
    .split('\n')
    .filter((line) => line.includes('rabbit@') && line.startsWith('│'))
    .map((line) =>
      line
        .split('│')
        .slice(1, 3)
        .map((cell) => cell.trim()),
    );
}

test('quorum_status shows who leads, who follows and who does not answer', () => {
  const result = resultOf(`nodes: [rabbit1, rabbit2, rabbit3]
queues: [{ name: q, arguments: { x-queue-type: quorum } }, { name: c }]
workloads: [{ name: w, publish: { routing_key: q, rate: 10/s, stop: 5s, confirms: true } }]
chaos:
  - { at: 6s, ${status} }
  - { at: 7s, rabbitmqctl: stop_app, on: rabbit2 }
  - { at: 8s, kill: rabbit3 }
  - { at: 10s, ${status} }
  - { at: 11s, rabbitmq-queues: quorum_status c, on: rabbit1 }
  - { at: 12s, rabbitmq-diagnostics: quorum_status nobody, on: rabbit1 }
settle: 5s
drain: false
`);
  const [first, second] = eventsOf(result, 'operator', { command: 'quorum_status q' });
  expect(new Set(statesIn(first?.['output']))).toEqual(
    new Set([
      ['rabbit@rabbit1', 'leader'],
      ['rabbit@rabbit2', 'follower'],
      ['rabbit@rabbit3', 'follower'],
    ]),
  );
  expect(new Set(statesIn(second?.['output']))).toEqual(
    new Set([
      ['rabbit@rabbit1', 'leader'],
      ['rabbit@rabbit2', 'noproc'],
      ['rabbit@rabbit3', '{nodedown,rabbit@rabbit3}'],
    ]),
  );
  expect(
    eventsOf(result, 'operator', { exit: 69 }).map(({ output }) => String(output).split('\n').at(-1)),
  ).toEqual(['Cannot get quorum status of a classic queue', 'not_found']);
});
