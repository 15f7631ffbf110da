/**
 * Who is connected where (`rabbit_connection_tracking`, `rabbit_channel_tracking`): each node knows its own connections and channels, and
 * whoever wants to know how many there are in all asks every running node, and waits for the answers.
 */
import type { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Vm } from '../erlang/vm.ts';
import { CONNECTION_COUNTER } from '../partitions/autoheal-actions.ts';
import type { NodeContext } from './node-context.ts';

/** What is counted, by the name of a virtual host or a user. */
export type Tracked = 'connections of vhost' | 'connections of user' | 'channels of user';

/** One node's part of it. */
export interface ConnectionTracking {
  count(what: Tracked, name: string): number;
  closeIn(vhost: string, explanation: string): void;
}

/** The registered process that knows its node's connections. */
export interface TrackingProcess {
  readonly tracking: ConnectionTracking;
}

function trackingOn(vm: Vm): ConnectionTracking | undefined {
  return (vm.whereis(CONNECTION_COUNTER) as (ErlangProcess & TrackingProcess) | undefined)?.tracking;
}

/** Adds up what all running nodes count; the process stands still meanwhile. */
export function countTracked(
  context: NodeContext,
  process: ErlangProcess,
  what: Tracked,
  name: string,
  done: (count: number) => void,
): void {
  onEachNode(
    context,
    process,
    (vm) => trackingOn(vm)?.count(what, name) ?? 0,
    (counts) => done(counts.reduce((sum, count) => sum + count, 0)),
  );
}

/** Closes the connections of a virtual host that has been deleted, on every running node. */
export function closeConnectionsIn(
  context: NodeContext,
  process: ErlangProcess,
  vhost: string,
  done: () => void,
): void {
  const explanation = `vhost '${vhost}' is deleted`;
  onEachNode(context, process, (vm) => trackingOn(vm)?.closeIn(vhost, explanation), done);
}

function onEachNode<T>(
  context: NodeContext,
  process: ErlangProcess,
  run: (vm: Vm) => T,
  done: (answers: readonly T[]) => void,
): void {
  const nodes = context.database.runningNodes();
  process.standStill((resumeWith) => {
    const answers: T[] = [];
    let open = nodes.length;
    const answered = (): void => {
      open -= 1;
      if (open === 0) resumeWith(() => done(answers));
    };
    for (const node of nodes) {
      context.vm.remoteCall(node, run, {
        reply: (answer) => {
          answers.push(answer);
          answered();
        },
        failed: answered,
      });
    }
  });
}
