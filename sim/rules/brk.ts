// BRK: routing, queues, consumers, confirms, limits and alarms on one side of a cluster.

import type { RuleData } from './chapters.ts';

export const brk: Readonly<Record<string, RuleData>> = {
  'BRK-1': {
    title: 'Default exchange',
    statement: 'Default exchange.',
    source: 'rabbit_exchange:route/2, rabbit_binding',
  },
  'BRK-2': {
    title: 'Direct and fanout',
    statement: 'Direct and fanout.',
    source: 'rabbit_exchange_type_direct:route/2, rabbit_exchange_type_fanout:route/2',
  },
  'BRK-3': {
    title: 'Topic',
    statement: 'Topic.',
    source: 'rabbit_exchange_type_topic:split_topic_key/1, rabbit_exchange_type_topic:trie_match/2',
  },
  'BRK-4': {
    title: 'Headers',
    statement: 'Headers.',
    source: 'rabbit_exchange_type_headers:route/2, rabbit_exchange_type_headers:headers_match/2',
  },
  'BRK-5': {
    title: 'Exchange-to-exchange, fan-in',
    statement: 'Exchange-to-exchange, fan-in.',
    source: 'rabbit_exchange:route1/3',
  },
  'BRK-6': {
    title: 'Alternate exchange',
    statement: 'Alternate exchange.',
    source: 'rabbit_exchange:process_alternate/2',
  },
  'BRK-7': {
    title: 'Sender-selected keys',
    statement: 'Sender-selected keys.',
    source: 'rabbit_basic:header_routes/1, rabbit_exchange:route/2',
  },
  'BRK-8': {
    title: 'Publishing to a missing exchange',
    statement: 'Publishing to a missing exchange.',
    source: 'rabbit_channel:handle_method/3 (publish)',
  },
  'BRK-9': {
    title: 'Mandatory',
    statement: 'Mandatory.',
    source: 'rabbit_channel:process_routing_mandatory/4',
  },
  'BRK-10': {
    title: 'Unroutable publishes are acked',
    statement: 'Unroutable publishes are acked.',
    source: 'rabbit_channel:process_routing_confirm/5',
  },
  'BRK-11': {
    title: 'Routing data',
    statement: 'Routing data.',
    source: 'rabbit_router:match_routing_key/2',
  },
  'BRK-12': {
    title: 'Declare',
    statement: 'Declare.',
    source: 'rabbit_amqqueue:assert_equivalence/5, rabbit_channel:handle_method/6',
  },
  'BRK-13': {
    title: 'Durability',
    statement: 'Durability.',
    source: 'rabbit_amqqueue:declare/6, CLU-7',
  },
  'BRK-14': {
    title: 'Durable unmirrored queue whose home node is down',
    statement: 'Durable unmirrored queue whose home node is down.',
    source: 'rabbit_amqqueue:on_node_down/1, rabbit_amqqueue:not_found_or_absent/1, rabbit_amqqueue:absent/2',
  },
  'BRK-15': {
    title: 'Transient queue whose node is down',
    statement: 'Transient queue whose node is down.',
    source: 'rabbit_amqqueue:on_node_down/1',
  },
  'BRK-16': {
    title: 'Exclusive queues',
    statement: 'Exclusive queues.',
    source: 'rabbit_amqqueue:check_exclusive_access/2, rabbit_classic_queue:declare/2',
  },
  'BRK-17': {
    title: 'Auto-delete, expiry',
    statement: 'Auto-delete, expiry.',
    source: 'rabbit_amqqueue_process:should_auto_delete/1, rabbit_amqqueue_process:ensure_expiry_timer/1',
  },
  'BRK-18': {
    title: 'Clients may connect anywhere',
    statement: 'Clients may connect anywhere.',
    source: 'rabbit_classic_queue:deliver/2',
  },
  'BRK-19': {
    title: 'What is persistent',
    statement: 'What is persistent.',
    source: 'rabbit_basic:is_message_persistent/1, rabbit_variable_queue:publish/6',
  },
  'BRK-20': {
    title: 'Where',
    statement: 'Where.',
    source: 'rabbit_variable_queue:determine_persist_to/4',
  },
  'BRK-21': {
    title: 'Transient messages',
    statement: 'Transient messages.',
    source: 'rabbit_variable_queue:init/6',
  },
  'BRK-22': {
    title: 'Disc sync and confirm timing',
    statement: 'Disc sync and confirm timing.',
    source: 'rabbit_amqqueue_process:next_state/1, rabbit_msg_store:next_state/1',
  },
  'BRK-23': {
    title: 'Without confirms',
    statement: 'Without confirms.',
    source: 'rabbit_queue_index:needs_sync/1, rabbit_queue_index:maybe_flush_journal/1',
  },
  'BRK-24': {
    title: 'The redelivered flag',
    statement: 'The redelivered flag.',
    source: 'rabbit_variable_queue:set_deliver_flag/2, rabbit_variable_queue:next_deliver_seq_id/2',
    questioned: true,
  },
  'BRK-25': {
    title: 'Acks are buffered too',
    statement: 'Acks are buffered too.',
    source: 'rabbit_queue_index:ack/2',
  },
  'BRK-26': {
    title: 'Recovery',
    statement: 'Recovery.',
    source: 'rabbit_queue_index:recover/7, rabbit_variable_queue:init/6',
  },
  'BRK-27': {
    title: 'Choosing a consumer',
    statement: 'Choosing a consumer.',
    source: 'rabbit_queue_consumers:deliver/5, priority_queue',
  },
  'BRK-28': {
    title: 'Prefetch per consumer',
    statement: 'Prefetch per consumer.',
    source: 'rabbit_channel:handle_method/3 (basic.qos), rabbit_limiter',
  },
  'BRK-29': {
    title: 'Prefetch per channel',
    statement: 'Prefetch per channel.',
    source: 'rabbit_limiter:can_send/3',
  },
  'BRK-30': {
    title: 'Delivery is asynchronous and pipelined',
    statement: 'Delivery is asynchronous and pipelined.',
    source: 'rabbit_queue_consumers:deliver_to_consumer/3',
  },
  'BRK-31': {
    title: 'ack, nack, reject',
    statement: 'ack, nack, reject.',
    source: 'rabbit_channel:collect_acks/5, rabbit_channel:handle_method/3',
  },
  'BRK-32': {
    title: 'Requeue position',
    statement: 'Requeue position.',
    source: 'rabbit_variable_queue:requeue/2',
  },
  'BRK-33': {
    title: 'Automatic ack',
    statement: 'Automatic ack.',
    source: 'rabbit_amqqueue_process:attempt_delivery/4',
  },
  'BRK-34': {
    title: '`basic.get`',
    statement: '`basic.get`.',
    source: 'rabbit_amqqueue_process:handle_call/3',
  },
  'BRK-35': {
    title: 'Delivery acknowledgement timeout',
    statement: 'Delivery acknowledgement timeout.',
    source: 'rabbit_channel:evaluate_consumer_timeout/1',
  },
  'BRK-36': {
    title: 'Channel or connection end',
    statement: 'Channel or connection end.',
    source: 'rabbit_channel:terminate/2, rabbit_amqqueue:notify_down_all/3',
  },
  'BRK-37': {
    title: 'Publishes in flight when a connection ends',
    statement: 'Publishes in flight when a connection ends.',
    source: 'gen_server2:in/2 (parent exit), rabbit_reader',
    questioned: true,
  },
  'BRK-38': {
    title: 'Single active consumer, exclusive consumer',
    statement: 'Single active consumer, exclusive consumer.',
    source: 'rabbit_amqqueue_process:handle_call/3 (basic_consume)',
  },
  'BRK-39': {
    title: 'TTL',
    statement: 'TTL.',
    source: 'rabbit_amqqueue_process:drop_expired_msgs/2, rabbit_amqqueue_process:calculate_msg_expiry/2',
  },
  'BRK-40': {
    title: 'Dead lettering (classic)',
    statement: 'Dead lettering (classic).',
    source: 'rabbit_dead_letter:publish/5, rabbit_amqqueue_process:dead_letter_msgs/4',
  },
  'BRK-41': {
    title: 'Length limits',
    statement: 'Length limits.',
    source: 'rabbit_amqqueue_process:maybe_deliver_or_enqueue/3, rabbit_amqqueue_process:maybe_drop_head/2',
  },
  'BRK-42': {
    title: 'Confirms on the wire',
    statement: 'Confirms on the wire.',
    source: 'rabbit_channel:coalesce_and_send/4, rabbit_confirms',
  },
  'BRK-43': {
    title: 'Transactions',
    statement: 'Transactions.',
    source: 'rabbit_channel:handle_method/3 (tx.commit), rabbit_channel:maybe_complete_tx/1',
  },
  'BRK-44': {
    title: 'Alarms',
    statement: 'Alarms.',
    source: 'vm_memory_monitor, rabbit_disk_monitor, rabbit_alarm:handle_event/2',
  },
  'BRK-45': {
    title: 'What blocking means',
    statement: 'What blocking means.',
    source: 'rabbit_reader:control_throttle/1, rabbit_reader:maybe_block/1',
  },
  'BRK-46': {
    title: 'Credit flow',
    statement: 'Credit flow.',
    source: 'credit_flow, rabbit_reader:control_throttle/1',
  },
  'BRK-47': {
    title: 'Limits',
    statement: 'Limits.',
    source: 'application defaults',
  },
  'BRK-48': {
    title: 'Heartbeats (server side)',
    statement: 'Heartbeats (server side).',
    source: 'rabbit_heartbeat:heartbeater/2, rabbit_heartbeat:start_heartbeat_receiver/4',
  },
  'BRK-49': {
    title: 'TCP level',
    statement: 'TCP level.',
    source: 'rabbit_reader',
    confidence: 'inferred',
  },
  'BRK-50': {
    title: 'Guarantee',
    statement: 'Guarantee.',
    source: 'design of rabbit_channel, rabbit_variable_queue',
    confidence: 'documented',
  },
  'BRK-51': {
    title: 'Priorities and queue modes',
    statement: 'Priorities and queue modes.',
    source: 'rabbit_priority_queue',
  },
  'BRK-52': {
    title: 'Purge and delete',
    statement: 'Purge and delete.',
    source: 'rabbit_amqqueue_process:handle_call/3',
  },
  'BRK-53': {
    title: 'Shovel',
    statement: 'Shovel.',
    source: 'rabbit_shovel_worker, rabbit_amqp091_shovel:forward/4',
  },
  'BRK-54': {
    title: 'Exchange federation',
    statement: 'Exchange federation.',
    source: 'rabbit_federation_exchange_link',
  },
  'BRK-55': {
    title: 'Queue federation',
    statement: 'Queue federation.',
    source: 'rabbit_federation_queue_link',
  },
  'BRK-56': {
    title: 'Maintenance',
    statement: 'Maintenance.',
    source: 'rabbit_maintenance:do_drain/0',
  },
};
