/**
 * Handing out: ready messages go to consumers with credit, each in its turn, and a queue over its limit drops or refuses (`rabbit_fifo`'s
 * `checkout` and `evaluate_limit`). Every command that may have changed who gets what ends here. Messages expire
 * at the head only.
 */
import type { DeathReason } from '../../broker/dead-letter.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import type { ApplyContext, DeliveryItem } from './fifo-context.ts';
import type { FifoConsumer, FifoState, QueuedMessage } from './fifo-state.ts';

const BRK_39 = rule('BRK-39');
const QQ_15 = rule('QQ-15');
const QQ_22 = rule('QQ-22');
const QQ_24 = rule('QQ-24');
const QQ_25 = rule('QQ-25');
const QQ_26 = rule('QQ-26');

/** A queue under this share of its limit lets publishers go on (`LOW_LIMIT`). */
const LOW_LIMIT = 0.8;

/** What a command was like before, as far as limits depend on it. */
export interface Before {
  readonly wasBelowLowLimit: boolean;
}

export function before(state: FifoState): Before {
  return { wasBelowLowLimit: isBelowLowLimit(state) };
}

/** Hands out what can be handed out and enforces the limits. */
export function checkout(state: FifoState, context: ApplyContext, past: Before): void {
  const { total } = state;
  const batches = new Map<FifoConsumer, DeliveryItem[]>();
  for (let taken = checkoutOne(state, context); taken !== null; taken = checkoutOne(state, context)) {
    const batch = batches.get(taken.consumer);
    if (batch === undefined) batches.set(taken.consumer, [taken.item]);
    else batch.push(taken.item);
  }
  const expired = state.total < total;
  for (const [consumer, items] of batches) context.effects.deliver(consumer.id, items);
  handOutDeadLetters(state, context);
  if (enforceLimits(state, context, past) || expired) releaseCursors(state, context);
}

function handOutDeadLetters({ config, deadLetters }: FifoState, { effects, witness }: ApplyContext): void {
  if (!config.keepsDeadLetters) return;
  const items = deadLetters.handOut();
  if (items.length === 0) return;
  witness.cite(QQ_25);
  effects.deliverDeadLetters(deadLetters.workerPid!, items);
}

function checkoutOne(
  state: FifoState,
  context: ApplyContext,
): { consumer: FifoConsumer; item: DeliveryItem } | null {
  expire(state, context);
  while (state.messagesReady > 0) {
    const key = state.service.peek();
    if (key === undefined) return null;
    state.service.shift();
    const consumer = state.consumers.get(key);
    if (consumer === undefined || consumer.credit === 0 || consumer.status !== 'up') continue;
    context.witness.cite(QQ_26);
    return { consumer, item: assign(state, context, consumer) };
  }
  return null;
}

/** Gives the next message to this consumer; there is one. */
export function assign(state: FifoState, context: ApplyContext, consumer: FifoConsumer): DeliveryItem {
  const queued = state.takeNext()!;
  const id = consumer.nextMessageId;
  consumer.nextMessageId += 1;
  consumer.credit -= 1;
  consumer.checkedOut.set(id, queued);
  state.readyBytes -= queued.message.bodyBytes;
  updateOrRemove(state, consumer);
  if (queued.deliveryCount > 0) context.witness.cite(QQ_22);
  context.witness.taken(queued.message, queued.deliveryCount > 0, consumer.noAck);
  return { id, queued };
}

/** Keeps a consumer in line with what it has: ready for more, or gone with its last message. */
export function updateOrRemove(state: FifoState, consumer: FifoConsumer): void {
  if (consumer.once && consumer.credit === 0) {
    if (consumer.checkedOut.size === 0) state.consumers.delete(consumer.key);
    return;
  }
  if (consumer.credit > 0 && consumer.status === 'up' && state.consumers.get(consumer.key) === consumer) {
    state.service.add(consumer.key, consumer.priority);
  }
}

/** Gives credit back for messages that a consumer is done with. */
export function restoreCredit(consumer: FifoConsumer, count: number): void {
  if (!consumer.once) consumer.credit += count;
}

/** A message is done with, for good. */
export function forget(state: FifoState, { index }: QueuedMessage): void {
  state.takenIndexes.delete(index);
  state.total -= 1;
}

/** Puts a message back to the front with its count raised; one that came back too often is dropped instead (QQ-24). */
export function returnOne(
  state: FifoState,
  context: ApplyContext,
  consumer: FifoConsumer,
  id: number,
  queued: QueuedMessage,
  why: Rule,
): void {
  const deliveryCount = queued.deliveryCount + 1;
  consumer.checkedOut.delete(id);
  const limit = state.config.deliveryLimit;
  if (limit !== null && deliveryCount > limit) {
    die(state, context, queued, 'delivery_limit', QQ_24);
    return;
  }
  state.returns.push({ ...queued, deliveryCount });
  state.readyBytes += queued.message.bodyBytes;
  context.witness.requeued(queued.message, why);
}

/** Returns everything that a consumer holds, oldest first. */
export function returnAll(state: FifoState, context: ApplyContext, consumer: FifoConsumer, why: Rule): void {
  const held = [...consumer.checkedOut].toSorted(([a], [b]) => a - b);
  for (const [id, queued] of held) returnOne(state, context, consumer, id, queued, why);
}

// --- limits ---------------------------------------------------------------------------------------------------

/** Dead letters that are kept count against the limits as if they still waited (QQ-25). */
export function isOverLimit({ config, messagesReady, readyBytes, deadLetters }: FifoState): boolean {
  const { maxLength, maxLengthBytes: maxBytes } = config;
  return (
    (maxLength !== null && messagesReady + deadLetters.count > maxLength) ||
    (maxBytes !== null && readyBytes + deadLetters.bytes > maxBytes)
  );
}

function isBelowLowLimit({ config, messagesReady, readyBytes, deadLetters }: FifoState): boolean {
  const { maxLength, maxLengthBytes: maxBytes } = config;
  if (maxLength === null && maxBytes === null) return false;
  return (
    (maxLength === null || messagesReady + deadLetters.count <= Math.floor(maxLength * LOW_LIMIT)) &&
    (maxBytes === null || readyBytes + deadLetters.bytes <= Math.floor(maxBytes * LOW_LIMIT))
  );
}

/** True when something was dropped. */
function enforceLimits(state: FifoState, context: ApplyContext, past: Before): boolean {
  const { maxLength, maxLengthBytes: maxBytes, overflow } = state.config;
  if (maxLength === null && maxBytes === null) return false;
  if (overflow === 'drop-head') {
    let dropped = false;
    while (isOverLimit(state)) {
      dropHead(state, context);
      dropped = true;
    }
    return dropped;
  }
  if (isOverLimit(state)) {
    context.witness.cite(QQ_15);
    for (const enqueuer of state.enqueuers.values()) {
      if (enqueuer.isBlocked) continue;
      enqueuer.isBlocked = true;
      context.effects.tell(enqueuer.pid, 'reject_publish');
    }
  } else if (!past.wasBelowLowLimit && isBelowLowLimit(state)) {
    for (const enqueuer of state.enqueuers.values()) {
      enqueuer.isBlocked = false;
      context.effects.tell(enqueuer.pid, 'go');
    }
  }
  return false;
}

function dropHead(state: FifoState, context: ApplyContext): void {
  const queued = state.takeNext()!;
  state.readyBytes -= queued.message.bodyBytes;
  die(state, context, queued, 'maxlen', QQ_15);
}

/** Gives up what has expired at the head, and only there (BRK-39). */
function expire(state: FifoState, context: ApplyContext): void {
  for (let { head } = state; head !== undefined; head = state.head) {
    if (head.expiresAtUs === 0 || head.expiresAtUs > context.timeUs) return;
    state.takeNext();
    state.readyBytes -= head.message.bodyBytes;
    die(state, context, head, 'expired', BRK_39);
  }
}

/** A message is given up, for whoever takes dead letters: it is sent once, or kept until it has arrived. */
export function die(
  state: FifoState,
  { witness, effects }: ApplyContext,
  queued: QueuedMessage,
  reason: DeathReason,
  why: Rule,
): void {
  witness.cite(why);
  if (state.config.keepsDeadLetters) {
    state.total -= 1;
    state.deadLetters.add({ queued, reason });
    witness.kept(queued.message, reason, why);
    return;
  }
  witness.died(queued.message, reason, why);
  effects.deadLetter(queued.message, reason);
  forget(state, queued);
}

// --- what the log need not keep -------------------------------------------------------------------------------

/** Something is done with: the log may be forgotten as far as nothing needs it. */
export function releaseCursors(state: FifoState, context: ApplyContext): void {
  if (state.messagesHeld === 0) {
    state.resetCursors();
    context.effects.release(context.index, state);
    return;
  }
  const smallest = state.smallestIndex;
  if (smallest === undefined) return;
  let passed = 0;
  while (passed < state.cursors.length && state.cursors[passed]!.index < smallest) passed += 1;
  if (passed === 0) return;
  const cursor = state.cursors[passed - 1]!;
  state.cursors.splice(0, passed);
  context.effects.release(cursor.index, cursor.state);
}
