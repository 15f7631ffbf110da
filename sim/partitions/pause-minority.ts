/**
 * `pause_minority`: a node that no longer sees a majority stops its application until it does; in a partial partition,
 * until it sees everybody (PAR-6 to PAR-14).
 */
import { rule } from '../rules/registry.ts';
import { allMembersAlive, hasMajority } from './alive.ts';
import { confirmGuard } from './confirm-guard.ts';
import type { MonitorPort } from './port.ts';
import type { Strategy, StrategyActions } from './strategy.ts';

const PAR_6 = rule('PAR-6');
const PAR_8 = rule('PAR-8');
const PAR_14 = rule('PAR-14');

export function pauseMinority(port: MonitorPort, actions: StrategyActions): Strategy {
  return {
    heals: false,
    nodeDown: (node) => {
      port.vm.cite(PAR_6);
      if (hasMajority(port, node)) return;
      if (port.members().length % 2 === 0) port.vm.cite(PAR_8);
      actions.pauseUntil(() => hasMajority(port));
    },
    partialPartition: () => {
      port.vm.cite(PAR_14);
      actions.pauseUntil(() => allMembersAlive(port));
    },
    mayConfirm: confirmGuard(port, () => hasMajority(port)),
  };
}
