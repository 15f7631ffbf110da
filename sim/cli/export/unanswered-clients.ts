/** Publishers that learn nothing of what became of their messages. */
import type { Scenario } from '../../scenario/model.ts';

/** Clients that publish without confirms or transactions, by name. */
export function unansweredClients(workloads: Scenario['workloads']): ReadonlySet<string> {
  const names = workloads.flatMap((workload) => {
    const { kind, name, count } = workload;
    const spec = kind === 'service' ? workload.publish : kind === 'publish' ? workload : null;
    const isAnswered = spec !== null && (spec.confirms || spec.transaction !== undefined);
    if (isAnswered) return [];
    return count === 1 ? [name] : Array.from({ length: count }, (_, nth) => `${name}.${nth + 1}`);
  });
  return new Set(names);
}
