/**
 * Credit flow between the two ends of one stream of messages (MIR-47): the sender spends a credit for each message and counts as
 * blocked once it has none; the receiver gives 200 back after each 200 it has handled. Credit may fall below zero, since a
 * blocked sender still sends what it has in hand. Deferred grants of a blocked receiver are left out: replicas of classic queues
 * are never blocked themselves.
 */
import type { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message, Pid } from '../../erlang/message.ts';

const CREDIT_INITIAL = 400;
const CREDIT_REFILL = 200;

/** Receiver to sender: go on sending. */
export interface BumpCredit extends Message {
  readonly type: 'bump_credit';
  readonly from: Pid;
  readonly credit: number;
}

/** The sender's account with one receiver. */
export class CreditAccount {
  private credit = CREDIT_INITIAL;

  get isBlocked(): boolean {
    return this.credit <= 0;
  }

  /** Spends one credit; true when this was the last one, so that the sender is blocked from now on. */
  spend(): boolean {
    this.credit -= 1;
    return this.credit === 0;
  }

  /** Takes a grant; true when it ended a blockage. */
  refill(credit: number): boolean {
    const wasBlocked = this.credit <= 0;
    this.credit += credit;
    return wasBlocked && this.credit > 0;
  }
}

/** The receiver's side: what it owes each sender. It belongs to a process and survives what that process becomes. */
export class CreditGrants {
  private readonly untilRefill = new Map<Pid, { count: number }>();

  /** One message of this sender has been handled; sends a grant when that completes a batch. */
  acknowledge(receiver: ErlangProcess, sender: Pid): void {
    let left = this.untilRefill.get(sender);
    if (left === undefined) this.untilRefill.set(sender, (left = { count: CREDIT_REFILL }));
    left.count -= 1;
    if (left.count > 0) return;
    left.count = CREDIT_REFILL;
    receiver.send(sender, { type: 'bump_credit', from: receiver.pid, credit: CREDIT_REFILL } as BumpCredit);
  }

  /** The sender is gone: its account is closed. */
  forget(sender: Pid): void {
    this.untilRefill.delete(sender);
  }
}
