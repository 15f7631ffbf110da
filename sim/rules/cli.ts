// CLI: what client libraries and a load balancer do, as an application sees it.

import type { RuleData } from './chapters.ts';

export const cli: Readonly<Record<string, RuleData>> = {
  'CLI-1': {
    title: 'Connecting',
    statement:
      'A Java client tries its addresses in random order, and a first attempt that fails everywhere is not repeated.',
    source: 'Java client ConnectionFactory',
    confidence: 'documented',
  },
  'CLI-2': {
    title: 'Negotiation',
    statement:
      'Client and server settle on the smaller value of heartbeat, frame size and channel count, zero standing for no limit.',
    source: 'Java client AMQConnection.start',
    confidence: 'documented',
  },
  'CLI-3': {
    title: 'Client-side heartbeats',
    statement:
      'A client takes its server for dead after about two and a quarter intervals of silence; writes before that seem to succeed.',
    source: 'Java client AMQConnection, HeartbeatSender',
    confidence: 'documented',
  },
  'CLI-4': {
    title: 'Automatic recovery',
    statement:
      "After losing a connection the Java client waits 5 s, tries all addresses, and repeats for ever; errors of a channel and the application's own close are not recovered.",
    source: 'Java client AutorecoveringConnection',
    confidence: 'documented',
  },
  'CLI-5': {
    title: 'Topology recovery',
    statement:
      'Channels, exchanges, queues, bindings and consumers declared on the old connection are declared again on the new one; a failure is reported and the rest goes on.',
    source: 'Java client AutorecoveringConnection.recoverTopology',
    confidence: 'documented',
  },
  'CLI-6': {
    title: 'What recovery leaves to the application',
    statement:
      'Unconfirmed publishes are not repeated, numbering starts over, old tags are dropped, and a channel closed by an error stays closed.',
    source: 'Java client API guide',
    confidence: 'documented',
  },
  'CLI-7': {
    title: 'Cancel notifications need a handler',
    statement:
      'The client asks for them, but its default consumer ignores them and simply receives nothing more.',
    source: 'Java client DefaultConsumer',
    confidence: 'documented',
  },
  'CLI-8': {
    title: 'Blocked connections',
    statement:
      "An application can be told of an alarm; otherwise its publishes hang once the socket's buffer is full.",
    source: 'Java client BlockedListener',
    confidence: 'documented',
  },
  'CLI-9': {
    title: 'Waiting for confirms',
    statement:
      'Without a timeout a publisher waits for ever on a confirm that never comes; a nack makes the wait return false.',
    source: 'Java client Channel',
    confidence: 'documented',
  },
  'CLI-10': {
    title: "Spring's listener containers",
    statement:
      'They ack after the listener returned and requeue on an exception, with 250 messages prefetched, so that a failing message comes round and round.',
    source: 'Spring AMQP SimpleMessageListenerContainer',
    confidence: 'documented',
  },
  'CLI-11': {
    title: 'Spring restarts consumers',
    statement:
      'A container starts its consumer again 5 s after any failure; a queue missing through three declarations stops a simple container for good.',
    source: 'Spring AMQP reference',
    confidence: 'documented',
  },
  'CLI-12': {
    title: "Spring's template",
    statement: 'It publishes persistent messages over cached channels without confirms or retries.',
    source: 'Spring AMQP CachingConnectionFactory',
    confidence: 'documented',
  },
  'CLI-13': {
    title: "Spring's shutdown",
    statement: 'Running listeners get 5 s to finish; what they leave is requeued.',
    source: 'Spring AMQP',
    confidence: 'documented',
  },
  'CLI-14': {
    title: 'HAProxy balances connections, not messages',
    statement:
      'New connections go round the servers that are up and stay where they are, so a returning node has none.',
    source: 'HAProxy configuration manual',
    confidence: 'documented',
  },
  'CLI-15': {
    title: 'Health checks',
    statement: 'A server is down after three failed checks in a row and up after two good ones.',
    source: 'HAProxy configuration manual',
    confidence: 'documented',
  },
  'CLI-16': {
    title: 'An open port says little',
    statement:
      'Minority nodes, alarmed nodes and isolated nodes before detection pass a TCP check; paused, stopped and booting ones fail it.',
    source: 'CLU-15, PAR-6',
    confidence: 'inferred',
  },
  'CLI-17': {
    title: 'Connections to a server marked down',
    statement: 'They are kept unless configured otherwise, and hang if that node fell silent.',
    source: 'HAProxy manual',
    confidence: 'documented',
  },
  'CLI-18': {
    title: 'Idle timeouts of the proxy',
    statement: "A timeout as short as the heartbeat's sending interval cuts idle connections at random.",
    source: 'HAProxy manual',
    confidence: 'documented',
  },
  'CLI-19': {
    title: 'A reliable publisher',
    statement:
      'It keeps each publish until it is acked and repeats it otherwise, so everything arrives at least once, sometimes twice.',
    source: 'BRK-10, BRK-42',
    confidence: 'documented',
  },
  'CLI-20': {
    title: 'An idempotent consumer',
    statement:
      'It remembers ids rather than trusting the redelivered flag, which is wrong in both directions.',
    source: 'composition',
    confidence: 'documented',
  },
  'CLI-21': {
    title: 'What the outside can observe',
    statement:
      'Publishes with their outcome, deliveries with flag and tag, processing, and acks: loss and duplication are defined on these events alone.',
    source: 'composition',
    confidence: 'inferred',
  },
};
