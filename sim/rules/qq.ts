// QQ: quorum queues.

import type { RuleData } from './chapters.ts';

export const qq: Readonly<Record<string, RuleData>> = {
  'QQ-1': {
    title: 'What can be a quorum queue',
    statement:
      'It must be durable, shared and named, takes no mirroring policy, priorities, channel-wide prefetch or lazy mode, and stores every message durably.',
    source: 'rabbit_quorum_queue:capabilities/0, rabbit_quorum_queue:declare/2',
  },
  'QQ-2': {
    title: 'Members are fixed at declaration',
    statement:
      "The leader's place follows the locator, the others are running nodes with few replicas; afterwards membership changes only by command, one change at a time.",
    source: 'rabbit_queue_location:select_leader_and_followers/2, rabbit_quorum_queue:add_member/4',
  },
  'QQ-3': {
    title: 'Nothing happens without a majority',
    statement:
      'More than half of the members must be reachable to commit: otherwise publishes are not confirmed, consumers idle, and operations time out.',
    source: 'ra_server:agreed_commit/1, rabbit_quorum_queue:delete/4',
  },
  'QQ-4': {
    title: 'A confirm means a majority has it on disc',
    statement:
      'The leader acks a publish once it is applied, which is after more than half of the members have synced it.',
    source: 'ra_log_wal, ra_server:handle_leader/2, rabbit_fifo:apply_enqueue/5',
  },
  'QQ-5': {
    title: 'What starts an election',
    statement:
      'A dead leader process leads to a vote within 100 ms, a lost connection within 600 ms, a suspicion after 5 to 6 s; a pre-vote keeps stale or mistaken members from disturbing.',
    source: 'ra_server_proc:election_timeout_action/2, ra_server_proc:handle_process_down/4',
  },
  'QQ-6': {
    title: 'How long a failover takes',
    statement:
      'A killed leader is replaced within a second; a black-holed one after the next detector poll and the long timer, 5 to 11 s in all.',
    source: 'aten_detector:handle_info/2, aten_detect:failure_prob_at/2, ra_server_proc:follower/3',
    questioned: true,
  },
  'QQ-7': {
    title: 'A leader in the minority goes on in vain',
    statement:
      'It keeps its role and appends commands but can commit none, and the entries are overwritten when it hears of a newer term.',
    source: 'ra_server:handle_leader/2',
  },
  'QQ-8': {
    title: 'Partition strategies do not touch quorum queues',
    statement:
      'Only the majority side works under any strategy; a pause or restart merely stops the members on that node.',
    source: 'no reference from rabbit_node_monitor',
  },
  'QQ-9': {
    title: 'Raft never waits for a link',
    statement: 'What cannot be sent at once is dropped and repaired with the next round or tick.',
    source: 'ra_server_proc:send_rpc/3, ra_server:make_rpcs/1',
  },
  'QQ-10': {
    title: 'The first publish registers its channel',
    statement:
      'It waits up to 65 s for the leader if there is no majority; then the publish is nacked without having been sent.',
    source: 'rabbit_fifo_client:enqueue/3',
  },
  'QQ-11': {
    title: 'Enqueues are numbered',
    statement:
      "The queue takes only a channel's next number: repeats have no effect and gaps are refused, so resending cannot duplicate or reorder.",
    source: 'rabbit_fifo:maybe_enqueue/7, rabbit_fifo_client:seq_applied/2',
  },
  'QQ-12': {
    title: 'When pending commands are sent again',
    statement:
      'They are resent on a change of leader, on being pointed to another leader, or by a 10 s timer that exists only once 32 are pending.',
    source: 'rabbit_fifo_client:handle_ra_event/3, rabbit_fifo_client:set_timer/1',
  },
  'QQ-13': {
    title: 'Confirms that get stuck',
    statement:
      'Commands lost between a channel and a leader that stays leader are not resent while fewer than 32 are pending, and hold up those after them.',
    source: 'QQ-11, QQ-12',
    confidence: 'inferred',
    questioned: true,
  },
  'QQ-14': {
    title: 'Thirty-two pending commands block a channel',
    statement:
      'It then grants its reader no further credit, and holds back its acks to the queue, until fewer are pending.',
    source: 'rabbit_fifo_client:enqueue/3, rabbit_fifo_client:settle/3',
  },
  'QQ-15': {
    title: 'Overflow is enforced a little late',
    statement:
      'A full queue drops its head or tells publishers to reject, either of which may let a few messages too many in.',
    source: 'rabbit_fifo:evaluate_limit/5, rabbit_fifo:drop_head/2',
  },
  'QQ-16': {
    title: 'Internal publishes are sent once',
    statement:
      'Dead letters and the like go to one member without retry and are lost if it cannot be reached or knows no leader.',
    source: 'rabbit_fifo_client:untracked_enqueue/2',
  },
  'QQ-17': {
    title: 'Deliveries are numbered for each consumer',
    statement:
      "The channel asks again for what it missed and ignores repeats; a member on its own node may deliver in the leader's stead.",
    source: 'rabbit_fifo:delivery_effect/3, rabbit_fifo_client:handle_delivery/3',
  },
  'QQ-18': {
    title: 'An ack counts when committed',
    statement: 'Acks are commands of the log; one that is lost is sent again on a change of leader.',
    source: 'rabbit_fifo_client:settle/3, rabbit_fifo:apply/3',
  },
  'QQ-19': {
    title: 'A new leader keeps the consumers',
    statement: 'Who holds which message is replicated, so a change of leader redelivers and flags nothing.',
    source: 'rabbit_fifo:state_enter/2',
  },
  'QQ-20': {
    title: 'A consumer on a lost node is suspected',
    statement:
      "When the leader's VM loses that node its messages go to others with their count raised, and the consumer is active again as soon as the node is seen; until the tick notices, it goes on getting messages.",
    source: 'rabbit_fifo:apply/3 (down, nodeup), rabbit_fifo:suspected_pids_for/2',
  },
  'QQ-21': {
    title: 'Late acks of a suspected consumer are void',
    statement: 'The message has gone to somebody else by then and is processed twice.',
    source: 'rabbit_fifo:apply/3 (settle of unknown id)',
  },
  'QQ-22': {
    title: 'The delivery count and its flag',
    statement:
      'A message is flagged redelivered from its first return on, and a header tells how often it was returned.',
    source: 'rabbit_fifo_client:transform_msgs/3',
  },
  'QQ-23': {
    title: 'Where a returned message goes',
    statement:
      "A requeueing nack puts it at the back unless the queue has a delivery limit; with a limit, or after a consumer's loss, it goes to the front.",
    source: 'rabbit_fifo:handle_aux/6 (return), rabbit_fifo:apply/3 (requeue, return)',
  },
  'QQ-24': {
    title: 'The delivery limit drops',
    statement:
      'A message returned more often than the limit allows is dead-lettered, or dropped where there is nowhere to send it; losing a node counts as a return.',
    source: 'rabbit_fifo:return_one/6',
  },
  'QQ-25': {
    title: 'Dead lettering at most or at least once',
    statement:
      'By default a dead letter is sent once and forgotten; at-least-once keeps it in the queue, within its limits, until all its targets have confirmed to a worker beside the leader, which tries again after three minutes.',
    source: 'rabbit_fifo_dlx, rabbit_fifo_dlx_worker, rabbit_quorum_queue:dlh/5',
  },
  'QQ-26': {
    title: 'Prefetch and the order of service',
    statement:
      'Limits are for each consumer, 2000 if none is set; consumers are served by priority, then by how long they have been ready.',
    source: 'rabbit_quorum_queue:consume/3, rabbit_fifo:checkout/4',
  },
  'QQ-27': {
    title: 'Restarts lose nothing confirmed',
    statement:
      'A member replays its snapshot and log and catches up from the leader, even after all members were killed.',
    source: 'ra_log:init/1, rabbit_quorum_queue:recover/2',
  },
  'QQ-28': {
    title: 'Counts may be zero for want of an answer',
    statement: 'Message counts come from a query of at most 250 ms and read 0 when it fails.',
    source: 'rabbit_quorum_queue:stat/1',
  },
};
