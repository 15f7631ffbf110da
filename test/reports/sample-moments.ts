/** What the nodes of the sample believed: one cluster at first, two while the cut lasts, one of which is told of by rabbit1 alone. */
import type { ClusterMoment, EventRows, NodeView, QueueView } from '../../sim/ledger/run-report.ts';

const NODES = ['rabbit1', 'rabbit2', 'rabbit3'];

function queue(leader: string, replicas: readonly string[]): QueueView {
  return { type: 'classic', state: 'running', leader, replicas, inSync: replicas };
}

function view(running: readonly string[], leader: string, partitions: readonly string[] = []): NodeView {
  const replicas = running.filter((node) => node !== leader);
  return {
    state: 'running',
    partitions,
    members: NODES,
    running,
    queues: { 'ha.q': queue(leader, replicas) },
  };
}

const STOPPED: NodeView = { state: 'stopped', partitions: [], members: null, running: null, queues: {} };

/** Three moments: whole, split, and with rabbit3 restarting. */
export function clusterMoments(): ClusterMoment[] {
  const whole = view(NODES, 'rabbit1');
  const others = view(['rabbit2', 'rabbit3'], 'rabbit2');
  return [
    { timeUs: 0, nodes: { rabbit1: whole, rabbit2: whole, rabbit3: whole } },
    {
      timeUs: 13_918_000,
      nodes: { rabbit1: view(['rabbit1'], 'rabbit1'), rabbit2: others, rabbit3: others },
    },
    {
      timeUs: 29_913_000,
      nodes: {
        rabbit1: view(['rabbit1', 'rabbit2'], 'rabbit1', ['rabbit3']),
        rabbit2: view(['rabbit1', 'rabbit2'], 'rabbit2', ['rabbit1']),
        rabbit3: STOPPED,
      },
    },
  ];
}

/** A few events of the sample, as rows. */
export function sampleEvents(): EventRows {
  const name = (field: string) => ({ name: field, type: 'name' as const });
  return {
    kinds: [
      { record: 'nodedown', fields: [name('node'), name('peer'), name('reason')] },
      {
        record: 'queue_promoted',
        fields: [name('queue'), name('node'), { name: 'synchronised', type: 'flag' }],
      },
    ],
    names: ['rabbit1', 'rabbit2', 'rabbit3', 'net_tick_timeout', 'ha.q'],
    rows: [
      [13_091_000, 0, 0, 2, 3],
      [13_912_000, 0, 1, 0, 3],
      [13_913_000, 1, 4, 1, 1],
      [30_632_000, 1, 4, 2, 0],
    ],
    total: 4,
  };
}
