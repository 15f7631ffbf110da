/** The end of a connection's exclusive queues (BRK-16), one after the other, before the connection's last words. */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { NodeContext } from './node-context.ts';
import { typeOf } from './queue-facts.ts';
import { rabbitQueue } from './queue-record.ts';

/** Deletes those of these queues that belong to `owner`, in whose process it runs. */
export function deleteOwned(
  context: NodeContext,
  owner: ErlangProcess,
  names: readonly string[],
  then: () => void,
): void {
  const [name, ...others] = names;
  if (name === undefined) {
    then();
    return;
  }
  const next = (): void => deleteOwned(context, owner, others, then);
  const record = context.database.read(rabbitQueue, name);
  if (record === undefined || record.exclusiveOwner !== owner.pid) next();
  else typeOf(context, record).delete(context, owner, record, { ifUnused: false, ifEmpty: false }, next);
}
