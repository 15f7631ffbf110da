/**
 * Where a node starts mirrors: reached by name from other nodes, with a call, so that whoever wants a mirror on a silent
 * node waits until that node is known to be down (MIR-9). The processes themselves are children of the queue supervisor. It
 * also knows the ring processes of this node's mirrors, some of which outlive a mirror that refused its promotion.
 */
import { ErlangProcess } from '../../erlang/erlang-process.ts';
import type { CallFrom, Message, Pid } from '../../erlang/message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import { rabbitQueue } from '../../broker/queue-record.ts';
import type { Mirroring, ReplicaParts } from '../classic/mirroring.ts';
import { QueueProcess } from '../classic/queue-process.ts';
import { QueueSupervisor } from '../classic/queue-supervisor.ts';
import type { Gm } from './gm.ts';
import { addMirrors, MIRROR_SUPERVISOR, type StartMirror } from './mirror-set.ts';
import { Mirror } from './mirror.ts';
import { rule } from '../../rules/registry.ts';
import { isMirrored, suggestedNodes } from './placement.ts';
import { Errand } from './errand.ts';

const MIR_24 = rule('MIR-24');

export class MirrorSupervisor extends ErlangProcess {
  private readonly context: NodeContext;
  private readonly mirroring: Mirroring;
  private readonly parts: ReplicaParts;
  private rings: Gm[] = [];

  private constructor(context: NodeContext, mirroring: Mirroring, parts: ReplicaParts) {
    super(context.vm, MIRROR_SUPERVISOR);
    this.context = context;
    this.mirroring = mirroring;
    this.parts = parts;
    context.vm.register(MIRROR_SUPERVISOR, this);
  }

  /** The one of this run of the node's application; starts it if need be. */
  static of(context: NodeContext, mirroring: Mirroring, parts: ReplicaParts): MirrorSupervisor {
    const running = context.vm.whereis(MIRROR_SUPERVISOR);
    return running instanceof MirrorSupervisor ? running : new MirrorSupervisor(context, mirroring, parts);
  }

  protected handleMessage(): void {}

  protected override handleCall(request: Message, from: CallFrom): void {
    if (request.type !== 'start_mirror') super.handleCall(request, from);
    if (QueueSupervisor.isEnding(this.context)) return;
    const { queue } = request as StartMirror;
    this.reply(from, this.startMirror(queue));
  }

  private startMirror(queue: string): Pid {
    const process = new QueueProcess(this.vm, `rabbit_amqqueue/${queue}`, (self) => this.mirror(self, queue));
    QueueSupervisor.of(this.context, this.mirroring).adopt(queue, process);
    return process.pid;
  }

  /** The behaviour of a mirror that waits to be told to join. */
  mirror(process: QueueProcess, queue: string): Mirror {
    return new Mirror(this.context, process, queue, this.parts, (gm) => {
      this.rings = this.rings.filter((ring) => ring.alive);
      this.rings.push(gm);
    });
  }

  /** Starts the mirrors that belong here, of queues that live already; nothing is started elsewhere (MIR-24). */
  startMirrors(): void {
    const { context } = this;
    const { node, database, vm } = context;
    Errand.start(vm, `on_vhost_up/${node}`, (self) => {
      database.transaction(
        self,
        { locks: [rabbitQueue.name] },
        (transaction) =>
          transaction.keys(rabbitQueue).filter((name) => {
            const record = transaction.read(rabbitQueue, name)!;
            if (!isMirrored(record) || record.pid === null) return false;
            const present = [record.pid, ...record.slavePids].map((pid) => pid.node);
            const possible = present.includes(node) ? present : [node, ...present];
            return suggestedNodes(context, record, possible).mirrors.includes(node);
          }),
        (queues) => {
          vm.cite(MIR_24);
          const next = (index: number): void => {
            const queue = queues[index];
            if (queue === undefined) self.exit('normal');
            else addMirrors(self, queue, [node], 'async', () => next(index + 1));
          };
          next(0);
        },
      );
    });
  }

  /** The application stops; mirrors and leaders have ended already. */
  end(): void {
    for (const ring of this.rings) ring.exit('shutdown');
    this.exit('shutdown');
  }
}
