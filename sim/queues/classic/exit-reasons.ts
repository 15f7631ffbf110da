/** What the reason of an exit or a DOWN means for a queue (MIR-32). */
import type { ExitReason } from '../../erlang/message.ts';

/** A replica that the policy no longer wants (MIR-22). */
export const DROPPED: ExitReason = '{shutdown, dropped}';

/** An end in order, after which a supervisor does not restart the process. */
export function isOrderly(reason: ExitReason): boolean {
  return reason === 'normal' || reason === 'shutdown' || reason.startsWith('{shutdown,');
}

/** A DOWN with this reason says nothing against what the process did: its confirms need not be waited for. */
export function isBenign(reason: ExitReason): boolean {
  return isOrderly(reason) || reason === 'noproc' || reason === 'noconnection' || reason === 'nodedown';
}
