// NET: Erlang distribution, TCP and failure detection.

import type { RuleData } from './chapters.ts';

export const net: Readonly<Record<string, RuleData>> = {
  'NET-1': {
    title: 'The tick is a quarter of net_ticktime',
    statement:
      'A node looks at its links every net_ticktime / 4: every 15 s unless configured otherwise, and every node should be configured alike.',
    source: 'rabbit_prelaunch_dist:do_setup/1, kernel/net_kernel:init/1',
  },
  'NET-2': {
    title: 'Any packet is a sign of life',
    statement:
      'At each look an end sends a tick only if it has written nothing since the last look; whatever packet it has read, even a fragment (64 KiB) of a message, counts as life, and four looks in a row without one close the link.',
    source: 'kernel/dist_util:send_tick/2, kernel/dist_util:con_loop/2',
    confidence: 'observed',
  },
  'NET-3': {
    title: 'A silent link is found dead after 45 to 75 s',
    statement:
      'The closing look comes four to five intervals after the last byte that arrived: 60 to 75 s after a cut of a link that was busy, as early as 45 s if it had been idle.',
    source: 'kernel/dist_util:send_tick/2',
    questioned: true,
  },
  'NET-4': {
    title: 'Links between brokers are always busy',
    statement:
      'Each node sends a failure-detector heartbeat to every connected node each 100 ms and a keepalive each 10 s, so both ends count bytes all the time and hardly ever need a tick.',
    source: 'aten/aten_emitter:handle_info/2, rabbit_node_monitor:handle_info/2 (ping_up_nodes)',
  },
  'NET-5': {
    title: 'One ticker a node, each with its own phase',
    statement:
      'A node inspects all its links at the same moment, so links that went silent together die together; two nodes inspect at different moments and can disagree about one cut for up to an interval.',
    source:
      'kernel/net_kernel:handle_info/2 (tick), kernel/net_kernel:ticker_loop/2, kernel/dist_util:send_tick/2',
  },
  'NET-6': {
    title: 'A one-way cut is noticed at the end that hears nothing',
    statement:
      'The deaf end times out as usual and closes the socket; the other end, which heard ticks all along, learns of it from that close.',
    source: 'kernel/dist_util:con_loop/2',
    confidence: 'inferred',
  },
  'NET-7': {
    title: 'A cut shorter than detection loses nothing',
    statement:
      'What was sent meanwhile waits in buffers and arrives after the healing, once and in order; applications see latency, and no death is reported.',
    source: 'property of TCP and kernel/dist_util',
    confidence: 'inferred',
  },
  'NET-8': {
    title: 'Healing is felt late',
    statement:
      "TCP retries at doubling intervals, so traffic can resume up to about one cut's length after the network is whole again, and the tick may declare the peer dead in between.",
    source: 'Linux TCP, not RabbitMQ',
    confidence: 'inferred',
    questioned: true,
  },
  'NET-9': {
    title: "How a node's disappearance looks to its peers",
    statement:
      'A killed VM closes its sockets at once; a stopped application goes while the VM stays connected; power loss, a freeze or a dropped link is silence until the tick; a reset is an immediate nodedown at both ends.',
    source: 'kernel/dist_util, rabbit_node_monitor:handle_info/2',
  },
  'NET-10': {
    title: 'Sending connects',
    statement:
      'Any signal to an unconnected node opens a connection and waits for it: a refusal fails at once, a black hole after 7 s, and when two nodes dial each other the attempt of the greater name survives.',
    source: 'kernel/net_kernel:handle_info/2 (auto_connect), kernel/dist_util:handshake_other_started/1',
  },
  'NET-11': {
    title: "A redial ends the peer's old connection",
    statement:
      'If only one end has noticed the death and connects anew, the other drops its old connection first and so sees nodedown and nodeup back to back.',
    source: 'kernel/dist_util:recv_status/1 (alive), kernel/net_kernel (up_pending)',
  },
  'NET-12': {
    title: 'Signals are ordered for each pair of processes',
    statement:
      'Between one sender and one receiver signals keep their order while the connection lasts, the notice of a death comes after everything the dead process had sent, and nothing of an old connection arrives later.',
    source: 'Erlang signal semantics (documented), kernel/dist_util',
    confidence: 'documented',
  },
  'NET-13': {
    title: 'The delegate hop can reorder',
    statement:
      'A send to several processes of a remote node goes by way of one of its 16 delegates, a send to a single one goes straight; two publishes of one channel can therefore swap at a queue that both reach.',
    source: 'delegate:invoke_no_result/2, delegate:group_pids_by_node/1',
    confidence: 'observed',
  },
  'NET-14': {
    title: 'A full link suspends who sends on it',
    statement:
      "Once a link's output buffer passes its limit (128,000 kB), each process that sends over it sleeps until about half has drained; sends that refuse to sleep are dropped.",
    source: 'server start script (+zdbbl), Erlang VM',
    confidence: 'documented',
  },
  'NET-15': {
    title: 'One nodedown, many notices',
    statement:
      'As a connection falls, every monitor, link and pending call towards that node fires at that instant, buffered output is thrown away, and no order holds between notices to different processes.',
    source: 'Erlang VM, kernel/net_kernel',
    confidence: 'documented',
  },
  'NET-16': {
    title: '`global` stays out of it',
    statement:
      "RabbitMQ 3.10 switches off OTP's own cure for partial partitions, which leaves them to the node monitor alone.",
    source: 'server start script, rabbit_prelaunch_conf:disable_kernel_overlapping_partitions/0',
  },
  'NET-17': {
    title: 'The ping loop looks for missing members',
    statement:
      'From the first death on, a helper pings all members one by one and rests 1 s between rounds until everybody is connected; each black-holed member makes a round up to 7 s longer.',
    source:
      'rabbit_node_monitor:handle_info/2 (ping_down_nodes), rabbit_node_monitor:ping_all/0, kernel/net_adm:ping/1',
  },
  'NET-18': {
    title: 'Ordinary traffic reconnects as well',
    statement:
      "Casts, commands and plugins open connections too, often before the ping loop does; Raft's sends never do.",
    source: 'ra/ra_server_proc:send_rpc/3, aten/aten_emitter (sends to connected nodes only)',
  },
  'NET-19': {
    title: 'A closed connection is a partition, however brief',
    statement:
      "Once the sockets have closed, both sides have logged each other's death and will not merge, even if they are connected again a millisecond later.",
    source: 'composition of NET-15, CLU-10',
    confidence: 'observed',
  },
  'NET-20': {
    title: 'Ports and cookies',
    statement:
      'New connections need epmd and the distribution port, existing ones do not; nodes with different cookies refuse each other, which the caller sees as a node that is down.',
    source: 'rabbit_prelaunch_dist, kernel/dist_util',
    confidence: 'documented',
  },
  'NET-21': {
    title: 'An isolated or frozen node keeps its clients',
    statement:
      'Client connections outlive the loss of the cluster until a heartbeat fails or a pause closes them.',
    source: 'composition',
    confidence: 'inferred',
  },
  'NET-22': {
    title: 'Classic queues have no detector of their own',
    statement:
      'They notice a dead peer when the VM does; quorum queues bring a faster detector and move after 5 to 11 s.',
    source: 'rabbit_fifo:state_enter/2, aten/aten_detector',
  },
};
