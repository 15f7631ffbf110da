/**
 * The parts of the language that the engine does not model yet, each with the sentence a user gets. What the language
 * knows is parsed and checked all the same, so to open a part its line is removed here and nothing else.
 *
 * Loading names each part that a file uses, in the form of these keys; a part without a line here is modelled.
 */

const streams = 'streams are not modelled yet';
const ramNodes = 'RAM nodes are not modelled yet';
const toolOption = 'this option of the tool is not modelled yet';

export const notModelledYet: ReadonlyMap<string, string> = new Map([
  ['node type ram', ramNodes],
  ['timing scheduling_pause', 'pauses of a VM on a busy machine are not modelled yet'],
  ['predeclared exchange amq.rabbitmq.trace', 'tracing is not modelled yet'],
  ['queue type stream', streams],
  ['queue argument x-max-age', streams],
  ['queue argument x-stream-max-segment-size-bytes', streams],
  ['queue argument x-initial-cluster-size', streams],
  ['policy key max-age', streams],
  ['policy key stream-max-segment-size-bytes', streams],
  ['consume argument x-stream-offset', streams],
  ['rabbitmqctl join_cluster --ram', ramNodes],
  ['rabbitmqctl change_cluster_node_type ram', ramNodes],
  ['rabbitmqctl option printer', toolOption],
  ['rabbitmqctl option erlang-cookie', toolOption],
  ['rabbitmqctl option longnames', toolOption],
  [
    'config cluster_keepalive_interval',
    'links between nodes are never idle here: keepalives are not modelled one by one',
  ],
]);
