/**
 * Ra's failure detector on one node (`aten`): every 5 s it looks who has been silent, and tells members whose leader that concerns. What
 * RabbitMQ sets: beats every 100 ms, suspicion when a silence is longer than one and a half of almost all gaps before. The beats are not
 * simulated one by one, as the connection knows when it last heard (NET-4); of the history of gaps only their usual length is kept.
 */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { Message } from '../../erlang/message.ts';
import type { Vm } from '../../erlang/vm.ts';
import { rule } from '../../rules/registry.ts';

const QQ_6 = rule('QQ-6');

const ATEN_NAME = 'aten_detector';
const POLL_INTERVAL_US = 5_000_000;
/** A gap of 100 ms, half as much again, and what beats vary by. */
const SUSPICIOUS_SILENCE_US = 200_000;
const POLL: Message = { type: 'poll' };

/** To a member: a node is suspected, or is not any more. */
export interface NodeEvent extends Message {
  readonly type: 'node_event';
  readonly node: string;
  readonly event: 'up' | 'down';
}

export class Aten extends ErlangProcess {
  private readonly watchers = new Map<string, Set<ErlangProcess>>();
  /** Of each connected node, as of the last look, whether it is suspected. */
  private suspected = new Map<string, boolean>();

  private constructor(vm: Vm) {
    super(vm, ATEN_NAME);
    vm.register(ATEN_NAME, this);
    const random = vm.simulation.random.stream(`aten/poll/${vm.node}`);
    this.startTimer(random.uniformUs(0, POLL_INTERVAL_US - 1), POLL);
  }

  /** The detector of this VM; starts one if there is none. */
  static of(vm: Vm): Aten {
    const running = vm.whereis(ATEN_NAME);
    return running instanceof Aten ? running : new Aten(vm);
  }

  /** From now on the watcher is told of this node, and of what was last seen of it at once. */
  watch(node: string, watcher: ErlangProcess): void {
    if (node === this.vm.node) return;
    let watchers = this.watchers.get(node);
    if (watchers === undefined) this.watchers.set(node, (watchers = new Set()));
    if (watchers.has(watcher)) return;
    watchers.add(watcher);
    this.tell(watcher, node, this.suspected.get(node) === false ? 'up' : 'down');
  }

  unwatch(node: string, watcher: ErlangProcess): void {
    this.watchers.get(node)?.delete(watcher);
  }

  protected handleMessage(_poll: Message): void {
    this.startTimer(POLL_INTERVAL_US, POLL);
    const before = this.suspected;
    this.suspected = new Map();
    const { nowUs } = this.vm.simulation;
    for (const node of this.vm.connectedNodes()) {
      const silentUs = nowUs - (this.vm.netKernel.lastHeardUs(node) ?? nowUs);
      this.suspected.set(node, silentUs >= SUSPICIOUS_SILENCE_US);
    }
    for (const node of before.keys()) if (!this.suspected.has(node)) this.tellAll(node, 'down');
    for (const [node, isSuspected] of this.suspected) {
      const was = before.get(node);
      if (was === undefined) this.tellAll(node, 'up');
      else if (was !== isSuspected) this.tellAll(node, isSuspected ? 'down' : 'up');
    }
  }

  private tellAll(node: string, event: NodeEvent['event']): void {
    if (event === 'down') this.vm.cite(QQ_6);
    for (const watcher of this.watchers.get(node) ?? []) {
      if (watcher.alive) this.tell(watcher, node, event);
      else this.watchers.get(node)!.delete(watcher);
    }
  }

  private tell(watcher: ErlangProcess, node: string, event: NodeEvent['event']): void {
    const message: NodeEvent = { type: 'node_event', node, event };
    this.send(watcher.pid, message);
  }
}
