/**
 * Autoheal: once everybody is connected again, the leader lets one side win and every node of the other sides restart its
 * application (PAR-16 to PAR-27). A state machine of the node monitor, which is why the decision and the wait for the
 * losers' Mnesia hold everything else up that the monitor has to do.
 */
import type { Message } from '../erlang/message.ts';
import { rule } from '../rules/registry.ts';
import { allPartitions } from './all-partitions.ts';
import type { AutohealMemory } from './outside-process.ts';

const PAR_16 = rule('PAR-16');
const PAR_18 = rule('PAR-18');
const PAR_19 = rule('PAR-19');
const PAR_20 = rule('PAR-20');
const PAR_21 = rule('PAR-21');
const PAR_22 = rule('PAR-22');
const PAR_23 = rule('PAR-23');
const PAR_25 = rule('PAR-25');

type State =
  | { readonly is: 'not_healing' }
  | {
      readonly is: 'winner_waiting';
      readonly outstanding: readonly string[];
      readonly losers: readonly string[];
    }
  | { readonly is: 'leader_waiting'; readonly winner: string; readonly losers: readonly string[] }
  | { readonly is: 'restarting' };

export type AutohealMessage =
  | { readonly type: 'request_start'; readonly node: string }
  | { readonly type: 'become_winner'; readonly losers: readonly string[] }
  | { readonly type: 'winner_is'; readonly winner: string }
  | { readonly type: 'report_autoheal_status' }
  | { readonly type: 'autoheal_finished'; readonly winner: string };

/** What another node monitor answers about itself. */
export interface MonitorStatus {
  readonly partitions: readonly string[];
  readonly nodes: readonly string[];
}

/** What autoheal does through the node monitor it is part of. The waiting ones hold the monitor up. */
export interface AutohealActions {
  readonly self: string;
  members(): string[];
  partitions(): readonly string[];
  cite(rule: { readonly index: number }): void;
  tell(node: string, message: AutohealMessage): void;
  note(
    event: 'requested' | 'denied' | 'winner' | 'aborted' | 'finished' | 'restarting',
    ...texts: string[]
  ): void;
  /** Asks other monitors; `done` gets null for each that cannot answer. */
  askStatus(
    nodes: readonly string[],
    done: (answers: ReadonlyMap<string, MonitorStatus | null>) => void,
  ): void;
  countConnections(nodes: readonly string[], done: (counts: ReadonlyMap<string, number>) => void): void;
  /** Which of these have a running application. */
  askRunning(nodes: readonly string[], done: (running: readonly string[]) => void): void;
  /** Waits until Mnesia is down on all of these; `again` is called every minute with those where it is not. */
  awaitMnesiaDown(
    nodes: readonly string[],
    again: (stillUp: readonly string[]) => void,
    done: () => void,
  ): void;
  safeToStart(node: string): void;
  restartSelf(winner: string, memory: AutohealMemory): void;
}

export class Autoheal {
  private readonly actions: AutohealActions;
  private state: State = { is: 'not_healing' };

  constructor(actions: AutohealActions, memory: AutohealMemory) {
    this.actions = actions;
    if (memory === null) return;
    // We lead and were a loser: the winner knows whether it is over by now.
    this.state = { is: 'leader_waiting', ...memory };
    actions.tell(memory.winner, { type: 'report_autoheal_status' });
  }

  /** Everybody is connected and we know of a partition (PAR-16). */
  maybeStart(): void {
    if (this.state.is !== 'not_healing') return;
    this.actions.cite(PAR_16);
    const leader = this.leader();
    this.actions.note('requested', leader);
    this.actions.tell(leader, { type: 'request_start', node: this.actions.self });
  }

  private leader(): string {
    this.actions.cite(PAR_18);
    return this.actions.members().toSorted()[0]!;
  }

  handle(message: Message): void {
    const request = message as AutohealMessage;
    if (this.state.is === 'restarting') return;
    switch (request.type) {
      case 'request_start':
        if (this.state.is === 'not_healing') this.checkOthers();
        return;
      case 'become_winner':
        this.becomeWinner(request.losers);
        return;
      case 'winner_is':
        this.lose(request.winner);
        return;
      case 'report_autoheal_status':
        if (this.state.is === 'not_healing') this.tellFinished();
        return;
      case 'autoheal_finished':
        if (this.state.is === 'leader_waiting' && this.state.winner === request.winner) this.idle();
        this.actions.note('finished');
    }
  }

  private idle(): void {
    this.state = { is: 'not_healing' };
  }

  // --- the leader ------------------------------------------------------------------------------------------

  private checkOthers(): void {
    const { actions } = this;
    actions.cite(PAR_19);
    const members = actions.members();
    const others = members.filter((node) => node !== actions.self);
    actions.askStatus(others, (answers) => {
      const silent = others.filter((node) => answers.get(node) === null);
      if (silent.length > 0) {
        actions.note('denied', `local nodes down: ${silent.join(' ')}`);
        return;
      }
      const disconnected = others.filter((node) =>
        members.some((member) => !answers.get(node)!.nodes.includes(member)),
      );
      if (disconnected.length > 0) {
        actions.note('denied', `remote nodes disconnected: ${disconnected.join(' ')}`);
        return;
      }
      const views: [string, readonly string[]][] = [[actions.self, actions.partitions()]];
      for (const node of others) views.push([node, answers.get(node)!.partitions]);
      this.decide(allPartitions(members, views));
    });
  }

  private decide(partitions: readonly (readonly string[])[]): void {
    const { actions } = this;
    actions.cite(PAR_20);
    actions.countConnections(partitions.flat(), (counts) => {
      const valued = partitions.map((nodes) => ({
        nodes,
        connections: nodes.reduce((sum, node) => sum + (counts.get(node) ?? 0), 0),
      }));
      valued.sort(
        (a, b) =>
          b.connections - a.connections || b.nodes.length - a.nodes.length || compareLists(b.nodes, a.nodes),
      );
      const winner = valued[0]!.nodes[0]!;
      const losers = valued.slice(1).flatMap((partition) => partition.nodes);
      if (valued.some(({ nodes }) => nodes.length > valued[0]!.nodes.length)) actions.cite(PAR_21);
      const shown = partitions.map((nodes) => `[${nodes.join(' ')}]`).join(' ');
      actions.note('winner', winner, losers.join(' '), shown);
      if (winner === actions.self) this.becomeWinner(losers);
      else {
        actions.tell(winner, { type: 'become_winner', losers });
        this.state = { is: 'leader_waiting', winner, losers };
      }
    });
  }

  // --- the winner ------------------------------------------------------------------------------------------

  private becomeWinner(losers: readonly string[]): void {
    const { actions } = this;
    actions.cite(PAR_22);
    if (this.state.is === 'winner_waiting' && this.state.losers.join(' ') !== losers.join(' ')) {
      const before = this.state.losers;
      actions.note('aborted', 'partitions have changed');
      this.finishAsWinner(before);
      return;
    }
    if (this.state.is === 'leader_waiting') return;
    actions.askRunning(losers, (running) => {
      const down = losers.filter((node) => !running.includes(node));
      if (down.length > 0) {
        this.abort(down, losers);
        return;
      }
      for (const loser of losers) actions.tell(loser, { type: 'winner_is', winner: actions.self });
      this.state = { is: 'winner_waiting', outstanding: losers, losers };
    });
  }

  /** All losers have stopped, or healing is given up: they may start as soon as no Mnesia is half-way (PAR-23). */
  private finishAsWinner(losers: readonly string[]): void {
    const { actions } = this;
    actions.cite(PAR_23);
    this.idle();
    actions.awaitMnesiaDown(
      losers,
      (stillUp) => {
        for (const loser of stillUp) actions.tell(loser, { type: 'winner_is', winner: actions.self });
      },
      () => {
        for (const loser of losers) actions.safeToStart(loser);
        this.tellFinished();
      },
    );
  }

  private tellFinished(): void {
    this.actions.tell(this.leader(), { type: 'autoheal_finished', winner: this.actions.self });
  }

  private abort(down: readonly string[], losers: readonly string[]): void {
    this.actions.cite(PAR_25);
    this.actions.note('aborted', `${down.join(' ')} down`);
    this.finishAsWinner(losers.filter((node) => node !== this.actions.self));
  }

  // --- a loser ---------------------------------------------------------------------------------------------

  private lose(winner: string): void {
    if (this.state.is === 'winner_waiting') return;
    if (this.state.is === 'leader_waiting' && this.state.winner !== winner) return;
    const memory: AutohealMemory =
      this.state.is === 'leader_waiting' ? { winner: this.state.winner, losers: this.state.losers } : null;
    this.state = { is: 'restarting' };
    this.actions.note('restarting', winner);
    this.actions.restartSelf(winner, memory);
  }

  // --- deaths ----------------------------------------------------------------------------------------------

  /** A peer's application went down. */
  rabbitDown(node: string): void {
    if (this.state.is === 'winner_waiting') {
      const outstanding = this.state.outstanding.filter((loser) => loser !== node);
      if (outstanding.length === 0 && this.state.outstanding.length > 0)
        this.finishAsWinner(this.state.losers);
      else this.state = { ...this.state, outstanding };
    } else if (this.state.is === 'leader_waiting' && this.state.winner === node) {
      this.abort([node], this.state.losers);
    }
  }

  /** A peer's VM went down or out of reach (PAR-25). */
  nodeDown(node: string): void {
    switch (this.state.is) {
      case 'not_healing':
        return;
      case 'winner_waiting':
        this.abort([node], this.state.losers);
        return;
      case 'leader_waiting':
        if (this.state.winner !== node) return;
        break;
      case 'restarting':
        break;
    }
    this.actions.cite(PAR_25);
    this.actions.note('aborted', `${node} down`);
    this.idle();
  }
}

/** Order of two lists of nodes as Erlang compares lists: element by element, a longer list after its prefix. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    if (a[index]! < b[index]!) return -1;
    if (a[index]! > b[index]!) return 1;
  }
  return a.length - b.length;
}
