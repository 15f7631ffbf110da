// BRK: routing, queues, consumers, confirms, limits and alarms on one side of a cluster.

import type { RuleData } from './chapters.ts';

export const brk: Readonly<Record<string, RuleData>> = {
  'BRK-1': {
    title: 'The default exchange',
    statement:
      'Each queue can be reached under its own name through the nameless exchange, by a binding that nobody can change.',
    source: 'rabbit_exchange:route/2, rabbit_binding',
  },
  'BRK-2': {
    title: 'Direct and fanout exchanges',
    statement: 'Direct routes by an equal key; fanout routes to all its bindings.',
    source: 'rabbit_exchange_type_direct:route/2, rabbit_exchange_type_fanout:route/2',
  },
  'BRK-3': {
    title: 'Topic exchanges',
    statement:
      'A key is a list of words between dots: a star stands for one word, a hash for any number of them, none included, and other words must match letter by letter.',
    source: 'rabbit_exchange_type_topic:split_topic_key/1, rabbit_exchange_type_topic:trie_match/2',
  },
  'BRK-4': {
    title: 'Headers exchanges',
    statement:
      "A binding's arguments are compared with a message's headers, all of them or any; those that begin with `x-` count only in the modes that say so.",
    source: 'rabbit_exchange_type_headers:route/2, rabbit_exchange_type_headers:headers_match/2',
  },
  'BRK-5': {
    title: 'A message reaches a queue once',
    statement:
      'Exchanges bound to exchanges are visited once each, and the destinations form a set, so several matching bindings still make one copy.',
    source: 'rabbit_exchange:route1/3',
  },
  'BRK-6': {
    title: 'The alternate exchange',
    statement:
      'What an exchange cannot route at all goes to its alternate, and so on; the default exchange has none.',
    source: 'rabbit_exchange:process_alternate/2',
  },
  'BRK-7': {
    title: 'Keys chosen by the sender',
    statement: 'CC and BCC headers add routing keys, and BCC is taken off before delivery.',
    source: 'rabbit_basic:header_routes/1, rabbit_exchange:route/2',
  },
  'BRK-8': {
    title: 'Publishing to a missing exchange',
    statement:
      'The channel is closed with 404 some time later; what was published before stands, what comes after is ignored.',
    source: 'rabbit_channel:handle_method/3 (publish)',
  },
  'BRK-9': {
    title: 'Mandatory publishes come back',
    statement:
      'If no queue record is found, a mandatory publish is returned with 312 before its ack; a queue whose process is dead still counts as found.',
    source: 'rabbit_channel:process_routing_mandatory/4',
  },
  'BRK-10': {
    title: 'Unroutable publishes are acked',
    statement:
      'A publish that reaches no queue is confirmed right away, and dropped silently unless it was mandatory.',
    source: 'rabbit_channel:process_routing_confirm/5',
  },
  'BRK-11': {
    title: 'Routing reads local tables',
    statement:
      'The tables are the same on all nodes of a side; bindings between durable ends survive, others live as long as both their ends.',
    source: 'rabbit_router:match_routing_key/2',
  },
  'BRK-12': {
    title: 'Declaring',
    statement:
      'Repeating a declaration is harmless if its properties agree and closes the channel with 406 if not; a passive one of an unknown queue fails with 404.',
    source: 'rabbit_amqqueue:assert_equivalence/5, rabbit_channel:handle_method/6',
  },
  'BRK-13': {
    title: 'Durable and transient queues',
    statement:
      "A durable queue's definition is on disc; a transient queue goes with its node, or when that node is declared down.",
    source: 'rabbit_amqqueue:declare/6, CLU-7',
  },
  'BRK-14': {
    title: 'A durable queue whose only node is down',
    statement:
      'Soon after detection the survivors cannot route to it: publishes are dropped and acked, operations get 404 naming the node, and nobody can create or delete it until that node is back.',
    source: 'rabbit_amqqueue:on_node_down/1, rabbit_amqqueue:not_found_or_absent/1, rabbit_amqqueue:absent/2',
  },
  'BRK-15': {
    title: 'A transient queue whose node is down',
    statement:
      'Peers delete it and it can be declared anew at once; if its node was merely cut off, two of that name exist after an ignored heal.',
    source: 'rabbit_amqqueue:on_node_down/1',
  },
  'BRK-16': {
    title: 'Exclusive queues',
    statement:
      'They belong to one connection, live on its node and vanish with it; until the server notices a lost connection, others get 405.',
    source: 'rabbit_amqqueue:check_exclusive_access/2, rabbit_classic_queue:declare/2',
  },
  'BRK-17': {
    title: 'Auto-delete and expiry',
    statement:
      'A queue may vanish with its last consumer, or after a time without use, and its messages with it.',
    source: 'rabbit_amqqueue_process:should_auto_delete/1, rabbit_amqqueue_process:ensure_expiry_timer/1',
  },
  'BRK-18': {
    title: 'Clients may connect anywhere',
    statement:
      'Every node serves every queue of its side, at the price of a hop when the leader is elsewhere.',
    source: 'rabbit_classic_queue:deliver/2',
  },
  'BRK-19': {
    title: 'What is persistent',
    statement:
      'A message survives a restart only if it was published as persistent and its queue is durable.',
    source: 'rabbit_basic:is_message_persistent/1, rabbit_variable_queue:publish/6',
  },
  'BRK-20': {
    title: 'Where messages are stored',
    statement:
      "Messages below 4096 bytes live in the queue's index, larger ones in a store shared by the node's queues.",
    source: 'rabbit_variable_queue:determine_persist_to/4',
  },
  'BRK-21': {
    title: 'Transient messages end with a restart',
    statement:
      "The leader's node drops them at any restart, clean or not; a mirror that takes over still has them.",
    source: 'rabbit_variable_queue:init/6',
  },
  'BRK-22': {
    title: 'When the disc is synced for a confirm',
    statement:
      'A queue with waiting confirms syncs as soon as it is idle, after 200 ms at most; the message store after 25 ms.',
    source: 'rabbit_amqqueue_process:next_state/1, rabbit_msg_store:next_state/1',
  },
  'BRK-23': {
    title: 'Without confirms nothing forces a sync',
    statement: 'The journal is flushed after 200 ms of idleness or 32,768 entries, so a kill loses the tail.',
    source: 'rabbit_queue_index:needs_sync/1, rabbit_queue_index:maybe_flush_journal/1',
  },
  'BRK-24': {
    title: 'The redelivered flag is a watermark',
    statement:
      'A message is flagged if its number lies below the first one never delivered, which advances only past consecutive numbers and can get stuck behind one that a restart dropped.',
    source: 'rabbit_variable_queue:set_deliver_flag/2, rabbit_variable_queue:next_deliver_seq_id/2',
    confidence: 'observed',
  },
  'BRK-25': {
    title: 'Acks wait for the flush too',
    statement: 'A kill brings back persistent messages that had been acked a moment before.',
    source: 'rabbit_queue_index:ack/2',
  },
  'BRK-26': {
    title: 'Recovery',
    statement:
      'After a clean stop content, order and flags are as they were; after a crash the index is rebuilt and everything is flagged; clients can connect only when this is done.',
    source: 'rabbit_queue_index:recover/7, rabbit_variable_queue:init/6',
  },
  'BRK-27': {
    title: 'Which consumer is served',
    statement:
      'The highest priority first, in turn among equals, passing over those whose prefetch, channel or writer is full.',
    source: 'rabbit_queue_consumers:deliver/5, priority_queue',
  },
  'BRK-28': {
    title: 'Prefetch for each consumer',
    statement:
      'A non-global limit holds for consumers started after it, each with its own count, and never for automatic acks.',
    source: 'rabbit_channel:handle_method/3 (basic.qos), rabbit_limiter',
  },
  'BRK-29': {
    title: 'Prefetch for a channel',
    statement: 'A global limit is shared by all consumers of a channel through a limiter process.',
    source: 'rabbit_limiter:can_send/3',
  },
  'BRK-30': {
    title: 'Unacked includes what is still on the way',
    statement:
      'A message is out as soon as a consumer is chosen, wherever it is buffered, and comes back if the connection ends.',
    source: 'rabbit_queue_consumers:deliver_to_consumer/3',
  },
  'BRK-31': {
    title: 'Ack, nack, reject',
    statement:
      'Tags count within a channel and may settle all before them; an unknown tag closes the channel with 406; a refusal without requeue dead-letters or drops.',
    source: 'rabbit_channel:collect_acks/5, rabbit_channel:handle_method/3',
  },
  'BRK-32': {
    title: 'A requeued message returns to its place',
    statement:
      'It goes ahead of what was never delivered, flagged, and may come straight back to the same consumer.',
    source: 'rabbit_variable_queue:requeue/2',
  },
  'BRK-33': {
    title: 'Automatic ack',
    statement:
      'The message is gone once handed to the channel; with a consumer ready it touches neither queue nor disc and is confirmed to its publisher immediately.',
    source: 'rabbit_amqqueue_process:attempt_delivery/4',
  },
  'BRK-34': {
    title: '`basic.get`',
    statement: 'It takes the head of the queue whatever prefetch and priorities say.',
    source: 'rabbit_amqqueue_process:handle_call/3',
  },
  'BRK-35': {
    title: 'Deliveries must be acked within 30 minutes',
    statement:
      'A channel checks once a minute and closes with 406 if its oldest delivery is older, which requeues everything it held.',
    source: 'rabbit_channel:evaluate_consumer_timeout/1',
  },
  'BRK-36': {
    title: 'The end of a channel',
    statement:
      'What it had not acknowledged is requeued and its consumers go; others may get the messages before the old client knows.',
    source: 'rabbit_channel:terminate/2, rabbit_amqqueue:notify_down_all/3',
  },
  'BRK-37': {
    title: 'Publishes cut off by an abrupt close',
    statement:
      "An orderly close lets earlier publishes through; after a broken connection those still in the channel's mailbox are dropped.",
    source: 'gen_server2:in/2 (parent exit), rabbit_reader',
    questioned: true,
  },
  'BRK-38': {
    title: 'Single active and exclusive consumers',
    statement:
      'One consumer gets everything until it ends, then the next by registration; an exclusive one keeps all others out.',
    source: 'rabbit_amqqueue_process:handle_call/3 (basic_consume)',
  },
  'BRK-39': {
    title: 'Time to live',
    statement:
      'The shorter of queue and message limits counts from arrival, and expired messages leave only at the head of the queue.',
    source: 'rabbit_amqqueue_process:drop_expired_msgs/2, rabbit_amqqueue_process:calculate_msg_expiry/2',
  },
  'BRK-40': {
    title: 'Dead lettering is at most once',
    statement:
      'The leader republishes without confirms and then forgets, so a dead letter whose target is down, refuses or is not bound is lost.',
    source: 'rabbit_dead_letter:publish/5, rabbit_amqqueue_process:dead_letter_msgs/4',
  },
  'BRK-41': {
    title: 'Length limits',
    statement:
      'Ready messages count; the oldest is dropped, or the publish is refused, which only a publisher with confirms gets to know.',
    source: 'rabbit_amqqueue_process:maybe_deliver_or_enqueue/3, rabbit_amqqueue_process:maybe_drop_head/2',
  },
  'BRK-42': {
    title: 'Confirms on the wire',
    statement:
      'Publishes are numbered within a channel; confirms may come out of order and in bulk, and none comes once the channel has died.',
    source: 'rabbit_channel:coalesce_and_send/4, rabbit_confirms',
  },
  'BRK-43': {
    title: 'Transactions',
    statement:
      'A commit routes what was held back and answers after all replicas confirmed, but is not atomic across queues.',
    source: 'rabbit_channel:handle_method/3 (tx.commit), rabbit_channel:maybe_complete_tx/1',
  },
  'BRK-44': {
    title: 'An alarm on one node blocks publishers on all',
    statement:
      'Too much memory or too little disc on any node stops publishing connections on its whole side until it has passed.',
    source: 'vm_memory_monitor, rabbit_disk_monitor, rabbit_alarm:handle_event/2',
  },
  'BRK-45': {
    title: 'A blocked connection is not read at all',
    statement:
      'From its next publish on the server ignores the socket, acks and heartbeats included, yet goes on delivering.',
    source: 'rabbit_reader:control_throttle/1, rabbit_reader:maybe_block/1',
  },
  'BRK-46': {
    title: 'Credit runs along the chain',
    statement:
      'Each stage grants the one before it 400 messages and more in steps of 200; without credit the reader stops, and the client is not told.',
    source: 'credit_flow, rabbit_reader:control_throttle/1',
  },
  'BRK-47': {
    title: 'Limits',
    statement: 'A frame has 131,072 bytes, a connection 2047 channels, a message 128 MiB, a handshake 10 s.',
    source: 'application defaults',
  },
  'BRK-48': {
    title: 'Server-side heartbeats',
    statement:
      'The server gives up a client between two and three heartbeat intervals after its last byte, 120 to 180 s by default, and closes without a word.',
    source: 'rabbit_heartbeat:heartbeater/2, rabbit_heartbeat:start_heartbeat_receiver/4',
  },
  'BRK-49': {
    title: 'What TCP tells',
    statement:
      "A killed client is noticed at once; a silent one by heartbeat, by TCP's own limits after many minutes, or never.",
    source: 'rabbit_reader',
    confidence: 'inferred',
  },
  'BRK-50': {
    title: 'The order that is promised',
    statement:
      'Messages of one channel through one exchange to one queue stay in order up to a single consumer, save for requeues, failovers and the delegate hop.',
    source: 'design of rabbit_channel, rabbit_variable_queue',
    confidence: 'documented',
  },
  'BRK-51': {
    title: 'Priorities and queue modes',
    statement:
      'Priorities split a queue into bands served from the top; lazy mode and the second queue version change cost, not meaning.',
    source: 'rabbit_priority_queue',
  },
  'BRK-52': {
    title: 'Purge and delete',
    statement:
      'A purge removes what is ready; a delete removes everything, cancels consumers and acks outstanding publishes; neither dead-letters.',
    source: 'rabbit_amqqueue_process:handle_call/3',
  },
  'BRK-53': {
    title: 'Shovel',
    statement:
      'A shovel consumes here and publishes there; by its ack mode it may duplicate or lose, and it reconnects after 5 s.',
    source: 'rabbit_shovel_worker, rabbit_amqp091_shovel:forward/4',
  },
  'BRK-54': {
    title: 'Exchange federation',
    statement:
      'A downstream link binds a queue upstream, where messages wait while the link is down, and republishes what arrives, stopping cycles by hops.',
    source: 'rabbit_federation_exchange_link',
  },
  'BRK-55': {
    title: 'Queue federation',
    statement:
      'A link pulls messages to where consumers wait unserved, so each message lives in one of the queues.',
    source: 'rabbit_federation_queue_link',
  },
  'BRK-56': {
    title: 'Maintenance mode',
    statement:
      'A draining node closes its listeners and clients and gives quorum leaders away; classic leaders stay put.',
    source: 'rabbit_maintenance:do_drain/0',
  },
};
