/**
 * The network of a laboratory: a namespace for each node and one for the switch that they hang on, a port of which leads to the
 * machine's own namespace, where the clients are. Making it, changing its faults and widths, and removing every trace of it, also
 * those of a laboratory that was killed before it could.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  clientAddress,
  clientInterface,
  clientPort,
  hostsFile,
  namespacePrefix,
  switchNamespace,
  withNetwork,
  type NodeAddress,
} from './addresses.ts';
import { run, runOrThrow } from './command.ts';
import { LaboratoryError } from './laboratory-error.ts';
import type { PacketFilter } from './packet-filter.ts';
import { shapingCommands, type Width } from './shaping.ts';

const bridge = 'bridge';
const namespaceFiles = '/etc/netns';

const ip = (...words: string[]): Promise<string> => runOrThrow('ip', words);
const ipOfSwitch = (...words: string[]): Promise<string> => ip('-n', switchNamespace, ...words);

/** Makes the network. Whatever was left of an earlier one is removed first. */
export async function buildNetwork(addresses: ReadonlyMap<string, NodeAddress>): Promise<void> {
  await removeNetwork();
  const hosts = hostsFile(addresses, os.hostname());
  await ip('netns', 'add', switchNamespace);
  await ipOfSwitch('link', 'add', bridge, 'type', 'bridge');
  await ipOfSwitch('link', 'set', bridge, 'up');
  for (const { namespace, port, ip: address } of addresses.values()) {
    const folder = path.join(namespaceFiles, namespace);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'hosts'), hosts);
    await ip('netns', 'add', namespace);
    await ipOfSwitch(...['link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
    await ipOfSwitch('link', 'set', port, 'master', bridge, 'up');
    await ip('-n', namespace, 'link', 'set', 'lo', 'up');
    await ip('-n', namespace, 'addr', 'add', withNetwork(address), 'dev', 'eth0');
    await ip('-n', namespace, 'link', 'set', 'eth0', 'up');
  }
  await ip(
    ...['link', 'add', clientInterface, 'type', 'veth'],
    ...['peer', 'name', clientPort, 'netns', switchNamespace],
  );
  await ipOfSwitch('link', 'set', clientPort, 'master', bridge, 'up');
  await ip('addr', 'add', withNetwork(clientAddress), 'dev', clientInterface);
  await ip('link', 'set', clientInterface, 'up');
}

/** Removes every namespace of ours, with every process in it. Never throws: it also runs when something else has failed. */
export async function removeNetwork(): Promise<void> {
  for (const namespace of await ourNamespaces()) {
    await killAllIn(namespace);
    await run('ip', ['netns', 'del', namespace]);
    rmSync(path.join(namespaceFiles, namespace), { recursive: true, force: true });
  }
  await run('ip', ['link', 'del', clientInterface]);
  for (const name of foldersOf(namespaceFiles))
    if (name.startsWith(namespacePrefix))
      rmSync(path.join(namespaceFiles, name), { recursive: true, force: true });
  try {
    if (readdirSync(namespaceFiles).length === 0) rmSync(namespaceFiles, { recursive: true });
  } catch {
    // There was none.
  }
}

async function ourNamespaces(): Promise<readonly string[]> {
  const { stdout } = await run('ip', ['netns', 'list']);
  return stdout
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name.startsWith(namespacePrefix));
}

function foldersOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Process ids in a namespace. */
export async function processesIn(namespace: string): Promise<readonly number[]> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace]);
  return stdout
    .split('\n')
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
}

/** Rounds in which a process that is just being started can still show up. */
const killRounds = 5;

async function killAllIn(namespace: string): Promise<void> {
  for (let round = 0; round < killRounds; round += 1) {
    const ids = await processesIn(namespace);
    if (ids.length === 0) return;
    for (const id of ids) signal(id, 'SIGKILL');
  }
}

/** Sends a signal to a process that may have ended. */
export function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It is gone, which is as good.
  }
}

/** What a process was started with, or nothing where it has ended. */
export function commandLineOf(id: number): readonly string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Puts the faults into force, all at the same instant. */
export async function applyFaults(filter: PacketFilter): Promise<void> {
  await runOrThrow('ip', ['netns', 'exec', switchNamespace, 'nft', '-f', '-'], { input: filter.rules() });
}

/** Ends every connection between two nodes with a reset, at both ends at once; the link itself goes on working. Throws LaboratoryError. */
export async function resetConnections({ namespace }: NodeAddress, peer: NodeAddress): Promise<void> {
  const words = ['netns', 'exec', namespace, 'ss', '--no-header', '--kill', '--tcp', 'dst', peer.ip];
  const { stdout, stderr } = await run('ip', words);
  // It ends with 0 also where the kernel does not know how.
  if (stdout.trim() === '' && stderr.trim() !== '')
    throw new LaboratoryError(`this kernel cannot reset connections: ${stderr.trim().slice(0, 200)}`);
}

/** Makes the links towards a node as wide as told; unlimited where nothing is told. */
export async function applyWidths(to: NodeAddress, widths: readonly Width[]): Promise<void> {
  for (const words of shapingCommands(to.port, widths))
    await runOrThrow('tc', ['-n', switchNamespace, ...words]);
}
