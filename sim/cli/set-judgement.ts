/** Of the judgement on one run what the judgement on its set needs: three words, so that ten thousand runs cost little memory. */
import type { Judgement } from '../ledger/expectations.ts';

export function forTheSet({ anyOf, sometimes, hazard }: Judgement): Judgement {
  return { checked: [], failures: [], anyOf, sometimes, hazard };
}
