// MIR: classic mirrored queues.

import type { RuleData } from './chapters.ts';

export const mir: Readonly<Record<string, RuleData>> = {
  'MIR-1': {
    title: 'What makes a queue mirrored',
    statement: 'What makes a queue mirrored.',
    source: 'rabbit_mirror_queue_misc:is_mirrored/1, rabbit_mirror_queue_misc:validate_policy/1',
  },
  'MIR-2': {
    title: '`ha-mode: all`',
    statement: '`ha-mode: all`.',
    source: 'rabbit_mirror_queue_mode_all:suggested_queue_nodes/5',
  },
  'MIR-3': {
    title: '`ha-mode: exactly`, N',
    statement: '`ha-mode: exactly`, N.',
    source: 'rabbit_mirror_queue_mode_exactly:suggested_queue_nodes/5',
  },
  'MIR-4': {
    title: '`ha-mode: nodes`, list',
    statement: '`ha-mode: nodes`, list.',
    source: 'rabbit_mirror_queue_mode_nodes:suggested_queue_nodes/5',
  },
  'MIR-5': {
    title: 'Never mirrored',
    statement: 'Never mirrored.',
    source: 'rabbit_mirror_queue_misc:suggested_queue_nodes/3',
  },
  'MIR-6': {
    title: 'Queue record',
    statement: 'Queue record.',
    source:
      'amqqueue record, rabbit_mirror_queue_misc:store_updated_slaves/1, rabbit_mirror_queue_misc:update_recoverable/2',
  },
  'MIR-7': {
    title: 'Leader location at declare',
    statement: 'Leader location at declare.',
    source: 'rabbit_queue_master_location_misc:get_location/1, rabbit_classic_queue:declare/2',
  },
  'MIR-8': {
    title: 'Who receives a publish',
    statement: 'Who receives a publish.',
    source: 'rabbit_classic_queue:deliver/2, rabbit_classic_queue:qpids/3',
  },
  'MIR-9': {
    title: 'Declare waits for mirrors',
    statement: 'Declare waits for mirrors.',
    source: 'rabbit_mirror_queue_master:init_with_existing_bq/3, rabbit_mirror_queue_slave:go/2',
  },
  'MIR-10': {
    title: 'What the leader broadcasts',
    statement: 'What the leader broadcasts.',
    source: 'rabbit_mirror_queue_master, rabbit_mirror_queue_slave:process_instruction/2',
  },
  'MIR-11': {
    title: 'GM copies overtake direct copies inside a mirror',
    statement: 'GM copies overtake direct copies inside a mirror.',
    source: 'rabbit_mirror_queue_slave:prioritise_cast/3, rabbit_mirror_queue_slave:prioritise_call/4',
  },
  'MIR-12': {
    title: 'GM ring and timing',
    statement: 'GM ring and timing.',
    source: 'gm:internal_broadcast/3, gm:flush_broadcast_buffer/1, gm:calculate_activity/5',
  },
  'MIR-13': {
    title: 'Joining the ring',
    statement: 'Joining the ring.',
    source: 'gm:join_group/4, gm:handle_call/3 (add_on_right)',
  },
  'MIR-14': {
    title: 'Death notices are lazy',
    statement: 'Death notices are lazy.',
    source:
      'gm:handle_cast/2, rabbit_mirror_queue_slave:handle_call/3 (gm_deaths), rabbit_mirror_queue_coordinator:handle_pre_hibernate/1',
  },
  'MIR-15': {
    title: 'Death handling in GM',
    statement: 'Death handling in GM.',
    source:
      'gm:handle_info/2, gm:record_dead_member_in_group/5, gm:maybe_erase_aliases/2, gm:prioritise_info/3',
  },
  'MIR-16': {
    title: 'The decision transaction',
    statement: 'The decision transaction.',
    source: 'rabbit_mirror_queue_misc:remove_from_queue/3',
  },
  'MIR-17': {
    title: '`ha-promote-on-failure: when-synced`',
    statement: '`ha-promote-on-failure: when-synced`.',
    source: 'rabbit_mirror_queue_misc:remove_from_queue/3, rabbit_mirror_queue_slave:handle_call/3',
    questioned: true,
  },
  'MIR-18': {
    title: 'Oldest, not best',
    statement: 'Oldest, not best.',
    source: 'rabbit_mirror_queue_misc:promote_slave/1',
  },
  'MIR-19': {
    title: 'Replacement mirrors',
    statement: 'Replacement mirrors.',
    source:
      'rabbit_mirror_queue_misc:slaves_to_start_on_failure/2, rabbit_mirror_queue_coordinator:handle_cast/2',
  },
  'MIR-20': {
    title: 'No promotable mirror',
    statement: 'No promotable mirror.',
    source: 'rabbit_classic_queue:is_recoverable/1',
  },
  'MIR-21': {
    title: "Graceful stop of the leader's node",
    statement: "Graceful stop of the leader's node.",
    source: 'rabbit_mirror_queue_master:terminate/2, rabbit_mirror_queue_misc:stop_all_slaves/5',
  },
  'MIR-22': {
    title: 'Delete and drop',
    statement: 'Delete and drop.',
    source: 'rabbit_mirror_queue_master:delete_and_terminate/2, rabbit_mirror_queue_misc:drop_mirror/2',
  },
  'MIR-23': {
    title: 'A mirror always (re)starts empty',
    statement: 'A mirror always (re)starts empty.',
    source: 'rabbit_queue_index:start/2, rabbit_mirror_queue_slave:handle_go/1',
  },
  'MIR-24': {
    title: 'Which mirrors a booting node starts',
    statement: 'Which mirrors a booting node starts.',
    source: 'rabbit_mirror_queue_misc:on_vhost_up/1',
  },
  'MIR-25': {
    title: 'Policy change',
    statement: 'Policy change.',
    source:
      'rabbit_amqqueue_process:update_mirroring/2, rabbit_mirror_queue_misc:update_mirrors/1, rabbit_mirror_queue_misc:maybe_drop_master_after_sync/1',
  },
  'MIR-26': {
    title: 'Duplicates and stale processes',
    statement: 'Duplicates and stale processes.',
    source:
      'rabbit_mirror_queue_slave:handle_cast/2, rabbit_mirror_queue_slave:init_it/4, rabbit_amqqueue_process:handle_cast/2',
    questioned: true,
  },
  'MIR-27': {
    title: 'Natural synchronisation',
    statement: 'Natural synchronisation.',
    source: 'rabbit_mirror_queue_slave:set_delta/2, rabbit_mirror_queue_slave:update_delta/2',
  },
  'MIR-28': {
    title: 'Eager synchronisation',
    statement: 'Eager synchronisation.',
    source: 'rabbit_mirror_queue_sync, rabbit_mirror_queue_master:sync_mirrors/3',
  },
  'MIR-29': {
    title: 'Interrupted synchronisation',
    statement: 'Interrupted synchronisation.',
    source:
      'rabbit_mirror_queue_sync:slave_sync_loop/2, rabbit_mirror_queue_slave:handle_cast/2 (sync_start)',
    questioned: true,
  },
  'MIR-30': {
    title: 'When a channel acks a publish (classic queues)',
    statement: 'When a channel acks a publish (classic queues).',
    source: 'rabbit_classic_queue:handle_event/2, rabbit_classic_queue:settle_seq_nos/4, rabbit_confirms',
  },
  'MIR-31': {
    title: 'When a replica confirms',
    statement: 'When a replica confirms.',
    source:
      'rabbit_mirror_queue_slave:send_or_record_confirm/4, rabbit_mirror_queue_slave:confirm_messages/2, rabbit_amqqueue_process:send_or_record_confirm/2',
  },
  'MIR-32': {
    title: 'Benign and abnormal exits',
    statement: 'Benign and abnormal exits.',
    source:
      'rabbit_misc:is_abnormal_exit/1, rabbit_classic_queue:handle_event/2, rabbit_channel:handle_info/2',
  },
  'MIR-33': {
    title: 'Steps of a promotion',
    statement: 'Steps of a promotion.',
    source:
      'rabbit_mirror_queue_slave:promote_me/2, rabbit_mirror_queue_master:promote_backing_queue_state/8, rabbit_amqqueue_process:init_with_backing_queue_state/7',
  },
  'MIR-34': {
    title: 'Everything on a promoted leader is marked redelivered',
    statement: 'Everything on a promoted leader is marked redelivered.',
    source: 'rabbit_mirror_queue_slave:process_instruction/2 (publish), BRK-24',
  },
  'MIR-35': {
    title: 'Pairing of the two copies',
    statement: 'Pairing of the two copies.',
    source:
      'rabbit_mirror_queue_slave:publish_or_discard/4, rabbit_mirror_queue_slave:maybe_enqueue_message/2',
  },
  'MIR-36': {
    title: 'Forgetting a dead channel',
    statement: 'Forgetting a dead channel.',
    source:
      'rabbit_mirror_queue_slave:maybe_forget_sender/3, rabbit_mirror_queue_slave:confirm_sender_death/1',
  },
  'MIR-37': {
    title: 'Lost confirm after promotion',
    statement: 'Lost confirm after promotion.',
    source: 'rabbit_amqqueue_process:maybe_deliver_or_enqueue/3, rabbit_mirror_queue_master:is_duplicate/2',
    questioned: true,
  },
  'MIR-38': {
    title: 'Head-of-FIFO wedge',
    statement: 'Head-of-FIFO wedge.',
    source: 'rabbit_mirror_queue_slave:publish_or_discard/4, rabbit_amqqueue_process:send_reject_publish/3',
    questioned: true,
  },
  'MIR-39': {
    title: 'Late acknowledgements after a failover',
    statement: 'Late acknowledgements after a failover.',
    source:
      'rabbit_channel:settle_acks/2, rabbit_classic_queue:settle/4, rabbit_queue_consumers:subtract_acks/3, rabbit_variable_queue:ack/2',
    questioned: true,
  },
  'MIR-40': {
    title: 'Dead consumers at a surviving leader',
    statement: 'Dead consumers at a surviving leader.',
    source: 'rabbit_amqqueue_process:handle_ch_down/2',
  },
  'MIR-41': {
    title: 'Deliveries in flight',
    statement: 'Deliveries in flight.',
    source: 'MIR-53, MIR-33',
  },
  'MIR-42': {
    title: 'Auto-ack consumers',
    statement: 'Auto-ack consumers.',
    source: 'rabbit_amqqueue_process:attempt_delivery/4',
  },
  'MIR-43': {
    title: 'Consumers whose leader died',
    statement: 'Consumers whose leader died.',
    source:
      'rabbit_channel:handle_consuming_queue_down_or_eol/2, rabbit_channel:queue_down_consumer_action/2',
    questioned: true,
  },
  'MIR-44': {
    title: 'Cancel notification',
    statement: 'Cancel notification.',
    source: 'rabbit_channel:cancel_consumer/3',
  },
  'MIR-45': {
    title: 'Operations while the leader is dead',
    statement: 'Operations while the leader is dead.',
    source: 'rabbit_amqqueue:with/4, rabbit_amqqueue:retry_wait/4',
  },
  'MIR-46': {
    title: 'Deleting while the leader is dead',
    statement: 'Deleting while the leader is dead.',
    source: 'rabbit_classic_queue:wait_for_promoted_or_stopped/1, rabbit_classic_queue:delete/4',
  },
  'MIR-47': {
    title: 'Publisher flow control',
    statement: 'Publisher flow control.',
    source: 'credit_flow:send/1, rabbit_classic_queue:deliver/2',
  },
  'MIR-48': {
    title: 'Split brain',
    statement: 'Split brain.',
    source: 'MIR-16 on each side',
  },
  'MIR-49': {
    title: 'Whole cluster stop and cold start',
    statement: 'Whole cluster stop and cold start.',
    source: 'rabbit_queue_index:start/2, rabbit_amqqueue:forget_node_for_queue/3',
  },
  'MIR-50': {
    title: 'Crash of a queue process',
    statement: 'Crash of a queue process.',
    source: 'rabbit_prequeue:init/2, rabbit_amqqueue_sup:start_link/2',
  },
  'MIR-51': {
    title: 'Leader balance',
    statement: 'Leader balance.',
    source:
      'rabbit_mirror_queue_misc:transfer_leadership/2, rabbit_mirror_queue_misc:migrate_leadership_to_existing_replica/2',
    questioned: true,
  },
  'MIR-52': {
    title: 'Timeline figures for tests',
    statement: 'Timeline figures for tests.',
    source: 'NET-3, MIR-15, MIR-43',
    confidence: 'inferred',
    questioned: true,
  },
  'MIR-53': {
    title: 'What survivors agree on',
    statement: 'What survivors agree on.',
    source: 'gm:handle_msg/2 (catchup), gm:find_prefix_common_suffix/2',
  },
};
