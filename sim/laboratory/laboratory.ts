/**
 * The real arm: runs a scenario several times on a real cluster of this machine and says what happened. One laboratory at a time, since they share
 * the names of namespaces. Whatever happens (an error, an interrupt, the death of an earlier laboratory) no namespace, no broker and no
 * folder stays behind.
 */
import os from 'node:os';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Recording } from '../conformance/recording.ts';
import type { Scenario } from '../scenario/model.ts';
import { stateFolder } from './addresses.ts';
import { Cluster } from './cluster.ts';
import { observeOnce, type Observed } from './experiment.ts';
import { LaboratoryError } from './laboratory-error.ts';
import { checkMachine, thisMachine, type MachineFacts } from './machine.ts';
import { buildNetwork, removeNetwork } from './network.ts';
import { recordingOf } from './recording.ts';
import { refuseUndoable } from './refusals.ts';

export interface Progress {
  /** A repeat begins; from 1. */
  readonly repeat: number;
  readonly of: number;
  readonly phase: 'boots' | 'runs' | 'over';
}

export interface LaboratoryOptions {
  readonly repeats: number;
  readonly onProgress?: (progress: Progress) => void;
  readonly machine?: MachineFacts;
}

const ownerFile = `${stateFolder}.pid`;
/** Other work on the machine waits for the brokers and clients, which inherit this. */
const priority = -19;
const interrupts: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs the scenario. Throws ScenarioError where it has what no real cluster can be made to do, LaboratoryError where this machine cannot or the
 * cluster did not come up. Ends the process itself, after cleaning up, when that is interrupted.
 */
export async function recordOnRealCluster(
  scenario: Scenario,
  { repeats, onProgress, machine = thisMachine }: LaboratoryOptions,
): Promise<Recording> {
  refuseUndoable(scenario);
  const able = checkMachine(machine);
  takeOwnership();
  const priorityBefore = os.getPriority();
  os.setPriority(priority);
  const interrupted = (signal: NodeJS.Signals): void => {
    void cleanUp().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  for (const signal of interrupts) process.on(signal, interrupted);
  try {
    rmSync(stateFolder, { recursive: true, force: true });
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    const observed: Observed[] = [];
    for (let repeat = 1; repeat <= repeats; repeat += 1) {
      const tell = (phase: Progress['phase']): void => onProgress?.({ repeat, of: repeats, phase });
      tell('boots');
      const cluster = new Cluster(able, scenario);
      await buildNetwork(cluster.addresses);
      await cluster.boot();
      tell('runs');
      observed.push(await observeOnce(scenario, cluster));
      tell('over');
    }
    return recordingOf(scenario, able.broker, observed);
  } finally {
    await cleanUp();
    os.setPriority(priorityBefore);
    for (const signal of interrupts) process.off(signal, interrupted);
  }
}

/** Throws LaboratoryError while another laboratory runs. One that was killed left its number and no such process. */
function takeOwnership(): void {
  const [owner = '', born = ''] = readOr(ownerFile, '').trim().split(' ');
  if (born !== '' && owner !== `${process.pid}` && birthOf(owner) === born)
    throw new LaboratoryError(
      `another laboratory runs on this machine, as process ${owner}`,
      'wait until it has ended: only one real cluster fits',
    );
  writeFileSync(ownerFile, `${process.pid} ${birthOf(`${process.pid}`)}\n`);
}

/** When a process was started, in the kernel's ticks: its number may be another's by now. Empty where there is none. */
function birthOf(processId: string): string {
  const stat = readOr(path.join('/proc', processId, 'stat'), '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

async function cleanUp(): Promise<void> {
  await removeNetwork();
  rmSync(stateFolder, { recursive: true, force: true });
  rmSync(ownerFile, { force: true });
}
