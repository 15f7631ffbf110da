/** Records about shovels and federation links: when they run, and what they carried over. */
import { recordType } from '../kernel/record-type.ts';

/**
 * A link is connected at both ends and consumes, or is ready to. `link` is its name, `node` where it runs, `rule` the registry's index of
 * the kind of link.
 */
export const linkRunning = recordType('link_running', {
  link: 'name',
  type: 'name',
  node: 'name',
  queue: 'name',
  ackMode: 'name',
  rule: 'int',
});
/** A link that had started has ended: it could not connect, lost a connection, or was told to stop. */
export const linkTerminated = recordType('link_terminated', {
  link: 'name',
  type: 'name',
  node: 'name',
  reason: 'name',
});
/**
 * A link published to its destination what it had taken from `queue`. `rule` is the registry's index of the kind of link. Whether the
 * destination has it by then, nobody knows yet.
 */
export const forwarded = recordType('forwarded', {
  message: 'message',
  queue: 'name',
  link: 'name',
  node: 'name',
  ackMode: 'name',
  rule: 'int',
});
