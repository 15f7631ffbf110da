/**
 * The cluster as each node believed it to be at a chosen moment: a card a node, the nodes that believe in the same cluster together, so that
 * in a split its sides stand beside one another; and what happened just before and after.
 */
import type { NodeView, QueueView } from '../../sim/ledger/run-report.ts';
import { formatTime } from '../page/format.ts';
import { inNodeOrder } from '../page/node-order.ts';
import type { PageData } from '../page-data.ts';
import { byId, element, fill } from './dom.ts';
import { detailsText, eventAt, firstAt } from './events.ts';
import { momentFragment } from './place.ts';
import { disputedQueues, sidesOf } from './sides.ts';

/** Queues listed on a card, disputed ones first. */
const QUEUES_MAX = 40;
/** Events listed before and after the moment. */
const EVENTS_AROUND = 6;

export class ClusterView {
  private readonly data: PageData;
  private readonly slider: HTMLInputElement;
  private readonly seconds: HTMLInputElement;
  private readonly state = element('p', { class: 'lead', 'aria-live': 'polite' });
  private readonly sides = element('div', { class: 'sides' });
  private readonly around = element('div', { class: 'scroll' });
  private index = 0;

  constructor(data: PageData) {
    this.data = data;
    const last = Math.max(0, data.moments.rows.length - 1);
    this.slider = element('input', {
      type: 'range',
      min: 0,
      max: last,
      'aria-label': 'Change of the cluster',
    });
    this.seconds = element('input', {
      type: 'number',
      min: 0,
      max: data.endUs / 1_000_000,
      step: 'any',
      'aria-label': 'Time in seconds',
    });
    const step = (label: string, by: number): HTMLButtonElement => {
      const button = element('button', { type: 'button' }, label);
      button.addEventListener('click', () => this.goTo(this.index + by));
      return button;
    };
    this.slider.addEventListener('input', () => this.goTo(Number(this.slider.value)));
    this.seconds.addEventListener('change', () => {
      const us = Math.round(Number(this.seconds.value) * 1_000_000);
      if (us >= 0) location.hash = momentFragment(us, 'cluster');
    });
    const { total, rows } = data.moments;
    fill(
      byId('cluster-views'),
      element('h2', {}, 'What each node believed'),
      element(
        'div',
        { class: 'controls' },
        element('label', {}, 'at ', this.seconds, ' s'),
        step('◀ change before', -1),
        step('next change ▶', 1),
        this.slider,
      ),
      this.state,
      total > rows.length &&
        element(
          'p',
          { class: 'cut' },
          `${rows.length} of ${total} changes are kept: those that lasted longest.`,
        ),
      this.sides,
      element('h3', {}, 'Around this moment'),
      this.around,
    );
  }

  /** Shows the moment. */
  show(us: number): void {
    const { rows } = this.data.moments;
    const index = rows.findLastIndex(([timeUs = 0]) => timeUs <= us);
    this.index = Math.max(0, index);
    this.slider.value = String(this.index);
    this.seconds.value = String(us / 1_000_000);
    const since = rows[this.index]?.[0] ?? 0;
    const views = this.viewsAt(this.index);
    const disputed = disputedQueues(views);
    const sides = sidesOf(views);
    const apart = sides.filter(({ isSplit }) => isSplit).length;
    const word =
      apart > 1
        ? `The cluster is split: its nodes believe in ${apart} different ones`
        : sides.filter(({ running }) => running !== null).length > 1
          ? 'Each cluster is whole'
          : 'All nodes that run believe in one cluster';
    this.state.textContent = `${formatTime(us)}, as it was since ${formatTime(since)} (change ${this.index + 1} of ${rows.length}). ${word}${disputed.size > 0 ? `, and disagree about ${[...disputed].slice(0, 5).join(', ')}` : ''}.`;
    fill(
      this.sides,
      ...sides.map(({ nodes, running, isSplit }, nth) =>
        element(
          'div',
          { class: isSplit ? 'side apart' : 'side' },
          element(
            'h3',
            {},
            running === null
              ? 'Not running'
              : isSplit
                ? `Side ${nth + 1}: for ${nodes.join(', ')} the cluster is ${running.join(', ')}`
                : `The cluster is ${running.join(', ')}`,
          ),
          element(
            'div',
            { class: 'cards' },
            ...nodes.map((node) => card(node, views.get(node)!, disputed, this.data.moments.nodes)),
          ),
        ),
      ),
    );
    this.listEvents(us);
  }

  private goTo(index: number): void {
    const row = this.data.moments.rows[Math.max(0, Math.min(index, this.data.moments.rows.length - 1))];
    if (row?.[0] !== undefined) location.hash = momentFragment(row[0], 'cluster');
  }

  private viewsAt(index: number): ReadonlyMap<string, NodeView> {
    const { nodes, views, rows } = this.data.moments;
    const [, ...numbers] = rows[index] ?? [];
    return new Map(
      nodes.flatMap((node, nth) => {
        const view = views[numbers[nth] ?? -1];
        return view === undefined ? [] : [[node, view] as const];
      }),
    );
  }

  private listEvents(us: number): void {
    const { events } = this.data;
    const at = firstAt(events, us);
    const from = Math.max(0, at - EVENTS_AROUND);
    const rows: HTMLElement[] = [];
    for (let index = from; index < Math.min(events.rows.length, at + EVENTS_AROUND); index += 1) {
      const event = eventAt(events, index);
      const { timeUs, record, place, queue } = event;
      rows.push(
        element(
          'tr',
          { class: timeUs === us && 'now' },
          element('td', { class: 'n' }, element('a', { href: momentFragment(timeUs) }, formatTime(timeUs))),
          element('td', {}, element('code', {}, record)),
          element('td', {}, place),
          element('td', {}, queue),
          element('td', {}, detailsText(event)),
        ),
      );
    }
    const head = ['time', 'event', 'where', 'queue', 'detail'].map((cell) =>
      element('th', { scope: 'col' }, cell),
    );
    fill(
      this.around,
      rows.length === 0
        ? element('p', {}, 'Nothing happened in the cluster.')
        : element(
            'table',
            { class: 'events' },
            element('thead', {}, element('tr', {}, ...head)),
            element('tbody', {}, ...rows),
          ),
    );
  }
}

function card(
  node: string,
  view: NodeView,
  disputed: ReadonlySet<string>,
  nodes: readonly string[],
): HTMLElement {
  const { state, partitions, members, running, queues } = view;
  const names = (of: readonly string[] | null): string =>
    of === null ? 'cannot say' : inNodeOrder(of, nodes).join(', ');
  const queueNames = Object.keys(queues).toSorted(
    (a, b) => Number(disputed.has(b)) - Number(disputed.has(a)),
  );
  const shown = queueNames.slice(0, QUEUES_MAX);
  const pair = (name: string, value: string, bad = false): HTMLElement =>
    element('div', {}, element('dt', {}, name), element('dd', { class: bad && 'bad' }, value));
  return element(
    'article',
    { class: 'card' },
    element(
      'h4',
      {},
      element('bdi', {}, node),
      ' ',
      element('span', { class: `state state-${state}` }, state),
    ),
    element(
      'dl',
      {},
      pair('members', names(members)),
      pair('running', names(running)),
      pair(
        'partitioned from',
        partitions.length === 0 ? 'none' : `⚠ ${partitions.join(', ')}`,
        partitions.length > 0,
      ),
    ),
    shown.length > 0 &&
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ...['queue', 'state', 'leader', 'replicas'].map((cell) => element('th', { scope: 'col' }, cell)),
          ),
        ),
        element(
          'tbody',
          {},
          ...shown.map((queue) => queueRow(queue, queues[queue]!, disputed.has(queue), nodes)),
        ),
      ),
    queueNames.length > shown.length &&
      element(
        'p',
        { class: 'cut' },
        `${queueNames.length - shown.length} more queues, about which nobody disagrees.`,
      ),
  );
}

function queueRow(
  name: string,
  { state, leader, replicas, inSync }: QueueView,
  disputed: boolean,
  nodes: readonly string[],
): HTMLElement {
  const marks = inNodeOrder(replicas, nodes).flatMap((node, nth) => [
    nth > 0 && element('br'),
    element(
      'span',
      { class: !inSync.includes(node) && 'bad' },
      `${inSync.includes(node) ? '✓' : '✗'} ${node}`,
    ),
  ]);
  return element(
    'tr',
    { class: disputed && 'disputed' },
    element(
      'td',
      {},
      disputed && element('b', { title: 'nodes disagree about this queue' }, '≠ '),
      element('code', {}, name),
    ),
    element('td', {}, element('span', { class: `state state-${state}` }, state)),
    element('td', {}, leader ?? 'none'),
    element('td', {}, ...marks),
  );
}
