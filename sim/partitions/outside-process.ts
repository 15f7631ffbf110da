/**
 * The process outside the applications that stops and starts them for a pause or for autoheal: one at a time on a VM; it
 * survives the application and its node monitor (PAR-6, PAR-24). Its work ends when the application is up again, so that a node
 * which loses its majority while it boots after a pause does not pause.
 */
import { ErlangProcess } from '../erlang/erlang-process.ts';
import type { Message } from '../erlang/message.ts';
import { pingAll } from './alive.ts';
import { NODE_MONITOR, OUTSIDE_PROCESS, type MonitorPort } from './port.ts';
import { rule } from '../rules/registry.ts';

const PAR_7 = rule('PAR-7');
const PAR_24 = rule('PAR-24');

const ROUND_INTERVAL_US = 1_000_000;
/** `autoheal_state_transition_timeout`. */
const SAFE_TO_START_TIMEOUT_US = 60_000_000;

/** What autoheal remembers over the restart of its node's application. */
export type AutohealMemory = { readonly winner: string; readonly losers: readonly string[] } | null;

abstract class OutsideProcess extends ErlangProcess {
  protected readonly port: MonitorPort;

  constructor(port: MonitorPort) {
    super(port.vm, OUTSIDE_PROCESS);
    this.port = port;
    port.vm.register(OUTSIDE_PROCESS, this);
  }

  protected handleMessage(_message: Message): void {
    // Messages of an earlier healing find nobody waiting for them.
  }

  /** The last deed. */
  protected startApplication(why: 'resumed' | 'autoheal'): void {
    this.port.startApplication(why, () => this.deliverUrgent(() => this.exit('normal')));
  }
}

/** Stops the application and starts it again when `condition` holds (PAR-7). */
class PauseProcess extends OutsideProcess {
  private readonly condition: () => boolean;

  constructor(port: MonitorPort, condition: () => boolean) {
    super(port);
    this.condition = condition;
    port.stopApplication('paused', () => this.deliverUrgent(() => this.round()));
  }

  private round(): void {
    this.port.vm.cite(PAR_7);
    pingAll(this.port, () =>
      this.deliverUrgent(() => {
        if (this.condition()) this.startApplication('resumed');
        else this.sleep(ROUND_INTERVAL_US, () => this.round());
      }),
    );
  }
}

/** Restarts the application of an autoheal loser when the winner says so, is gone, or has been silent too long (PAR-24). */
class RestartProcess extends OutsideProcess {
  private readonly memory: AutohealMemory;
  private readonly remember: (memory: AutohealMemory) => void;
  private stopped = false;
  private verdict: { memory: AutohealMemory } | null = null;

  constructor(
    port: MonitorPort,
    winner: string,
    memory: AutohealMemory,
    remember: (memory: AutohealMemory) => void,
  ) {
    super(port);
    this.memory = memory;
    this.remember = remember;
    port.vm.cite(PAR_24);
    this.whenDown({ node: winner, name: NODE_MONITOR }, () => this.decide(null));
    port.stopApplication('autoheal', () =>
      this.deliverUrgent(() => {
        this.stopped = true;
        if (this.verdict !== null) this.restart(this.verdict.memory);
        else this.startTimer(SAFE_TO_START_TIMEOUT_US, { type: 'safe_to_start_timeout' });
      }),
    );
  }

  protected override handleMessage(message: Message): void {
    if (message.type === 'autoheal_safe_to_start') this.decide(this.memory);
    else if (message.type === 'safe_to_start_timeout') this.decide(null);
  }

  private decide(memory: AutohealMemory): void {
    if (this.verdict !== null) return;
    this.verdict = { memory };
    if (this.stopped) this.restart(memory);
  }

  private restart(memory: AutohealMemory): void {
    this.remember(memory);
    this.startApplication('autoheal');
  }
}

/** Starts a pause unless the application is already being stopped by an outside process. Returns whether it did. */
export function pauseUntil(port: MonitorPort, condition: () => boolean): boolean {
  if (port.vm.whereis(OUTSIDE_PROCESS) !== undefined) return false;
  const pause = new PauseProcess(port, condition);
  return pause.alive;
}

/** Restarts this loser, after an outside process that may be at work already has ended. Returns the process that does or waits. */
export function restartLoser(
  port: MonitorPort,
  winner: string,
  memory: AutohealMemory,
  remember: (memory: AutohealMemory) => void,
): ErlangProcess {
  const current = port.vm.whereis(OUTSIDE_PROCESS);
  return current === undefined
    ? new RestartProcess(port, winner, memory, remember)
    : new Successor(current, () => restartLoser(port, winner, memory, remember));
}

/** Waits for another outside process to end, then tries again. */
class Successor extends ErlangProcess {
  constructor(predecessor: ErlangProcess, again: () => unknown) {
    super(predecessor.vm, 'rabbit_outside_app_successor');
    this.whenDown(predecessor.pid, () => {
      this.exit('normal');
      again();
    });
  }

  protected handleMessage(): void {}
}
