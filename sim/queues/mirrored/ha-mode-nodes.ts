/** `ha-mode: nodes`: the listed nodes that run; a leader elsewhere stays until one of them is synchronised (MIR-4). */
import { rule } from '../../rules/registry.ts';
import type { HaMode } from './placement.ts';

export const haModeNodes: HaMode = {
  name: 'nodes',
  rule: rule('MIR-4'),
  suggest(params, actual, possible) {
    const listed = (Array.isArray(params) ? params : []).map((node) => nodeNamed(String(node), possible));
    const { leader, synchronised } = actual;
    // With nothing synchronised the leader is wanted whether listed or not: dropping it would lose messages.
    const wanted = synchronised.length === 0 ? [...new Set([leader, ...listed])].toSorted() : listed;
    const available = wanted.filter((node) => possible.includes(node));
    if (available.length === 0) return { leader, mirrors: [] };
    if (available.includes(leader)) return { leader, mirrors: available.filter((node) => node !== leader) };
    const next = available.find((node) => synchronised.includes(node)) ?? synchronised[0]!;
    return { leader: next, mirrors: available.filter((node) => node !== next) };
  },
};

/** Policies name nodes as Erlang does (`rabbit@host`); so may the simulation, or by host alone. */
function nodeNamed(name: string, possible: readonly string[]): string {
  return possible.find((node) => node === name || `rabbit@${node}` === name) ?? name;
}
