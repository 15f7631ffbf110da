/** Who consumes from a quorum queue: subscribing, cancelling, and whose turn it is where only one may be active (QQ-26). */
import { rule } from '../../rules/registry.ts';
import type { ConsumerId, FifoCommand } from './commands.ts';
import { updateOrRemove } from './fifo-checkout.ts';
import type { ApplyContext } from './fifo-context.ts';
import { consumerKey, FifoConsumer, type FifoState } from './fifo-state.ts';

const BRK_38 = rule('BRK-38');

type Checkout = Extract<FifoCommand, { readonly kind: 'checkout' }>;

/** A consumer is new, or says again what it wants, to which what it holds is counted. */
export function subscribe(
  state: FifoState,
  context: ApplyContext,
  { consumer: id, credit, noAck, priority }: Checkout,
): void {
  context.effects.monitor(id.pid);
  const known = state.consumers.get(consumerKey(id));
  if (known !== undefined && (!state.config.singleActive || !hasActive(state) || known.status === 'up')) {
    known.noAck = noAck;
    known.priority = priority;
    known.once = false;
    known.status = 'up';
    known.credit = Math.max(0, credit - known.checkedOut.size);
    updateOrRemove(state, known);
    return;
  }
  const consumer = new FifoConsumer(id, credit, noAck, priority, false);
  if (state.config.singleActive) {
    context.witness.cite(BRK_38);
    state.waiting.push(consumer);
    activateNext(state);
    return;
  }
  state.consumers.set(consumer.key, consumer);
  updateOrRemove(state, consumer);
}

/** It gets nothing more, and goes when it has settled what it holds. */
export function cancelConsumer(state: FifoState, context: ApplyContext, id: ConsumerId): void {
  const key = consumerKey(id);
  state.waiting = state.waiting.filter((consumer) => consumer.key !== key || consumer.checkedOut.size > 0);
  const consumer = state.consumers.get(key);
  if (consumer === undefined) return;
  state.lastActiveUs = context.timeUs;
  consumer.once = true;
  consumer.credit = 0;
  consumer.status = 'cancelled';
  updateOrRemove(state, consumer);
  if (state.config.singleActive) context.witness.cite(BRK_38);
  activateNext(state);
}

/** With a single active consumer: if there is none, the first of those that wait becomes it. */
export function activateNext(state: FifoState): void {
  if (!state.config.singleActive || hasActive(state)) return;
  const next = state.waiting.findIndex((consumer) => consumer.status === 'up');
  const consumer = state.waiting[next];
  if (consumer === undefined) return;
  state.waiting.splice(next, 1);
  state.consumers.set(consumer.key, consumer);
  updateOrRemove(state, consumer);
}

function hasActive(state: FifoState): boolean {
  for (const consumer of state.consumers.values()) if (consumer.status === 'up') return true;
  return false;
}
