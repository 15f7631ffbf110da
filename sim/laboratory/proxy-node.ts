/**
 * A real HAProxy on a host of its own, in front of the nodes: its settings as `haproxy.cfg` has them, and its process in its namespace, which
 * faults hit as they hit a node's.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Proxy } from '../scenario/model.ts';
import { amqpPort, type NodeAddress } from './addresses.ts';
import { LaboratoryError } from './laboratory-error.ts';
import type { Machine } from './machine.ts';
import { commandLineOf, processesIn, signal } from './network.ts';

const startLimitMs = 5_000;
const lookIntervalMs = 50;

const milliseconds = (us: number): string => `${Math.round(us / 1_000)}ms`;

export class ProxyNode {
  readonly address: NodeAddress;
  private readonly program: string;
  private readonly proxy: Proxy;
  private readonly addresses: ReadonlyMap<string, NodeAddress>;

  constructor(
    { haproxy }: Machine,
    proxy: Proxy,
    address: NodeAddress,
    addresses: ReadonlyMap<string, NodeAddress>,
  ) {
    if (haproxy === null)
      throw new LaboratoryError('not installed here: haproxy', 'on Debian 12: apt-get install haproxy');
    this.program = haproxy;
    this.proxy = proxy;
    this.address = address;
    this.addresses = addresses;
  }

  get name(): string {
    return this.proxy.name;
  }

  prepare(): void {
    rmSync(this.address.folder, { recursive: true, force: true });
    mkdirSync(this.address.folder, { recursive: true });
    writeFileSync(this.at('haproxy.cfg'), proxySettings(this.proxy, this.addresses));
  }

  /** Starts the process and does not wait for it. */
  start(): void {
    const output = openSync(this.at('output.log'), 'a');
    const words = [
      'netns',
      'exec',
      this.address.namespace,
      this.program,
      '-db',
      '-f',
      this.at('haproxy.cfg'),
    ];
    const child = spawn('ip', words, { detached: true, stdio: ['ignore', output, output] });
    child.on('error', () => {});
    child.unref();
    closeSync(output);
  }

  /** The process, null where none runs. */
  async vm(): Promise<number | null> {
    const ids = await processesIn(this.address.namespace);
    return ids.find((id) => path.basename(commandLineOf(id)[0] ?? '') === 'haproxy') ?? null;
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const process = await this.vm();
    if (process !== null) signal(process, name);
  }

  /** Starts it and waits until it runs. Throws LaboratoryError with what it said. */
  async boot(): Promise<void> {
    this.start();
    for (let waitedMs = 0; (await this.vm()) === null; waitedMs += lookIntervalMs) {
      if (waitedMs > startLimitMs)
        throw new LaboratoryError(
          `${this.name} did not start: ${readFileSync(this.at('output.log'), 'utf8')}`,
        );
      await new Promise((resolve) => {
        setTimeout(resolve, lookIntervalMs);
      });
    }
  }

  private at(name: string): string {
    return path.join(this.address.folder, name);
  }
}

/** The text of `haproxy.cfg`. */
export function proxySettings(proxy: Proxy, addresses: ReadonlyMap<string, NodeAddress>): string {
  const { name, balance, servers, check, connectUs, clientUs, serverUs, retries, redispatch } = proxy;
  const fast = check.fastInterUs === null ? '' : ` fastinter ${milliseconds(check.fastInterUs)}`;
  const down = check.downInterUs === null ? '' : ` downinter ${milliseconds(check.downInterUs)}`;
  const ends = check.shutdownSessions ? ' on-marked-down shutdown-sessions' : '';
  const every = `check inter ${milliseconds(check.interUs)}${fast}${down}`;
  const lines = [
    'global',
    '  log stdout format raw local0',
    'defaults',
    '  mode tcp',
    '  log global',
    `  timeout connect ${milliseconds(connectUs)}`,
    `  timeout client ${milliseconds(clientUs)}`,
    `  timeout server ${milliseconds(serverUs)}`,
    `  retries ${retries}`,
    ...(redispatch ? ['  option redispatch'] : []),
    `listen ${name}`,
    `  bind :${amqpPort}`,
    `  balance ${balance}`,
    ...servers.map((server) => {
      const { ip } = addresses.get(server)!;
      return `  server ${server} ${ip}:${amqpPort} ${every} rise ${check.rise} fall ${check.fall}${ends}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
