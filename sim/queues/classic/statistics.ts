/** What can be seen of a leader without asking it, for observers that must not change a run. */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { QueueStatistics } from '../../broker/queue-type.ts';
import { Leader } from './leader.ts';
import { QueueProcess } from './queue-process.ts';

export interface LeaderStatistics extends QueueStatistics {
  /** It is blocked by an eager synchronisation (MIR-28). */
  readonly syncing: boolean;
}

/** The figures of a live leader that has finished starting; null for any other process. */
export function leaderStatistics(process: ErlangProcess): LeaderStatistics | null {
  if (!(process instanceof QueueProcess) || !process.alive) return null;
  const { role } = process;
  if (!(role instanceof Leader) || !role.isRunning) return null;
  return { ...role.statistics(), syncing: role.isSyncing };
}
