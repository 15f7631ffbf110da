/**
 * The transactions of a publishing application: so many messages, then a commit (or, for a share of them, a rollback), and nothing
 * more until the broker has answered. What a transaction held when its channel was lost was not committed, as far as the application
 * knows, unless it had been taken back.
 */
import type { RandomStream } from '../kernel/random.ts';

export interface TransactionOptions {
  /** How many messages make one. */
  readonly messages: number;
  /** Share of them that the application rolls back. */
  readonly rollback: number;
}

type State = 'open' | 'committing' | 'rolling-back';

export class PublisherTransaction {
  private readonly options: TransactionOptions;
  private readonly draws: RandomStream;
  private state: State = 'open';
  private sequences: number[] = [];

  constructor(options: TransactionOptions, draws: RandomStream) {
    this.options = options;
    this.draws = draws;
  }

  /** The broker has not answered how the last one was ended. */
  get isEnding(): boolean {
    return this.state !== 'open';
  }

  get isFull(): boolean {
    return this.sequences.length >= this.options.messages;
  }

  get isEmpty(): boolean {
    return this.sequences.length === 0;
  }

  add(sequence: number): void {
    this.sequences.push(sequence);
  }

  /** How it is to be ended now, and what it holds. */
  end(): { readonly method: 'tx.commit' | 'tx.rollback'; readonly sequences: readonly number[] } {
    const isRolledBack = this.options.rollback > 0 && this.draws.chance(this.options.rollback);
    this.state = isRolledBack ? 'rolling-back' : 'committing';
    return { method: isRolledBack ? 'tx.rollback' : 'tx.commit', sequences: this.sequences };
  }

  /** The broker has answered: returns what it has committed; the next one begins. */
  ended(): readonly number[] {
    const committed = this.state === 'committing' ? this.sequences : [];
    this.state = 'open';
    this.sequences = [];
    return committed;
  }

  /** The channel is gone: returns what was neither committed nor rolled back. */
  lost(): readonly number[] {
    const open = this.state === 'rolling-back' ? [] : this.sequences;
    this.state = 'open';
    this.sequences = [];
    return open;
  }
}
