/**
 * The commands of a quorum queue, applied to its state (`rabbit_fifo:apply/3`). Every member applies the same ones in the same order.
 */
import type { ExitReason, Pid } from '../../erlang/message.ts';
import { rule } from '../../rules/registry.ts';
import type { ConsumerId, FifoCommand } from './commands.ts';
import { attachWorker, reconfigure, settleDeadLetters } from './dead-letter-commands.ts';
import {
  assign,
  before,
  checkout,
  die,
  forget,
  isOverLimit,
  releaseCursors,
  restoreCredit,
  returnAll,
  returnOne,
  updateOrRemove,
  type Before,
} from './fifo-checkout.ts';
import type { ApplyContext, FifoReply } from './fifo-context.ts';
import { activateNext, cancelConsumer, subscribe } from './fifo-consumers.ts';
import { consumerKey, FifoConsumer, type FifoState } from './fifo-state.ts';
import type { BasicMessage } from '../../amqp/basic-message.ts';

const BRK_31 = rule('BRK-31');
const BRK_36 = rule('BRK-36');
const BRK_52 = rule('BRK-52');
const QQ_11 = rule('QQ-11');
const QQ_18 = rule('QQ-18');
const QQ_20 = rule('QQ-20');
const QQ_21 = rule('QQ-21');
const QQ_22 = rule('QQ-22');
const QQ_23 = rule('QQ-23');

const US_PER_MS = 1000;

/** Applies one command; the answer is for whoever sent it. */
export function applyCommand(state: FifoState, command: FifoCommand, context: ApplyContext): FifoReply {
  const past = before(state);
  switch (command.kind) {
    case 'enqueue':
      return enqueue(state, context, past, command.pid, command.sequence, command.message);
    case 'enqueue_untracked':
      store(state, context, past, command.message);
      return 'ok';
    case 'register_enqueuer':
      return register(state, context, command.pid);
    case 'settle':
    case 'discard':
      settle(state, context, past, command.consumer, command.ids, command.kind === 'discard');
      return 'ok';
    case 'return':
      giveBack(state, context, past, command.consumer, command.ids);
      return 'ok';
    case 'requeue':
      requeue(state, context, past, command.consumer, command.id);
      return 'ok';
    case 'checkout':
      subscribe(state, context, command);
      checkout(state, context, past);
      return 'ok';
    case 'cancel':
      cancelConsumer(state, context, command.consumer);
      checkout(state, context, past);
      releaseCursors(state, context);
      return 'ok';
    case 'dequeue':
      return dequeue(state, context, past, command.consumer, command.settled);
    case 'purge':
      return purge(state, context);
    case 'down':
      if (command.reason === 'noconnection') suspect(state, context, command.pid.node);
      else processDown(state, context, command.pid, command.reason);
      checkout(state, context, past);
      return 'ok';
    case 'nodeup':
      unsuspect(state, context, command.node);
      checkout(state, context, past);
      return 'ok';
    case 'nodedown':
      return 'ok';
    case 'expire':
      checkout(state, context, past);
      return 'ok';
    case 'purge_nodes':
      for (const pid of state.pids()) {
        if (command.nodes.includes(pid.node)) processDown(state, context, pid, 'noproc');
      }
      checkout(state, context, past);
      releaseCursors(state, context);
      return 'ok';
    case 'update_config':
      reconfigure(state, context, past, command.config);
      return 'ok';
    case 'dead_letter_checkout':
      attachWorker(state, context, past, command.pid, command.prefetch);
      return 'ok';
    case 'dead_letter_settle':
      settleDeadLetters(state, context, past, command.ids);
      return 'ok';
  }
}

// --- publishing -----------------------------------------------------------------------------------------------

/** Takes a channel's next number only: a repeat is answered as if it were new, a gap is refused (QQ-11). */
function enqueue(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  pid: Pid,
  sequence: number,
  message: BasicMessage,
): FifoReply {
  let enqueuer = state.enqueuers.get(pid);
  if (enqueuer === undefined) {
    enqueuer = { pid, nextSequence: 1, isSuspected: false, isBlocked: false };
    state.enqueuers.set(pid, enqueuer);
    context.effects.monitor(pid);
  }
  if (sequence !== enqueuer.nextSequence) {
    context.witness.cite(QQ_11);
    return sequence < enqueuer.nextSequence ? 'ok' : 'not_enqueued';
  }
  enqueuer.nextSequence += 1;
  store(state, context, past, message);
  return 'ok';
}

function store(state: FifoState, context: ApplyContext, past: Before, message: BasicMessage): void {
  const expiresAtUs = expiryOf(state, context, message);
  state.ready.push({ index: context.index, message, deliveryCount: 0, expiresAtUs });
  state.total += 1;
  state.readyBytes += message.bodyBytes;
  context.witness.stored(message);
  checkout(state, context, past);
  state.noteEnqueue(context.index);
}

/** When it expires, 0 for never: the smaller of the queue's time and its own. One without any time has a millisecond. */
function expiryOf({ config }: FifoState, { timeUs }: ApplyContext, { properties }: BasicMessage): number {
  const { messageTtlUs } = config;
  const { expirationMs } = properties;
  if (messageTtlUs === null && expirationMs === undefined) return 0;
  const ownUs = expirationMs === undefined ? Infinity : expirationMs * US_PER_MS;
  return timeUs + Math.max(Math.min(messageTtlUs ?? Infinity, ownUs), US_PER_MS);
}

function register(state: FifoState, context: ApplyContext, pid: Pid): FifoReply {
  if (!state.enqueuers.has(pid)) {
    state.enqueuers.set(pid, { pid, nextSequence: 1, isSuspected: false, isBlocked: false });
  }
  context.effects.monitor(pid);
  return isOverLimit(state) && state.config.overflow === 'reject-publish' ? 'reject_publish' : 'ok';
}

// --- coming back ----------------------------------------------------------------------------------------------

/** Messages that a consumer acknowledged or refused for good. Numbers that it does not hold any more are passed over (QQ-21). */
function settle(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  id: ConsumerId,
  ids: readonly number[],
  discarded: boolean,
): void {
  const consumer = state.consumers.get(consumerKey(id)) ?? waitingConsumer(state, id);
  if (consumer === undefined) return;
  context.witness.cite(QQ_18);
  let count = 0;
  for (const messageId of ids) {
    const queued = consumer.checkedOut.get(messageId);
    if (queued === undefined) {
      context.witness.cite(QQ_21);
      continue;
    }
    consumer.checkedOut.delete(messageId);
    count += 1;
    if (discarded) die(state, context, queued, 'rejected', BRK_31);
    else {
      context.witness.finished(queued.message);
      forget(state, queued);
    }
  }
  restoreCredit(consumer, count);
  updateOrRemove(state, consumer);
  checkout(state, context, past);
  releaseCursors(state, context);
}

/** Back to the front, one count up (QQ-23). */
function giveBack(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  id: ConsumerId,
  ids: readonly number[],
): void {
  const consumer = state.consumers.get(consumerKey(id));
  if (consumer === undefined) return;
  let count = 0;
  for (const messageId of ids.toSorted((a, b) => a - b)) {
    const queued = consumer.checkedOut.get(messageId);
    if (queued === undefined) continue;
    count += 1;
    returnOne(state, context, consumer, messageId, queued, QQ_22);
  }
  restoreCredit(consumer, count);
  updateOrRemove(state, consumer);
  checkout(state, context, past);
  releaseCursors(state, context);
}

/** To the back, as a new entry of the log (QQ-23). */
function requeue(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  id: ConsumerId,
  messageId: number,
): void {
  const consumer = state.consumers.get(consumerKey(id));
  const queued = consumer?.checkedOut.get(messageId);
  if (consumer === undefined || queued === undefined) return;
  context.witness.cite(QQ_23);
  consumer.checkedOut.delete(messageId);
  restoreCredit(consumer, 1);
  state.takenIndexes.delete(queued.index);
  const { message } = queued;
  state.ready.push({ ...queued, index: context.index, deliveryCount: queued.deliveryCount + 1 });
  state.readyBytes += message.bodyBytes;
  context.witness.requeued(message, QQ_23);
  updateOrRemove(state, consumer);
  checkout(state, context, past);
  state.noteEnqueue(context.index);
  releaseCursors(state, context);
}

function waitingConsumer(state: FifoState, id: ConsumerId): FifoConsumer | undefined {
  const key = consumerKey(id);
  return state.waiting.find((consumer) => consumer.key === key);
}

// --- consumers ------------------------------------------------------------------------------------------------

/** `basic.get`: a consumer that lives for one message. */
function dequeue(
  state: FifoState,
  context: ApplyContext,
  past: Before,
  id: ConsumerId,
  settled: boolean,
): FifoReply {
  if (state.config.singleActive) return 'single_active';
  state.lastActiveUs = context.timeUs;
  if (state.messagesReady === 0 || state.consumers.has(consumerKey(id))) {
    releaseCursors(state, context);
    return 'empty';
  }
  const consumer = new FifoConsumer(id, 1, settled, 0, true);
  state.consumers.set(consumer.key, consumer);
  const item = assign(state, context, consumer);
  const ready = state.messagesReady;
  if (settled) settle(state, context, past, id, [item.id], false);
  else context.effects.monitor(id.pid);
  return { item, ready };
}

function purge(state: FifoState, context: ApplyContext): FifoReply {
  const purged = state.messagesReady;
  for (let queued = state.takeNext(); queued !== undefined; queued = state.takeNext()) {
    context.witness.purgedOne(queued.message, BRK_52);
    forget(state, queued);
  }
  state.readyBytes = 0;
  releaseCursors(state, context);
  return { purged };
}

// --- processes and nodes that come and go ---------------------------------------------------------------------

/** A process has ended: what it held goes back, and it is forgotten. */
function processDown(state: FifoState, context: ApplyContext, pid: Pid, _reason: ExitReason): void {
  state.enqueuers.delete(pid);
  if (state.hasConsumer(pid)) state.lastActiveUs = context.timeUs;
  state.waiting = state.waiting.filter((consumer) => {
    if (consumer.id.pid !== pid) return true;
    returnAll(state, context, consumer, BRK_36);
    return false;
  });
  for (const consumer of [...state.consumers.values()]) {
    if (consumer.id.pid !== pid) continue;
    returnAll(state, context, consumer, BRK_36);
    state.consumers.delete(consumer.key);
  }
  activateNext(state);
}

/** The leader's node lost a node: nobody there can be counted on, although everybody may still live (QQ-20). */
function suspect(state: FifoState, context: ApplyContext, node: string): void {
  context.witness.cite(QQ_20);
  for (const consumer of [...state.consumers.values()]) {
    if (consumer.id.pid.node !== node || consumer.status !== 'up') continue;
    restoreCredit(consumer, consumer.checkedOut.size);
    consumer.status = 'suspected';
    returnAll(state, context, consumer, QQ_20);
    if (!state.config.singleActive) continue;
    state.consumers.delete(consumer.key);
    state.waiting.push(consumer);
  }
  for (const consumer of state.waiting) if (consumer.id.pid.node === node) consumer.status = 'suspected';
  for (const enqueuer of state.enqueuers.values()) {
    if (enqueuer.pid.node === node) enqueuer.isSuspected = true;
  }
  activateNext(state);
  context.effects.monitorNode(node);
}

/** The node is back: whoever was there is counted on again, and watched to learn whether he lives. */
function unsuspect(state: FifoState, context: ApplyContext, node: string): void {
  const suspected = new Set<Pid>();
  for (const enqueuer of state.enqueuers.values()) {
    if (enqueuer.pid.node !== node) continue;
    if (enqueuer.isSuspected) suspected.add(enqueuer.pid);
    enqueuer.isSuspected = false;
  }
  for (const consumer of state.everyConsumer()) {
    if (consumer.id.pid.node !== node) continue;
    if (consumer.status === 'suspected') suspected.add(consumer.id.pid);
    if (consumer.status === 'cancelled') continue;
    consumer.status = 'up';
    updateOrRemove(state, consumer);
  }
  for (const pid of suspected) context.effects.monitor(pid);
  activateNext(state);
}
