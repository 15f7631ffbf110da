/**
 * `pause_if_all_down`: a node that sees none of the listed nodes stops its application until it sees one; what
 * several sides with a listed node each do after the heal is the recovery mode's (PAR-28 to PAR-30).
 */
import { rule } from '../rules/registry.ts';
import { aliveMembers } from './alive.ts';
import { confirmGuard } from './confirm-guard.ts';
import type { MonitorPort } from './port.ts';
import type { Strategy, StrategyActions } from './strategy.ts';

const PAR_28 = rule('PAR-28');
const PAR_29 = rule('PAR-29');
const PAR_30 = rule('PAR-30');

export interface Preference {
  readonly nodes: readonly string[];
  readonly recover: 'ignore' | 'autoheal';
}

export function pauseIfAllDown(
  port: MonitorPort,
  actions: StrategyActions,
  preference: Preference,
): Strategy {
  const preferred = (exceptDown?: string): boolean => {
    const members = port.members();
    const listed = preference.nodes.filter((node) => members.includes(node));
    if (listed.length === 0) return true;
    return aliveMembers(port, listed).some((node) => node !== exceptDown);
  };
  return {
    heals: preference.recover === 'autoheal',
    nodeDown: (node) => {
      port.vm.cite(PAR_28);
      if (!preferred(node)) actions.pauseUntil(() => preferred());
      if (preference.recover === 'autoheal') {
        port.vm.cite(PAR_29);
        actions.autohealNodeDown(node);
      }
    },
    partialPartition: (_notReallyDown, proxy) => {
      if (preferred()) actions.upgradeToFullPartition(proxy);
    },
    mayConfirm: confirmGuard(port, () => {
      port.vm.cite(PAR_30);
      return preferred();
    }),
  };
}
