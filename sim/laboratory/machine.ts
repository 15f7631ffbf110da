/**
 * Whether this machine can hold a cluster of real brokers: Linux, root, network namespaces, nftables, traffic control, and RabbitMQ
 * 3.10 as Debian packages it. Says what is missing rather than failing half-way. Left out: installing anything.
 */
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LaboratoryError } from './laboratory-error.ts';

/** What the check needs to know of a machine; given, so that a test can have any machine. */
export interface MachineFacts {
  readonly platform: string;
  /** -1 where there are no user ids. */
  readonly userId: number;
  /** Where a program lies, or null. */
  readonly find: (program: string) => string | null;
  /** Names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  readonly read: (file: string) => string;
}

/** A machine that can. */
export interface Machine {
  /** The folder of RabbitMQ, whose `sbin` has the server and the tools. */
  readonly rabbitHome: string;
  /** `RabbitMQ 3.10.8, Erlang/OTP 25.2.3`. */
  readonly broker: string;
  /** Where HAProxy lies; null where it is not installed, which only a scenario with proxies minds. */
  readonly haproxy: string | null;
}

const rabbitFolder = '/usr/lib/rabbitmq/lib';
const releasesFolder = '/usr/lib/erlang/releases';
const modelled = '3.10.';
const install = 'on Debian 12: apt-get install rabbitmq-server iproute2 nftables';

/** Throws LaboratoryError that names everything that is missing. */
export function checkMachine(facts: MachineFacts): Machine {
  if (facts.platform !== 'linux')
    throw new LaboratoryError(
      `the real arm needs Linux with network namespaces, and this is ${facts.platform}`,
      '"watership run" simulates anywhere',
    );
  if (facts.userId !== 0)
    throw new LaboratoryError('the real arm makes network namespaces and needs root', 'run it with sudo');
  const servers = facts.list(rabbitFolder).filter((name) => name.startsWith('rabbitmq_server-'));
  const missing = ['ip', 'nft', 'tc', 'erl'].filter((program) => facts.find(program) === null);
  if (servers.length === 0) missing.unshift('rabbitmq-server');
  if (missing.length > 0) throw new LaboratoryError(`not installed here: ${missing.join(', ')}`, install);
  const versions = servers.map((name) => name.slice('rabbitmq_server-'.length));
  const version = versions.find((one) => one.startsWith(modelled));
  if (version === undefined)
    throw new LaboratoryError(
      `RabbitMQ ${versions.join(', ')} is installed, and the simulator models ${modelled}x: a comparison would say nothing`,
      install,
    );
  return {
    rabbitHome: path.join(rabbitFolder, `rabbitmq_server-${version}`),
    broker: `RabbitMQ ${version}, Erlang/OTP ${erlangVersion(facts)}`,
    haproxy: facts.find('haproxy'),
  };
}

function erlangVersion({ list, read }: MachineFacts): string {
  const release = list(releasesFolder).find((name) => /^\d+$/.test(name));
  return release === undefined ? 'unknown' : read(path.join(releasesFolder, release, 'OTP_VERSION')).trim();
}

/** This machine. */
export const thisMachine: MachineFacts = {
  platform: process.platform,
  userId: process.getuid?.() ?? -1,
  find: (program) =>
    ['/usr/sbin', '/usr/bin', '/sbin', '/bin']
      .map((folder) => path.join(folder, program))
      .find((file) => isExecutable(file)) ?? null,
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
  read: (file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return 'unknown';
    }
  },
};

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
