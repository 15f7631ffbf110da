/** The words of the distribution's handshake, and how long a process started for it takes to come to say one. */
import type { RandomStream } from '../kernel/random.ts';

export type Handshake =
  | { readonly step: 'name'; readonly node: string; readonly creation: number; readonly cookie: string }
  | { readonly step: 'ok'; readonly creation: number }
  | { readonly step: 'not_allowed' }
  | { readonly step: 'nok' }
  | { readonly step: 'ready' }
  | { readonly step: 'confirmed' };

export const HANDSHAKE_BYTES = 80;
/** From `t08-freeze-*`: 8 to 12 ms from a VM's waking to the nodeup of a peer whose first word waits in its socket. */
const STEP_MEDIAN_US = 2_500;
const STEP_P99_US = 4_000;

export function handshakeStepUs(random: RandomStream): number {
  return random.lognormalUs(STEP_MEDIAN_US, STEP_P99_US);
}
