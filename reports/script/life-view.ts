/**
 * The life of one message: found by its id or among those with an outcome, told step by step with rules and waits, and drawn as a diagram of
 * the processes that it passed.
 */
import { counted, formatCount, formatDuration, formatTime } from '../page/format.ts';
import type { Flow } from '../data/flow.ts';
import type { PageData } from '../page-data.ts';
import { byId, element, fill } from './dom.ts';
import {
  fatesOf,
  type Life,
  lifeOf,
  type LifeRow,
  messageNamed,
  messageToBeginWith,
  messagesWith,
  nameOf,
  type Outcome,
  OUTCOMES,
} from './life.ts';
import { messageFragment, momentFragment } from './place.ts';
import { drawSequence } from './sequence.ts';
import { sequenceOf } from './sequence-layout.ts';

const LISTED_MAX = 100;

export class LifeView {
  private readonly data: PageData;
  private readonly flow: Flow;
  private readonly input = element('input', {
    type: 'search',
    'aria-label': 'Message id',
    placeholder: 'shop-17',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  private readonly outcome = element('select', { 'aria-label': 'Outcome' });
  private readonly list = element('div', { class: 'found' });
  private readonly told = element('div', { 'aria-live': 'polite' });

  constructor(data: PageData, flow: Flow) {
    this.data = data;
    this.flow = flow;
    this.outcome.append(
      element('option', { value: '' }, 'any outcome'),
      ...OUTCOMES.map(([outcome, words]) => {
        const { total } = messagesWith(flow, outcome, 0);
        return element(
          'option',
          { value: outcome, disabled: total === 0 },
          `${words} (${formatCount(total)})`,
        );
      }),
    );
    const form = element(
      'form',
      { class: 'controls', role: 'search' },
      element('label', {}, 'message ', this.input),
      element('label', {}, 'or one that is ', this.outcome),
      element('button', { type: 'submit' }, 'Show'),
    );
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.search();
    });
    this.outcome.addEventListener('change', () => this.listFound());
    this.input.addEventListener('input', () => this.listFound());
    const one =
      flow.oneOf > 1 ? ` Of the others it holds one of ${formatCount(flow.oneOf)}, evenly over the run.` : '';
    const unit = flow.quantumUs > 1 ? ` Times of steps are to ${formatDuration(flow.quantumUs)}.` : '';
    fill(
      byId('life'),
      element('h2', {}, 'The life of a message'),
      element(
        'p',
        { class: 'lead' },
        flow.messages === 0
          ? 'No message was published, so there is no life to tell.'
          : `The page holds the steps of ${counted(flow.messages, 'message')}${flow.oneOf > 1 ? ', among them those that came to harm, as far as they are listed.' : ', all there were.'}${one}${unit}`,
      ),
      flow.messages > 0 && form,
      this.list,
      this.told,
    );
  }

  /** Shows a message, or says that the page does not hold it; null shows what can be found, and the worst that there is. */
  show(id: string | null): void {
    if (id === null) {
      this.listFound();
      if (this.told.childElementCount === 0) this.begin();
      return;
    }
    this.input.value = id;
    const message = messageNamed(this.flow, id);
    if (message === -1) {
      const holds =
        this.flow.oneOf > 1
          ? 'The page holds only some of the messages of this run, and not this one.'
          : 'No message has this id.';
      fill(this.told, element('p', { class: 'cut' }, `${id}: ${holds}`));
      this.listFound();
      return;
    }
    fill(this.list);
    fill(this.told, ...this.lifeOf(message));
  }

  /** So that nobody looks at nothing. */
  private begin(): void {
    const begin = messageToBeginWith(this.flow);
    if (begin === null) return;
    const { message, harm } = begin;
    const words =
      harm === null
        ? 'No message was lost, left stuck, duplicated or reordered. This is one of those that nothing happened to:'
        : `This is one of ${counted(messagesWith(this.flow, harm, 0).total, 'message')} ${harm}, the worst that happened in this run:`;
    fill(this.told, element('p', { class: 'lead' }, words), ...this.lifeOf(message));
  }

  private search(): void {
    const id = this.input.value.trim();
    if (messageNamed(this.flow, id) !== -1) {
      if (location.hash === messageFragment(id)) this.show(id);
      else location.hash = messageFragment(id);
      return;
    }
    this.listFound();
    this.list.querySelector('a')?.focus();
  }

  /** Lists the messages with the outcome whose ids begin as typed, or else contain it. */
  private listFound(): void {
    const typed = this.input.value.trim();
    const wanted = OUTCOMES.find(([outcome]) => outcome === this.outcome.value)?.[0] ?? null;
    if (typed === '' && wanted === null) {
      fill(this.list);
      return;
    }
    const { messages, total } = this.matching(typed, wanted);
    if (total === 0) {
      fill(this.list, element('p', { class: 'cut' }, 'No such message.'));
      return;
    }
    const head = ['message', 'published', 'what became of it', 'steps'].map((cell) =>
      element('th', { scope: 'col' }, cell),
    );
    fill(
      this.list,
      element(
        'p',
        {},
        `${counted(total, 'message')}${total > messages.length ? `, the first ${messages.length}` : ''}`,
      ),
      element(
        'div',
        { class: 'scroll tall', tabindex: 0 },
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...head)),
          element('tbody', {}, ...messages.map((message) => this.foundRow(message))),
        ),
      ),
    );
  }

  private matching(typed: string, wanted: Outcome | null): { messages: readonly number[]; total: number } {
    const { flow } = this;
    if (typed === '' && wanted !== null) return messagesWith(flow, wanted, LISTED_MAX);
    const among = wanted === null ? null : new Set(messagesWith(flow, wanted, Infinity).messages);
    const messages: number[] = [];
    let total = 0;
    for (let message = 0; message < flow.messages; message += 1) {
      if (among !== null && !among.has(message)) continue;
      if (!nameOf(flow, message).includes(typed)) continue;
      total += 1;
      if (messages.length < LISTED_MAX) messages.push(message);
    }
    return { messages, total };
  }

  private foundRow(message: number): HTMLElement {
    const { flow } = this;
    const id = nameOf(flow, message);
    const kinds = flow.coursesOf[flow.course[message]!] ?? [];
    const fates = fatesOf(flow, message);
    const last = flow.kinds[kinds.at(-1) ?? 0];
    const words =
      fates.length > 0
        ? fates.map(({ outcome, hazard }) => `${outcome} (${hazard})`).join(', ')
        : `last: ${last?.process ?? ''} ${last?.what ?? ''}`;
    return element(
      'tr',
      {},
      element('td', {}, element('a', { href: messageFragment(id) }, element('code', {}, id))),
      element('td', { class: 'n' }, formatTime(Math.round(flow.timesUs[flow.start[message]!]!))),
      element('td', {}, words),
      element('td', { class: 'n' }, kinds.length),
    );
  }

  private lifeOf(message: number): (HTMLElement | false)[] {
    const life = lifeOf(this.flow, this.data.events, message);
    const neighbour = (by: number, label: string): HTMLElement | false => {
      const other = message + by;
      if (other < 0 || other >= this.flow.messages) return false;
      return element(
        'a',
        { href: messageFragment(nameOf(this.flow, other)) },
        `${label} ${nameOf(this.flow, other)}`,
      );
    };
    const sequence = sequenceOf(life.rows);
    return [
      element(
        'div',
        { class: 'controls' },
        element('h3', { class: 'life-of' }, 'Life of ', element('code', {}, life.id)),
        neighbour(-1, '◀'),
        neighbour(1, '▶'),
      ),
      ...life.fates.map(fateBox),
      element(
        'div',
        { class: 'scroll sequence-box', tabindex: 0, role: 'group', 'aria-label': 'Sequence diagram' },
        drawSequence(life.id, sequence),
      ),
      element('div', { class: 'scroll' }, stepsTable(life)),
    ];
  }
}

function fateBox({
  outcome,
  sentence,
  hazard,
  rule,
  timeUs,
  messages,
  confirmed,
}: Life['fates'][number]): HTMLElement {
  return element(
    'p',
    { class: 'fate-box' },
    element('b', {}, outcome),
    ` ${sentence} `,
    ruleLink(hazard),
    ' ',
    rule !== '' && ruleLink(rule),
    ' decided at ',
    element('a', { href: momentFragment(timeUs) }, formatTime(timeUs)),
    `, like ${counted(messages, 'message')}, ${formatCount(confirmed)} confirmed`,
  );
}

/** A link where the page explains the rule. */
function ruleLink(id: string): HTMLElement {
  const code = element('code', {}, id);
  return document.getElementById(id) === null ? code : element('a', { href: `#${id}` }, code);
}

function stepsTable({ rows }: Life): HTMLElement {
  const head = ['time', 'after', 'where', 'process', 'what', 'rule'].map((cell) =>
    element('th', { scope: 'col' }, cell),
  );
  return element(
    'table',
    { class: 'steps' },
    element('caption', {}, 'Step by step'),
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows.map((row, index) => stepRow(row, rows[index - 1]))),
  );
}

function stepRow(row: LifeRow, before: LifeRow | undefined): HTMLElement {
  const wait = before === undefined ? 0 : row.timeUs - before.timeUs;
  return element(
    'tr',
    { class: row.kind === 'around' && 'around-row' },
    element('td', { class: 'n' }, element('a', { href: momentFragment(row.timeUs) }, formatTime(row.timeUs))),
    element('td', { class: 'n' }, wait > 0 && `+${formatDuration(wait)}`),
    element('td', {}, row.node),
    element('td', {}, row.process === row.node ? 'client' : row.process),
    element('td', {}, row.kind === 'around' && element('i', {}, 'around it: '), row.what),
    element('td', {}, row.rule !== null && ruleLink(row.rule)),
  );
}
