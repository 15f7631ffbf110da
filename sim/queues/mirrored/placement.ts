/** Where a queue's replicas ought to be, by its policy (MIR-1 to MIR-5). Each `ha-mode` has a file of its own. */
import type { FieldValue } from '../../amqp/basic-message.ts';
import type { NodeContext } from '../../broker/node-context.ts';
import type { QueueRecord } from '../../broker/queue-record.ts';
import type { RandomStream } from '../../kernel/random.ts';
import { rule, type Rule } from '../../rules/registry.ts';
import { haModeAll } from './ha-mode-all.ts';
import { haModeExactly } from './ha-mode-exactly.ts';
import { haModeNodes } from './ha-mode-nodes.ts';

const MIR_5 = rule('MIR-5');

/** Names of nodes; mirrors oldest first. */
export interface ReplicaNodes {
  readonly leader: string;
  readonly mirrors: readonly string[];
}

export interface ActualNodes extends ReplicaNodes {
  /** Nodes of synchronised mirrors, newest first. */
  readonly synchronised: readonly string[];
}

export interface HaMode {
  readonly name: string;
  readonly rule: Rule;
  /** The replicas wanted, given `ha-params`, those there are, and the nodes that may have one. */
  suggest(
    params: FieldValue | undefined,
    actual: ActualNodes,
    possible: readonly string[],
    random: RandomStream,
  ): ReplicaNodes;
}

const modes: readonly HaMode[] = [haModeAll, haModeExactly, haModeNodes];

export function policyOf(record: QueueRecord, key: string): FieldValue | undefined {
  return record.policy?.definition[key];
}

function modeOf(record: QueueRecord): HaMode | undefined {
  const name = policyOf(record, 'ha-mode');
  return modes.find((mode) => mode.name === name);
}

/** Whether the effective policy asks for mirrors and the queue may have them (MIR-1, MIR-5). */
export function isMirrored(record: QueueRecord): boolean {
  return record.type === 'classic' && modeOf(record) !== undefined && record.exclusiveOwner === null;
}

export function isMirroredOnNodes(record: QueueRecord): boolean {
  return isMirrored(record) && modeOf(record) === haModeNodes;
}

export function actualNodes(record: QueueRecord, defaultLeader: string): ActualNodes {
  return {
    leader: record.pid?.node ?? defaultLeader,
    mirrors: record.slavePids.map((pid) => pid.node),
    synchronised: record.syncSlavePids.map((pid) => pid.node),
  };
}

/** The replicas that the policy wants, given the nodes that may have one. */
export function suggestedNodes(
  context: NodeContext,
  record: QueueRecord,
  possible: readonly string[] = context.database.runningNodes(),
): ReplicaNodes {
  const actual = actualNodes(record, context.node);
  const mode = modeOf(record);
  if (mode === undefined) return { leader: actual.leader, mirrors: [] };
  if (record.exclusiveOwner !== null) {
    context.vm.cite(MIR_5);
    return { leader: actual.leader, mirrors: [] };
  }
  context.vm.cite(mode.rule);
  const random = context.vm.simulation.random.stream(`ha-mode/${mode.name}/${record.name}`);
  return mode.suggest(policyOf(record, 'ha-params'), actual, possible, random);
}
