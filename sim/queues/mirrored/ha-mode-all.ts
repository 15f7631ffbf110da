/** `ha-mode: all`: a mirror on every possible node (MIR-2). */
import { rule } from '../../rules/registry.ts';
import type { HaMode } from './placement.ts';

export const haModeAll: HaMode = {
  name: 'all',
  rule: rule('MIR-2'),
  suggest(_params, actual, possible) {
    return { leader: actual.leader, mirrors: possible.filter((node) => node !== actual.leader) };
  },
};
