/** Promise: what a ring process remembers of publications ends with their acknowledgements, however these come. */
import { describe, expect, it } from 'vitest';
import { MemberState } from '../../../sim/queues/mirrored/gm-members.ts';
import type { Batch } from '../../../sim/queues/mirrored/instructions.ts';

function batch(number: number): Batch {
  return { type: 'gm', number, instructions: [], bytes: 0, hasControl: false };
}

describe('the memory of one member', () => {
  it('MIR-12: forgets what is acknowledged, also when the acknowledgement comes with a later publication', () => {
    const state = new MemberState();
    state.publish([batch(0), batch(1)]);
    state.publish([batch(2)]);
    state.acknowledge([0, 1]);
    expect([...state.pending].map(({ number }) => number)).toEqual([2]);
    expect(state.isSettled).toBe(false);
    state.acknowledge([2]);
    expect(state.isSettled).toBe(true);
  });

  it('MIR-13, MIR-15: keeps a publication when what is acknowledged came before its time, or a second time', () => {
    const newcomer = MemberState.of({ pending: [], lastPublication: 4, lastAck: 3 });
    newcomer.publish([batch(5)]);
    newcomer.acknowledge([4]);
    newcomer.acknowledge([4]);
    expect([...newcomer.pending].map(({ number }) => number)).toEqual([5]);
  });
});
