/** Dead-lettering as far as definitions tell: queues that applications publish to, queues that messages only wait or end in. */
import { compilePattern, PatternError } from '../../amqp/pattern.ts';
import { placeOf, text, vhostOf, type Definitions, type Fields } from './definitions.ts';

/** Which queues are ends of dead-lettering rather than beginnings, by their arguments and the policies that match them. */
export class DeadLettering {
  private readonly policies: readonly {
    readonly matches: (name: string) => boolean;
    readonly policy: Fields;
  }[];
  private readonly targets = new Set<string>();

  constructor({ queues, bindings, policies }: Definitions) {
    const byPriority = policies.toSorted((a, b) => priorityOf(b) - priorityOf(a));
    this.policies = byPriority.flatMap((policy) => {
      try {
        const pattern = compilePattern(text(policy, 'pattern'));
        return [{ matches: (name: string) => pattern.matches(name), policy }];
      } catch (error) {
        if (error instanceof PatternError) return [];
        throw error;
      }
    });
    const bound = new Map<string, string[]>();
    for (const binding of bindings) {
      const source = placeOf(binding, 'source');
      const reached = bound.get(source) ?? [];
      bound.set(source, reached);
      reached.push(placeOf(binding, 'destination'));
    }
    for (const queue of queues) {
      const exchange = this.setting(queue, 'dead-letter-exchange');
      if (typeof exchange !== 'string') continue;
      const key = this.setting(queue, 'dead-letter-routing-key') ?? text(queue, 'name');
      const direct = JSON.stringify([vhostOf(queue), key]);
      const reached =
        exchange === '' ? [direct] : (bound.get(JSON.stringify([vhostOf(queue), exchange])) ?? []);
      for (const target of reached) this.targets.add(target);
    }
  }

  /** Messages come here to wait until they are dead-lettered on. */
  isForWaiting(queue: Fields): boolean {
    return this.isTarget(queue) && this.passesOn(queue) && this.setting(queue, 'message-ttl') !== undefined;
  }

  /** Applications publish to it, as far as one can tell: what is only reached by dead letters is none of theirs. */
  isPublishedTo(queue: Fields): boolean {
    return !this.isTarget(queue) || (this.passesOn(queue) && !this.isForWaiting(queue));
  }

  private isTarget(queue: Fields): boolean {
    return this.targets.has(placeOf(queue, 'name'));
  }

  private passesOn(queue: Fields): boolean {
    return this.setting(queue, 'dead-letter-exchange') !== undefined;
  }

  private setting(queue: Fields, name: string): unknown {
    const given = ((queue['arguments'] ?? {}) as Fields)[`x-${name}`];
    if (given !== undefined) return given;
    const matching = this.policies.find(
      ({ matches, policy }) => vhostOf(policy) === vhostOf(queue) && matches(text(queue, 'name')),
    );
    return ((matching?.policy['definition'] ?? {}) as Fields)[name];
  }
}

function priorityOf(policy: Fields): number {
  const { priority } = policy;
  return typeof priority === 'number' ? priority : 0;
}
