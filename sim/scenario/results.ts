/**
 * The words of the result contract that a scenario may refer to: figures, states, timeline events and their fields.
 * Data only; the ledger and the timeline produce them, expectations and `after` name them.
 */

export const messageFigures = [
  'published',
  'publishes',
  'skipped_while_disconnected',
  'confirmed',
  'nacked',
  'returned',
  'rolled_back',
  'delivered',
  'delivered_unique',
  'redelivered',
  'acked',
  'delivered_after_ack',
  'duplicated',
  'drained',
  'drained_deliveries',
  'confirmed_lost',
  'unconfirmed_lost',
  'unreachable',
  'expired',
  'dead_lettered',
  'dropped_by_limit',
  'dropped_by_delivery_limit',
  'rejected',
  'purged',
  'out_of_order',
] as const;
export type MessageFigure = (typeof messageFigures)[number];

export const availabilityFigures = [
  'longest_without_confirm',
  'longest_without_delivery',
  'confirm_latency_p50',
  'confirm_latency_p99',
] as const;
export type AvailabilityFigure = (typeof availabilityFigures)[number];

export const messageOutcomes = ['lost', 'duplicated', 'reordered', 'stuck'] as const;
export type MessageOutcome = (typeof messageOutcomes)[number];

/** Of workloads alone, and only of those that call, or receive what belongs to a trace. */
export const applicationFigures = [
  'calls',
  'calls_answered',
  'calls_timed_out',
  'calls_failed',
  'late_replies',
  'call_latency_p50',
  'call_latency_p99',
  'traces',
] as const;
export type ApplicationFigure = (typeof applicationFigures)[number];

export const nodeStates = ['running', 'paused', 'stopped', 'down', 'frozen', 'booting'] as const;
export const queueStates = ['running', 'syncing', 'down', 'stopped', 'crashed'] as const;
export const clientStates = ['connected', 'disconnected', 'blocked', 'cancelled'] as const;

/** What a field of a timeline event holds. `nodes` is a set of node names; `via` what clients connect to, a node or a proxy. */
export type EventField =
  | 'node'
  | 'nodes'
  | 'proxy'
  | 'via'
  | 'queue'
  | 'workload'
  | 'number'
  | 'boolean'
  | 'text';

const nodeEvent = { node: 'node' } as const;
const peerEvent = { node: 'node', peer: 'node' } as const;
const queueEvent = { queue: 'queue' } as const;
const replicaEvent = { queue: 'queue', node: 'node' } as const;
const connectionEvent = { workload: 'workload', node: 'via', code: 'number', text: 'text' } as const;
const linkEvent = { link: 'text', type: 'text', node: 'node' } as const;
const messageEvent = { id: 'text', queue: 'queue', hazard: 'text', rule: 'text' } as const;

/** Every timeline event that expectations and the real cluster share, with its fields. */
export const timelineEvents = {
  nodedown: peerEvent,
  nodeup: peerEvent,
  busy_dist_port: peerEvent,
  rabbit_down: peerEvent,
  rabbit_up: peerEvent,
  node_paused: nodeEvent,
  node_resumed: nodeEvent,
  node_stopped: nodeEvent,
  node_started: nodeEvent,
  node_killed: nodeEvent,
  partition_detected: peerEvent,
  partial_partition_detected: peerEvent,
  intentional_disconnect: peerEvent,
  autoheal_requested: { node: 'node', of: 'node' },
  autoheal_winner: { winner: 'node', losers: 'nodes' },
  autoheal_aborted: nodeEvent,
  autoheal_finished: nodeEvent,
  node_restarting: { node: 'node', by: 'node' },
  waiting_for_tables: nodeEvent,
  queue_promoted: { queue: 'queue', node: 'node', synchronised: 'boolean' },
  queue_down: queueEvent,
  queue_up: queueEvent,
  mirror_added: replicaEvent,
  mirror_removed: replicaEvent,
  mirror_synchronised: replicaEvent,
  sync_started: queueEvent,
  sync_finished: queueEvent,
  sync_cancelled: queueEvent,
  leader_elected: { queue: 'queue', node: 'node', term: 'number' },
  connection_lost: connectionEvent,
  // Nothing closes here, so there is no code and no text to tell.
  connection_opened: { workload: 'workload', node: 'via' },
  channel_closed: connectionEvent,
  client_stopped: { workload: 'workload', client: 'text', reason: 'text' },
  consumer_cancelled: { workload: 'workload', queue: 'queue' },
  connection_blocked: { workload: 'workload', node: 'via' },
  connection_unblocked: { workload: 'workload', node: 'via' },
  proxy_server_down: { proxy: 'proxy', server: 'node', reason: 'text' },
  proxy_server_up: { proxy: 'proxy', server: 'node' },
  proxy_session: { proxy: 'proxy', server: 'node', client: 'text' },
  proxy_refused: { proxy: 'proxy', client: 'text', reason: 'text' },
  proxy_killed: { proxy: 'proxy' },
  proxy_started: { proxy: 'proxy' },
  link_running: linkEvent,
  link_terminated: { ...linkEvent, reason: 'text' },
  alarm_set: { node: 'node', resource: 'text' },
  alarm_cleared: { node: 'node', resource: 'text' },
  message_lost: messageEvent,
  message_duplicated: messageEvent,
  operator: { command: 'text', on: 'node', exit: 'number', output: 'text' },
  amqp_reply: { method: 'text', node: 'node', code: 'number', text: 'text' },
} as const satisfies Record<string, Readonly<Record<string, EventField>>>;
export type TimelineEvent = keyof typeof timelineEvents;
