// OVR: what a node is made of and how its processes take turns. The chapter's list of wanted experiments (OVR-7)
// is no rule and is left out.

import type { RuleData } from './chapters.ts';

export const ovr: Readonly<Record<string, RuleData>> = {
  'OVR-1': {
    title: 'Process map of a node',
    statement: 'Process map of a node.',
    source:
      'rabbit:start/2, rabbit_channel_sup:start_link/1, rabbit_amqqueue_sup:start_link/2, rabbit_mirror_queue_coordinator:start_link/4',
  },
  'OVR-2': {
    title: 'Mailboxes have priorities',
    statement: 'Mailboxes have priorities.',
    source:
      'gen_server2:in/2, rabbit_amqqueue_process:prioritise_cast/3, rabbit_mirror_queue_slave:prioritise_cast/3, gm:prioritise_info/3, rabbit_channel:prioritise_cast/3',
  },
  'OVR-3': {
    title: 'Life of one message on a mirrored queue',
    statement: 'Life of one message on a mirrored queue.',
    source:
      'rabbit_channel:deliver_to_queues/2, rabbit_classic_queue:deliver/2, rabbit_amqqueue_process:deliver_or_enqueue/3, rabbit_mirror_queue_master:publish/6, gm:handle_msg/2, rabbit_mirror_queue_slave:process_instruction/2',
  },
  'OVR-4': {
    title: "Order of events at a failure of the leader's node",
    statement: "Order of events at a failure of the leader's node.",
    source: 'cited rules',
  },
  'OVR-5': {
    title: 'What a simulator may merge',
    statement: 'What a simulator may merge.',
    source: 'composition',
    confidence: 'inferred',
  },
  'OVR-6': {
    title: 'Clock and randomness a simulator needs',
    statement: 'Clock and randomness a simulator needs.',
    source: 'composition',
  },
};
