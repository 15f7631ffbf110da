/**
 * A channel's transactions (BRK-43): what is published is routed at once and held, and so is what the client says of
 * deliveries, until `tx.commit` hands publishes to the queues and settles the deliveries, or `tx.rollback` forgets the ones and
 * takes back the others. A commit is answered when every queue has settled every publish; it is no atomic step, so that queues that
 * take a part and refuse another leave what they took.
 */
import type { BasicMessage } from '../amqp/basic-message.ts';
import type { ChannelMethodFromServer } from '../amqp/methods.ts';
import { rule } from '../rules/registry.ts';
import type { Delivering } from './delivering.ts';
import { preconditionFailed } from './errors.ts';
import type { NodeContext } from './node-context.ts';
import type { Publishing } from './publishing.ts';
import type { ChannelError, SettleOperation } from './queue-type.ts';
import type { Route, Router } from './router.ts';
import type { Unacked } from './unacked.ts';

const BRK_43 = rule('BRK-43');

/** The channel as its transactions need it. */
export interface TransactionalChannel {
  readonly channel: number;
  readonly context: NodeContext;
  /** Ends the channel, or for the worst the connection, with an error. */
  fail(error: ChannelError): void;
  write(method: ChannelMethodFromServer): void;
}

interface HeldPublish {
  readonly route: Route;
  readonly message: BasicMessage;
  readonly mandatory: boolean;
  readonly confirmNumber: number;
}

interface HeldSettlement {
  readonly operation: SettleOperation;
  readonly taken: readonly Unacked[];
}

/** `failed`: a commit of which a queue has refused a part. */
type State = 'open' | 'committing' | 'failed';

export class Transaction {
  private readonly channel: TransactionalChannel;
  private readonly publishing: Publishing;
  private readonly delivering: Delivering;
  private state: State = 'open';
  private publishes: HeldPublish[] = [];
  private settlements: HeldSettlement[] = [];

  constructor(channel: TransactionalChannel, publishing: Publishing, delivering: Delivering) {
    this.channel = channel;
    this.publishing = publishing;
    this.delivering = delivering;
  }

  /** A commit has not been answered yet: nothing else may be said on the channel. */
  get isEnding(): boolean {
    return this.state !== 'open';
  }

  /** The client has not waited for the answer to its commit, which costs it the connection. */
  refuseMore(): void {
    this.channel.fail({ code: 504, text: "unexpected command while processing 'tx.commit'" });
  }

  hold(publish: HeldPublish): void {
    this.publishes.push(publish);
  }

  holdSettlement(operation: SettleOperation, taken: readonly Unacked[]): void {
    this.settlements.push({ operation, taken });
  }

  /** Publishes go to their queues as these are now, and deliveries are settled; the answer follows the last confirm. */
  commit(router: Router): void {
    this.channel.context.vm.cite(BRK_43);
    const { publishes, settlements } = this;
    this.publishes = [];
    this.settlements = [];
    for (const { route, message, mandatory, confirmNumber } of publishes)
      this.publishing.dispatch(router.renewed(route), message, mandatory, confirmNumber);
    for (const { operation, taken } of settlements) this.delivering.settleNow(operation, taken);
    this.state = 'committing';
    this.maybeComplete();
  }

  /** What was published is forgotten, and what was settled waits for the client's word again. */
  rollback(): void {
    this.channel.context.vm.cite(BRK_43);
    this.abandon();
    const taken = this.settlements.flatMap((settlement) => settlement.taken);
    this.settlements = [];
    this.delivering.reinstate(taken);
    this.channel.write({ type: 'tx.rollback-ok', channel: this.channel.channel });
  }

  /** A queue has refused a publish. */
  fail(): void {
    if (this.state === 'committing') this.state = 'failed';
  }

  /** Answers the commit once no queue is waited for. */
  maybeComplete(): void {
    if (this.state === 'open' || this.publishing.unconfirmed > 0) return;
    this.publishing.forgetNews();
    const isWhole = this.state === 'committing';
    this.state = 'open';
    if (isWhole) this.channel.write({ type: 'tx.commit-ok', channel: this.channel.channel });
    else this.channel.fail(preconditionFailed('partial tx completion'));
  }

  /** What was published and not committed goes no further. */
  abandon(): void {
    const { publishes } = this;
    this.publishes = [];
    for (const { message } of publishes) this.publishing.drop(message, BRK_43);
  }
}

/** `tx.select`; a second one changes nothing. */
export function selectTransactions(
  channel: TransactionalChannel,
  publishing: Publishing,
  delivering: Delivering,
): void {
  if (publishing.isConfirming) {
    channel.fail(preconditionFailed('cannot switch from confirm to tx mode'));
    return;
  }
  publishing.transaction ??= new Transaction(channel, publishing, delivering);
  delivering.transaction = publishing.transaction;
  channel.write({ type: 'tx.select-ok', channel: channel.channel });
}

/** `confirm.select`: from the next publish on, each has a number and is confirmed. */
export function selectConfirms(channel: TransactionalChannel, publishing: Publishing): void {
  if (publishing.transaction !== null) {
    channel.fail(preconditionFailed('cannot switch from tx to confirm mode'));
    return;
  }
  publishing.isConfirming = true;
  channel.write({ type: 'confirm.select-ok', channel: channel.channel });
}

/** `tx.commit` or `tx.rollback`. */
export function endTransaction(
  how: 'tx.commit' | 'tx.rollback',
  channel: TransactionalChannel,
  transaction: Transaction | null,
): void {
  if (transaction === null) channel.fail(preconditionFailed('channel is not transactional'));
  else if (how === 'tx.commit') transaction.commit(channel.context.router);
  else transaction.rollback();
}
