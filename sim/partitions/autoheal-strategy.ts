/** `autoheal` at the split: like `ignore`, both sides serve; healing is `autoheal.ts`'s business (PAR-17). */
import { rule } from '../rules/registry.ts';
import type { MonitorPort } from './port.ts';
import type { Strategy, StrategyActions } from './strategy.ts';

const PAR_17 = rule('PAR-17');

export function autohealStrategy(port: MonitorPort, actions: StrategyActions): Strategy {
  return {
    heals: true,
    nodeDown: (node) => {
      port.vm.cite(PAR_17);
      actions.autohealNodeDown(node);
    },
    partialPartition: (_notReallyDown, proxy) => actions.upgradeToFullPartition(proxy),
    mayConfirm: () => true,
  };
}
