/**
 * Whether the scenario itself may end messages that nobody has seen: by a limit, a time to live, a rejection, a purge or the end of their queue. From
 * outside such an end looks like a loss, so a recording of such a scenario says how many were never seen and not how many were lost.
 */
import type { FieldTable, Scenario } from '../scenario/model.ts';

/** Of queues and policies, in either's spelling. */
const ending = /^(?:x-)?(?:message-ttl|max-length|max-length-bytes|expires|delivery-limit)$/;
const endingCommands = new Set(['purge_queue', 'delete_queue', 'delete_vhost']);
const endingMethods = new Set(['queue.purge', 'queue.delete']);

/** True where an unseen message may have come to an end that is nobody's fault. */
export function mayEndByRule({ topology, workloads, chaos }: Scenario): boolean {
  const ends = (table: FieldTable): boolean => Object.keys(table).some((key) => ending.test(key));
  return (
    topology.queues.some((queue) => ends(queue.arguments)) ||
    topology.policies.some(({ definition }) => ends(definition)) ||
    workloads.some((workload) => {
      if (workload.kind === 'publish')
        return workload.expirationUs !== null || workload.transaction !== undefined;
      if (workload.kind !== 'consume' && workload.kind !== 'service') return false;
      const { fail, requeue, declare } = workload;
      return (fail > 0 && !requeue) || (declare !== null && ends(declare.arguments));
    }) ||
    chaos.some(({ action }) => {
      if (action.verb === 'amqp')
        return (
          endingMethods.has(action.call.method) || ('arguments' in action.call && ends(action.call.arguments))
        );
      if (!('words' in action)) return false;
      const [command = '', ...words] = action.words;
      const names = words.flatMap((word) =>
        [...word.matchAll(/"([^"]+)"\s*:/g)].map(([, name = '']) => name),
      );
      return endingCommands.has(command) || names.some((name) => ending.test(name));
    })
  );
}
