/**
 * All events on one time axis, to zoom into and to move along, narrowed to a place, a queue, a kind; what is in the window stands in a table
 * as well. Where a reader is in time stands in the address, so that a window can be sent to somebody.
 */
import { formatCount, formatTime } from '../page/format.ts';
import type { Flow } from '../data/flow.ts';
import type { PageData } from '../page-data.ts';
import { byId, element, fill, shape } from './dom.ts';
import { CLASSES, EventIndex, type IndexedEvent, type IndexedKind } from './event-index.ts';
import { detailsText, eventAt } from './events.ts';
import { classShape, drawChart, GUTTER, PLOT } from './explorer-chart.ts';
import { nameOf } from './life.ts';
import { messageFragment, momentFragment } from './place.ts';
import { type Mark, windowOf } from './window.ts';

const LISTED_MAX = 200;
const LANES_MAX = 40;
/** The lane of what happens at no place in particular, faults above all. */
const NOWHERE = '(the experiment)';
const NARROWEST_US = 100;
/** Around a moment that a link names. */
const AROUND_US = 1_000_000;

const LANES_BY = [
  ['place', 'node or client'],
  ['queue', 'queue'],
  ['record', 'kind'],
] as const;
type Facet = (typeof LANES_BY)[number][0];

export class ExplorerView {
  private readonly data: PageData;
  private readonly flow: Flow;
  private readonly index: EventIndex;
  private readonly svg = shape('svg', { class: 'explorer-chart', width: '100%', role: 'img' });
  private readonly box = element('div', {
    class: 'explorer-box',
    tabindex: 0,
    role: 'group',
    'aria-label': 'Events on a time axis. Arrow keys move, plus and minus zoom, 0 shows all.',
  });
  private readonly state = element('p', { class: 'lead', 'aria-live': 'polite' });
  private readonly table = element('div', { class: 'scroll' });
  private readonly lanesBy: HTMLSelectElement;
  private readonly facets: ReadonlyMap<Facet, HTMLSelectElement>;
  private readonly classes: readonly HTMLInputElement[];
  private fromUs = 0;
  private toUs: number;
  private momentUs: number | null = null;

  constructor(data: PageData, flow: Flow) {
    this.data = data;
    this.flow = flow;
    this.index = new EventIndex(data.events, flow, data.endUs);
    this.toUs = this.index.endUs;
    this.lanesBy = element(
      'select',
      { 'aria-label': 'Lanes' },
      ...LANES_BY.map(([facet, name]) => element('option', { value: facet }, name)),
    );
    this.facets = new Map(LANES_BY.map(([facet, name]) => [facet, this.facetSelect(facet, name)]));
    this.classes = CLASSES.map((name) => element('input', { type: 'checkbox', value: name, checked: true }));
    for (const control of [this.lanesBy, ...this.facets.values(), ...this.classes])
      control.addEventListener('change', () => this.draw());
    this.listen();
    this.box.append(this.svg);
    const button = (label: string, title: string, act: () => void): HTMLElement => {
      const made = element('button', { type: 'button', title }, label);
      made.addEventListener('click', act);
      return made;
    };
    fill(
      byId('explorer'),
      element('h2', {}, 'Every event'),
      element('p', { class: 'lead' }, this.holds()),
      element(
        'div',
        { class: 'controls' },
        button('+', 'zoom in', () => this.zoom(0.5)),
        button('−', 'zoom out', () => this.zoom(2)),
        button('◀', 'earlier', () => this.move(-0.5)),
        button('▶', 'later', () => this.move(0.5)),
        button('all', 'the whole run', () => this.goTo(0, this.index.endUs)),
        element('label', {}, 'lanes ', this.lanesBy),
        ...LANES_BY.map(([facet, name]) => element('label', {}, `${name} `, this.facets.get(facet))),
      ),
      element(
        'fieldset',
        { class: 'classes' },
        element('legend', { class: 'unseen' }, 'Sorts of events'),
        ...CLASSES.map((name, nth) => element('label', {}, this.classes[nth], classShape(nth), name)),
      ),
      this.box,
      this.state,
      this.table,
    );
  }

  /** Shows the window that the address names, or one around a moment, or the one that was there. */
  show(momentUs: number | null, more: ReadonlyMap<string, string>): void {
    this.momentUs = momentUs;
    for (const [facet, select] of this.facets) {
      const wanted = more.get(facet);
      if (wanted !== undefined && [...select.options].some(({ value }) => value === wanted))
        select.value = wanted;
    }
    const lanes = more.get('lanes');
    if (LANES_BY.some(([facet]) => facet === lanes)) this.lanesBy.value = lanes!;
    const from = Number(more.get('from') ?? Number.NaN) * 1_000_000;
    const to = Number(more.get('to') ?? Number.NaN) * 1_000_000;
    if (from >= 0 && to > from) this.setWindow(from, to);
    else if (momentUs !== null && (momentUs < this.fromUs || momentUs > this.toUs || this.isWhole()))
      this.setWindow(momentUs - AROUND_US, momentUs + AROUND_US);
    this.draw();
  }

  private holds(): string {
    const { flow, data } = this;
    const { rows, total } = data.events;
    const left =
      total > rows.length
        ? ` The first ${formatCount(rows.length)} of ${formatCount(total)} events of the cluster are held.`
        : '';
    const sample =
      flow.oneOf > 1
        ? ` Of steps of messages without harm there are those of one message in ${formatCount(flow.oneOf)}: the run had too many for a page.`
        : '';
    return `${formatCount(this.index.total)} events: what was done to the cluster and happened in it, and each step of its messages.${left}${sample}`;
  }

  private facetSelect(facet: Facet, name: string): HTMLSelectElement {
    const values = [...new Set(this.index.kinds.map((kind) => kind[facet]))]
      .filter((value) => value !== '')
      .toSorted();
    return element(
      'select',
      { 'aria-label': name },
      element('option', { value: '' }, 'all'),
      ...values.map((value) => element('option', { value }, value)),
    );
  }

  private isWhole(): boolean {
    return this.fromUs === 0 && this.toUs === this.index.endUs;
  }

  private setWindow(fromUs: number, toUs: number): void {
    const { endUs } = this.index;
    const span = Math.min(endUs, Math.max(NARROWEST_US, toUs - fromUs));
    const from = Math.max(
      0,
      Math.min(endUs - span, toUs - fromUs < NARROWEST_US ? (fromUs + toUs - span) / 2 : fromUs),
    );
    this.fromUs = Math.round(from);
    this.toUs = Math.round(from + span);
  }

  private goTo(fromUs: number, toUs: number): void {
    this.setWindow(fromUs, toUs);
    this.draw();
  }

  /** `around` stays where it is; the middle, if nothing is said. */
  private zoom(by: number, around = (this.fromUs + this.toUs) / 2): void {
    this.goTo(around - (around - this.fromUs) * by, around + (this.toUs - around) * by);
  }

  private move(by: number): void {
    const us = (this.toUs - this.fromUs) * by;
    this.goTo(this.fromUs + us, this.toUs + us);
  }

  private timeAt(clientX: number): number {
    const { left, width } = this.svg.getBoundingClientRect();
    const share = ((clientX - left) / width) * (GUTTER + PLOT + 10) - GUTTER;
    return this.fromUs + (share / PLOT) * (this.toUs - this.fromUs);
  }

  private listen(): void {
    const { box } = this;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.move(-0.2),
      ArrowRight: () => this.move(0.2),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      '0': () => this.goTo(0, this.index.endUs),
    };
    box.addEventListener('keydown', (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
    // Without a key the wheel scrolls the page, as everywhere else, unless the chart was chosen by a click or the keyboard.
    box.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && document.activeElement !== box) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(event.clientX));
      },
      { passive: false },
    );
    let grabbed: { readonly x: number; readonly fromUs: number; readonly toUs: number } | null = null;
    box.addEventListener('pointerdown', (event) => {
      // A finger scrolls.
      if (event.pointerType !== 'mouse') return;
      grabbed = { x: event.clientX, fromUs: this.fromUs, toUs: this.toUs };
      box.setPointerCapture(event.pointerId);
    });
    box.addEventListener('pointermove', (event) => {
      if (grabbed === null) return;
      const { width } = this.svg.getBoundingClientRect();
      const us =
        ((grabbed.x - event.clientX) / width) *
        ((GUTTER + PLOT + 10) / PLOT) *
        (grabbed.toUs - grabbed.fromUs);
      this.goTo(grabbed.fromUs + us, grabbed.toUs + us);
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      box.addEventListener(end, () => (grabbed = null));
  }

  private draw(): void {
    const { index, fromUs, toUs } = this;
    const wanted = [...this.facets].filter(([, { value }]) => value !== '');
    const classes = new Set(this.classes.filter(({ checked }) => checked).map(({ value }) => value));
    const passes = Uint8Array.from(index.kinds, (kind) =>
      Number(classes.has(kind.eventClass) && wanted.every(([facet, { value }]) => kind[facet] === value)),
    );
    const facet = LANES_BY.find(([name]) => name === this.lanesBy.value)?.[0] ?? 'place';
    const { names, laneOf } = this.lanes(facet, passes);
    const window = windowOf(index, fromUs, toUs, passes, laneOf, names.length);
    drawChart(this.svg, {
      window,
      lanes: names,
      momentUs: this.momentUs,
      words: (mark) => this.wordsOfMark(mark),
    });
    const { total, marks, most } = window;
    const drawn =
      most > 1
        ? `, drawn as ${formatCount(marks.length)} marks that stand for up to ${formatCount(most)}`
        : '';
    this.state.textContent = `${formatCount(total)} events from ${formatTime(fromUs)} to ${formatTime(toUs)}${drawn}.`;
    this.list(index.first(fromUs, toUs, passes, LISTED_MAX), total);
    const parts = [`view=explorer&from=${fromUs / 1_000_000}&to=${toUs / 1_000_000}`];
    if (facet !== 'place') parts.push(`lanes=${facet}`);
    for (const [name, { value }] of wanted) parts.push(`${name}=${encodeURIComponent(value)}`);
    history.replaceState(null, '', `#${parts.join('&')}`);
  }

  /** A lane for each value that passes, nodes in the scenario's order first; what is too many shares the last one. */
  private lanes(
    facet: Facet,
    passes: Uint8Array,
  ): { readonly names: readonly string[]; readonly laneOf: Int32Array } {
    const { kinds } = this.index;
    const laneName = (kind: IndexedKind): string => (kind[facet] === '' ? NOWHERE : kind[facet]);
    const found = new Set(kinds.filter((_, nth) => passes[nth] === 1).map(laneName));
    const first = [NOWHERE, ...(facet === 'place' ? this.data.moments.nodes : [])].filter((name) =>
      found.has(name),
    );
    const rest = [...found].filter((name) => !first.includes(name)).toSorted();
    const names = [...first, ...rest];
    const shown =
      names.length > LANES_MAX
        ? [...names.slice(0, LANES_MAX - 1), `${names.length - LANES_MAX + 1} more`]
        : names;
    const lanes = new Map(names.map((name, lane) => [name, Math.min(lane, shown.length - 1)]));
    return { names: shown, laneOf: Int32Array.from(kinds, (kind) => lanes.get(laneName(kind)) ?? 0) };
  }

  private wordsOfMark({ count, kind, source, fromUs, toUs, eventClass }: Mark): string {
    if (count > 1 || kind === -1)
      return `${formatCount(count)} × ${CLASSES[eventClass]}, ${formatTime(Math.round(fromUs))} to ${formatTime(Math.round(toUs))}`;
    const { what, who } = this.words({ timeUs: fromUs, kind, source });
    return `${formatTime(Math.round(fromUs))} ${who}: ${what}`;
  }

  private words({ kind, source }: IndexedEvent): { readonly what: string; readonly who: string } {
    if (source < 0) {
      const event = eventAt(this.data.events, -1 - source);
      const { record } = event;
      const pairs = detailsText(event);
      return {
        what: `${record.replaceAll('_', ' ')}${pairs === '' ? '' : `: ${pairs}`}`,
        who: this.index.kinds[kind]?.place ?? '',
      };
    }
    const { node, process, what } = this.flow.kinds[kind]!;
    return {
      what: `${nameOf(this.flow, source)}: ${process === node ? '' : `${process} `}${what}`,
      who: node,
    };
  }

  private list(events: readonly IndexedEvent[], total: number): void {
    const head = ['time', 'where', 'queue', 'what', 'message'].map((cell) =>
      element('th', { scope: 'col' }, cell),
    );
    const caption =
      total > events.length
        ? `The first ${events.length} of ${formatCount(total)} events of this window`
        : 'The events of this window';
    fill(
      this.table,
      element(
        'table',
        { class: 'events' },
        element('caption', {}, caption),
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...events.map((event) => this.row(event))),
      ),
    );
  }

  private row(event: IndexedEvent): HTMLElement {
    const { timeUs, kind, source } = event;
    const { what, who } = this.words(event);
    const id = source < 0 ? null : nameOf(this.flow, source);
    return element(
      'tr',
      { class: timeUs === this.momentUs && 'now' },
      element(
        'td',
        { class: 'n' },
        element('a', { href: momentFragment(Math.round(timeUs)) }, formatTime(Math.round(timeUs))),
      ),
      element('td', {}, who),
      element('td', {}, this.index.kinds[kind]?.queue ?? ''),
      element('td', {}, id === null ? what : what.slice(id.length + 2)),
      element('td', {}, id !== null && element('a', { href: messageFragment(id) }, element('code', {}, id))),
    );
  }
}
