// PAR: network partitions and the four ways of handling them.

import type { RuleData } from './chapters.ts';

export const par: Readonly<Record<string, RuleData>> = {
  'PAR-1': {
    title: 'A partition is recognised only on reconnection',
    statement: 'A partition is recognised only on reconnection.',
    source: 'rabbit_node_monitor:handle_info/2 (inconsistent_database)',
  },
  'PAR-2': {
    title: 'The `partitions` list',
    statement: 'The `partitions` list.',
    source: 'rabbit_node_monitor:handle_dead_rabbit/2, rabbit_node_monitor:possibly_partitioned_nodes/0',
  },
  'PAR-3': {
    title: 'Who counts as alive for the strategies',
    statement: 'Who counts as alive for the strategies.',
    source: 'rabbit_node_monitor:alive_nodes/1',
  },
  'PAR-4': {
    title: 'When the strategies run',
    statement: 'When the strategies run.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-5': {
    title: '`ignore`',
    statement: '`ignore`.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-6': {
    title: 'Decision and pause',
    statement: 'Decision and pause.',
    source: 'rabbit_node_monitor:majority/1, rabbit_node_monitor:await_cluster_recovery/1',
  },
  'PAR-7': {
    title: 'Waiting and resuming',
    statement: 'Waiting and resuming.',
    source: 'rabbit_node_monitor:wait_for_cluster_recovery/1',
  },
  'PAR-8': {
    title: 'Even splits',
    statement: 'Even splits.',
    source: 'rabbit_node_monitor:majority/1',
  },
  'PAR-9': {
    title: 'What a paused node rejoins with',
    statement: 'What a paused node rejoins with.',
    source: 'CLU-12, MIR-23',
    questioned: true,
  },
  'PAR-10': {
    title: 'Confirm guard',
    statement: 'Confirm guard.',
    source: 'rabbit_node_monitor:pause_partition_guard/0, rabbit_channel:send_confirms_and_nacks/1',
  },
  'PAR-11': {
    title: 'The window before detection',
    statement: 'The window before detection.',
    source: 'MIR-30, PAR-10',
    confidence: 'inferred',
  },
  'PAR-12': {
    title: 'Staggered cuts',
    statement: 'Staggered cuts.',
    source: 'composition of MIR-30, PAR-6',
    confidence: 'inferred',
    questioned: true,
  },
  'PAR-13': {
    title: 'Detection by proxy',
    statement: 'Detection by proxy.',
    source: 'rabbit_node_monitor:handle_cast/2 (check_partial_partition)',
  },
  'PAR-14': {
    title: 'Reaction at A, by strategy',
    statement: 'Reaction at A, by strategy.',
    source:
      'rabbit_node_monitor:handle_cast/2 (partial_partition), rabbit_node_monitor:upgrade_to_full_partition/1, rabbit_node_monitor:disconnect/1',
  },
  'PAR-15': {
    title: 'Outcome with three nodes',
    statement: 'Outcome with three nodes.',
    source: 'PAR-13, PAR-14',
    questioned: true,
  },
  'PAR-16': {
    title: 'Trigger',
    statement: 'Trigger.',
    source: 'rabbit_node_monitor:maybe_autoheal/1, rabbit_autoheal:maybe_start/1',
  },
  'PAR-17': {
    title: 'No action at the split',
    statement: 'No action at the split.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-18': {
    title: 'Leader',
    statement: 'Leader.',
    source: 'rabbit_autoheal:leader/0',
  },
  'PAR-19': {
    title: "Leader's check",
    statement: "Leader's check.",
    source: 'rabbit_autoheal:check_other_nodes/1, rabbit_autoheal:all_partitions/2',
  },
  'PAR-20': {
    title: 'Winner',
    statement: 'Winner.',
    source: 'rabbit_autoheal:make_decision/1, rabbit_autoheal:partition_value/1',
  },
  'PAR-21': {
    title: 'Consequence of counting connections',
    statement: 'Consequence of counting connections.',
    source: 'PAR-20',
  },
  'PAR-22': {
    title: 'Message flow and states',
    statement: 'Message flow and states.',
    source: 'rabbit_autoheal:handle_msg/3, rabbit_autoheal:stop_partition/1',
  },
  'PAR-23': {
    title: 'Winner waits for Mnesia of all losers',
    statement: 'Winner waits for Mnesia of all losers.',
    source: 'rabbit_autoheal:winner_finish/1, rabbit_autoheal:wait_for_mnesia_shutdown/1',
  },
  'PAR-24': {
    title: 'Loser restart',
    statement: 'Loser restart.',
    source: 'rabbit_autoheal:restart_loser/2',
  },
  'PAR-25': {
    title: 'Aborts',
    statement: 'Aborts.',
    source: 'rabbit_autoheal:node_down/2, rabbit_autoheal:rabbit_down/2, rabbit_autoheal:abort/2',
  },
  'PAR-26': {
    title: 'What losing means',
    statement: 'What losing means.',
    source: 'CLU-11, MIR-23, MIR-26',
  },
  'PAR-27': {
    title: 'Partial heals',
    statement: 'Partial heals.',
    source: 'PAR-16, PAR-19',
  },
  'PAR-28': {
    title: 'Decision',
    statement: 'Decision.',
    source: 'rabbit_node_monitor:in_preferred_partition/2',
  },
  'PAR-29': {
    title: 'Recovery mode',
    statement: 'Recovery mode.',
    source: 'rabbit_node_monitor:handle_dead_node/2, rabbit_autoheal:enabled/0',
  },
  'PAR-30': {
    title: 'Confirm guard for this mode',
    statement: 'Confirm guard for this mode.',
    source: 'rabbit_node_monitor:pause_if_all_down_guard/3',
  },
  'PAR-31': {
    title: 'What a strategy never does',
    statement: 'What a strategy never does.',
    source: 'MIR-15, PAR-6',
    confidence: 'inferred',
  },
  'PAR-32': {
    title: 'Client view of the strategies',
    statement: 'Client view of the strategies.',
    source: 'CLU-22',
  },
  'PAR-33': {
    title: 'After an ignored heal',
    statement: 'After an ignored heal.',
    source: 'CLU-17, MIR-16, rabbit_nodes:all_running/0',
  },
};
