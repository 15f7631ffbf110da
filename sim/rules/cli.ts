// CLI: what client libraries and a load balancer do, as an application sees it.

import type { RuleData } from './chapters.ts';

export const cli: Readonly<Record<string, RuleData>> = {
  'CLI-1': {
    title: 'Connecting',
    statement: 'Connecting.',
    source: 'Java client ConnectionFactory',
    confidence: 'documented',
  },
  'CLI-2': {
    title: 'Negotiation',
    statement: 'Negotiation.',
    source: 'Java client AMQConnection.start',
    confidence: 'documented',
  },
  'CLI-3': {
    title: 'Client-side heartbeat',
    statement: 'Client-side heartbeat.',
    source: 'Java client AMQConnection, HeartbeatSender',
    confidence: 'documented',
  },
  'CLI-4': {
    title: 'Automatic recovery',
    statement: 'Automatic recovery.',
    source: 'Java client AutorecoveringConnection',
    confidence: 'documented',
  },
  'CLI-5': {
    title: 'Topology recovery',
    statement: 'Topology recovery.',
    source: 'Java client AutorecoveringConnection.recoverTopology',
    confidence: 'documented',
  },
  'CLI-6': {
    title: 'What recovery does not do',
    statement: 'What recovery does not do.',
    source: 'Java client API guide',
    confidence: 'documented',
  },
  'CLI-7': {
    title: 'Cancel notifications',
    statement: 'Cancel notifications.',
    source: 'Java client DefaultConsumer',
    confidence: 'documented',
  },
  'CLI-8': {
    title: 'Blocked connections',
    statement: 'Blocked connections.',
    source: 'Java client BlockedListener',
    confidence: 'documented',
  },
  'CLI-9': {
    title: 'Waiting for confirms',
    statement: 'Waiting for confirms.',
    source: 'Java client Channel',
    confidence: 'documented',
  },
  'CLI-10': {
    title: 'Listener containers',
    statement: 'Listener containers.',
    source: 'Spring AMQP SimpleMessageListenerContainer',
    confidence: 'documented',
  },
  'CLI-11': {
    title: 'Restart of a consumer',
    statement: 'Restart of a consumer.',
    source: 'Spring AMQP reference',
    confidence: 'documented',
  },
  'CLI-12': {
    title: 'Template and connections',
    statement: 'Template and connections.',
    source: 'Spring AMQP CachingConnectionFactory',
    confidence: 'documented',
  },
  'CLI-13': {
    title: 'Shutdown',
    statement: 'Shutdown.',
    source: 'Spring AMQP',
    confidence: 'documented',
  },
  'CLI-14': {
    title: 'Balancing',
    statement: 'Balancing.',
    source: 'HAProxy configuration manual',
    confidence: 'documented',
  },
  'CLI-15': {
    title: 'Health checks',
    statement: 'Health checks.',
    source: 'HAProxy configuration manual',
    confidence: 'documented',
  },
  'CLI-16': {
    title: 'What a TCP check cannot see',
    statement: 'What a TCP check cannot see.',
    source: 'CLU-15, PAR-6',
    confidence: 'inferred',
  },
  'CLI-17': {
    title: 'Established connections of a server marked down',
    statement: 'Established connections of a server marked down.',
    source: 'HAProxy manual',
    confidence: 'documented',
  },
  'CLI-18': {
    title: 'Idle timeouts',
    statement: 'Idle timeouts.',
    source: 'HAProxy manual',
    confidence: 'documented',
  },
  'CLI-19': {
    title: 'Reliable publisher',
    statement: 'Reliable publisher.',
    source: 'BRK-10, BRK-42',
    confidence: 'documented',
  },
  'CLI-20': {
    title: 'Idempotent consumer',
    statement: 'Idempotent consumer.',
    source: 'composition',
    confidence: 'documented',
  },
  'CLI-21': {
    title: 'Observable client contract for the simulator',
    statement: 'Observable client contract for the simulator.',
    source: 'composition',
    confidence: 'inferred',
  },
};
