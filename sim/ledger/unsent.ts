/** Publishers of so many messages do not hold up the end of a run: what they had not sent by then is said. */
import type { Workload } from '../scenario/workload-model.ts';
import type { MessageFigures } from './result.ts';

/** A sentence for each publisher that did not come to its number, such as `shop had sent 81 of its 200 messages.` */
export function unsentSentences(
  workloads: readonly Workload[],
  byWorkload: ReadonlyMap<string, Pick<MessageFigures, 'published'>>,
): readonly string[] {
  return workloads.flatMap((workload) => {
    if (workload.kind !== 'publish' || workload.messages === null) return [];
    const wanted = workload.messages * workload.count;
    const published = byWorkload.get(workload.name)?.published ?? 0;
    return published < wanted
      ? [`${workload.name} had sent ${published} of its ${wanted} messages when the run ended.`]
      : [];
  });
}
