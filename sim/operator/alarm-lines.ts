/** Alarms as the tools print them, a line each. */
import type { ClusterStatus } from './node-control.ts';
import { fullName } from './refusals.ts';

const WORDS = { memory: 'Memory alarm', disk: 'Free disk space alarm' } as const;

/** `Memory alarm on node rabbit@rabbit1`. */
export function alarmLines(alarms: ClusterStatus['alarms']): string[] {
  return alarms.map(({ node, resource }) => `${WORDS[resource]} on node ${fullName(node)}`);
}
