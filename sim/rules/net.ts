// NET: Erlang distribution, TCP and failure detection.

import type { RuleData } from './chapters.ts';

export const net: Readonly<Record<string, RuleData>> = {
  'NET-1': {
    title: 'Distribution is started by the broker with a tick of 15 s',
    statement: 'Distribution is started by the broker with a tick of 15 s.',
    source: 'rabbit_prelaunch_dist:do_setup/1, kernel/net_kernel:init/1',
  },
  'NET-2': {
    title: 'Tick rules of one end of a link',
    statement: 'Tick rules of one end of a link.',
    source: 'kernel/dist_util:send_tick/2, kernel/dist_util:con_loop/2',
  },
  'NET-3': {
    title: 'Detection window of a silent link',
    statement: 'Detection window of a silent link.',
    source: 'kernel/dist_util:send_tick/2',
    questioned: true,
  },
  'NET-4': {
    title: 'RabbitMQ links are never idle',
    statement: 'RabbitMQ links are never idle.',
    source: 'aten/aten_emitter:handle_info/2, rabbit_node_monitor:handle_info/2 (ping_up_nodes)',
  },
  'NET-5': {
    title: 'One ticker per node; the two ends of a link detect independently',
    statement: 'One ticker per node; the two ends of a link detect independently.',
    source:
      'kernel/net_kernel:handle_info/2 (tick), kernel/net_kernel:ticker_loop/2, kernel/dist_util:send_tick/2',
  },
  'NET-6': {
    title: 'One-way cuts',
    statement: 'One-way cuts.',
    source: 'kernel/dist_util:con_loop/2',
    confidence: 'inferred',
  },
  'NET-7': {
    title: 'A cut shorter than detection loses nothing',
    statement: 'A cut shorter than detection loses nothing.',
    source: 'property of TCP and kernel/dist_util',
    confidence: 'inferred',
  },
  'NET-8': {
    title: 'Healing is not instantaneous',
    statement: 'Healing is not instantaneous.',
    source: 'Linux TCP, not RabbitMQ',
    confidence: 'inferred',
    questioned: true,
  },
  'NET-9': {
    title: 'Ways in which a node disappears',
    statement: 'Ways in which a node disappears.',
    source: 'kernel/dist_util, rabbit_node_monitor:handle_info/2',
  },
  'NET-10': {
    title: 'Automatic connection',
    statement: 'Automatic connection.',
    source: 'kernel/net_kernel:handle_info/2 (auto_connect), kernel/dist_util:handshake_other_started/1',
  },
  'NET-11': {
    title: 'Reconnect while the peer still believes in the old connection',
    statement: 'Reconnect while the peer still believes in the old connection.',
    source: 'kernel/dist_util:recv_status/1 (alive), kernel/net_kernel (up_pending)',
  },
  'NET-12': {
    title: 'Ordering guarantee',
    statement: 'Ordering guarantee.',
    source: 'Erlang signal semantics (documented), kernel/dist_util',
    confidence: 'documented',
  },
  'NET-13': {
    title: 'The delegate hop',
    statement: 'The delegate hop.',
    source: 'delegate:invoke_no_result/2, delegate:group_pids_by_node/1',
    questioned: true,
  },
  'NET-14': {
    title: 'Busy link back-pressure',
    statement: 'Busy link back-pressure.',
    source: 'server start script (+zdbbl), Erlang VM',
    confidence: 'documented',
  },
  'NET-15': {
    title: 'What one nodedown triggers, at one instant',
    statement: 'What one nodedown triggers, at one instant.',
    source: 'Erlang VM, kernel/net_kernel',
    confidence: 'documented',
  },
  'NET-16': {
    title: 'OTP 25 `global` does not break partial partitions here',
    statement: 'OTP 25 `global` does not break partial partitions here.',
    source: 'server start script, rabbit_prelaunch_conf:disable_kernel_overlapping_partitions/0',
  },
  'NET-17': {
    title: 'Reconnection by pinging',
    statement: 'Reconnection by pinging.',
    source:
      'rabbit_node_monitor:handle_info/2 (ping_down_nodes), rabbit_node_monitor:ping_all/0, kernel/net_adm:ping/1',
  },
  'NET-18': {
    title: 'Any other send reconnects too',
    statement: 'Any other send reconnects too.',
    source: 'ra/ra_server_proc:send_rpc/3, aten/aten_emitter (sends to connected nodes only)',
  },
  'NET-19': {
    title: 'A closed connection is a partition, however short',
    statement: 'A closed connection is a partition, however short.',
    source: 'composition of NET-15, CLU-10',
  },
  'NET-20': {
    title: 'Node name, cookie and port facts',
    statement: 'Node name, cookie and port facts.',
    source: 'rabbit_prelaunch_dist, kernel/dist_util',
    confidence: 'documented',
  },
  'NET-21': {
    title: 'Frozen node keeps its clients',
    statement: 'Frozen node keeps its clients.',
    source: 'composition',
    confidence: 'inferred',
  },
  'NET-22': {
    title: 'Detection is per VM pair, not per process',
    statement: 'Detection is per VM pair, not per process.',
    source: 'rabbit_fifo:state_enter/2, aten/aten_detector',
  },
};
