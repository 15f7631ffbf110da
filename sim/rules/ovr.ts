// OVR: what a node is made of and how its processes take turns. The chapter's list of wanted experiments (OVR-7)
// is no rule and is left out.

import type { RuleData } from './chapters.ts';

export const ovr: Readonly<Record<string, RuleData>> = {
  'OVR-1': {
    title: 'Who lives in a node',
    statement:
      'A node is made of processes that own their state: one monitor, one alarm keeper and one set of Mnesia servers a node; a reader a connection; a channel and its writer; and for each classic queue a leader, or a mirror, with its own multicast member.',
    source:
      'rabbit:start/2, rabbit_channel_sup:start_link/1, rabbit_amqqueue_sup:start_link/2, rabbit_mirror_queue_coordinator:start_link/4',
  },
  'OVR-2': {
    title: 'Mailboxes are priority queues',
    statement:
      "A broker process always takes its most urgent waiting message, and only within one urgency the oldest: acks overtake publishes at a leader, multicast instructions overtake direct publishes at a mirror, confirms overtake everything at a channel, and a supervisor's exit overtakes all.",
    source:
      'gen_server2:in/2, rabbit_amqqueue_process:prioritise_cast/3, rabbit_mirror_queue_slave:prioritise_cast/3, gm:prioritise_info/3, rabbit_channel:prioritise_cast/3',
  },
  'OVR-3': {
    title: 'The life of a mirrored message',
    statement:
      'The channel sends the whole message to the leader and to each mirror; the leader sends it again through the multicast ring; a mirror confirms once it has seen both copies, and the client gets its ack when every replica has confirmed.',
    source:
      'rabbit_channel:deliver_to_queues/2, rabbit_classic_queue:deliver/2, rabbit_amqqueue_process:deliver_or_enqueue/3, rabbit_mirror_queue_master:publish/6, gm:handle_msg/2, rabbit_mirror_queue_slave:process_instruction/2',
  },
  'OVR-4': {
    title: "What follows when the leader's node fails",
    statement:
      'Detection tells everybody at once; then, each on its own time, channels settle their confirms, ring neighbours wait and record the death, mirrors decide on a promotion, channels consume again, and the node monitor runs its strategy.',
    source: 'cited rules',
  },
  'OVR-5': {
    title: 'What may be simulated as one',
    statement:
      'Reader, writer and channel may be one process, leader and coordinator too, and two ring laps one delivery, provided that priorities, ring order, sync cursors and lock waits stay; replica and ring member, the two directions of a link, and the tickers of different nodes must stay apart.',
    source: 'composition',
    confidence: 'inferred',
  },
  'OVR-6': {
    title: 'Where chance enters',
    statement:
      'Ring positions, candidates under `exactly`, election timers, reconnection addresses, the `random` locator and ticker phases are drawn by lot; everything else follows from state, ties being broken by the byte order of node names.',
    source: 'composition',
  },
};
