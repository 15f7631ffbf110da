// CLU: membership, the replicated metadata, boot and shutdown.

import type { RuleData } from './chapters.ts';

export const clu: Readonly<Record<string, RuleData>> = {
  'CLU-1': {
    title: 'Three different "who is there" lists',
    statement: 'Three different "who is there" lists.',
    source: 'rabbit_nodes:all_running/0, rabbit_node_monitor:alive_nodes/1',
  },
  'CLU-2': {
    title: 'Joining',
    statement: 'Joining.',
    source: 'rabbit_mnesia:join_cluster/2',
  },
  'CLU-3': {
    title: 'Join refusals',
    statement: 'Join refusals.',
    source: 'rabbit_mnesia:join_cluster/2, rabbit_mnesia:check_consistency/5, rabbit_feature_flags',
  },
  'CLU-4': {
    title: 'Consistency check at every boot',
    statement: 'Consistency check at every boot.',
    source: 'rabbit_mnesia:check_cluster_consistency/2',
  },
  'CLU-5': {
    title: 'Disc and RAM nodes',
    statement: 'Disc and RAM nodes.',
    source: 'rabbit_mnesia:init_db/3, rabbit_table:create_local_copy/2',
  },
  'CLU-6': {
    title: 'Reset variants',
    statement: 'Reset variants.',
    source: 'rabbit_mnesia:reset/0, rabbit_mnesia:force_reset/0',
  },
  'CLU-7': {
    title: 'What is stored where',
    statement: 'What is stored where.',
    source:
      'rabbit_table:definitions/0, rabbit_amqqueue:store_queue/1, amqqueue:reset_mirroring_and_decorators/1',
  },
  'CLU-8': {
    title: 'Metadata changes are synchronous transactions on all running nodes',
    statement: 'Metadata changes are synchronous transactions on all running nodes.',
    source: 'rabbit_misc:execute_mnesia_transaction/1, mnesia_sync:sync/0',
  },
  'CLU-9': {
    title: 'Transactions and silent peers',
    statement: 'Transactions and silent peers.',
    source: 'mnesia/mnesia_locker, mnesia/mnesia_tm:check_exit/6, mnesia/mnesia_tm:mnesia_down/1',
  },
  'CLU-10': {
    title: 'Mnesia and partitions',
    statement: 'Mnesia and partitions.',
    source:
      'mnesia/mnesia_monitor:check_mnesia_down/2, mnesia/mnesia_monitor:detect_inconcistency/2, mnesia/mnesia_recover:log_mnesia_down/1',
  },
  'CLU-11': {
    title: "The restarting side adopts the other's metadata",
    statement: "The restarting side adopts the other's metadata.",
    source: 'mnesia/mnesia_controller, mnesia/mnesia_loader:net_load_table/4',
  },
  'CLU-12': {
    title: 'Who may load tables from its own disc',
    statement: 'Who may load tables from its own disc.',
    source: 'mnesia/mnesia_controller:last_consistent_replica/3, mnesia/mnesia_controller:orphan_tables/5',
  },
  'CLU-13': {
    title: 'Waiting and failing',
    statement: 'Waiting and failing.',
    source: 'rabbit_table:wait_for_replicated/1, rabbit_table:wait/3',
  },
  'CLU-14': {
    title: 'Recommended order and `force_boot`',
    statement: 'Recommended order and `force_boot`.',
    source: 'rabbit_mnesia:force_load_next_boot/0, rabbit_table:force_load/0',
  },
  'CLU-15': {
    title: 'Boot sequence as seen from outside',
    statement: 'Boot sequence as seen from outside.',
    source:
      'rabbit:start/2, rabbit_boot_steps:run_boot_steps/1, rabbit_vhost:recover/1, rabbit_node_monitor:notify_node_up/0, rabbit_networking:boot/0',
  },
  'CLU-16': {
    title: 'Automatic join at first boot',
    statement: 'Automatic join at first boot.',
    source: 'rabbit_mnesia:run_peer_discovery/0, rabbit_mnesia:join_discovered_peers_with_retries/4',
  },
  'CLU-17': {
    title: "What peers do when a node's app goes down",
    statement: "What peers do when a node's app goes down.",
    source: 'rabbit_node_monitor:handle_dead_rabbit/2, rabbit_amqqueue:on_node_down/1',
  },
  'CLU-18': {
    title: 'Two levels of down',
    statement: 'Two levels of down.',
    source: 'rabbit_node_monitor:handle_info/2, rabbit_node_monitor:handle_dead_node/2',
  },
  'CLU-19': {
    title: '`forget_cluster_node` online',
    statement: '`forget_cluster_node` online.',
    source:
      'rabbit_mnesia:forget_cluster_node/2, rabbit_amqqueue:forget_all_durable/1, rabbit_amqqueue:forget_node_for_queue/3',
  },
  'CLU-20': {
    title: '`forget_cluster_node --offline`',
    statement: '`forget_cluster_node --offline`.',
    source: 'rabbit_mnesia:remove_node_offline_node/1',
  },
  'CLU-21': {
    title: 'Forgotten node comes back',
    statement: 'Forgotten node comes back.',
    source: 'rabbit_mnesia:check_cluster_consistency/2',
  },
  'CLU-22': {
    title: 'Order of a graceful stop',
    statement: 'Order of a graceful stop.',
    source: 'rabbit:stop/0, rabbit_reader:handle_other/2 (parent exit)',
  },
  'CLU-23': {
    title: 'A graceful stop loses no persistent data and requeues nothing twice',
    statement: 'A graceful stop loses no persistent data and requeues nothing twice.',
    source: 'rabbit_variable_queue:terminate/2',
  },
  'CLU-24': {
    title: 'Crash stop (kill -9)',
    statement: 'Crash stop (kill -9).',
    source: 'rabbit_queue_index:recover/7, rabbit_variable_queue:init/6',
  },
  'CLU-25': {
    title: 'Files that remember peers',
    statement: 'Files that remember peers.',
    source: 'rabbit_node_monitor:write_cluster_status/1',
  },
  'CLU-26': {
    title: 'Policy matching and changes',
    statement: 'Policy matching and changes.',
    source:
      'rabbit_policy:update_matched_objects/3, rabbit_policy:merge_operator_definitions/2, rabbit_policies:merge_policy_value/3, rabbit_queue_type:is_policy_applicable/2',
  },
  'CLU-27': {
    title: 'Rename and node identity',
    statement: 'Rename and node identity.',
    source: 'rabbit_mnesia:is_process_alive/1',
  },
};
