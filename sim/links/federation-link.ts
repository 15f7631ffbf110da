/**
 * What the links of federated exchanges and queues have in common (`rabbit_federation_link_util`): what they are called and say of themselves, that their
 * own node's end is connected first, and what the loss of either end means.
 */
import { HERE } from '../amqp/uri.ts';
import type { ExitReason } from '../erlang/message.ts';
import type { Rule } from '../rules/registry.ts';
import type { LinkContext } from './link-context.ts';
import type { Side } from './link-words.ts';
import { LinkWorker } from './link-worker.ts';
import type { Upstream } from './upstream.ts';

/** What is federated, and what it is called upstream. */
export interface Federated {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  readonly upstreamName: string;
}

export abstract class FederationLink extends LinkWorker {
  protected readonly upstream: Upstream;

  constructor(
    home: LinkContext,
    recordName: string,
    upstream: Upstream,
    { kind, name, upstreamName }: Federated,
    decidedBy: Rule,
  ) {
    super(home, `federation link ${upstream.name} of ${kind} ${name}`, {
      name: recordName,
      type: 'federation',
      decidedBy,
      facts: {
        [kind]: name,
        [`upstream_${kind}`]: upstreamName,
        type: kind,
        vhost: '/',
        upstream: upstream.name,
        uri: upstream.uris[0]?.shown ?? '',
      },
      ackMode: upstream.ackMode,
    });
    this.upstream = upstream;
  }

  /** Connects this node's end, then the upstream. */
  protected connectBoth(then: () => void): void {
    this.connect('destination', [HERE], () =>
      this.selectConfirms(() => this.connect('source', [this.oneOf(this.upstream.uris)], then)),
    );
  }

  /** A lost upstream is reason to begin anew; whoever lost its own node's end has worse to fear. */
  protected override endFor(side: Side, _reason: string): ExitReason {
    return side === 'source' ? 'restart' : 'crash';
  }
}
