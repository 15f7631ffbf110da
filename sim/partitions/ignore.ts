/** `ignore`: nothing is done at a split; a partial partition is made a full one (PAR-5, PAR-14). */
import { rule } from '../rules/registry.ts';
import type { MonitorPort } from './port.ts';
import type { Strategy, StrategyActions } from './strategy.ts';

const PAR_5 = rule('PAR-5');

export function ignore(port: MonitorPort, actions: StrategyActions): Strategy {
  return {
    heals: false,
    nodeDown: () => port.vm.cite(PAR_5),
    partialPartition: (_notReallyDown, proxy) => actions.upgradeToFullPartition(proxy),
    mayConfirm: () => true,
  };
}
