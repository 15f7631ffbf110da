/**
 * The distribution of one VM: a connection to each peer, made on demand or by a ping, ended by a closed socket,
 * by the net tick, or on purpose; and the one ticker that looks at all of them at once (NET-1 to NET-11).
 *
 * The handshake is two round trips. epmd, hidden nodes and TLS are left out; a cookie that differs is refused as
 * the real handshake refuses it (NET-20). Bytes on an idle link are not simulated: every RabbitMQ node writes
 * something every 100 ms (NET-4), which the TCP room knows as the connection's chatter.
 */
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import { rule } from '../rules/registry.ts';
import type { TcpEnd } from '../network/tcp.ts';
import { BUSY_LIMIT_BYTES, DRAINED_BYTES } from './busy-port.ts';
import type { ErlangProcess } from './erlang-process.ts';
import { HANDSHAKE_BYTES, handshakeStepUs, type Handshake } from './handshake.ts';
import { Peer } from './peer.ts';
import type { Signal } from './signal.ts';
import type { Vm } from './vm.ts';

const NET_1 = rule('NET-1');
const NET_3 = rule('NET-3');
const NET_5 = rule('NET-5');
const NET_10 = rule('NET-10');
const NET_11 = rule('NET-11');
const NET_14 = rule('NET-14');
const NET_20 = rule('NET-20');

export const DISTRIBUTION_PORT = 25672;
/** A look at the counters every quarter of `net_ticktime`; four without a byte end the connection (NET-2). */
const LOOKS_PER_TICKTIME = 4;
const CHATTER_INTERVAL_US = 100_000;
/**
 * A tick counts whole packets, and OTP 22 and later cuts long messages into fragments of this size: on a link that needs longer than
 * `net_ticktime` for one, a node that sends is taken for dead (measured, against NET-2: nodedown at 0.45 Mbit/s and 1 s, none at 2).
 */
const FRAGMENT_BYTES = 65_536;
const NET_SETUPTIME_US = 7_000_000;

export interface NetKernelOptions {
  readonly netTicktimeUs: number;
  readonly cookie: string;
  /** Time from the start of distribution to the ticker's first look, at most one interval. */
  readonly tickPhaseUs: number;
  /** Called for every rule that the distribution exercises. */
  readonly cite: (rule: { readonly index: number }) => void;
  /** Called when a connection attempt is refused because the cookies differ. */
  readonly cookieRefused?: (peer: string) => void;
  /** Called when so much waits for a peer that who sends there is suspended from now on. */
  readonly portBusy?: (peer: string) => void;
}

export class NetKernel {
  private readonly vm: Vm;
  readonly options: NetKernelOptions;
  private readonly peers = new Map<string, Peer>();
  private readonly tickIntervalUs: number;
  private ticker: EventHandle = 0;
  /** Grows whenever a connection comes up or goes down. */
  connectionsVersion = 0;
  /** Peers that answered our last attempt and did not let us in (NET-20). */
  readonly refusedBy = new Set<string>();
  /** `dist_auto_connect`: signals to a node that is not connected open a connection unless this is off. */
  private autoConnect = true;

  constructor(vm: Vm, options: NetKernelOptions) {
    this.vm = vm;
    this.options = options;
    this.tickIntervalUs = Math.floor(options.netTicktimeUs / LOOKS_PER_TICKTIME);
    vm.machine.listen(DISTRIBUTION_PORT, (end) => this.accept(end));
    this.ticker = vm.simulation.after(options.tickPhaseUs, Priority.timer, () => this.tick());
  }

  connectedNodes(): string[] {
    const nodes: string[] = [];
    for (const peer of this.peers.values()) if (peer.state === 'up') nodes.push(peer.node);
    return nodes;
  }

  isConnected(node: string): boolean {
    return this.peers.get(node)?.state === 'up';
  }

  /** Which incarnation of the peer we are connected to, or undefined. */
  creationOf(node: string): number | undefined {
    const peer = this.peers.get(node);
    return peer?.state === 'up' ? peer.creation : undefined;
  }

  /** When something last came from a connected peer, beats that are not simulated one by one included (NET-4). */
  lastHeardUs(node: string): number | undefined {
    return this.isConnected(node) ? this.peers.get(node)!.end!.lastHeardUs() : undefined;
  }

  setAutoConnect(enabled: boolean): void {
    this.autoConnect = enabled;
  }

  /** Sends over the connection, or once there is one. True if its port is busy by now, which suspends a sender (`suspend`). */
  transmit(node: string, signal: Signal, bytes: number, connect: boolean): boolean {
    let peer = this.peers.get(node);
    if (peer !== undefined && peer.state === 'up') {
      peer.end!.send(signal, bytes);
      return peer.end!.isFull;
    }
    if (peer === undefined) {
      if (!connect) return false;
      if (!this.autoConnect) {
        this.vm.connectionFailed(node);
        return false;
      }
      peer = this.startConnecting(node);
    }
    peer.queue.push({ signal, bytes });
    return false;
  }

  /** Whether a send that refuses to be suspended (`nosuspend`) would be. */
  isBusy(node: string): boolean {
    const peer = this.peers.get(node);
    if (peer?.state !== 'up' || !peer.end!.isFull) return false;
    this.options.cite(NET_14);
    return true;
  }

  /** The port was busy after the process had sent something there. */
  suspend(node: string, sender: ErlangProcess): void {
    this.options.cite(NET_14);
    const { port } = this.peers.get(node)!;
    if (!port.hasSuspended) this.options.portBusy?.(node);
    port.suspend(sender);
  }

  /** `net_adm:ping`: connects if need be; answers within `net_setuptime`. */
  ping(node: string, answer: (pong: boolean) => void): void {
    if (node === this.vm.node) {
      answer(true);
      return;
    }
    const peer = this.peers.get(node);
    if (peer === undefined && !this.autoConnect) answer(false);
    else if (peer?.state === 'up') answer(true);
    else (peer ?? this.startConnecting(node)).waiting.push(answer);
  }

  /** Ends the connection: on purpose (`erlang:disconnect_node`), or because somebody on the way reset it. */
  disconnect(node: string, reason: 'disconnect' | 'connection_closed' = 'disconnect'): void {
    const peer = this.peers.get(node);
    if (peer?.state === 'up') this.drop(peer, reason);
  }

  stop(): void {
    this.vm.simulation.cancel(this.ticker);
    this.vm.machine.stopListening(DISTRIBUTION_PORT);
    for (const peer of this.peers.values()) this.abandon(peer);
    this.peers.clear();
  }

  // --- ticks -----------------------------------------------------------------------------------------------

  private tick(): void {
    this.ticker = this.vm.simulation.after(this.tickIntervalUs, Priority.timer, () => this.tick());
    if (this.vm.isFrozen) return;
    this.options.cite(NET_1);
    this.look();
  }

  private look(): void {
    const nowUs = this.vm.simulation.nowUs;
    for (const peer of [...this.peers.values()]) {
      if (peer.state !== 'up') continue;
      if (peer.end!.lastHeardUs() > peer.lastLookUs) peer.silentLooks = 0;
      else peer.silentLooks++;
      peer.lastLookUs = nowUs;
      if (peer.silentLooks >= LOOKS_PER_TICKTIME) {
        this.options.cite(NET_3);
        this.options.cite(NET_5);
        this.drop(peer, 'net_tick_timeout');
      }
    }
  }

  // --- connecting ------------------------------------------------------------------------------------------

  private startConnecting(node: string): Peer {
    const peer = new Peer(node);
    this.peers.set(node, peer);
    this.options.cite(NET_10);
    const { vm } = this;
    this.limitSetup(peer);
    peer.dialling = vm.internet.dial({
      from: vm.machine,
      to: node,
      port: DISTRIBUTION_PORT,
      timeoutUs: NET_SETUPTIME_US,
      options: {
        chatterIntervalUs: CHATTER_INTERVAL_US,
        pieceBytes: FRAGMENT_BYTES,
        highWatermarkBytes: BUSY_LIMIT_BYTES,
        lowWatermarkBytes: DRAINED_BYTES,
      },
      opened: (end) => {
        peer.end = end;
        end.owner = {
          receive: (payload) => {
            const message = payload as Handshake | Signal;
            if (peer.state === 'up' && vm.runnable && !('step' in message)) this.receive(peer, message);
            else vm.whenRunning(() => this.handshakeAsCaller(peer, message));
          },
          closed: (reason) => {
            peer.isReset = reason === 'reset';
            vm.whenRunning(() => this.lost(peer, end));
          },
          drained: () => peer.port.resumeAll(),
        };
        const greeting: Handshake = {
          step: 'name',
          node: vm.node,
          creation: vm.creation,
          cookie: this.options.cookie,
        };
        this.say(end, greeting);
      },
      failed: () => vm.whenRunning(() => this.giveUp(peer)),
    });
    return peer;
  }

  /** `net_setuptime` for the whole of the handshake. */
  private limitSetup(peer: Peer): void {
    const { vm } = this;
    peer.setupTimeout = vm.simulation.after(NET_SETUPTIME_US, Priority.timer, () =>
      vm.whenRunning(() => this.giveUp(peer)),
    );
  }

  private say(end: TcpEnd, word: Handshake): void {
    const { simulation, node } = this.vm;
    const thinkUs = handshakeStepUs(simulation.random.stream(`handshake/${node}`));
    simulation.after(thinkUs, Priority.network, () =>
      this.vm.whenRunning(() => end.send(word, HANDSHAKE_BYTES)),
    );
  }

  private handshakeAsCaller(peer: Peer, payload: Handshake | Signal): void {
    if (!('step' in payload)) {
      this.receive(peer, payload);
      return;
    }
    switch (payload.step) {
      case 'ok':
        peer.creation = payload.creation;
        this.say(peer.end!, { step: 'ready' });
        return;
      case 'confirmed':
        this.connected(peer);
        return;
      case 'nok':
        // The peer's own attempt goes on; ours gives way to it.
        peer.end!.close('reset');
        peer.end = undefined;
        peer.ours = false;
        return;
      default:
        this.refusedBy.add(peer.node);
        this.giveUp(peer);
    }
  }

  private accept(end: TcpEnd): void {
    const { vm } = this;
    let peer: Peer | undefined;
    end.owner = {
      receive: (payload) => {
        const message = payload as Handshake | Signal;
        if (!('step' in message)) {
          if (peer === undefined) return;
          if (vm.runnable) this.receive(peer, message);
          else {
            const sender = peer;
            vm.whenRunning(() => this.receive(sender, message));
          }
          return;
        }
        vm.whenRunning(() => {
          if (message.step === 'name') peer = this.greet(end, message);
          else if (message.step === 'ready' && peer?.end === end) {
            end.send({ step: 'confirmed' } satisfies Handshake, HANDSHAKE_BYTES);
            this.connected(peer);
          }
        });
      },
      closed: (reason) => {
        if (peer !== undefined) peer.isReset = reason === 'reset';
        vm.whenRunning(() => {
          if (peer !== undefined) this.lost(peer, end);
        });
      },
      drained: () => peer?.port.resumeAll(),
    };
  }

  /** A peer calls. Answers it, and says what it is to us from now on. */
  private greet(end: TcpEnd, greeting: Extract<Handshake, { step: 'name' }>): Peer | undefined {
    if (greeting.cookie !== this.options.cookie) {
      this.options.cite(NET_20);
      this.options.cookieRefused?.(greeting.node);
      end.send({ step: 'not_allowed' } satisfies Handshake, HANDSHAKE_BYTES);
      end.close('fin');
      return undefined;
    }
    const known = this.peers.get(greeting.node);
    const inherited: Pick<Peer, 'queue' | 'waiting'> = { queue: [], waiting: [] };
    if (known !== undefined) {
      if (known.state === 'up') {
        // The peer has given up a connection that we still believe in: nodedown first, then nodeup.
        this.options.cite(NET_11);
        this.drop(known, 'connection_closed');
      } else {
        if (known.ours && known.end !== undefined && this.vm.node > greeting.node) {
          end.send({ step: 'nok' } satisfies Handshake, HANDSHAKE_BYTES);
          return undefined;
        }
        inherited.queue.push(...known.queue);
        inherited.waiting.push(...known.waiting);
        known.waiting.length = 0;
        this.abandon(known);
      }
    }
    const peer = new Peer(greeting.node);
    peer.ours = false;
    peer.creation = greeting.creation;
    peer.end = end;
    peer.queue.push(...inherited.queue);
    peer.waiting.push(...inherited.waiting);
    this.peers.set(greeting.node, peer);
    this.limitSetup(peer);
    this.say(end, { step: 'ok', creation: this.vm.creation });
    return peer;
  }

  private connected(peer: Peer): void {
    if (this.peers.get(peer.node) !== peer || peer.state === 'up') return;
    this.vm.simulation.cancel(peer.setupTimeout);
    peer.state = 'up';
    this.refusedBy.delete(peer.node);
    this.connectionsVersion++;
    peer.lastLookUs = this.vm.simulation.nowUs;
    // Connections are listed in the order in which they came up.
    this.peers.delete(peer.node);
    this.peers.set(peer.node, peer);
    this.vm.nodeUp(peer.node);
    for (const { signal, bytes } of peer.queue) peer.end!.send(signal, bytes);
    peer.queue.length = 0;
    for (const answer of peer.waiting.splice(0)) answer(true);
  }

  private receive(peer: Peer, signal: Signal): void {
    if (this.peers.get(peer.node) !== peer || peer.isReset) return;
    // The peer may speak as soon as it has sent its last word of the handshake.
    if (peer.state !== 'up') this.connected(peer);
    this.vm.receiveSignal(signal, peer.node);
  }

  // --- losing ----------------------------------------------------------------------------------------------

  private lost(peer: Peer, end: TcpEnd): void {
    if (this.peers.get(peer.node) !== peer || peer.end !== end) return;
    if (peer.state === 'up') this.drop(peer, 'connection_closed');
    else this.giveUp(peer);
  }

  private drop(peer: Peer, reason: string): void {
    this.peers.delete(peer.node);
    this.connectionsVersion++;
    // A deliberate disconnect lets the last words out (PAR-14: the proxy is told that it will be left).
    peer.end!.close(reason === 'disconnect' ? 'fin' : 'reset');
    peer.port.resumeAll();
    this.vm.nodeDown(peer.node, reason);
  }

  /** The attempt failed: what waited for it is lost. */
  private giveUp(peer: Peer): void {
    if (this.peers.get(peer.node) !== peer || peer.state === 'up') return;
    this.peers.delete(peer.node);
    this.abandon(peer);
    this.vm.connectionFailed(peer.node);
    for (const answer of peer.waiting.splice(0)) answer(false);
  }

  private abandon(peer: Peer): void {
    this.vm.simulation.cancel(peer.setupTimeout);
    peer.dialling?.cancel();
    peer.end?.close('reset');
  }
}
