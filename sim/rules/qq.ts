// QQ: quorum queues.

import type { RuleData } from './chapters.ts';

export const qq: Readonly<Record<string, RuleData>> = {
  'QQ-1': {
    title: 'What can be a quorum queue',
    statement: 'What can be a quorum queue.',
    source: 'rabbit_quorum_queue:capabilities/0, rabbit_quorum_queue:declare/2',
  },
  'QQ-2': {
    title: 'Members',
    statement: 'Members.',
    source: 'rabbit_queue_location:select_leader_and_followers/2, rabbit_quorum_queue:add_member/4',
  },
  'QQ-3': {
    title: 'Majority rule',
    statement: 'Majority rule.',
    source: 'ra_server:agreed_commit/1, rabbit_quorum_queue:delete/4',
  },
  'QQ-4': {
    title: 'Commit path and confirm',
    statement: 'Commit path and confirm.',
    source: 'ra_log_wal, ra_server:handle_leader/2, rabbit_fifo:apply_enqueue/5',
  },
  'QQ-5': {
    title: 'Triggers',
    statement: 'Triggers.',
    source: 'ra_server_proc:election_timeout_action/2, ra_server_proc:handle_process_down/4',
  },
  'QQ-6': {
    title: 'Failover times',
    statement: 'Failover times.',
    source: 'aten_detector:handle_info/2, aten_detect:failure_prob_at/2, ra_server_proc:follower/3',
    questioned: true,
  },
  'QQ-7': {
    title: 'The old leader in a minority',
    statement: 'The old leader in a minority.',
    source: 'ra_server:handle_leader/2',
  },
  'QQ-8': {
    title: 'Strategies do not matter',
    statement: 'Strategies do not matter.',
    source: 'no reference from rabbit_node_monitor',
  },
  'QQ-9': {
    title: 'Raft sends do not wait',
    statement: 'Raft sends do not wait.',
    source: 'ra_server_proc:send_rpc/3, ra_server:make_rpcs/1',
  },
  'QQ-10': {
    title: 'Registering',
    statement: 'Registering.',
    source: 'rabbit_fifo_client:enqueue/3',
  },
  'QQ-11': {
    title: 'Sequence and de-duplication',
    statement: 'Sequence and de-duplication.',
    source: 'rabbit_fifo:maybe_enqueue/7, rabbit_fifo_client:seq_applied/2',
  },
  'QQ-12': {
    title: 'Resending',
    statement: 'Resending.',
    source: 'rabbit_fifo_client:handle_ra_event/3, rabbit_fifo_client:set_timer/1',
  },
  'QQ-13': {
    title: 'Possible stuck confirms',
    statement: 'Possible stuck confirms.',
    source: 'QQ-11, QQ-12',
    confidence: 'inferred',
    questioned: true,
  },
  'QQ-14': {
    title: 'Flow control',
    statement: 'Flow control.',
    source: 'rabbit_fifo_client:enqueue/3, rabbit_fifo_client:settle/3',
  },
  'QQ-15': {
    title: 'Overflow',
    statement: 'Overflow.',
    source: 'rabbit_fifo:evaluate_limit/5, rabbit_fifo:drop_head/2',
  },
  'QQ-16': {
    title: 'Untracked publishing',
    statement: 'Untracked publishing.',
    source: 'rabbit_fifo_client:untracked_enqueue/2',
  },
  'QQ-17': {
    title: 'Deliveries',
    statement: 'Deliveries.',
    source: 'rabbit_fifo:delivery_effect/3, rabbit_fifo_client:handle_delivery/3',
  },
  'QQ-18': {
    title: 'Acks',
    statement: 'Acks.',
    source: 'rabbit_fifo_client:settle/3, rabbit_fifo:apply/3',
  },
  'QQ-19': {
    title: 'Leader change and consumers',
    statement: 'Leader change and consumers.',
    source: 'rabbit_fifo:state_enter/2',
  },
  'QQ-20': {
    title: "Loss of the consumer's node",
    statement: "Loss of the consumer's node.",
    source: 'rabbit_fifo:apply/3 (down, nodeup), rabbit_fifo:suspected_pids_for/2',
  },
  'QQ-21': {
    title: 'Late acks of a suspected consumer',
    statement: 'Late acks of a suspected consumer.',
    source: 'rabbit_fifo:apply/3 (settle of unknown id)',
  },
  'QQ-22': {
    title: 'Redelivered flag and count',
    statement: 'Redelivered flag and count.',
    source: 'rabbit_fifo_client:transform_msgs/3',
  },
  'QQ-23': {
    title: 'Where returned messages go',
    statement: 'Where returned messages go.',
    source: 'rabbit_fifo:handle_aux/6 (return), rabbit_fifo:apply/3 (requeue, return)',
  },
  'QQ-24': {
    title: 'Delivery limit',
    statement: 'Delivery limit.',
    source: 'rabbit_fifo:return_one/6',
  },
  'QQ-25': {
    title: 'Dead lettering',
    statement: 'Dead lettering.',
    source: 'rabbit_fifo_dlx, rabbit_fifo_dlx_worker',
  },
  'QQ-26': {
    title: 'Prefetch and order of service',
    statement: 'Prefetch and order of service.',
    source: 'rabbit_quorum_queue:consume/3, rabbit_fifo:checkout/4',
  },
  'QQ-27': {
    title: 'Restart',
    statement: 'Restart.',
    source: 'ra_log:init/1, rabbit_quorum_queue:recover/2',
  },
  'QQ-28': {
    title: 'Status calls',
    statement: 'Status calls.',
    source: 'rabbit_quorum_queue:stat/1',
  },
};
