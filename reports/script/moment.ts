/**
 * The moment that a reader looks at, as a line across the charts. A click into a chart chooses the moment under it; keyboards choose it in
 * the view of the cluster.
 */
import { formatTime } from '../page/format.ts';
import { element } from './dom.ts';
import { momentFragment } from './place.ts';

interface Stack {
  readonly rows: HTMLElement;
  readonly fromUs: number;
  readonly toUs: number;
  readonly cursor: HTMLElement;
  readonly hover: HTMLElement;
}

/** Left edge and width of the time axis within a stack's rows, in pixels: as the style sheet and the charts have it. */
const AXIS_WIDTH = 1000;

export class MomentCursor {
  private readonly stacks: readonly Stack[];

  constructor() {
    this.stacks = [...document.querySelectorAll<HTMLElement>('.stack')].flatMap((stack) => {
      const rows = stack.querySelector<HTMLElement>('.rows');
      if (rows === null) return [];
      const cursor = element('div', { class: 'cursor', hidden: true }, element('span'));
      const hover = element('div', { class: 'cursor hover', hidden: true }, element('span'));
      rows.append(hover, cursor);
      const fromUs = Number(stack.dataset['from']);
      const toUs = Number(stack.dataset['to']);
      return [{ rows, fromUs, toUs, cursor, hover }];
    });
    for (const stack of this.stacks) listen(stack);
  }

  /** Draws the line where the moment is in sight; null takes it away. */
  show(us: number | null): void {
    for (const stack of this.stacks) place(stack, stack.cursor, us);
  }
}

function listen(stack: Stack): void {
  const { rows, hover } = stack;
  rows.addEventListener('pointermove', (event) => place(stack, hover, timeAt(stack, event)));
  rows.addEventListener('pointerleave', () => place(stack, hover, null));
  rows.addEventListener('click', (event) => {
    const us = timeAt(stack, event);
    if (us !== null) location.hash = momentFragment(Math.round(us / 1000) * 1000);
  });
}

function axisLeft({ rows }: Stack): number {
  const plot = rows.querySelector<HTMLElement>('.plot');
  return plot === null ? 0 : plot.offsetLeft;
}

function timeAt(stack: Stack, event: MouseEvent): number | null {
  const x = event.clientX - stack.rows.getBoundingClientRect().left - axisLeft(stack);
  if (x < 0 || x > AXIS_WIDTH) return null;
  return stack.fromUs + (x / AXIS_WIDTH) * (stack.toUs - stack.fromUs);
}

function place(stack: Stack, line: HTMLElement, us: number | null): void {
  const { fromUs, toUs } = stack;
  line.hidden = us === null || us < fromUs || us > toUs;
  if (us === null || line.hidden) return;
  const share = (us - fromUs) / Math.max(1, toUs - fromUs);
  line.style.left = `${axisLeft(stack) + share * AXIS_WIDTH}px`;
  line.classList.toggle('late', share > 0.85);
  const [label] = line.children;
  if (label !== undefined) label.textContent = formatTime(Math.round(us));
}
