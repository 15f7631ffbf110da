/** The queue's record names its leader: written by a member that was elected, and repaired with every tick where it names another. */
import { durableForm, rabbitDurableQueue, rabbitQueue } from '../../broker/queue-record.ts';
import type { Member } from './member.ts';

/** Writes the record unless it is right, beside whatever else the member does. */
export function repairRecord(member: Member): void {
  const { context, queue, pid, log } = member;
  const known = context.database.read(rabbitQueue, queue);
  if (known === undefined || known.pid === pid || known.quorum?.cluster !== log.cluster) return;
  context.database.transaction(
    member,
    { locks: [`${rabbitQueue.name}/${queue}`, `${rabbitDurableQueue.name}/${queue}`], suspends: false },
    (transaction) => {
      const record = transaction.read(rabbitQueue, queue);
      if (record?.quorum?.cluster !== log.cluster) return;
      const updated = { ...record, pid, state: 'live' as const };
      transaction.write(rabbitQueue, queue, updated);
      transaction.write(rabbitDurableQueue, queue, durableForm(updated));
    },
    () => {},
  );
}
