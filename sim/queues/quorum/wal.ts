/**
 * The write-ahead log of a node (`ra_log_wal`): one for all its members. What comes while a sync is under way is the next batch, so a slow
 * disk makes batches large, not many (QQ-4).
 */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';

const WAL_NAME = 'ra_log_wal';

/** From a member, after it has put entries into its log: sync up to here. */
export interface WalWrite extends Message {
  readonly type: 'wal_write';
  readonly writer: ErlangProcess;
  readonly index: number;
  readonly term: number;
}

/** To the member: everything up to this entry is on disk. */
export interface Written extends Message {
  readonly type: 'written';
  readonly index: number;
  readonly term: number;
}

const SYNCED: Message = { type: 'synced' };

export class Wal extends ErlangProcess {
  /** The last write of each member, in the order in which they began to wait. */
  private waiting = new Map<ErlangProcess, WalWrite>();
  private syncing: Map<ErlangProcess, WalWrite> | undefined;

  private constructor(vm: Vm) {
    super(vm, WAL_NAME);
    vm.register(WAL_NAME, this);
  }

  static of(vm: Vm): Wal {
    const running = vm.whereis(WAL_NAME);
    return running instanceof Wal ? running : new Wal(vm);
  }

  protected handleMessage(message: Message): void {
    if (message.type === 'wal_write') {
      const write = message as WalWrite;
      this.waiting.set(write.writer, write);
    } else {
      for (const [writer, { index, term }] of this.syncing!) {
        const written: Written = { type: 'written', index, term };
        this.send(writer.pid, written);
      }
      this.syncing = undefined;
    }
  }

  /** Nothing more is there to be taken along. */
  protected override onIdle(): void {
    if (this.syncing !== undefined || this.waiting.size === 0) return;
    this.syncing = this.waiting;
    this.waiting = new Map();
    this.vm.disk.sync(() => this.deliver(SYNCED));
  }
}
