/**
 * Whether a client may have what it asks for: a connection to a virtual host, another channel, another queue. Limits are asked for first,
 * and counted over all running nodes (`is_over_vhost_connection_limit` and its like).
 */
import { nameIn, vhostOf } from '../records/resource-name.ts';
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import { rule } from '../rules/registry.ts';
import { countTracked, type Tracked } from './connection-tracking.ts';
import { preconditionFailed } from './errors.ts';
import type { NodeContext } from './node-context.ts';
import { rabbitQueue } from './queue-record.ts';
import type { ChannelError } from './queue-type.ts';
import { limitsOf, vhostExists } from './virtual-hosts.ts';

const BRK_47 = rule('BRK-47');

type Answer = (refusal: ChannelError | null) => void;

/** A connection is refused for good with 530. */
function notAllowed(text: string): ChannelError {
  return { code: 530, text };
}

/** `limit`: undefined or below zero is none. `done` is told whether there are so many already. */
function isReached(
  context: NodeContext,
  process: ErlangProcess,
  limit: number | undefined,
  what: Tracked,
  name: string,
  done: (reached: boolean) => void,
): void {
  if (limit === undefined || limit < 0) {
    done(false);
    return;
  }
  context.vm.cite(BRK_47);
  if (limit === 0) done(true);
  else countTracked(context, process, what, name, (count) => done(count >= limit));
}

/** Whether the user may open a connection to the virtual host, but for permissions. */
export function admitConnection(
  context: NodeContext,
  process: ErlangProcess,
  vhost: string,
  user: string | undefined,
  done: Answer,
): void {
  const { database } = context;
  if (!vhostExists(database, vhost)) {
    done(notAllowed(`vhost ${vhost} not found`));
    return;
  }
  // Whoever sets an experiment up and clears it away is not counted, either.
  if (user === undefined) {
    done(null);
    return;
  }
  const ofVhost = limitsOf(database, 'vhost', vhost)['max-connections'];
  const ofUser = limitsOf(database, 'user', user)['max-connections'];
  isReached(context, process, ofVhost, 'connections of vhost', vhost, (isFull) => {
    if (isFull) {
      const who = `access to vhost '${vhost}' refused for user '${user}'`;
      done(notAllowed(`${who}: connection limit (${ofVhost}) is reached`));
      return;
    }
    isReached(context, process, ofUser, 'connections of user', user, (hasEnough) =>
      done(
        hasEnough
          ? notAllowed(`connection refused for user '${user}': user connection limit (${ofUser}) is reached`)
          : null,
      ),
    );
  });
}

/** A channel by its number, for a client that has so many. */
interface AskedChannel {
  readonly user: string | undefined;
  readonly number: number;
  readonly open: number;
}

/** Whether the client may have the channel: by what was negotiated, and by what its user may have in all. */
export function admitChannel(
  context: NodeContext,
  process: ErlangProcess,
  { user, number, open }: AskedChannel,
  done: Answer,
): void {
  const { channelMax } = context.config;
  if (channelMax !== 0 && number > channelMax) {
    context.vm.cite(BRK_47);
    const most = `has reached the negotiated channel_max (${channelMax})`;
    done(notAllowed(`number of channels opened (${open}) ${most}`));
    return;
  }
  const limit = user === undefined ? undefined : limitsOf(context.database, 'user', user)['max-channels'];
  isReached(context, process, limit, 'channels of user', user ?? '', (reached) => {
    const text = `number of channels opened for user '${user}' has reached the maximum allowed user limit of (${limit})`;
    done(reached ? notAllowed(text) : null);
  });
}

/** Why no more queues can be declared where this one would be, or null. */
export function queueLimitReached(context: NodeContext, queue: string): ChannelError | null {
  const vhost = vhostOf(queue);
  const limit = limitsOf(context.database, 'vhost', vhost)['max-queues'];
  if (limit === undefined || limit < 0) return null;
  let count = 0;
  for (const [name] of context.database.entries(rabbitQueue)) if (vhostOf(name) === vhost) count += 1;
  if (count < limit) return null;
  context.vm.cite(BRK_47);
  return preconditionFailed(
    `cannot declare queue '${nameIn(queue)}': queue limit in vhost '${vhost}' (${limit}) is reached`,
  );
}
