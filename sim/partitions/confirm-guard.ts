/**
 * The guard that channels ask before they send confirms: a node that is about to pause must not confirm what its pause will
 * lose (PAR-10). The condition is looked at again only when the VM's connections have changed since the last look.
 */
import { rule } from '../rules/registry.ts';
import type { MonitorPort } from './port.ts';

const PAR_10 = rule('PAR-10');

export function confirmGuard(port: MonitorPort, condition: () => boolean): () => boolean {
  let lastVersion = -1;
  let lastAnswer = true;
  return () => {
    const version = port.vm.netKernel.connectionsVersion;
    if (version !== lastVersion) {
      port.vm.cite(PAR_10);
      lastVersion = version;
      lastAnswer = condition();
    }
    return lastAnswer;
  };
}
