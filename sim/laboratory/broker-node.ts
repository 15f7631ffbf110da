/**
 * One real node: its folder, its VM in its namespace, signals to the VM, command line tools, its log. The VM is started by RabbitMQ's own
 * script with one scheduler thread that does not spin, since several share a small machine; nothing else is unusual about it.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tool } from '../scenario/model.ts';
import type { NodeAddress } from './addresses.ts';
import { run, type CommandResult } from './command.ts';
import { LaboratoryError } from './laboratory-error.ts';
import type { Machine } from './machine.ts';
import { commandLineOf, processesIn, signal } from './network.ts';

/** A command line tool is given up after this long; `stop_app` can wait a minute for queues. */
const toolTimeoutMs = 180_000;

export interface NodeFiles {
  readonly plugins: readonly string[];
  readonly rabbitmqConf: string;
  readonly advancedConfig: string;
  readonly cookie: string;
}

export class BrokerNode {
  readonly address: NodeAddress;
  private readonly machine: Machine;
  /** Node names as a command line may have them, and RabbitMQ's. */
  private readonly fullNames: ReadonlyMap<string, string>;

  constructor(machine: Machine, address: NodeAddress, addresses: ReadonlyMap<string, NodeAddress>) {
    this.machine = machine;
    this.address = address;
    this.fullNames = new Map([...addresses.values()].map(({ name, erlangName }) => [name, erlangName]));
  }

  get name(): string {
    return this.address.name;
  }

  /** Makes a blank node: an empty folder and its settings. */
  prepare(files: NodeFiles): void {
    rmSync(this.address.folder, { recursive: true, force: true });
    for (const folder of ['log', 'home', 'mnesia']) mkdirSync(this.at(folder), { recursive: true });
    writeFileSync(this.at('home', '.erlang.cookie'), files.cookie, { mode: 0o400 });
    writeFileSync(this.at('rabbitmq.conf'), files.rabbitmqConf);
    writeFileSync(this.at('advanced.config'), files.advancedConfig);
    writeFileSync(this.at('enabled_plugins'), `[${files.plugins.join()}].\n`);
  }

  /** Starts the VM and does not wait for it. */
  start(): void {
    const output = openSync(this.at('output.log'), 'a');
    const server = path.join(this.machine.rabbitHome, 'sbin', 'rabbitmq-server');
    const child = spawn('ip', ['netns', 'exec', this.address.namespace, server], {
      env: this.environment,
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.on('error', () => {});
    child.unref();
    closeSync(output);
  }

  /** The process of the VM, null where none runs. */
  async vm(): Promise<number | null> {
    const ids = await processesIn(this.address.namespace);
    // Command line tools are VMs of their own; only the server boots `rabbit`.
    const isServer = (words: readonly string[]): boolean =>
      path.basename(words[0] ?? '') === 'beam.smp' && words.join(' ').includes('-s rabbit boot');
    return ids.find((id) => isServer(commandLineOf(id))) ?? null;
  }

  /** Sends the VM a signal; nothing where none runs. */
  async signal(name: NodeJS.Signals): Promise<void> {
    const vm = await this.vm();
    if (vm !== null) signal(vm, name);
  }

  /** Runs one of RabbitMQ's tools with words as a person types them: node names may be short, also inside definitions. */
  tool(tool: Tool, words: readonly string[], timeoutMs = toolTimeoutMs): Promise<CommandResult> {
    const program = path.join(this.machine.rabbitHome, 'sbin', tool);
    const written = words.map((word) => this.withFullNames(word));
    return run('ip', ['netns', 'exec', this.address.namespace, program, ...written], {
      environment: this.environment,
      timeoutMs,
    });
  }

  /** Imports definitions as `rabbitmqctl` does; nothing where there are none. Throws LaboratoryError with what it said. */
  async importDefinitions(definitions: Readonly<Record<string, readonly unknown[]>>): Promise<void> {
    if (Object.keys(definitions).length === 0) return;
    const file = this.at('definitions.json');
    writeFileSync(file, JSON.stringify(definitions));
    const { exit, stdout, stderr } = await this.tool('rabbitmqctl', ['import_definitions', file]);
    if (exit === 0) return;
    const said = `${stderr}${stdout}`.trim().slice(0, 1_000);
    throw new LaboratoryError(`${this.name} refused the definitions of the scenario: ${said}`);
  }

  /** All that the node has logged; nothing before its first line. */
  log(): string {
    try {
      return readFileSync(this.at('log', `${this.address.erlangName}.log`), 'utf8');
    } catch {
      return '';
    }
  }

  /** What the start script printed, for a boot that failed before there was a log. */
  output(): string {
    return readFileSync(this.at('output.log'), 'utf8');
  }

  private withFullNames(word: string): string {
    const full = this.fullNames.get(word);
    if (full !== undefined) return full;
    return word.replaceAll(/"([^"]*)"/g, (quoted, name: string) =>
      this.fullNames.has(name) ? JSON.stringify(this.fullNames.get(name)) : quoted,
    );
  }

  private at(...names: string[]): string {
    return path.join(this.address.folder, ...names);
  }

  private get environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      HOME: this.at('home'),
      ERL_CRASH_DUMP: '/dev/null',
      RABBITMQ_HOME: this.machine.rabbitHome,
      RABBITMQ_NODENAME: this.address.erlangName,
      RABBITMQ_MNESIA_BASE: this.at('mnesia'),
      RABBITMQ_LOG_BASE: this.at('log'),
      RABBITMQ_CONFIG_FILE: this.at('rabbitmq'),
      RABBITMQ_ADVANCED_CONFIG_FILE: this.at('advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: this.at('enabled_plugins'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none',
    };
  }
}
