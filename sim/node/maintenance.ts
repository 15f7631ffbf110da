/**
 * `rabbitmq-upgrade drain` and `revive` on a node (BRK-56): the mark that all nodes read, the listeners, the clients' connections, and what
 * queue types do about their replicas here. Leaders of classic queues stay where they are, as in RabbitMQ 3.10.
 */
import { setDrained } from '../broker/maintenance.ts';
import type { QueueType } from '../broker/queue-type.ts';
import { rule } from '../rules/registry.ts';
import type { Application } from './application.ts';
import type { StepProcess } from './rabbit-process.ts';

const BRK_56 = rule('BRK-56');

/** What clients are told whose connections are closed. */
const EXPLANATION = 'Node was put into maintenance mode';

export function drain(application: Application, steps: StepProcess, done: () => void): void {
  const { context } = application;
  context.vm.cite(BRK_56);
  setDrained(context.database, steps, context.node, true, () => {
    application.suspendClients(EXPLANATION);
    each(
      [...context.queueTypes.values()],
      (type, next) => {
        if (type.drain === undefined) next();
        else type.drain(context, steps, next);
      },
      done,
    );
  });
}

export function revive(application: Application, steps: StepProcess, done: () => void): void {
  const { context } = application;
  context.vm.cite(BRK_56);
  each(
    [...context.queueTypes.values()],
    (type, next) => {
      if (type.revive === undefined) next();
      else type.revive(context, steps, next);
    },
    () => {
      application.resumeClients();
      setDrained(context.database, steps, context.node, false, done);
    },
  );
}

function each(types: QueueType[], act: (type: QueueType, next: () => void) => void, done: () => void): void {
  const type = types.shift();
  if (type === undefined) done();
  else act(type, () => each(types, act, done));
}
