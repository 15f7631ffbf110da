/** What the commands about dead letters do to the state of a queue, and what a change of the strategy does to them (QQ-25). */
import type { Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import { DeadLetters } from './dead-letters.ts';
import { checkout, releaseCursors, type Before } from './fifo-checkout.ts';
import type { FifoConfig } from './fifo-config.ts';
import type { ApplyContext } from './fifo-context.ts';
import type { FifoState } from './fifo-state.ts';

const QQ_25 = rule('QQ-25');

/** A worker wants dead letters. Where none are kept nobody minds it. */
export function attachWorker(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  pid: Pid,
  prefetch: number,
): void {
  if (state.config.keepsDeadLetters) state.deadLetters.attach(pid, prefetch);
  checkout(state, context, past);
  releaseCursors(state, context);
}

/** The worker's dead letters are where they should be: here they end. */
export function settleDeadLetters(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  ids: readonly number[],
): void {
  if (state.config.keepsDeadLetters) {
    for (const { queued } of state.deadLetters.settle(ids)) {
      context.witness.passedOn(queued.message, QQ_25);
      state.takenIndexes.delete(queued.index);
    }
  }
  checkout(state, context, past);
  releaseCursors(state, context);
}

/**
 * Takes new settings. A queue that no longer keeps its dead letters drops those that it has kept, and ends its worker; one that begins to
 * keep them starts one; one that goes on tells its worker to look where they go to now.
 */
export function reconfigure(state: FifoState, context: ApplyContext, past: Before, config: FifoConfig): void {
  const before = state.config;
  const { workerPid } = state.deadLetters;
  if (before.keepsDeadLetters && config.keepsDeadLetters) {
    if (workerPid !== null) context.effects.tellDeadLetterWorker(workerPid, 'topology');
  } else if (before.keepsDeadLetters) {
    context.witness.cite(QQ_25);
    if (workerPid !== null) context.effects.tellDeadLetterWorker(workerPid, 'end');
    for (const { queued } of state.deadLetters.all()) {
      context.witness.purgedOne(queued.message, QQ_25);
      state.takenIndexes.delete(queued.index);
    }
    state.deadLetters = new DeadLetters();
  }
  state.config = config;
  if (!before.keepsDeadLetters && config.keepsDeadLetters) context.effects.startDeadLetterWorker();
  checkout(state, context, past);
  releaseCursors(state, context);
}
