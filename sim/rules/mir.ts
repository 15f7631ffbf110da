// MIR: classic mirrored queues.

import type { RuleData } from './chapters.ts';

export const mir: Readonly<Record<string, RuleData>> = {
  'MIR-1': {
    title: 'What makes a queue mirrored',
    statement:
      'An effective policy with `ha-mode` does, durable or not, unless the queue is exclusive; arguments of the declaration cannot.',
    source: 'rabbit_mirror_queue_misc:is_mirrored/1, rabbit_mirror_queue_misc:validate_policy/1',
  },
  'MIR-2': {
    title: '`ha-mode: all`',
    statement: "Every running node other than the leader's gets a mirror, including nodes that join later.",
    source: 'rabbit_mirror_queue_mode_all:suggested_queue_nodes/5',
  },
  'MIR-3': {
    title: '`ha-mode: exactly`',
    statement:
      'There are N - 1 mirrors as far as nodes run: old mirrors are kept in order of age, missing ones are placed at random.',
    source: 'rabbit_mirror_queue_mode_exactly:suggested_queue_nodes/5',
  },
  'MIR-4': {
    title: '`ha-mode: nodes`',
    statement:
      'Mirrors live on the listed nodes that run; a leader elsewhere is kept until one of them is synchronised, and then gives way to it.',
    source: 'rabbit_mirror_queue_mode_nodes:suggested_queue_nodes/5',
  },
  'MIR-5': {
    title: 'What is never mirrored',
    statement: 'Exclusive queues, quorum queues and streams take no mirrors, whatever policy matches.',
    source: 'rabbit_mirror_queue_misc:suggested_queue_nodes/3',
  },
  'MIR-6': {
    title: 'What the queue record holds',
    statement:
      "The leader, the mirrors from oldest to youngest, the synchronised ones, the ring's members, and the nodes from which the queue could be recovered; on disc only the leader and those nodes.",
    source:
      'amqqueue record, rabbit_mirror_queue_misc:store_updated_slaves/1, rabbit_mirror_queue_misc:update_recoverable/2',
  },
  'MIR-7': {
    title: 'Where a new leader is placed',
    statement:
      'The locator of the arguments, the policy or the configuration picks the declaring node, a random eligible node, or the one with the fewest leaders; the mirroring mode has the last word.',
    source: 'rabbit_queue_master_location_misc:get_location/1, rabbit_classic_queue:declare/2',
  },
  'MIR-8': {
    title: 'Each replica gets the publish directly',
    statement:
      'The channel looks the queue up at that moment and casts the message to the leader and to every listed mirror; a mirror listed later gets no direct copy.',
    source: 'rabbit_classic_queue:deliver/2, rabbit_classic_queue:qpids/3',
  },
  'MIR-9': {
    title: 'Declare waits for the mirrors',
    statement:
      'Mirrors of a new queue start, empty and synchronised, before declare-ok is sent, so a silent node among them delays it until its detection.',
    source: 'rabbit_mirror_queue_master:init_with_existing_bq/3, rabbit_mirror_queue_slave:go/2',
  },
  'MIR-10': {
    title: 'What the leader broadcasts',
    statement:
      "Whatever changes the queue's content - publish, hand-over, discard, drop, ack, requeue, depth, a sender's death - goes to the mirrors as an instruction that they replay.",
    source: 'rabbit_mirror_queue_master, rabbit_mirror_queue_slave:process_instruction/2',
  },
  'MIR-11': {
    title: 'Ring copies overtake direct copies',
    statement:
      'A backlogged mirror runs all instructions of the ring first, so its confirms come late and it may be promoted with direct copies still waiting.',
    source: 'rabbit_mirror_queue_slave:prioritise_cast/3, rabbit_mirror_queue_slave:prioritise_call/4',
  },
  'MIR-12': {
    title: 'The ring and its pace',
    statement:
      "A broadcast leaves when the sender's multicast member is idle or after 25 ms at most, travels from member to member to the right, and is forgotten after a second lap; one sender's broadcasts have one order everywhere.",
    source: 'gm:internal_broadcast/3, gm:flush_broadcast_buffer/1, gm:calculate_activity/5',
  },
  'MIR-13': {
    title: 'Joining the ring',
    statement:
      'A newcomer enters at the right of a randomly chosen living member, receives what is unfinished there, and only afterwards appears in the queue record.',
    source: 'gm:join_group/4, gm:handle_call/3 (add_on_right)',
  },
  'MIR-14': {
    title: 'News of a death travels with traffic',
    statement:
      'Just the two neighbours watch a member; all others learn of its death from the next ring message that carries a newer membership.',
    source:
      'gm:handle_cast/2, rabbit_mirror_queue_slave:handle_call/3 (gm_deaths), rabbit_mirror_queue_coordinator:handle_pre_hibernate/1',
  },
  'MIR-15': {
    title: "A neighbour's death takes 100 ms",
    statement:
      "The survivor pauses that long, records the death in a transaction and links to a new neighbour; the right-hand one completes the dead member's broadcasts before anybody is told of its death.",
    source:
      'gm:handle_info/2, gm:record_dead_member_in_group/5, gm:maybe_erase_aliases/2, gm:prioritise_info/3',
  },
  'MIR-16': {
    title: 'The oldest living mirror becomes leader',
    statement:
      'Each replica decides for itself in a transaction: the first in the record whose ring member lives is the leader, and only that one writes itself into the record.',
    source: 'rabbit_mirror_queue_misc:remove_from_queue/3',
  },
  'MIR-17': {
    title: '`ha-promote-on-failure: when-synced`',
    statement:
      'A mirror that would promote itself gives up if no synchronised mirror is listed; it is enough that any is listed, even a dead one, for an unsynchronised mirror to go ahead.',
    source: 'rabbit_mirror_queue_misc:remove_from_queue/3, rabbit_mirror_queue_slave:handle_call/3',
    confidence: 'observed',
  },
  'MIR-18': {
    title: 'Oldest, not best',
    statement:
      'Neither synchronisation nor length is weighed: by default the longest-serving mirror takes over and what it never had is lost.',
    source: 'rabbit_mirror_queue_misc:promote_slave/1',
  },
  'MIR-19': {
    title: 'Replacements start empty',
    statement:
      'The replica that records a death starts the mirrors the policy now misses, on other nodes and unsynchronised; the returning node may find its place taken.',
    source:
      'rabbit_mirror_queue_misc:slaves_to_start_on_failure/2, rabbit_mirror_queue_coordinator:handle_cast/2',
  },
  'MIR-20': {
    title: 'Without a promotable mirror the queue waits',
    statement:
      'The record keeps pointing at the dead leader until its node boots again and recovers the queue from its own disc.',
    source: 'rabbit_classic_queue:is_recoverable/1',
  },
  'MIR-21': {
    title: 'A graceful stop may take the mirrors down too',
    statement:
      'If no synchronised mirror is listed and the policy does not say `always`, the stopping leader stops and empties all mirrors, so that nothing is lost and nothing works until it returns; otherwise the oldest mirror takes over.',
    source: 'rabbit_mirror_queue_master:terminate/2, rabbit_mirror_queue_misc:stop_all_slaves/5',
  },
  'MIR-22': {
    title: 'Delete and drop',
    statement:
      'Deleting stops every mirror and removes the records; dropping ends one replica with its local content, and after a dropped leader a mirror is promoted as usual.',
    source: 'rabbit_mirror_queue_master:delete_and_terminate/2, rabbit_mirror_queue_misc:drop_mirror/2',
  },
  'MIR-23': {
    title: 'A mirror always starts empty',
    statement:
      'Whatever an earlier mirror or leader left on disc is erased, and the newcomer joins as the youngest without any content.',
    source: 'rabbit_queue_index:start/2, rabbit_mirror_queue_slave:handle_go/1',
  },
  'MIR-24': {
    title: 'Which mirrors a booting node starts',
    statement:
      'It starts its own where the policy, applied to the present replicas and itself, wants one; a place that was filled meanwhile stays filled.',
    source: 'rabbit_mirror_queue_misc:on_vhost_up/1',
  },
  'MIR-25': {
    title: 'A policy change adds before it drops',
    statement:
      'The leader starts missing mirrors, then drops unwanted ones; an unwanted leader stays until a mirror has synchronised and then hands over.',
    source:
      'rabbit_amqqueue_process:update_mirroring/2, rabbit_mirror_queue_misc:update_mirrors/1, rabbit_mirror_queue_misc:maybe_drop_master_after_sync/1',
  },
  'MIR-26': {
    title: 'Processes that should not be there stop',
    statement:
      'A mirror no longer listed, a ring member unknown to the group and a leader that sees another one end by themselves; a node back before its mirrors were promoted may lead again from its disc.',
    source:
      'rabbit_mirror_queue_slave:handle_cast/2, rabbit_mirror_queue_slave:init_it/4, rabbit_amqqueue_process:handle_cast/2',
    questioned: true,
  },
  'MIR-27': {
    title: 'Draining synchronises',
    statement:
      "A mirror counts the leader's messages it lacks; the count falls as old messages leave, and at zero the mirror is synchronised until it restarts.",
    source: 'rabbit_mirror_queue_slave:set_delta/2, rabbit_mirror_queue_slave:update_delta/2',
  },
  'MIR-28': {
    title: 'Eager synchronisation freezes the queue',
    statement:
      'On command or by an automatic policy the leader stops serving while unsynchronised mirrors empty themselves and receive everything in batches of up to 4096.',
    source: 'rabbit_mirror_queue_sync, rabbit_mirror_queue_master:sync_mirrors/3',
  },
  'MIR-29': {
    title: 'An interrupted synchronisation leaves empty mirrors',
    statement:
      'The participants throw away what they had received and no longer know what they lack; if the leader died, the one promoted has nothing.',
    source:
      'rabbit_mirror_queue_sync:slave_sync_loop/2, rabbit_mirror_queue_slave:handle_cast/2 (sync_start)',
    questioned: true,
  },
  'MIR-30': {
    title: 'When a publish is acked',
    statement:
      'Every replica that existed at routing must confirm or die harmlessly and at least one must confirm; if none does, or one crashes, the publish is nacked.',
    source: 'rabbit_classic_queue:handle_event/2, rabbit_classic_queue:settle_seq_nos/4, rabbit_confirms',
  },
  'MIR-31': {
    title: 'When a replica confirms',
    statement:
      'A leader confirms on processing, a mirror once it has both copies; a persistent message in a durable queue must also be on its disc, which takes up to 25 ms on a mirror and 200 ms on a leader.',
    source:
      'rabbit_mirror_queue_slave:send_or_record_confirm/4, rabbit_mirror_queue_slave:confirm_messages/2, rabbit_amqqueue_process:send_or_record_confirm/2',
  },
  'MIR-32': {
    title: 'Harmless ends and crashes',
    statement:
      'Orderly stops and lost connections count as harmless; a leader that ends normally has been deleted, and its outstanding publishes are acked.',
    source:
      'rabbit_misc:is_abnormal_exit/1, rabbit_classic_queue:handle_event/2, rabbit_channel:handle_info/2',
  },
  'MIR-33': {
    title: 'What a promoted mirror does first',
    statement:
      'It puts all unacknowledged messages back, announces its depth, keeps what waits for the disc, appends direct copies the ring never brought, and then serves, with no consumers yet.',
    source:
      'rabbit_mirror_queue_slave:promote_me/2, rabbit_mirror_queue_master:promote_backing_queue_state/8, rabbit_amqqueue_process:init_with_backing_queue_state/7',
  },
  'MIR-34': {
    title: 'After a promotion everything is flagged redelivered',
    statement:
      'Mirrors store messages as if delivered, so the whole backlog arrives flagged, whether or not it had ever been delivered.',
    source: 'rabbit_mirror_queue_slave:process_instruction/2 (publish), BRK-24',
  },
  'MIR-35': {
    title: 'How a mirror pairs the two copies',
    statement:
      'It compares a ring copy with the oldest unpaired direct copy of that channel only; if that is a different message, it takes the ring copy for one it was never sent directly.',
    source:
      'rabbit_mirror_queue_slave:publish_or_discard/4, rabbit_mirror_queue_slave:maybe_enqueue_message/2',
  },
  'MIR-36': {
    title: 'Forgetting a dead channel takes two witnesses',
    statement:
      'Unpaired direct copies of a channel go only when both the mirror and the leader have seen it die; the mirror asks every 20 s until then.',
    source:
      'rabbit_mirror_queue_slave:maybe_forget_sender/3, rabbit_mirror_queue_slave:confirm_sender_death/1',
  },
  'MIR-37': {
    title: 'A confirm lost in a promotion',
    statement:
      'A promoted mirror that had only the ring copy drops the later direct copy as a duplicate without ever confirming it: the message is safe and its publisher waits for ever.',
    source: 'rabbit_amqqueue_process:maybe_deliver_or_enqueue/3, rabbit_mirror_queue_master:is_duplicate/2',
    questioned: true,
  },
  'MIR-38': {
    title: 'One unpaired copy wedges a channel',
    statement:
      "A direct copy that never gets its ring copy blocks the pairing behind it: that mirror stops confirming for the channel and, if promoted, enqueues the channel's messages again.",
    source: 'rabbit_mirror_queue_slave:publish_or_discard/4, rabbit_amqqueue_process:send_reject_publish/3',
    confidence: 'observed',
  },
  'MIR-39': {
    title: 'Late acks can hit another message',
    statement:
      "After a failover acks carry the old leader's numbers, which mean the same only to mirrors as old as the queue; on a younger one they are void or remove a different message.",
    source:
      'rabbit_channel:settle_acks/2, rabbit_classic_queue:settle/4, rabbit_queue_consumers:subtract_acks/3, rabbit_variable_queue:ack/2',
    questioned: true,
  },
  'MIR-40': {
    title: "A lost consumer's messages return at once",
    statement:
      'When a leader sees a consuming channel die or its node vanish, what was unacknowledged goes back to its place and to other consumers.',
    source: 'rabbit_amqqueue_process:handle_ch_down/2',
  },
  'MIR-41': {
    title: 'Deliveries and acks in flight at a failover',
    statement:
      "Whatever was out is delivered again, and so is what was acked if the ack's broadcast had not reached the next ring member.",
    source: 'MIR-53, MIR-33',
  },
  'MIR-42': {
    title: 'Automatic acks are gone on hand-over',
    statement:
      'The mirrors forget such a message as it is handed out, so what is on the way when something fails is lost.',
    source: 'rabbit_amqqueue_process:attempt_delivery/4',
  },
  'MIR-43': {
    title: 'Channels consume again by themselves',
    statement:
      "After its leader's death a channel repeats the consume, blocking all its other work until there is a new leader, unless the consumer asked to be cancelled on failover.",
    source:
      'rabbit_channel:handle_consuming_queue_down_or_eol/2, rabbit_channel:queue_down_consumer_action/2',
    questioned: true,
  },
  'MIR-44': {
    title: 'Cancel notifications',
    statement:
      'The server tells a capable client that its consumer ended because the queue was deleted, lost or, on request, failed over.',
    source: 'rabbit_channel:cancel_consumer/3',
  },
  'MIR-45': {
    title: 'Operations wait a minute for a leader',
    statement:
      'Declare, consume, get and purge retry every 30 ms up to 2000 times while the leader is dead, and then fail with 404.',
    source: 'rabbit_amqqueue:with/4, rabbit_amqqueue:retry_wait/4',
  },
  'MIR-46': {
    title: 'Deleting a leaderless queue',
    statement:
      'A delete polls while a mirror lives that may be promoted, and otherwise removes the records and abandons the content.',
    source: 'rabbit_classic_queue:wait_for_promoted_or_stopped/1, rabbit_classic_queue:delete/4',
  },
  'MIR-47': {
    title: 'A silent replica stops publishers',
    statement:
      'A channel has credit for 400 messages a replica and pays double for mirrors; with a silent mirror the publisher stands still 200 to 600 publishes later, with a silent leader 400 to 800.',
    source: 'credit_flow:send/1, rabbit_classic_queue:deliver/2',
  },
  'MIR-48': {
    title: 'Split brain',
    statement:
      'Each side of a partition that holds a replica gets its own leader; the common backlog is served twice, and nothing merges the two afterwards.',
    source: 'MIR-16 on each side',
  },
  'MIR-49': {
    title: 'Full stop and cold start',
    statement:
      "The recorded leader's node has to come first; if any mirror's node boots without it, that mirror's copy is erased, and only an offline forget beforehand saves it.",
    source: 'rabbit_queue_index:start/2, rabbit_amqqueue:forget_node_for_queue/3',
  },
  'MIR-50': {
    title: 'A crashed queue process is restarted',
    statement:
      'It becomes an empty mirror if a leader lives elsewhere, the leader again if nothing else lives, and is given up after five crashes in ten seconds.',
    source: 'rabbit_prequeue:init/2, rabbit_amqqueue_sup:start_link/2',
  },
  'MIR-51': {
    title: 'Leaders do not move back',
    statement:
      'A returning node leads nothing until a rebalance or a policy moves leaders, and moving to an unsynchronised mirror drops the backlog.',
    source:
      'rabbit_mirror_queue_misc:transfer_leadership/2, rabbit_mirror_queue_misc:migrate_leadership_to_existing_replica/2',
    questioned: true,
  },
  'MIR-52': {
    title: 'How long a failover takes',
    statement:
      'A killed leader is replaced within half a second, a cleanly stopped one about as fast, a black-holed one after its detection, an unpromotable one when its node is back.',
    source: 'NET-3, MIR-15, MIR-43',
    confidence: 'inferred',
    questioned: true,
  },
  'MIR-53': {
    title: 'Survivors hold the same prefix',
    statement:
      "What the dead leader's right neighbour had received goes to all survivors before the death is announced; what it had not, to none of them.",
    source: 'gm:handle_msg/2 (catchup), gm:find_prefix_common_suffix/2',
  },
};
