/**
 * Records about nodes, connections between them, partitions and the life of queues: the timeline that expectations, the
 * report and the real cluster's logs share. Their names are those of the result format.
 */
import { recordType } from '../kernel/record-type.ts';

// --- the VM's connections, as rabbit_node_monitor logs them -----------------------------------------------
export const nodedown = recordType('nodedown', { node: 'name', peer: 'name', reason: 'name' });
export const nodeup = recordType('nodeup', { node: 'name', peer: 'name' });
/** So much waits for the peer that who sends there is suspended until it drains. */
export const busyDistPort = recordType('busy_dist_port', { node: 'name', peer: 'name' });
export const rabbitDown = recordType('rabbit_down', { node: 'name', peer: 'name' });
export const rabbitUp = recordType('rabbit_up', { node: 'name', peer: 'name' });

// --- life of a node -----------------------------------------------------------------------------------------
/** Every change of a node's state (running, paused, stopped, down, frozen, booting) and why it happened. */
export const nodeState = recordType('node_state', { node: 'name', state: 'name', why: 'name' });
export const nodePaused = recordType('node_paused', { node: 'name' });
export const nodeResumed = recordType('node_resumed', { node: 'name' });
export const nodeStopped = recordType('node_stopped', { node: 'name' });
export const nodeStarted = recordType('node_started', { node: 'name' });
export const nodeKilled = recordType('node_killed', { node: 'name' });
export const waitingForTables = recordType('waiting_for_tables', { node: 'name', retriesLeft: 'int' });
export const bootFailed = recordType('boot_failed', { node: 'name', reason: 'name' });

// --- partitions ---------------------------------------------------------------------------------------------
export const partitionDetected = recordType('partition_detected', { node: 'name', peer: 'name' });
export const partialPartitionDetected = recordType('partial_partition_detected', {
  node: 'name',
  peer: 'name',
  proxy: 'name',
});
export const intentionalDisconnect = recordType('intentional_disconnect', { node: 'name', peer: 'name' });
export const autohealRequested = recordType('autoheal_requested', { node: 'name', of: 'name' });
/** `losers` is a space-separated list. */
export const autohealWinner = recordType('autoheal_winner', {
  node: 'name',
  winner: 'name',
  losers: 'name',
  partitions: 'name',
});
export const autohealDenied = recordType('autoheal_denied', { node: 'name', reason: 'name' });
export const autohealAborted = recordType('autoheal_aborted', { node: 'name', reason: 'name' });
export const autohealFinished = recordType('autoheal_finished', { node: 'name' });
export const nodeRestarting = recordType('node_restarting', { node: 'name', by: 'name' });

// --- queues -------------------------------------------------------------------------------------------------
export const queueDeclared = recordType('queue_declared', {
  queue: 'name',
  node: 'name',
  type: 'name',
  durable: 'flag',
});
/** A queue was declared in which messages have priorities, from 0 to `highest`. */
export const queuePrioritised = recordType('queue_prioritised', {
  queue: 'name',
  node: 'name',
  highest: 'int',
});
export const queueDeleted = recordType('queue_deleted', { queue: 'name', node: 'name', why: 'name' });
/**
 * A mirror became the leader. `why`: failure, shutdown, policy, as the one that ended gave it. `promote` is the effective
 * `ha-promote-on-failure`; `listed` are the nodes whose mirrors the queue's record called synchronised when that was asked (MIR-17),
 * `mirrors` those of the mirrors that the new leader has. Both are space-separated lists.
 */
export const queuePromoted = recordType('queue_promoted', {
  queue: 'name',
  node: 'name',
  synchronised: 'flag',
  messages: 'int',
  why: 'name',
  promote: 'name',
  listed: 'name',
  mirrors: 'name',
});
export const queueRecovered = recordType('queue_recovered', { queue: 'name', node: 'name', messages: 'int' });
export const queueDown = recordType('queue_down', { queue: 'name', node: 'name', why: 'name' });
export const queueUp = recordType('queue_up', { queue: 'name', node: 'name' });
/**
 * Of a mirror: `by` is the node that says so and `leader` the one that leads the queue as that node has it. In a split brain two
 * leaders each have their mirrors, and one removes those that the other keeps.
 */
export const mirrorAdded = recordType('mirror_added', {
  queue: 'name',
  node: 'name',
  by: 'name',
  leader: 'name',
});
export const mirrorRemoved = recordType('mirror_removed', {
  queue: 'name',
  node: 'name',
  why: 'name',
  by: 'name',
  leader: 'name',
});
export const mirrorSynchronised = recordType('mirror_synchronised', {
  queue: 'name',
  node: 'name',
  by: 'name',
  leader: 'name',
});
/** Of a quorum queue: its leader has heard of a follower for the first time. */
export const followerOnline = recordType('follower_online', { queue: 'name', node: 'name', leader: 'name' });
export const syncStarted = recordType('sync_started', { queue: 'name', node: 'name', messages: 'int' });
export const syncFinished = recordType('sync_finished', { queue: 'name', node: 'name' });
export const syncCancelled = recordType('sync_cancelled', { queue: 'name', node: 'name', why: 'name' });
/** Sampled depth of a queue as its leader has it, at most ten times a second and only when it changed. */
export const queueDepth = recordType('queue_depth', {
  queue: 'name',
  node: 'name',
  ready: 'int',
  unacknowledged: 'int',
});

// --- clients, operator, experiment --------------------------------------------------------------------------
export const connectionOpened = recordType('connection_opened', { workload: 'name', node: 'name' });
export const connectionLost = recordType('connection_lost', {
  workload: 'name',
  node: 'name',
  code: 'int',
  text: 'name',
  client: 'name',
});
export const channelClosed = recordType('channel_closed', {
  workload: 'name',
  node: 'name',
  code: 'int',
  text: 'name',
});
/** A broker ended a connection or channel whose client was silent, or sat on a delivery, for too long; `rule` is the registry's index. */
export const clientGivenUp = recordType('client_given_up', { node: 'name', rule: 'int' });
export const consumerStarted = recordType('consumer_started', {
  workload: 'name',
  queue: 'name',
  node: 'name',
});
export const consumerCancelled = recordType('consumer_cancelled', { workload: 'name', queue: 'name' });
export const connectionBlocked = recordType('connection_blocked', { workload: 'name', node: 'name' });
export const connectionUnblocked = recordType('connection_unblocked', { workload: 'name', node: 'name' });
export const alarmSet = recordType('alarm_set', { node: 'name', resource: 'name' });
export const alarmCleared = recordType('alarm_cleared', { node: 'name', resource: 'name' });
export const operator = recordType('operator', { command: 'name', on: 'name', exit: 'int', output: 'name' });
export const amqpReply = recordType('amqp_reply', {
  method: 'name',
  node: 'name',
  code: 'int',
  text: 'name',
});
/**
 * A row of `chaos` began or ended; `line` is its line in the scenario, 0 for steps drawn by the nemesis. Labels are words for people:
 * what is done, and how the end of it reads, which is empty for what was over at once.
 */
export const faultBegan = recordType('fault_began', { fault: 'int', label: 'name', line: 'int' });
export const faultEnded = recordType('fault_ended', { fault: 'int', label: 'name' });
/** The run entered a phase: workload, settle, drain, end. */
export const phase = recordType('phase', { phase: 'name' });
