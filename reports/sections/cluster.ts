/** The cluster as it stood at the end: what each node says of itself and of the others, and each queue; where nodes disagree, who says what. */
import type { QueueAtEnd } from '../../sim/ledger/result.ts';
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { formatCount } from '../page/format.ts';
import { type Content, type Html, html } from '../page/markup.ts';
import { inNodeOrder } from '../page/node-order.ts';
import { dataTable } from '../page/table.ts';

const NOBODY = 'none';

/** Nodes, queues and disagreements at the end. */
export function clusterSection(report: RunReport): Html {
  const { result } = report;
  const nodes = Object.keys(result.nodes);
  const views = Object.entries(result.views).flatMap(([node, queues]) =>
    Object.entries(queues).map(([queue, view]): readonly Content[] => [node, queue, view.master ?? NOBODY]),
  );
  return html`<section id="cluster" data-views="overview cluster">
    <h2>The cluster at the end</h2>
    ${dataTable(
      'Nodes',
      ['node', 'state', 'partitions', 'members, as it has them', 'running, as it sees them'],
      Object.entries(result.nodes).map(([node, { state, partitions }]) => [
        html`<b>${node}</b>`,
        html`<span class="state state-${state}">${state}</span>`,
        list(partitions),
        list(inNodeOrder(result.members[node] ?? [], nodes)),
        list(inNodeOrder(result.running[node] ?? [], nodes)),
      ]),
    )}
    ${dataTable(
      'Queues',
      [
        'queue',
        'type',
        'state',
        'leader',
        'mirrors or members',
        'synchronised or online',
        'ready',
        'unacknowledged',
      ],
      Object.entries(result.queues).map(([name, queue]) => [
        html`<code>${name}</code>`,
        queue.type,
        state(queue),
        ...replicas(queue, nodes),
        formatCount(queue.messages_ready),
        formatCount(queue.messages_unacknowledged),
      ]),
    )}
    ${views.length > 0 && dataTable('Where nodes disagree', ['node', 'queue', 'leader, as it has it'], views)}
  </section>`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? NOBODY : names.join(', ');
}

function state(queue: QueueAtEnd): Content {
  const kept = queue.type === 'quorum' ? (queue.messages_dlx ?? 0) : 0;
  if (kept > 0) return `${queue.state}, keeps ${formatCount(kept)} dead letters`;
  return queue.state === 'running' ? queue.state : html`<b class="bad">${queue.state}</b>`;
}

function replicas(queue: QueueAtEnd, nodes: readonly string[]): readonly Content[] {
  const [leader, all, good] =
    queue.type === 'classic'
      ? [queue.master, queue.mirrors, queue.synchronised_mirrors]
      : [queue.leader, queue.members, queue.online];
  return [leader ?? NOBODY, list(inNodeOrder(all, nodes)), list(inNodeOrder(good, nodes))];
}
