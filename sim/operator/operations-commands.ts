/** Commands of `rabbitmqctl` for operations on a node that goes on: its listeners, and waiting for the others. */
import type { Command } from './command.ts';
import { EXIT_SOFTWARE, fullName, refused, success } from './refusals.ts';
import { EXIT_DATA, type Words } from './words.ts';

const LOOK_INTERVAL_US = 1_000_000;
const DEFAULT_WAIT_S = 300;

function listeners(usage: string, open: boolean, banner: (node: string) => string): Command {
  return {
    words: { arguments: { atLeast: 0, atMost: 0 } },
    usage,
    needs: () => 'app-running',
    banner: (_words, node) => banner(fullName(node)),
    run: (control, _words, finish) =>
      control.maintenance.setListeners(open, (refusal) =>
        finish(refusal === null ? success('') : refused(control.name, refusal)),
      ),
  };
}

function waitSeconds({ values }: Words): number {
  const seconds = Number(values.get('timeout') ?? DEFAULT_WAIT_S);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : DEFAULT_WAIT_S;
}

const awaitOnlineNodes: Command = {
  words: { arguments: { atLeast: 1, atMost: 1 } },
  usage: 'await_online_nodes <count> [--timeout <timeout>]',
  needs: () => 'app-running',
  hasOwnTimeout: true,
  banner: (words, node) =>
    `Will wait for at least ${words.arguments[0]} nodes to join the cluster of ${fullName(node)}. ` +
    `Timeout: ${waitSeconds(words)} seconds.`,
  check: ({ arguments: [count = ''] }) =>
    /^[1-9]\d*$/.test(count)
      ? null
      : {
          exit: EXIT_DATA,
          output: 'Error (argument validation): Bad argument: argument must be a positive integer',
        },
  run: (control, words, finish, after) => {
    const needed = Number(words.arguments[0]);
    const look = (looksLeft: number): void =>
      control.clusterStatus((refusal, status) => {
        const running = status?.runningNodes.length ?? 0;
        if (status === null) finish(refused(control.name, refusal ?? { reason: 'nodedown' }));
        else if (running >= needed) finish(success(''));
        else if (looksLeft === 0) {
          const text = `Error: timed out while waiting. Not enough nodes joined ${fullName(control.name)}'s cluster.`;
          finish({ exit: EXIT_SOFTWARE, output: `Error:\n${text}` });
        } else after(LOOK_INTERVAL_US, () => look(looksLeft - 1));
      });
    look(waitSeconds(words));
  },
};

export const operations: readonly (readonly [string, Command])[] = [
  [
    'suspend_listeners',
    listeners(
      'suspend_listeners',
      false,
      (node) =>
        `Will suspend client connection listeners on node ${node}. The node will no longer accept client connections!`,
    ),
  ],
  [
    'resume_listeners',
    listeners(
      'resume_listeners',
      true,
      (node) =>
        `Will resume client connection listeners on node ${node}. The node will now accept client connections`,
    ),
  ],
  ['await_online_nodes', awaitOnlineNodes],
];
