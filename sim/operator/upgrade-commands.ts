/** The commands of `rabbitmq-upgrade`: maintenance mode, and waiting until a node can be spared. */
import type { Command } from './command.ts';
import type { Critical, Done, NodeControl, Refusal } from './node-control.ts';
import { balanceRows } from './queues-commands.ts';
import { EXIT_UNAVAILABLE, fullName, refused, success } from './refusals.ts';
import type { Words } from './words.ts';

const NO_ARGUMENTS = { atLeast: 0, atMost: 0 };
const LOOK_INTERVAL_US = 200_000;
const DEFAULT_WAIT_S = 120;

function mode(
  usage: string,
  needs: 'vm' | 'app-running',
  banner: (node: string) => string,
  act: (control: NodeControl, done: Done) => void,
): Command {
  return {
    words: { arguments: NO_ARGUMENTS },
    usage,
    needs: () => needs,
    banner: (_words, node) => banner(fullName(node)),
    run: (control, _words, finish) =>
      act(control, (refusal) => finish(refusal === null ? success('') : refused(control.name, refusal))),
  };
}

/** How long the two waiting commands wait: `--timeout` or two minutes. */
function waitSeconds(words: Words): number {
  const seconds = Number(words.values.get('timeout') ?? DEFAULT_WAIT_S);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : DEFAULT_WAIT_S;
}

function awaiting(
  usage: string,
  what: string,
  timeIsUp: string,
  ask: (control: NodeControl, done: (refusal: Refusal | null, critical: Critical) => void) => void,
): Command {
  return {
    words: { arguments: NO_ARGUMENTS },
    usage,
    needs: () => 'app-running',
    hasOwnTimeout: true,
    banner: (words) => `Will wait for ${what} for ${waitSeconds(words)} seconds...`,
    run: (control, words, finish, after) => {
      const look = (looksLeft: number): void =>
        ask(control, (refusal, critical) => {
          if (refusal !== null) finish(refused(control.name, refusal));
          else if (!critical.applies) {
            const text =
              'Target node seems to be the only one in a single node cluster, the command does not apply';
            finish(success(critical.why === 'single node' ? text : ''));
          } else if (critical.queues.length === 0) finish(success(''));
          else if (looksLeft === 0) finish({ exit: EXIT_UNAVAILABLE, output: `Error:\n${timeIsUp}` });
          else after(LOOK_INTERVAL_US, () => look(looksLeft - 1));
        });
      look(Math.ceil((waitSeconds(words) * 1_000_000) / LOOK_INTERVAL_US));
    },
  };
}

const postUpgrade: Command = {
  words: { arguments: NO_ARGUMENTS },
  usage: 'post_upgrade',
  needs: () => 'app-running',
  banner: () => 'Executing post upgrade tasks...\nRebalancing queue masters...',
  run: (control, _words, finish) =>
    control.maintenance.rebalance({ type: 'all', vhostPattern: '.*', queuePattern: '.*' }, (refusal, rows) =>
      finish(refusal === null ? balanceRows(rows) : refused(control.name, refusal)),
    ),
};

export const rabbitmqUpgrade: ReadonlyMap<string, Command> = new Map<string, Command>([
  [
    'drain',
    mode(
      'drain',
      'vm',
      (node) =>
        `Will put node ${node} into maintenance mode. The node will no longer serve any client traffic!`,
      (control, done) => {
        const listener = `[:rabbit_listener, :"${fullName(control.name)}"]`;
        // So said Erlang where the application was stopped.
        if (control.isAppRunning()) control.maintenance.drain(done);
        else done({ reason: 'invalid', detail: `{:aborted, {:no_exists, ${listener}}}` });
      },
    ),
  ],
  [
    'revive',
    mode(
      'revive',
      // On a node whose application is stopped the real tool shows some Erlang error; here it says what is missing.
      'app-running',
      (node) =>
        `Will put node ${node} back into regular operating mode. ` +
        'The node will again serve client traffic and host primary queue replicas.',
      (control, done) => control.maintenance.revive(done),
    ),
  ],
  [
    'await_online_synchronized_mirror',
    awaiting(
      'await_online_synchronized_mirror',
      'a synchronised mirror be online for all classic mirrored queues',
      'time is up, no synchronised mirror came online for at least some classic mirrored queues',
      (control, done) => control.maintenance.mirrorSyncCritical(done),
    ),
  ],
  [
    'await_online_quorum_plus_one',
    awaiting(
      'await_online_quorum_plus_one',
      'a quorum + 1 of nodes to be online for all quorum queues',
      'time is up, no quorum + 1 online replicas came online for at least some quorum queues',
      (control, done) => control.maintenance.quorumCritical(done),
    ),
  ],
  ['post_upgrade', postUpgrade],
]);
