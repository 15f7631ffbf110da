// CLU: membership, the replicated metadata, boot and shutdown.

import type { RuleData } from './chapters.ts';

export const clu: Readonly<Record<string, RuleData>> = {
  'CLU-1': {
    title: 'Member, running, alive',
    statement:
      'Members are in the schema, running nodes share a live Mnesia with us, alive ones merely have a connection: placement and promotion ask who runs, partition strategies ask who is alive.',
    source: 'rabbit_nodes:all_running/0, rabbit_node_monitor:alive_nodes/1',
  },
  'CLU-2': {
    title: 'Joining destroys what the joiner had',
    statement:
      "A node joins with its application stopped and its target's running, loses its queues, messages and definitions, and copies the cluster's metadata.",
    source: 'rabbit_mnesia:join_cluster/2',
  },
  'CLU-3': {
    title: 'When a join is refused',
    statement:
      'A running application, an unreachable target or another cookie, being the last disc node elsewhere, a one-sided membership or an incompatible version each end a join with an error of its own; a member that joins again is told so and succeeds.',
    source: 'rabbit_mnesia:join_cluster/2, rabbit_mnesia:check_consistency/5, rabbit_feature_flags',
  },
  'CLU-4': {
    title: 'Booting members ask whether they still belong',
    statement:
      'A starting node asks the members that answer; if one whose Mnesia runs does not list it, the boot fails with `inconsistent_cluster`.',
    source: 'rabbit_mnesia:check_cluster_consistency/2',
  },
  'CLU-5': {
    title: 'Disc nodes and RAM nodes',
    statement:
      'A RAM node keeps metadata in memory only, fetches it from a peer at boot and hence cannot start alone; messages are on disc on both.',
    source: 'rabbit_mnesia:init_db/3, rabbit_table:create_local_copy/2',
  },
  'CLU-6': {
    title: 'Two resets',
    statement:
      '`reset` takes leave of the peers before it wipes; `force_reset` wipes without a word, and peers go on listing the node.',
    source: 'rabbit_mnesia:reset/0, rabbit_mnesia:force_reset/0',
  },
  'CLU-7': {
    title: 'What metadata outlives a full stop',
    statement:
      'Definitions are on disc and survive; live queues, exchanges, bindings and ring memberships exist in memory and are rebuilt, so a durable queue can be known yet absent.',
    source:
      'rabbit_table:definitions/0, rabbit_amqqueue:store_queue/1, amqqueue:reset_mirroring_and_decorators/1',
  },
  'CLU-8': {
    title: 'Metadata changes are synchronous on one side',
    statement:
      'Each declare, bind, policy, promotion or ring change commits on every running node before its caller goes on; reads are local and never wait.',
    source: 'rabbit_misc:execute_mnesia_transaction/1, mnesia_sync:sync/0',
  },
  'CLU-9': {
    title: 'A silent peer holds up every write',
    statement:
      'Between a cut and its detection each metadata transaction waits for the silent node, then restarts without it; clients see a delay and never an error.',
    source: 'mnesia/mnesia_locker, mnesia/mnesia_tm:check_exit/6, mnesia/mnesia_tm:mnesia_down/1',
  },
  'CLU-10': {
    title: 'Two running halves never merge',
    statement:
      'Peers that logged each other down report an inconsistent database when they meet again and stay apart until one restarts its Mnesia, or a third that starts between them makes both share what is written from then on.',
    source:
      'mnesia/mnesia_monitor:check_mnesia_down/2, mnesia/mnesia_monitor:detect_inconcistency/2, mnesia/mnesia_recover:log_mnesia_down/1, mnesia/mnesia_schema:announce_im_running/2',
  },
  'CLU-11': {
    title: "Who restarts adopts the other's metadata",
    statement:
      'A restarting node loads all shared tables from a running peer: what it alone had defined is gone, what it had deleted is back, and nothing is merged; between two sides it may take some tables from either.',
    source: 'mnesia/mnesia_controller, mnesia/mnesia_loader:net_load_table/4',
  },
  'CLU-12': {
    title: 'Who may load its own tables',
    statement:
      'Without a running peer a node trusts its disc only if it went down last; if nobody did, the holder of the smallest name loads once all of them are up.',
    source: 'mnesia/mnesia_controller:last_consistent_replica/3, mnesia/mnesia_controller:orphan_tables/5',
  },
  'CLU-13': {
    title: 'Waiting for tables ends after 300 s',
    statement:
      'A node waits ten times 30 s for a peer that may load first, then its boot fails and a supervisor may try again 10 s later.',
    source: 'rabbit_table:wait_for_replicated/1, rabbit_table:wait/3',
  },
  'CLU-14': {
    title: '`force_boot` skips the wait once',
    statement:
      'A marked node loads its own copy at the next boot, and what only others knew disappears as they join it.',
    source: 'rabbit_mnesia:force_load_next_boot/0, rabbit_table:force_load/0',
  },
  'CLU-15': {
    title: 'The order of a boot',
    statement:
      'Distribution comes first, then Mnesia and its tables, recovery of queues, the announcement to peers, plugins, and only at last the listeners for clients.',
    source:
      'rabbit:start/2, rabbit_boot_steps:run_boot_steps/1, rabbit_vhost:recover/1, rabbit_node_monitor:notify_node_up/0, rabbit_networking:boot/0',
  },
  'CLU-16': {
    title: 'An empty node looks for company',
    statement:
      'At its first boot a node joins the first configured peer that answers within ten tries half a second apart, or else stays alone.',
    source: 'rabbit_mnesia:run_peer_discovery/0, rabbit_mnesia:join_discovered_peers_with_retries/4',
  },
  'CLU-17': {
    title: 'Peers clean up after a dead application',
    statement:
      'They drop the live records of its unmirrored and exclusive queues, ten in a transaction, clear its alarms and start pinging; durable records and mirrored queues are left as they are.',
    source: 'rabbit_node_monitor:handle_dead_rabbit/2, rabbit_amqqueue:on_node_down/1',
  },
  'CLU-18': {
    title: 'Application down is not node down',
    statement:
      "Only the loss of the VM's connection wakes a partition strategy; a stopped application triggers no more than the clean-up.",
    source: 'rabbit_node_monitor:handle_info/2, rabbit_node_monitor:handle_dead_node/2',
  },
  'CLU-19': {
    title: 'Forgetting a node re-homes its queues',
    statement:
      'Each durable queue that it led passes to the first stopped member among its recoverable mirrors, and is deleted if there is none.',
    source:
      'rabbit_mnesia:forget_cluster_node/2, rabbit_amqqueue:forget_all_durable/1, rabbit_amqqueue:forget_node_for_queue/3',
  },
  'CLU-20': {
    title: 'Forgetting while all are stopped',
    statement:
      "Run offline on a stopped disc node, the command makes that node's own mirrors the leaders of the forgotten node's queues and marks it to boot without waiting.",
    source: 'rabbit_mnesia:remove_node_offline_node/1',
  },
  'CLU-21': {
    title: 'A forgotten node cannot come back as it is',
    statement:
      'Its boot is refused while a former peer answers; it has to be reset, which costs its data, and joined anew.',
    source: 'rabbit_mnesia:check_cluster_consistency/2',
  },
  'CLU-22': {
    title: 'The order of a graceful stop',
    statement:
      'Listeners and client connections go first, with code 320, then the queues flush and end, Mnesia last; pauses and autoheal restarts stop in this same way; a channel that stands still holds it up for 5 s.',
    source: 'rabbit:stop/0, rabbit_reader:handle_other/2 (parent exit)',
  },
  'CLU-23': {
    title: 'A graceful stop keeps persistent messages',
    statement:
      'Content, order and the delivered watermark are stored; what was never delivered comes back unflagged, and what was transient is lost.',
    source: 'rabbit_variable_queue:terminate/2',
  },
  'CLU-24': {
    title: 'A crash forgets the last moments',
    statement:
      'Publishes and acks that had not reached the disc are as if they never happened, and all that is recovered is flagged redelivered.',
    source: 'rabbit_queue_index:recover/7, rabbit_variable_queue:init/6',
  },
  'CLU-25': {
    title: 'Files that remember the peers',
    statement: 'A node notes members and running nodes on disc only to know whom to ask at boot.',
    source: 'rabbit_node_monitor:write_cluster_status/1',
  },
  'CLU-26': {
    title: 'One policy a queue, applied later',
    statement:
      'A policy change rematches everything in one transaction, and each leader applies it afterwards; the highest priority that matches and fits wins, and an operator policy can only tighten limits.',
    source:
      'rabbit_policy:update_matched_objects/3, rabbit_policy:merge_operator_definitions/2, rabbit_policies:merge_policy_value/3, rabbit_queue_type:is_policy_applicable/2',
  },
  'CLU-27': {
    title: 'A restart is a new identity',
    statement: 'Process ids of an earlier incarnation never equal new ones and count as dead.',
    source: 'rabbit_mnesia:is_process_alive/1',
  },
};
