/** What a command line tool asks of a node about shovels and federation. Every `done` is called exactly once, as those of `NodeControl`. */
import type { FieldValue } from '../amqp/basic-message.ts';
import type { LinkStatus } from '../links/link-status.ts';
import type { Done, Refusal } from './node-control.ts';

export interface LinkControl {
  /** Of a component of shovels or federation, with a value that is known to be good. */
  setParameter(component: string, name: string, value: FieldValue, done: Done): void;
  /** How the links stand that run on this node. */
  linkStatus(
    kind: 'shovel' | 'federation',
    done: (refusal: Refusal | null, links: readonly LinkStatus[]) => void,
  ): void;
  /** `no_such_policy`, which is a parameter, too, where there is none of that name. */
  clearParameter(component: string, name: string, done: Done): void;
}
