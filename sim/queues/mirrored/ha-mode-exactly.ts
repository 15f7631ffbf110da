/** `ha-mode: exactly`: so many replicas; the oldest mirrors stay, missing ones are placed at random (MIR-3). */
import { rule } from '../../rules/registry.ts';
import type { HaMode } from './placement.ts';

export const haModeExactly: HaMode = {
  name: 'exactly',
  rule: rule('MIR-3'),
  suggest(params, actual, possible, random) {
    const wanted = (typeof params === 'number' ? params : 1) - 1;
    const { leader, mirrors } = actual;
    if (wanted <= mirrors.length) return { leader, mirrors: mirrors.slice(0, Math.max(wanted, 0)) };
    const candidates = random.shuffle(possible.filter((node) => node !== leader && !mirrors.includes(node)));
    return { leader, mirrors: [...mirrors, ...candidates.slice(0, wanted - mirrors.length)] };
  },
};
