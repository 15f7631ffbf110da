/** How autoheal's questions travel: calls and remote calls that hold the node monitor up until they are answered. */
import { MNESIA } from '../cluster/mnesia.ts';
import type { CallOutcome, ErlangProcess } from '../erlang/erlang-process.ts';
import { SMALL_MESSAGE_BYTES, type Destination, type ExitReason, type Message } from '../erlang/message.ts';
import { Priority } from '../kernel/simulation.ts';
import * as records from '../records/cluster.ts';
import { aliveMembers } from './alive.ts';
import type { AutohealActions, AutohealMessage, MonitorStatus } from './autoheal.ts';
import { restartLoser, type AutohealMemory } from './outside-process.ts';
import { isRabbitRunning, NODE_MONITOR, OUTSIDE_PROCESS, type MonitorPort } from './port.ts';

/** Winner: how long to wait for the losers' Mnesia before telling them again (PAR-23). */
const MNESIA_WAIT_US = 60_000_000;

/** The parts of the node monitor's own voice that its autoheal needs. */
export interface MonitorVoice {
  partitions(): readonly string[];
  tell(node: string, message: AutohealMessage): void;
  ask<T>(to: Destination, request: Message, outcome: CallOutcome<T>): void;
  whenDown(to: Destination, then: (reason: ExitReason) => void): void;
}

export interface ConnectionCounter {
  countConnections(): number;
}

/** Registered by `node/` on every VM whose application runs: how many client connections it has (PAR-20). */
export const CONNECTION_COUNTER = 'rabbit_networking';

export function autohealActions(
  monitor: ErlangProcess,
  port: MonitorPort,
  voice: MonitorVoice,
): AutohealActions {
  const { vm } = port;
  const { journal } = vm.simulation;
  const name = (text: string): number => journal.intern(text);

  /** Collects one answer for each node, the monitor standing still meanwhile. */
  const gather = <T>(
    nodes: readonly string[],
    question: (node: string, answer: (value: T) => void) => void,
    done: (answers: Map<string, T>) => void,
  ): void => {
    const answers = new Map<string, T>();
    if (nodes.length === 0) {
      done(answers);
      return;
    }
    monitor.standStill((resumeWith) => {
      for (const node of nodes) {
        question(node, (value) => {
          answers.set(node, value);
          if (answers.size === nodes.length) resumeWith(() => done(answers));
        });
      }
    });
  };

  return {
    self: vm.node,
    members: () => port.members(),
    partitions: () => voice.partitions(),
    cite: (rule) => vm.cite(rule),
    tell: (node, message) => voice.tell(node, message),
    note: (event, ...texts) => {
      const self = name(vm.node);
      const [first = '', second = '', third = ''] = texts;
      switch (event) {
        case 'requested':
          journal.write(records.autohealRequested, self, name(first));
          return;
        case 'denied':
          journal.write(records.autohealDenied, self, name(first));
          return;
        case 'winner':
          journal.write(records.autohealWinner, self, name(first), name(second), name(third));
          return;
        case 'aborted':
          journal.write(records.autohealAborted, self, name(first));
          return;
        case 'finished':
          journal.write(records.autohealFinished, self);
          return;
        case 'restarting':
          journal.write(records.nodeRestarting, self, name(first));
      }
    },
    askStatus: (nodes, done) =>
      gather<MonitorStatus | null>(
        nodes,
        (node, answer) =>
          voice.ask<MonitorStatus>(
            { node, name: NODE_MONITOR },
            { type: 'status' },
            { reply: answer, failed: () => answer(null) },
          ),
        done,
      ),
    countConnections: (nodes, done) =>
      gather<number>(
        nodes,
        (node, answer) =>
          vm.remoteCall(
            node,
            (remote) =>
              (
                remote.whereis(CONNECTION_COUNTER) as (ErlangProcess & ConnectionCounter) | undefined
              )?.countConnections() ?? 0,
            { reply: answer, failed: () => answer(0) },
          ),
        done,
      ),
    askRunning: (nodes, done) =>
      gather<boolean>(
        aliveMembers(port, nodes),
        (node, answer) =>
          vm.remoteCall(node, isRabbitRunning, {
            reply: answer,
            failed: () => answer(false),
          }),
        (answers) => done(nodes.filter((node) => answers.get(node) === true)),
      ),
    awaitMnesiaDown: (nodes, again, done) => {
      const up = new Set(nodes);
      if (up.size === 0) {
        done();
        return;
      }
      monitor.standStill((resumeWith) => {
        const waitAMinute = (): void => {
          const remind = (): void => {
            if (up.size === 0) return;
            again([...up]);
            waitAMinute();
          };
          vm.simulation.after(MNESIA_WAIT_US, Priority.timer, () => monitor.deliverUrgent(remind));
        };
        waitAMinute();
        for (const node of nodes) {
          voice.whenDown({ node, name: MNESIA }, () => {
            if (up.delete(node) && up.size === 0) resumeWith(done);
          });
        }
      });
    },
    safeToStart: (node) =>
      vm.send({ node, name: OUTSIDE_PROCESS }, { type: 'autoheal_safe_to_start' }, SMALL_MESSAGE_BYTES),
    restartSelf: (winner, memory: AutohealMemory) =>
      restartLoser(port, winner, memory, (remembered) => port.rememberAutoheal(remembered)),
  };
}
