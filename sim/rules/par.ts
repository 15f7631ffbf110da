// PAR: network partitions and the four ways of handling them.

import type { RuleData } from './chapters.ts';

export const par: Readonly<Record<string, RuleData>> = {
  'PAR-1': {
    title: 'A partition is seen only on meeting again',
    statement:
      'During a cut the peer is merely down; the reconnected nodes find that both had logged each other down, and each then lists the other as partitioned.',
    source: 'rabbit_node_monitor:handle_info/2 (inconsistent_database)',
  },
  'PAR-2': {
    title: 'The list of partitioned peers is emptied as a whole',
    statement:
      'Each node keeps its own list and clears it only when all listed peers are running with it again, or none of their applications runs any more.',
    source: 'rabbit_node_monitor:handle_dead_rabbit/2, rabbit_node_monitor:possibly_partitioned_nodes/0',
  },
  'PAR-3': {
    title: 'Alive means connected',
    statement:
      'For a strategy a member counts if this VM has a connection to it, whatever its application does.',
    source: 'rabbit_node_monitor:alive_nodes/1',
  },
  'PAR-4': {
    title: 'Strategies wake on nodedown only',
    statement:
      'Each VM-level nodedown is judged once, the lost peer counted out; no boot, timer or stopped application leads to a decision.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-5': {
    title: '`ignore` lets both sides live',
    statement:
      'Nothing is done, each side promotes and accepts for itself, and the split lasts until an administrator restarts one side.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-6': {
    title: 'A node without a strict majority pauses',
    statement:
      'If the connected members are not more than half of all, the application stops, clients are cut off with code 320, and the VM stays connected.',
    source: 'rabbit_node_monitor:majority/1, rabbit_node_monitor:await_cluster_recovery/1',
  },
  'PAR-7': {
    title: 'A pause ends when a majority is connected',
    statement:
      'A process outside the application pings all members and rests 1 s in each round; as soon as more than half are connected, running or not, it starts the application.',
    source: 'rabbit_node_monitor:wait_for_cluster_recovery/1',
  },
  'PAR-8': {
    title: 'Half is not a majority',
    statement:
      'With an even number of nodes an even split pauses everybody, and in a cluster of two any loss of one pauses the other.',
    source: 'rabbit_node_monitor:majority/1',
  },
  'PAR-9': {
    title: 'What a paused node comes back with',
    statement:
      "It adopts the running side's metadata and rejoins with empty mirrors; its unmirrored durable queues return with their persistent messages.",
    source: 'CLU-12, MIR-23',
    questioned: true,
  },
  'PAR-10': {
    title: 'No confirms from a node about to pause',
    statement:
      "Before it releases confirms a channel re-checks the strategy whenever the VM's connections have changed, and in a minority it keeps them back for good.",
    source: 'rabbit_node_monitor:pause_partition_guard/0, rabbit_channel:send_confirms_and_nacks/1',
  },
  'PAR-11': {
    title: 'Before detection the minority serves',
    statement:
      'Until the tick runs out clients of a cut-off node go on: publishes with a mirror beyond the cut get no confirm, purely local ones do.',
    source: 'MIR-30, PAR-10',
    confidence: 'inferred',
  },
  'PAR-12': {
    title: 'Staggered cuts fool the majority count',
    statement:
      "A node that loses its replicas' node first and another later believes in a majority in between and confirms alone; those messages are wiped when it resumes.",
    source: 'composition of MIR-30, PAR-6',
    confidence: 'observed',
  },
  'PAR-13': {
    title: 'A third node says who still lives',
    statement:
      'On losing a peer a node asks the others; one that still shares a running cluster with the same incarnation of that peer answers that it is not really down.',
    source: 'rabbit_node_monitor:handle_cast/2 (check_partial_partition)',
  },
  'PAR-14': {
    title: 'The answer to a partial partition',
    statement:
      'Under `ignore` and `autoheal` the node leaves the witness too, for a second; under `pause_minority` it pauses until all members are there; under `pause_if_all_down` it leaves the witness if it is on a preferred side.',
    source:
      'rabbit_node_monitor:handle_cast/2 (partial_partition), rabbit_node_monitor:upgrade_to_full_partition/1, rabbit_node_monitor:disconnect/1',
  },
  'PAR-15': {
    title: 'Three nodes, one broken link',
    statement:
      'The first to notice gives way: it pauses, or cuts itself off from the witness, and the second then stays with the witness; if both notice at once, both give way.',
    source: 'PAR-13, PAR-14',
    confidence: 'observed',
  },
  'PAR-16': {
    title: 'When autoheal is considered',
    statement:
      'A partition event, or a peer that boots while partitions are listed, makes a node ask the leader to heal, provided it sees every member; nothing retries by itself.',
    source: 'rabbit_node_monitor:maybe_autoheal/1, rabbit_autoheal:maybe_start/1',
  },
  'PAR-17': {
    title: '`autoheal` does nothing during a split',
    statement: 'Both sides serve and confirm as under `ignore`; only the reconnection starts it.',
    source: 'rabbit_node_monitor:handle_dead_node/2',
  },
  'PAR-18': {
    title: "Autoheal's leader is the first name",
    statement: 'The request goes to the member first in name order, whether its application runs or not.',
    source: 'rabbit_autoheal:leader/0',
  },
  'PAR-19': {
    title: "The leader wants everybody's view first",
    statement:
      'It asks all members for what they see and refuses if one fails to answer or is not connected to another; from the views it cuts the membership into sides.',
    source: 'rabbit_autoheal:check_other_nodes/1, rabbit_autoheal:all_partitions/2',
  },
  'PAR-20': {
    title: 'Who wins',
    statement:
      'The side with the most client connections wins, then the one with more nodes, then the greater node list as Erlang compares terms; its first node leads the healing and all other sides restart.',
    source: 'rabbit_autoheal:make_decision/1, rabbit_autoheal:partition_value/1',
  },
  'PAR-21': {
    title: 'Connections decide, not messages',
    statement:
      'A smaller side to which the clients have moved wins over a larger one, however many messages either holds.',
    source: 'PAR-20',
  },
  'PAR-22': {
    title: 'The messages of a healing',
    statement:
      'The leader appoints the winner, the winner tells the losers, they stop, and when all are down the winner releases them and reports that it is done.',
    source: 'rabbit_autoheal:handle_msg/3, rabbit_autoheal:stop_partition/1',
  },
  'PAR-23': {
    title: "The winner waits for all losers' Mnesia",
    statement:
      'It does nothing else until the metadata server of every loser has ended, reminding the slow ones each minute, and then releases all together.',
    source: 'rabbit_autoheal:winner_finish/1, rabbit_autoheal:wait_for_mnesia_shutdown/1',
  },
  'PAR-24': {
    title: 'How a loser restarts',
    statement:
      "It stops its application from outside and starts it on the winner's word, on the winner's death, or after a minute.",
    source: 'rabbit_autoheal:restart_loser/2',
  },
  'PAR-25': {
    title: 'What aborts a healing',
    statement:
      'A nodedown during the healing makes the winner release its losers as they are; the leader becomes idle, or waits on unless it was the winner that died.',
    source: 'rabbit_autoheal:node_down/2, rabbit_autoheal:rabbit_down/2, rabbit_autoheal:abort/2',
  },
  'PAR-26': {
    title: 'What losing costs',
    statement:
      "A loser takes over the winner's metadata and its replicas start empty, so what its side had accepted into mirrored queues is gone, confirmed or not.",
    source: 'CLU-11, MIR-23, MIR-26',
  },
  'PAR-27': {
    title: 'A partial heal heals nothing',
    statement:
      'As long as some members do not see each other, requests fail, and the cluster stays split as under `ignore`.',
    source: 'PAR-16, PAR-19',
  },
  'PAR-28': {
    title: '`pause_if_all_down` follows a list',
    statement:
      'A node pauses when it can reach none of the listed members and resumes when it reaches one; listed nodes never pause on this account.',
    source: 'rabbit_node_monitor:in_preferred_partition/2',
  },
  'PAR-29': {
    title: 'Several preferred sides',
    statement:
      'If listed nodes end up apart, each keeps its side running; the configured mode then leaves it so or heals automatically.',
    source: 'rabbit_node_monitor:handle_dead_node/2, rabbit_autoheal:enabled/0',
  },
  'PAR-30': {
    title: 'The confirm guard under a list',
    statement:
      'Confirms are kept back on a node that reaches none of the preferred members, as they are in a minority.',
    source: 'rabbit_node_monitor:pause_if_all_down_guard/3',
  },
  'PAR-31': {
    title: 'Promotion waits for no strategy',
    statement:
      'A mirror is promoted about a tenth of a second after detection on every side, even one that is about to pause.',
    source: 'MIR-15, PAR-6',
    confidence: 'inferred',
  },
  'PAR-32': {
    title: 'What clients see of a strategy',
    statement:
      'Paused and losing nodes close connections and ports, winning ones disturb only consumers of moved leaders, and `ignore` keeps everything open on both sides.',
    source: 'CLU-22',
  },
  'PAR-33': {
    title: 'After an ignored heal',
    statement:
      'The sides keep separate records: two leaders for a mirrored queue, 404 for a queue homed on the other side, and no new mirrors across.',
    source: 'CLU-17, MIR-16, rabbit_nodes:all_running/0',
  },
};
