/**
 * Whether replica processes live, asked as RabbitMQ asks: a node that is not running has none, any other node is asked itself
 * (`rabbit_mnesia:is_process_alive`), and one that cannot answer counts as having none.
 */
import type { NodeContext } from '../../broker/node-context.ts';
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Pid } from '../../erlang/message.ts';
import { supervisorOn, type IsProcessAlive } from './supervisor-calls.ts';

/** Whether any of these processes lives; the caller stands still until `done`. */
export function anyAlive(
  context: NodeContext,
  caller: ErlangProcess,
  pids: readonly Pid[],
  done: (alive: boolean) => void,
): void {
  const [pid, ...rest] = pids;
  if (pid === undefined) {
    done(false);
    return;
  }
  if (!context.database.isRunning(pid.node)) {
    anyAlive(context, caller, rest, done);
    return;
  }
  const question: IsProcessAlive = { type: 'is_process_alive', pid };
  caller.call<boolean>(supervisorOn(pid.node), question, {
    reply: (alive) => (alive ? done(true) : anyAlive(context, caller, rest, done)),
    failed: () => anyAlive(context, caller, rest, done),
  });
}
