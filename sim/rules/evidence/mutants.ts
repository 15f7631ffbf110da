// Written by `npm run rules`; what it means is said in ../evidence.ts.

export const mutants: Readonly<Record<string, string>> = {
  'BRK-1':
    'knows no queue by the default exchange: noticed by test/broker/routing.test.ts: the nameless exchange leads',
  'BRK-2':
    'lets a direct exchange ignore the key: noticed by test/broker/routing.test.ts: direct needs an equal key',
  'BRK-3':
    'takes # for exactly one word: noticed by test/broker/topic-trie.test.ts: agree with the specification',
  'BRK-5':
    'follows no binding between exchanges: noticed by test/broker/routing.test.ts: two matching bindings',
  'BRK-8':
    "takes in what comes after the channel's error: noticed by test/broker/routing.test.ts: a missing exchange closes the channel",
  'BRK-9': 'returns what was not mandatory: noticed by test/broker/routing.test.ts: mandatory and unroutable',
  'BRK-10':
    'never confirms what is routed nowhere: noticed by test/broker/routing.test.ts: unroutable without mandatory',
  'BRK-12':
    'accepts a declaration that differs: noticed by test/broker/declaring.test.ts: differently is refused',
  'BRK-13':
    'lets an exclusive queue be durable: noticed by test/broker/declaring.test.ts: durable writes both records',
  'BRK-14':
    'says that a queue does not exist while its node is down: noticed by test/broker/declaring.test.ts: cannot be consumed, got from',
  'BRK-15':
    'leaves the bindings of a dead transient queue: noticed by test/broker/metadata.test.ts: leaves durable queues absent',
  'BRK-16':
    'leaves an exclusive queue behind when its owner dies: noticed by test/queues/classic/queue-process.test.ts: BRK-16: an exclusive queue goes',
  'BRK-17':
    'deletes an auto-delete queue that never had a consumer: noticed by test/queues/classic/queue-process.test.ts: BRK-17: a channel that never consumed',
  'BRK-19':
    'writes transient messages to the disk: noticed by test/queues/classic/queue-type.test.ts: CLU-23, BRK-21: an orderly stop',
  'BRK-22':
    'syncs for a waiting publisher after two seconds only: noticed by test/queues/classic/queue-process.test.ts: BRK-22: syncs after 200 ms',
  'BRK-23':
    'leaves what nobody waits for unflushed for long: noticed by test/queues/classic/queue-process.test.ts: BRK-23: flushes after 200 ms',
  'BRK-24':
    'moves the delivered watermark over gaps: noticed by test/queues/classic/variable-queue.test.ts: BRK-24: a transient message',
  'BRK-25':
    'has an acknowledgement on disk at once: noticed by test/queues/classic/variable-queue.test.ts: BRK-23, BRK-25: a crash takes',
  'BRK-26':
    'flags nothing after a crash: noticed by test/queues/classic/variable-queue.test.ts: BRK-26: after a clean stop',
  'BRK-27':
    'serves consumers of low priority first: noticed by test/queues/classic/queue-process.test.ts: BRK-27: serves consumers in turn\nhands a channel whatever its writer has sent or not: noticed by test/queues/classic/queue-process.test.ts: BRK-27: hands a channel no more than 200\nreports what a writer that stands still has not sent: noticed by test/queues/classic/queue-process.test.ts: BRK-27: gets no report while',
  'BRK-28':
    'hands a consumer one message more than its prefetch: noticed by test/queues/classic/queue-process.test.ts: BRK-28: never has more',
  'BRK-30':
    'counts nothing as unacknowledged before the client has it: noticed by test/queues/classic/queue-process.test.ts: MIR-40: requeues what a dead channel had',
  'BRK-31':
    'puts a rejected message back: noticed by test/queues/classic/queue-process.test.ts: BRK-34, BRK-31: get takes the head\ntakes an unknown delivery tag for none: noticed by test/broker/consuming.test.ts: is fatal for the channel',
  'BRK-32':
    'never flags a requeued message: noticed by test/queues/classic/variable-queue.test.ts: BRK-32: puts requeued messages back',
  'BRK-33':
    'lets an auto-ack delivery wait for the disk: noticed by test/queues/classic/queue-process.test.ts: BRK-33: hands a persistent message',
  'BRK-34':
    'forgets who got a message by basic.get: noticed by test/queues/classic/queue-process.test.ts: BRK-34: what a dead channel had got',
  'BRK-35':
    'lets a client sit on a delivery for ever: noticed by test/broker/consuming.test.ts: that nobody acknowledges end the channel',
  'BRK-36':
    'closes a channel before its queues have its messages back: noticed by test/queues/classic/queue-process.test.ts: BRK-36: a channel that closes in order',
  'BRK-37':
    "drops what is in a channel's mailbox at an orderly close: noticed by test/broker/connection.test.ts: in order: what was sent before is done first",
  'BRK-38':
    'lets others consume beside an exclusive consumer: noticed by test/queues/classic/queue-process.test.ts: BRK-38: refuses others\ngoes on with what was ready when the active consumer is cancelled: noticed by test/queues/classic/single-active.test.ts: is replaced when it is cancelled, but what was ready stays',
  'BRK-42':
    'covers a refused publish with a multiple: noticed by test/broker/confirms.test.ts: a multiple never covers',
  'BRK-46':
    'reads on although a channel has no credit left: noticed by test/broker/connection.test.ts: a channel that gets no credit',
  'BRK-47':
    'gives a client a hundred seconds to shake hands: noticed by test/broker/connection.test.ts: that takes ten seconds is given up\ncounts connections of one node only against a limit: noticed by test/promises/language-vhosts.test.ts: are counted over all nodes',
  'BRK-48':
    'takes a silent client for dead after one look: noticed by test/broker/connection.test.ts: a client that is cut off after',
  'BRK-52':
    'purges what is out for acknowledgement, too: noticed by test/queues/classic/queue-process.test.ts: BRK-52: accounts for each message',
  'BRK-43':
    'sends what a transaction publishes before it is committed: noticed by test/broker/transactions.test.ts: reach their queues at the commit\nanswers a commit before every queue has confirmed: noticed by test/broker/transactions.test.ts: the answer waits for all their confirms\ncommits in spite of a queue that refused: noticed by test/broker/transactions.test.ts: that a queue refuses fail the commit\nforgets the acknowledgements that a rollback takes back: noticed by test/broker/transactions.test.ts: is taken back by a rollback',
  'BRK-29':
    'counts each queue of a limited channel for itself: noticed by test/broker/limiter.test.ts: counts for all queues together\ntells no queue when a limited channel has room again: noticed by test/broker/limiter.test.ts: tells those that it refused',
  'CLI-2':
    'agrees on the larger heartbeat: noticed by test/clients/connection.test.ts: the smaller proposal counts',
  'CLI-3':
    'gives its server up after one missed heartbeat: noticed by test/clients/connection.test.ts: a client gives up between two and three',
  'CLI-6':
    'acknowledges what it got on an earlier connection: noticed by test/clients/consumer.test.ts: forgets what it held',
  'CLI-9':
    'never gives a confirm up: noticed by test/clients/publisher.test.ts: is given up after the confirm timeout',
  'CLI-19':
    'does not publish again what was unanswered: noticed by test/clients/publisher.test.ts: is published again, first and in order',
  'CLI-20':
    'processes what it has handled before: noticed by test/clients/consumer.test.ts: drops what it has handled before',
  'CLU-2':
    'names the newest member last: noticed by test/cluster/membership.test.ts: CLU-2, PAR-20: who joins is a member everywhere',
  'CLU-3':
    'refuses a member that joins again: noticed by test/promises/rules-at-work.test.ts: CLU-3: a member that joins again',
  'CLU-4':
    'boots although a running peer has forgotten it: noticed by test/promises/rules-at-work.test.ts: CLU-4, CLU-21: a forgotten node',
  'CLU-6':
    'leaves the cluster by a reset but keeps what it has: noticed by test/promises/rules-at-work.test.ts: CLU-6: reset makes an empty node',
  'CLU-7':
    'recovers no binding with its queue: noticed by test/broker/metadata.test.ts: recovers its own durable queues',
  'CLU-8':
    'ends a transaction before the other nodes have it: noticed by test/cluster/mnesia.test.ts: CLU-8: when a transaction is over',
  'CLU-9':
    'waits for a dead node to answer a commit: noticed by test/cluster/transactions.test.ts: CLU-9: falls silent at any moment\nleaves the locks of a dead node in place: noticed by test/cluster/transactions.test.ts: CLU-9: and so it is where nobody is left',
  'CLU-10':
    'reports a partition when only one side has noticed it: noticed by test/promises/scenarios.test.ts: scenarios/failover/freeze.yaml keeps its promises\nreports no partition after a heal: noticed by test/partitions/healing.test.ts: PAR-17, PAR-20: does nothing at the split',
  'CLU-11':
    'keeps its own tables when it starts beside a running node: noticed by test/cluster/mnesia.test.ts: CLU-10, CLU-11: after a healed partition',
  'CLU-12':
    'takes itself for the last if any other node went down before: noticed by test/cluster/loading.test.ts: CLU-12: any order of stopping and starting\nlets every node load its own copy when nobody was last: noticed by test/cluster/loading.test.ts: CLU-12: killed together, nobody was last',
  'CLU-13':
    'waits for its tables for ever: noticed by test/promises/rules-at-work.test.ts: CLU-13: a node waits for its tables ten times',
  'CLU-14':
    'waits for its peers in spite of force_boot: noticed by test/cluster/mnesia.test.ts: CLU-14: force_boot loads without waiting',
  'CLU-15':
    'tells nobody that its application runs: noticed by test/promises/rules-at-work.test.ts: CLU-15: who has booted is announced',
  'CLU-17':
    'purges mirrored queues of a dead node as well: noticed by test/broker/metadata.test.ts: leaves durable queues absent',
  'CLU-19':
    "gives a forgotten node's queue to the youngest mirror: noticed by test/queues/mirrored/survivors.test.ts: CLU-19, CLU-20: its durable queue",
  'CLU-20':
    'lets a node that forgot others offline wait for them still: noticed by test/promises/scenarios.test.ts: scenarios/seeds/forget-cluster-node-offline.yaml keeps its promises',
  'CLU-21':
    'accepts a forgotten node that still believes in its cluster: noticed by test/promises/rules-at-work.test.ts: CLU-4, CLU-21: a forgotten node',
  'CLU-22':
    'closes its connections without a word when it stops: noticed by test/broker/connection.test.ts: by the application: the client is told why',
  'CLU-23':
    'forgets at a clean stop what had been delivered: noticed by test/queues/classic/variable-queue.test.ts: BRK-26: after a clean stop',
  'CLU-24':
    'completes a write although its VM has died: noticed by test/promises/rules-at-work.test.ts: CLU-24, BRK-20: a kill leaves',
  'CLU-26':
    'lets the policy of the lowest priority win: noticed by test/broker/policies.test.ts: the highest priority wins',
  'MIR-1':
    'mirrors a queue whatever its policy says: noticed by test/queues/mirrored/placement.test.ts: MIR-1: a policy without ha-mode',
  'MIR-2':
    'leaves one node without a mirror under ha-mode all: noticed by test/queues/mirrored/placement.test.ts: MIR-2: all: a node that joins later',
  'MIR-3':
    'keeps one replica more than ha-mode exactly asks for: noticed by test/queues/mirrored/placement.test.ts: MIR-3, MIR-19, MIR-24',
  'MIR-4':
    'keeps a leader that ha-mode nodes does not list: noticed by test/queues/mirrored/placement.test.ts: MIR-4: nodes: a leader that is not listed stays',
  'MIR-5':
    'mirrors exclusive queues: noticed by test/queues/mirrored/placement.test.ts: MIR-5: an exclusive queue',
  'MIR-6':
    'keeps dead mirrors in the list of synchronised ones: noticed by test/queues/mirrored/replication.test.ts: MIR-6: the live record',
  'MIR-7':
    'asks the configuration before policy and arguments: noticed by test/queues/classic/queue-type.test.ts: MIR-7: places leaders',
  'MIR-8':
    'sends a publish to the leader alone: noticed by test/queues/classic/client.test.ts: MIR-8: casts to the leader',
  'MIR-9':
    'answers a declaration before the mirrors have started: noticed by test/queues/mirrored/replication.test.ts: MIR-9: has them at the moment',
  'MIR-10':
    'does not tell mirrors what was acknowledged: noticed by test/queues/mirrored/failover.test.ts: MIR-33: what the dead leader had out',
  'MIR-11':
    'lets direct copies and the ring wait in one line: noticed by test/queues/mirrored/survivors.test.ts: MIR-11: a mirror with a backlog',
  'MIR-12':
    'passes no broadcast on to the next member: noticed by test/queues/mirrored/gm.test.ts: MIR-12: a broadcast reaches the members',
  'MIR-13':
    'enters the ring beside the oldest member always: noticed by test/queues/mirrored/gm.test.ts: MIR-13: newcomers join',
  'MIR-14':
    'says nothing in a quiet ring: noticed by test/queues/mirrored/failover.test.ts: MIR-14: in a quiet ring',
  'MIR-15':
    'records a death in the ring at once: noticed by test/queues/mirrored/failover.test.ts: MIR-15: takes at least the pause',
  'MIR-16':
    'promotes the youngest mirror: noticed by test/queues/mirrored/replication.test.ts: MIR-16, MIR-34: the oldest mirror',
  'MIR-17':
    'promotes an unsynchronised mirror under when-synced: noticed by test/queues/mirrored/failover.test.ts: MIR-17, MIR-20: with when-synced\nlooks whether the mirror itself is synchronised, not whether any is: noticed by test/queues/mirrored/failover.test.ts: MIR-17: any listed synchronised mirror',
  'MIR-18':
    'promotes no unsynchronised mirror by default: noticed by test/queues/mirrored/failover.test.ts: MIR-18, MIR-23: an unsynchronised mirror',
  'MIR-19':
    'replaces no dead mirror: noticed by test/queues/mirrored/placement.test.ts: MIR-3, MIR-19, MIR-24',
  'MIR-20':
    'does not take a leaderless queue back when its node returns: noticed by test/queues/mirrored/failover.test.ts: MIR-17, MIR-20: with when-synced',
  'MIR-21':
    'hands over to an unsynchronised mirror at a clean stop: noticed by test/queues/mirrored/failover.test.ts: MIR-21: a stopped leader with none\ngives way to nobody at a clean stop: noticed by test/queues/mirrored/failover.test.ts: MIR-21: a stopped leader with a synchronised',
  'MIR-22':
    'keeps mirrors that the policy does not want any more: noticed by test/queues/mirrored/placement.test.ts: MIR-22: a mirror that is not wanted',
  'MIR-23':
    'lets a booting node keep copies of queues it does not lead: noticed by test/queues/classic/queue-type.test.ts: MIR-23: erases, and accounts for',
  'MIR-25':
    'does not follow a policy that stops mirroring: noticed by test/queues/mirrored/placement.test.ts: MIR-25: a policy starts mirroring',
  'MIR-26':
    'executes what the ring says although it is not listed: noticed by test/queues/mirrored/pairing.test.ts: MIR-26: a mirror that is not listed',
  'MIR-27':
    'takes itself for synchronised while messages are missing: noticed by test/queues/mirrored/synchronisation.test.ts: MIR-27: a mirror is synchronised',
  'MIR-28':
    'serves its clients during a synchronisation: noticed by test/queues/mirrored/synchronisation.test.ts: MIR-28: fills the mirror\nis filled without being emptied first: noticed by test/queues/mirrored/synchronisation.test.ts: MIR-28: what a mirror had is destroyed',
  'MIR-29':
    'keeps what an interrupted synchronisation had brought: noticed by test/queues/mirrored/synchronisation.test.ts: MIR-29: cancelled, the mirror is empty',
  'MIR-30':
    'confirms when the first replica has: noticed by test/queues/classic/client.test.ts: MIR-30: settles a publish when the last',
  'MIR-31':
    'confirms at a mirror before its disk has the message: noticed by test/queues/mirrored/pairing.test.ts: MIR-31: a persistent message is confirmed',
  'MIR-32':
    'confirms what no replica had confirmed: noticed by test/queues/classic/client.test.ts: MIR-30, MIR-32: a benign death',
  'MIR-33':
    'forgets at its promotion what the dead leader had out: noticed by test/queues/mirrored/failover.test.ts: MIR-33: what the dead leader had out\ndrops what only came directly when it is promoted: noticed by test/queues/classic/mirroring-seam.test.ts: MIR-33: a promoted mirror keeps its pid',
  'MIR-34':
    'flags nothing after a failover: noticed by test/queues/mirrored/replication.test.ts: MIR-16, MIR-34: the oldest mirror',
  'MIR-35':
    'does not recognise a direct copy that comes after the ring: noticed by test/queues/mirrored/pairing.test.ts: MIR-31: a mirror confirms when it has both',
  'MIR-36':
    'forgets a channel when one account of its death is in: noticed by test/queues/mirrored/pairing.test.ts: MIR-36: a mirror that alone knew',
  'MIR-37':
    'enqueues a late direct copy a second time: noticed by test/queues/mirrored/pairing.test.ts: MIR-37: a direct copy that comes after',
  'MIR-38':
    'looks past a direct copy that has no broadcast: noticed by test/queues/mirrored/pairing.test.ts: MIR-38: a direct copy with no broadcast',
  'MIR-39':
    'sends acknowledgements to the leader that delivered: noticed by test/queues/classic/client.test.ts: MIR-39: sends acknowledgements',
  'MIR-40':
    'loses what a dead channel had: noticed by test/queues/classic/queue-process.test.ts: MIR-40: requeues what a dead channel had',
  'MIR-41':
    'counts an acknowledgement before the mirrors have it: noticed by test/queues/mirrored/failover.test.ts: MIR-33: what the dead leader had out',
  'MIR-42':
    'does not count what was handed out unacknowledged: noticed by test/queues/mirrored/synchronisation.test.ts: MIR-42: automatic acknowledgement counts',
  'MIR-43':
    'lets consumers of a dead leader consume no more: noticed by test/broker/consuming.test.ts: is consumed from again under the same tag',
  'MIR-44':
    'sends a cancel to clients that cannot understand it: noticed by test/broker/consuming.test.ts: cancels in silence',
  'MIR-45':
    'waits less than a second for a new leader: noticed by test/broker/consuming.test.ts: is waited for for a minute',
  'MIR-46':
    'deletes a leaderless queue that was to be deleted only if empty: noticed by test/queues/classic/queue-type.test.ts: MIR-46: removes the records',
  'MIR-47':
    'spends one credit for a message to a mirror: noticed by test/queues/classic/client.test.ts: MIR-47: blocks on the 200th publish',
  'MIR-49':
    'never waits for the node of the recorded leader: noticed by test/cluster/mnesia.test.ts: CLU-12: the node that stopped first waits',
  'MIR-50':
    'restarts a queue that crashes for ever: noticed by test/queues/classic/queue-type.test.ts: MIR-50: the sixth within ten seconds',
  'MIR-53':
    'takes nothing over from a dead neighbour: noticed by test/queues/mirrored/gm.test.ts: MIR-53, MIR-12: survivors',
  'NET-1':
    'looks at its links only twice in net_ticktime: noticed by test/erlang/distribution.test.ts: NET-3, NET-5: a silent link is given up',
  'NET-2':
    'counts every look as silent, whatever was heard: noticed by test/erlang/distribution.test.ts: NET-7: what is sent during a short cut',
  'NET-3':
    'gives a silent link up one look early: noticed by test/erlang/distribution.test.ts: NET-3, NET-5: a silent link is given up',
  'NET-4':
    'leaves idle links between brokers silent: noticed by test/erlang/distribution.test.ts: NET-3, NET-5: a silent link is given up',
  'NET-5':
    'lets all nodes look at the same moment: noticed by test/erlang/distribution.test.ts: NET-3, NET-5: a silent link is given up',
  'NET-6':
    'goes on talking in the direction that still works: noticed by test/network/tcp.test.ts: NET-6: with chatter, cutting one direction',
  'NET-7':
    'forgets what waited through a cut: noticed by test/network/tcp.test.ts: NET-7, NET-8: a cut is waited out',
  'NET-8':
    'repeats its packets every 200 ms however long a cut lasts: noticed by test/network/tcp.test.ts: NET-8: after a cut traffic comes back with a repeat',
  'NET-9':
    'leaves the clients of a killed VM without a word: noticed by test/promises/rules-at-work.test.ts: NET-9: is reset at once\ncloses the sockets of a machine that loses power: noticed by test/erlang/distribution.test.ts: NET-9: a killed VM is known to be dead',
  'NET-10':
    'sends to nodes only that are connected already: noticed by test/erlang/distribution.test.ts: NET-10: a send to a node that is not connected',
  'NET-11':
    'takes a reconnecting peer back without a nodedown: noticed by test/erlang/distribution.test.ts: NET-11: a peer that reconnects forces',
  'NET-12':
    'sends what waited for a connection in the wrong order: noticed by test/erlang/distribution.test.ts: NET-12: what was said before there was a connection',
  'NET-13':
    'sends everything straight, however many share a node: noticed by test/broker/fan-out.test.ts: to two of another node by way of a delegate there\nlets a delegate hand on in no time: noticed by test/broker/fan-out.test.ts: NET-13: a hop takes tens of microseconds',
  'NET-14':
    'never suspends who fills a connection: noticed by test/erlang/busy-port.test.ts: suspends whoever reaches the limit\nlets the suspended go as soon as anything has drained: noticed by test/erlang/busy-port.test.ts: holds on while more than half still waits\nqueues what must not suspend its sender on a full connection: noticed by test/erlang/busy-port.test.ts: drops what must not suspend its sender',
  'NET-15':
    'does not tell monitors that a link is lost: noticed by test/erlang/distribution.test.ts: NET-15: a lost connection fires monitors',
  'NET-17':
    'gives an attempt to connect up after one second: noticed by test/partitions/pausing.test.ts: NET-17: a round of pings costs 7 s',
  'NET-18':
    'lets a dial that is under way not profit from a healed link: noticed by test/network/dial.test.ts: NET-18: or with somebody',
  'NET-19':
    'reads what had arrived before a reset: noticed by test/erlang/frozen.test.ts: NET-19: by a reset takes along',
  'NET-20':
    'lets nodes in whatever their cookie is: noticed by test/erlang/distribution.test.ts: NET-20: another cookie is refused',
  'NET-21':
    'lets a frozen node go on reading from its clients: noticed by test/broker/connection.test.ts: reads nothing until it thaws',
  'PAR-1':
    'keeps no list of whom it is partitioned from: noticed by test/partitions/healing.test.ts: PAR-2: while it is partitioned',
  'PAR-2':
    'never forgets whom it was partitioned from: noticed by test/partitions/healing.test.ts: PAR-2: while it is partitioned',
  'PAR-3':
    'takes every member to be alive, connected or not: noticed by test/partitions/pausing.test.ts: PAR-6, PAR-7: the lone node pauses',
  'PAR-4':
    'counts a stopped application as a lost node: noticed by test/promises/rules-at-work.test.ts: PAR-4: of two nodes one may stop',
  'PAR-5': 'stops a side under ignore: noticed by test/promises/rules-at-work.test.ts: PAR-32: under ignore',
  'PAR-6':
    'takes half of the members for a majority: noticed by test/partitions/pausing.test.ts: PAR-8: two nodes: a cut pauses both\npauses at every nodedown, majority or not: noticed by test/partitions/pausing.test.ts: PAR-6, PAR-7: the lone node pauses',
  'PAR-7':
    'resumes without looking whether there is a majority: noticed by test/promises/rules-at-work.test.ts: PAR-7: a paused node stays down',
  'PAR-8':
    'lets the side with the first member go on in an even split: noticed by test/partitions/pausing.test.ts: PAR-8: two and two: both sides pause',
  'PAR-10':
    'confirms although it is about to pause: noticed by test/partitions/pausing.test.ts: PAR-10: from the moment its VM has noticed\nlooks only once whether it may confirm: noticed by test/partitions/pausing.test.ts: PAR-10: from the moment its VM has noticed',
  'PAR-11':
    'notices a cut before its tick says so: noticed by test/erlang/distribution.test.ts: NET-3, NET-5: a silent link is given up',
  'PAR-13':
    'tells nobody that a lost peer can still be seen: noticed by test/partitions/partial.test.ts: PAR-15, pause_minority: who notices first',
  'PAR-14':
    'pauses in a partial partition only until it has a majority: noticed by test/partitions/partial.test.ts: PAR-15, pause_minority: who notices first\nlets the witness of a partial partition stay under ignore: noticed by test/partitions/partial.test.ts: PAR-14, PAR-15, ignore',
  'PAR-15':
    'comes back at once after a forced disconnect: noticed by test/partitions/partial.test.ts: PAR-14, PAR-15',
  'PAR-16':
    'asks for healing before everybody is connected: noticed by test/partitions/healing.test.ts: PAR-16, PAR-19, PAR-27: nothing is decided',
  'PAR-17':
    'heals nothing: noticed by test/partitions/healing.test.ts: PAR-17, PAR-20: does nothing at the split',
  'PAR-18':
    'lets the last member by name decide: noticed by test/partitions/decision.test.ts: PAR-16, PAR-18: is asked by whoever',
  'PAR-19':
    'decides although somebody is not connected to everybody: noticed by test/partitions/decision.test.ts: PAR-19: denies while a monitor\ndecides although a monitor does not answer: noticed by test/partitions/decision.test.ts: PAR-19: denies while a monitor',
  'PAR-20':
    'lets the side with the fewest connections win: noticed by test/partitions/decision.test.ts: PAR-20: of three sides the best\nsettles a tie by the smaller name: noticed by test/partitions/healing.test.ts: PAR-20: two nodes with equal connections',
  'PAR-21':
    'lets the larger side win, whoever the clients are at: noticed by test/partitions/decision.test.ts: PAR-21: that has a connection more',
  'PAR-22':
    'tells only the first loser: noticed by test/partitions/decision.test.ts: PAR-22, PAR-23: tells the losers\nbegins although the application of a loser does not run: noticed by test/partitions/decision.test.ts: PAR-22: gives up at once',
  'PAR-23':
    'frees the losers when the first of them has stopped: noticed by test/partitions/decision.test.ts: PAR-22, PAR-23: tells the losers',
  'PAR-24':
    'lets a loser wait ten minutes for its winner: noticed by test/partitions/healing.test.ts: PAR-24: a woken node restarts\nleaves a loser waiting when its winner dies: noticed by test/partitions/healing.test.ts: PAR-24: a loser whose winner dies',
  'PAR-25':
    'heals on although a node is lost: noticed by test/partitions/decision.test.ts: PAR-25: a lost node ends it',
  'PAR-26':
    'lets a loser keep its tables: noticed by test/promises/scenarios.test.ts: scenarios/partitions/autoheal-leader-in-minority.yaml keeps its promises',
  'PAR-27':
    'heals sides that do not all see each other: noticed by test/partitions/decision.test.ts: PAR-19: denies while a monitor',
  'PAR-28':
    'wants to see all of the listed nodes: noticed by test/promises/rules-at-work.test.ts: PAR-28: one of the listed nodes is enough\npauses everybody where the list names no member: noticed by test/partitions/pausing.test.ts: PAR-28: a listed node counts itself',
  'PAR-29':
    'never heals under pause_if_all_down: noticed by test/partitions/pausing.test.ts: PAR-29: where several sides stay up',
  'PAR-30':
    'confirms although no listed node is in sight: noticed by test/partitions/pausing.test.ts: PAR-30: who sees no listed node',
  'PAR-31':
    'waits ten seconds before it promotes a mirror: noticed by test/promises/rules-at-work.test.ts: PAR-31: a mirror is promoted a moment after',
  'QQ-2':
    'places a member on every node: noticed by test/queues/quorum/membership.test.ts: has three members',
  'QQ-3':
    'commits what one member has: noticed by test/queues/quorum/durability.test.ts: of two it does\nelects a leader with its own vote: noticed by test/queues/quorum/elections.test.ts: waits for a majority',
  'QQ-4':
    'counts what is only in memory as copied: noticed by test/queues/quorum/safety.test.ts: vouches for what is on its disk\ntells a channel that it is stored when it is only in the log of the leader: noticed by test/queues/quorum/durability.test.ts: of two it does',
  'QQ-5':
    'asks for votes without asking for pre-votes: noticed by test/queues/quorum/voting.test.ts: comes first, and raises no term\nvotes for a log that is shorter: noticed by test/queues/quorum/voting.test.ts: goes to nobody whose log is shorter\nvotes twice in a term: noticed by test/queues/quorum/voting.test.ts: is given once a term\nlets a pre-vote unseat a leader that is there: noticed by test/queues/quorum/voting.test.ts: is answered by a leader\nwaits as long for a dead leader as for a suspected one: noticed by test/queues/quorum/elections.test.ts: replaces a killed leader within a second',
  'QQ-6':
    'takes no notice of a leader that is silent: noticed by test/queues/quorum/elections.test.ts: replaces a black-holed leader\nelects on a suspicion that was taken back: noticed by test/queues/quorum/elections.test.ts: keeps its leader through a cut',
  'QQ-7':
    'leaves what the old leader could not commit in its log: noticed by test/queues/quorum/elections.test.ts: has one working side only',
  'QQ-10':
    'says nothing of a publish that it could not register for: noticed by test/queues/quorum/channels.test.ts: that comes first while there is no majority',
  'QQ-11':
    'stores what is sent twice twice: noticed by test/queues/quorum/fifo.test.ts: are taken once\ntakes what comes behind a gap: noticed by test/queues/quorum/fifo.test.ts: are taken once',
  'QQ-12':
    'sends nothing again to the next leader: noticed by test/queues/quorum/elections.test.ts: replaces a killed leader within a second',
  'QQ-13':
    'takes a publish behind a gap for stored: noticed by test/queues/quorum/channels.test.ts: is not sent again while fewer than 32',
  'QQ-14':
    'never counts a channel as slow: noticed by test/queues/quorum/channels.test.ts: is sent again ten seconds after',
  'QQ-15':
    'lets publishers go on as soon as there is room for one: noticed by test/queues/quorum/fifo.test.ts: until it is down to four fifths',
  'QQ-16':
    'has every member publish what died: noticed by test/queues/quorum/dead-letter-worker.test.ts: is sent once, by the leader alone',
  'QQ-17':
    'takes a delivery that comes twice twice: noticed by test/queues/quorum/consumption.test.ts: that comes twice is taken once\ndoes not ask for deliveries that got lost: noticed by test/queues/quorum/consumption.test.ts: what got lost is asked for',
  'QQ-20':
    'leaves with a suspected consumer what it held: noticed by test/queues/quorum/fifo.test.ts: of a lost node lose what they hold\nnever counts on a suspected consumer again: noticed by test/queues/quorum/fifo.test.ts: of a lost node lose what they hold',
  'QQ-21':
    'settles for a consumer what was taken from it: noticed by test/queues/quorum/fifo.test.ts: of a lost node lose what they hold',
  'QQ-22': 'counts no returns: noticed by test/queues/quorum/fifo.test.ts: go to the front, or to the back',
  'QQ-23':
    'puts back to the end what belongs to the front: noticed by test/queues/quorum/fifo.test.ts: go to the front, or to the back\nputs to the front what a consumer refused, without a limit: noticed by test/queues/quorum/channels.test.ts: gets a message that it refuses again at the back',
  'QQ-24':
    'gives up one return too early: noticed by test/queues/quorum/fifo.test.ts: are given up when they have come back too often',
  'QQ-25':
    'settles a dead letter that it has only sent: noticed by test/queues/quorum/dead-letter-worker.test.ts: whose target is missing stays\nsettles a dead letter with the first of several confirms: noticed by test/queues/quorum/dead-letter-worker.test.ts: that every queue but one has taken\ntakes a refusal for a confirm: noticed by test/queues/quorum/dead-letter-worker.test.ts: a full target takes one at the first timer\nsends everything again when the timer fires, whenever it was sent: noticed by test/queues/quorum/dead-letter-worker.test.ts: a full target takes one at the first timer\ntries again after one minute: noticed by test/queues/quorum/dead-letter-worker.test.ts: an exchange that comes later\nwaits for its timer although the settings have changed: noticed by test/queues/quorum/dead-letter-worker.test.ts: any policy that comes to apply\ndrops a dead letter that would go round: noticed by test/queues/quorum/dead-letter-worker.test.ts: that would go round for ever\ngives the next worker nothing of what the last one held: noticed by test/queues/quorum/dead-letters.test.ts: goes to the next worker anew\nhas no worker beside the next leader: noticed by test/queues/quorum/dead-letter-worker.test.ts: of the next leader sends again\ndoes not count what it keeps against the limits: noticed by test/queues/quorum/dead-letters.test.ts: counts against the limits\ngives the worker more than it asked for: noticed by test/queues/quorum/dead-letters.test.ts: as many at a time as it asked for\nkeeps dead letters although the queue drops its head when full: noticed by test/queues/quorum/dead-letters.test.ts: without any of them it sends them once\nforgets the place in the log of what it keeps: noticed by test/queues/quorum/dead-letters.test.ts: needs its place in the log',
  'QQ-26':
    'sets no limit where none was asked for: noticed by test/queues/quorum/channels.test.ts: without a limit of its own gets 2000\nserves the lowest priority first: noticed by test/queues/quorum/fifo.test.ts: are served in turn, by priority',
  'QQ-27':
    'begins with an empty log after a restart: noticed by test/queues/quorum/durability.test.ts: survives the power cut of all nodes\nbegins with the settings of the day after a restart: noticed by test/queues/quorum/durability.test.ts: has the settings of its log',
};
