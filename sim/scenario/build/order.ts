/**
 * Times that need one another: nobody starts what was never stopped, thaws what was never frozen, heals what was never cut,
 * or looks at a moment that lies beyond the end.
 */
import type { ChaosRow, ChaosVerb } from '../chaos-model.ts';
import type { NodeSpec } from '../model.ts';
import type { Workload } from '../workload-model.ts';
import { formatTime } from '../units.ts';
import type { Checker } from './checker.ts';

/** Checks each step against the steps before it. Rows with `after` may come at any time. */
export function checkOrder(checker: Checker, nodes: readonly NodeSpec[], chaos: readonly ChaosRow[]): void {
  for (const row of chaos) {
    const { action } = row;
    const path = ['chaos', row.index, action.verb];
    const earlier = chaos.filter((other) => other !== row && mayPrecede(other, row));
    if (action.verb === 'start') {
      for (const name of action.nodes) {
        const downAtFirst = nodes.some((node) => node.name === name && !node.running);
        if (!downAtFirst && !earlier.some((other) => mayStop(other, name)))
          checker.problem(path, `nothing has brought ${name} down before ${moment(row)}`);
      }
    }
    if (action.verb === 'unfreeze') {
      for (const name of action.nodes)
        if (!earlier.some((other) => other.action.verb === 'freeze' && other.action.nodes.includes(name)))
          checker.problem(path, `nothing has frozen ${name} before ${moment(row)}`);
    }
    const cuts: readonly ChaosVerb[] = [
      'partition',
      'cut',
      'cut_one_way',
      'cut_clients',
      'delay',
      'drop',
      'throttle',
      'nemesis',
    ];
    if (action.verb === 'heal' && !earlier.some((other) => cuts.includes(other.action.verb)))
      checker.problem(path, `nothing has been cut before ${moment(row)}`);
  }
}

function mayPrecede(other: ChaosRow, row: ChaosRow): boolean {
  if (other.when.kind === 'after' || row.when.kind === 'after') return true;
  return other.when.atUs < row.when.atUs || (other.when.atUs === row.when.atUs && other.index < row.index);
}

function mayStop({ action }: ChaosRow, name: string): boolean {
  if (action.verb === 'kill' || action.verb === 'power_off') return action.nodes.includes(name);
  if (action.verb === 'rabbitmqctl') return action.words[0] === 'stop' && action.on === name;
  return action.verb === 'nemesis' || (action.verb === 'rolling_restart' && action.nodes.includes(name));
}

function moment(row: ChaosRow): string {
  return row.when.kind === 'at' ? formatTime(row.when.atUs) : 'this row';
}

/**
 * When the settling ends, in microseconds; null where it depends on what happens (`after`, a rolling restart). The latest of
 * the workloads' stops and the chaos rows with their `for`, then `settle`.
 */
export function plannedDuration(
  workloads: readonly Workload[],
  chaos: readonly ChaosRow[],
  settleUs: number,
): number | null {
  let end = 0;
  for (const workload of workloads) end = Math.max(end, workload.stopUs ?? 0);
  for (const { when, forUs, action } of chaos) {
    if (when.kind === 'after' || action.verb === 'rolling_restart') return null;
    const until = action.verb === 'nemesis' ? action.untilUs + action.lastingUs[1] : when.atUs;
    end = Math.max(end, until, when.atUs + (forUs ?? 0));
  }
  return end + settleUs;
}
