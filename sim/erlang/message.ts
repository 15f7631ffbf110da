/**
 * What Erlang processes send each other, and how a process is named across nodes. The vocabulary of one
 * conversation belongs to the process that speaks it; here are only the shapes that the VM itself knows.
 */
import type { Turns } from '../kernel/turns.ts';
import type { ErlangProcess } from './erlang-process.ts';

/** A term with a tag. Its fields are the sender's; nobody changes a message after sending it. */
export interface Message {
  readonly type: string;
}

/**
 * The identity of a process. A pid of an earlier incarnation of a node equals no later one (CLU-27), because
 * every process has a pid object of its own. Only the process's own VM may ask whether it is alive.
 */
export class Pid {
  readonly node: string;
  /** Which incarnation of the node it belongs to. */
  readonly creation: number;
  readonly process: ErlangProcess;
  /** The turns of the process: what a message needs on its way, without asking what kind of process it is. */
  readonly turns: Turns;

  constructor(node: string, creation: number, process: ErlangProcess) {
    this.node = node;
    this.creation = creation;
    this.process = process;
    this.turns = process.turns;
  }

  toString(): string {
    return `<${this.process.name}@${this.node}/${this.creation}>`;
  }
}

/** A registered name on a node. */
export interface RegisteredName {
  readonly node: string;
  readonly name: string;
}

export type Destination = Pid | RegisteredName;

/** Why a process ended or a monitor fired: Erlang's terms as text (`normal`, `shutdown`, `noconnection`, `killed` ...). */
export type ExitReason = string;

/** A monitor, held by the watcher; the object is the reference. */
export class MonitorRef {
  readonly watcher: ErlangProcess;
  readonly target: Destination;
  active = true;

  constructor(watcher: ErlangProcess, target: Destination) {
    this.watcher = watcher;
    this.target = target;
  }
}

export interface DownMessage extends Message {
  readonly type: 'DOWN';
  readonly ref: MonitorRef;
  readonly target: Destination;
  readonly reason: ExitReason;
}

export interface ExitMessage extends Message {
  readonly type: 'EXIT';
  readonly from: Pid;
  readonly reason: ExitReason;
}

export interface NodeMessage extends Message {
  readonly type: 'nodeup' | 'nodedown';
  readonly node: string;
  /** `net_tick_timeout`, `connection_closed`, `disconnect` ...; empty for nodeup. */
  readonly reason: string;
}

/** Whom to answer. */
export interface CallFrom {
  readonly pid: Pid;
  readonly ref: object;
}

export interface CallMessage extends Message {
  readonly type: '$call';
  readonly from: CallFrom;
  readonly request: Message;
}

export interface ReplyMessage extends Message {
  readonly type: '$reply';
  readonly ref: object;
  readonly value: unknown;
}

/** Bytes of a small control message on the wire; estimates only matter on links with little bandwidth. */
export const SMALL_MESSAGE_BYTES = 120;
