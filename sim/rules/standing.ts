/**
 * How the engine stands to each rule that no line of it cites. Most rules are decided somewhere, and the code that decides cites them
 * (`const MIR_16 = rule('MIR-16')`). Of the others, some are there without a place that decides: how the house is built, or what follows when
 * cited rules act together; and some are not modelled. Each is one line here with its reason, which test/rules/standing.test.ts holds against the
 * code: whoever models a rule and cites it takes its line out.
 */

/** A rule that is modelled although nothing cites it. */
export interface BuiltIn {
  /** Files that would have to change for the rule to be another one. */
  readonly where: readonly string[];
  readonly how: string;
}

/** Rules that the engine does not model, with the reason. */
export const notModelled: ReadonlyMap<string, string> = new Map([
  ['CLU-5', 'every node is a disc node'],
  ['CLU-16', 'nodes begin as a cluster or alone and join by command: peer discovery is not modelled'],
]);

/** Rules that are modelled without a place that decides by them. */
export const builtIn: ReadonlyMap<string, BuiltIn> = new Map([
  [
    'OVR-1',
    at('these are the processes that there are', 'sim/node/application.ts', 'sim/node/rabbit-process.ts'),
  ],
  ['OVR-3', at('MIR-8, MIR-10, MIR-12, MIR-30 and MIR-31 together', 'sim/queues/mirrored/pairing.ts')],
  ['OVR-4', at('each process acts on its own notice of the death', 'sim/erlang/vm.ts')],
  ['OVR-5', at('the rooms merge what it allows and nothing else', 'sim/broker/connection.ts')],
  ['OVR-6', at('each draw has a random stream named after its purpose', 'sim/kernel/random.ts')],
  ['NET-2', at('the ticker asks TCP when it last heard of the peer', 'sim/erlang/net-kernel.ts')],
  ['NET-4', at('TCP knows how often brokers write: their chatter', 'sim/erlang/net-kernel.ts')],
  ['NET-6', at('the deaf end closes its socket, and that close travels', 'sim/network/pipe.ts')],
  ['NET-7', at('what is sent during a stall waits and arrives in order', 'sim/network/pipe.ts')],
  ['NET-8', at('a stalled connection retries at doubling intervals', 'sim/network/pipe.ts')],
  [
    'NET-12',
    at('one ordered stream carries all signals of a link', 'sim/network/tcp.ts', 'sim/erlang/vm.ts'),
  ],
  [
    'NET-16',
    at('nothing but the node monitor acts on a partial partition', 'sim/partitions/node-monitor.ts'),
  ],
  ['NET-18', at('a send dials; a dial that is under way hears of a heal', 'sim/network/dial.ts')],
  ['NET-21', at('a socket waits for a VM that stands still', 'sim/broker/broker-socket.ts')],
  ['NET-22', at('replicas watch each other with monitors only', 'sim/queues/mirrored/gm.ts')],
  ['CLU-1', at('three questions, three functions', 'sim/cluster/database.ts', 'sim/partitions/alive.ts')],
  [
    'CLU-24',
    at('a VM that dies leaves what had been flushed, numbered anew', 'sim/queues/classic/queue-index.ts'),
  ],
  ['CLU-25', at("the directory of a node's Mnesia is all it knows at boot", 'sim/cluster/table-store.ts')],
  ['PAR-11', at('before its nodedown a node knows of nothing', 'sim/erlang/net-kernel.ts')],
  ['PAR-15', at('follows from PAR-13 and PAR-14', 'sim/partitions/node-monitor.ts')],
  ['PAR-31', at('the ring and the node monitor hear of a death on their own', 'sim/queues/mirrored/gm.ts')],
  ['PAR-32', at('follows from CLU-22, MIR-43 and PAR-5', 'sim/node/application.ts')],
  ['PAR-33', at('follows from CLU-10 and BRK-11', 'sim/cluster/mnesia.ts')],
  [
    'MIR-6',
    at('the record has these fields', 'sim/broker/queue-record.ts', 'sim/queues/mirrored/queue-store.ts'),
  ],
  ['MIR-52', at('follows from NET-3, NET-9, MIR-15 and MIR-16', 'sim/queues/mirrored/gm.ts')],
  ['BRK-11', at("routing reads the node's own copy of the tables", 'sim/broker/router.ts')],
  ['BRK-18', at('a channel talks to a leader wherever it is', 'sim/queues/classic/client.ts')],
  ['BRK-20', at('one file a queue holds messages of every size', 'sim/queues/classic/queue-index.ts')],
  ['BRK-25', at('the index keeps what no flushed ack has removed', 'sim/queues/classic/variable-queue.ts')],
  ['BRK-49', at('the kernel closes the sockets of the dead', 'sim/network/tcp.ts', 'sim/erlang/vm.ts')],
  [
    'QQ-8',
    at(
      'no strategy knows of them; a node that stops takes its members along',
      'sim/partitions/node-monitor.ts',
    ),
  ],
  ['CLI-9', at('a confirm is waited for until its timeout, if there is one', 'sim/clients/publisher.ts')],
  ['CLI-16', at('a check opens the port and closes it again, no more', 'sim/clients/haproxy-server.ts')],
  ['CLI-21', at('these are the records about messages', 'sim/records/messages.ts')],
]);

function at(how: string, ...where: string[]): BuiltIn {
  return { where, how };
}
