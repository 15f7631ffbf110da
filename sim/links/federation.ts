/**
 * Federation on one node: sees to it that every exchange and queue that a policy federates has its links, one for each upstream, on one node of
 * the cluster. It hears of policies, exchanges, queues and upstreams from the tables; the node that comes first by name starts the links
 * of exchanges, where RabbitMQ takes the one on which somebody declared or changed something, and a queue's are started where it is led.
 *
 * Left out: federated quorum queues, which loading refuses.
 */
import type { FieldTable } from '../amqp/basic-message.ts';
import { DEFAULT_EXCHANGE, rabbitExchange } from '../broker/exchange.ts';
import { rabbitQueue, type EffectivePolicy } from '../broker/queue-record.ts';
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Message } from '../erlang/message.ts';
import { queueKey } from '../records/queue-key.ts';
import { ExchangeLink } from './exchange-link.ts';
import type { LinkContext } from './link-context.ts';
import { LinkSupervisor } from './link-supervisor.ts';
import type { LinkWorker } from './link-worker.ts';
import { childSpecs, MirroredSupervisor } from './mirrored-supervisor.ts';
import { parametersTable } from './parameters.ts';
import { QueueLink, type ConsumerState } from './queue-link.ts';
import { isFederated, upstreamsOf, type Upstream } from './upstream.ts';

const EXCHANGE_LINKS = 'rabbit_federation_exchange_link_sup_sup';
export const QUEUE_LINKS = 'rabbit_federation_queue_link_sup_sup';

const LOOK: Message = { type: 'look' };
const US_PER_S = 1_000_000;

/** A link that there is to be. */
interface Wanted {
  readonly id: string;
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  readonly upstream: Upstream;
  /** The node that starts it if nobody has. */
  readonly starter: string;
}

export class Federation extends ErlangProcess {
  readonly exchanges: MirroredSupervisor;
  readonly queues: MirroredSupervisor;
  private readonly home: LinkContext;
  /** What the links that run here were made of, by their ids. */
  private readonly made = new Map<string, string>();
  private looking = false;

  constructor(home: LinkContext) {
    super(home.context.vm, 'rabbit_federation_sup');
    this.home = home;
    const make = (id: string): LinkSupervisor | null => this.startLink(id);
    this.exchanges = new MirroredSupervisor(home, EXCHANGE_LINKS, make);
    this.queues = new MirroredSupervisor(home, QUEUE_LINKS, make, (message) => this.tellLinks(message));
    this.exchanges.begin([]);
    this.queues.begin([]);
    const { database } = home.context;
    for (const table of [rabbitExchange, rabbitQueue, parametersTable, childSpecs])
      database.subscribe(table, () => this.lookSoon());
    this.lookSoon();
  }

  private lookSoon(): void {
    if (this.looking) return;
    this.looking = true;
    this.deliver(LOOK);
  }

  protected handleMessage(message: Message): void {
    if (message !== LOOK) return;
    this.looking = false;
    const wanted = new Map(this.wanted().map((each) => [each.id, each]));
    for (const [id, definition] of [...this.made]) {
      const now = wanted.get(id);
      if (now !== undefined && definitionOf(now) === definition) continue;
      this.made.delete(id);
      this.supervisorOf(id).stop(id);
    }
    for (const { id, starter } of wanted.values())
      if (starter === this.vm.node) this.supervisorOf(id).ensure(id);
  }

  private supervisorOf(id: string): MirroredSupervisor {
    return id.startsWith('exchange ') ? this.exchanges : this.queues;
  }

  // --- what there is to be ----------------------------------------------------------------------------------

  private wanted(): Wanted[] {
    const { database } = this.home.context;
    const first = database.runningNodes().toSorted()[0] ?? this.vm.node;
    const wanted: Wanted[] = [];
    for (const [name, { policy, internal }] of database.entries(rabbitExchange)) {
      if (name === DEFAULT_EXCHANGE || internal) continue;
      wanted.push(...this.linksOf('exchange', name, policy, first));
    }
    for (const [name, { policy, pid, arguments: args, type }] of database.entries(rabbitQueue)) {
      if (type !== 'classic' || isInternal(args)) continue;
      wanted.push(...this.linksOf('queue', name, policy, pid?.node ?? first));
    }
    return wanted;
  }

  private linksOf(
    kind: 'exchange' | 'queue',
    name: string,
    policy: EffectivePolicy | null,
    starter: string,
  ): Wanted[] {
    if (!isFederated(policy)) return [];
    return upstreamsOf(this.home.context.database, policy).map((upstream) => ({
      id: `${kind} ${name} ${upstream.name}`,
      kind,
      name,
      upstream,
      starter,
    }));
  }

  private startLink(id: string): LinkSupervisor | null {
    const link = this.wanted().find((each) => each.id === id);
    if (link === undefined) return null;
    this.made.set(id, definitionOf(link));
    const { kind, name, upstream } = link;
    const { context } = this.home;
    const recordName = queueKey(
      this.home.clusterOf(context.node),
      `${upstream.consumerTag} (${kind} ${name})`,
    );
    const worker = (): LinkWorker =>
      kind === 'exchange'
        ? new ExchangeLink(this.home, recordName, upstream, name)
        : new QueueLink(this.home, recordName, upstream, name);
    const delayUs = upstream.reconnectDelayS * US_PER_S;
    return new LinkSupervisor(
      context.vm,
      `supervisor of ${recordName}`,
      { kind: 'permanent', delayUs },
      worker,
      () => this.home.statuses.remove(recordName),
    );
  }

  /** A queue's leader, wherever it is, tells how its consumers stand. */
  private tellLinks(message: Message): void {
    if (message.type !== 'consumer_state') return;
    const { queue } = message as ConsumerState;
    for (const worker of this.queues.workers().values())
      if (worker instanceof QueueLink && worker.queue === queue) this.send(worker.pid, message);
  }
}

/** Equal for links that would be the same. */
function definitionOf({ upstream }: Wanted): string {
  return JSON.stringify(upstream);
}

function isInternal(args: FieldTable): boolean {
  return args['x-internal-purpose'] !== undefined;
}
