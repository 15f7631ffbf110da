/** Which part of the page is shown: one view at a time on a screen, all of them in print and wherever there is no script. */
import { type View, VIEWS } from './place.ts';

/** Fragments of old that name a part of a view. */
const VIEW_OF_ANCHOR: Readonly<Record<string, View>> = { timeline: 'overview' };

/** Shows a view, and says so where the views are listed. */
export function showView(view: View): void {
  document.documentElement.dataset['view'] = view;
  for (const link of document.querySelectorAll('nav a')) {
    const fragment = link.getAttribute('href')?.slice(1) ?? '';
    if (viewNamed(fragment) === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

/** The view in which an element can be seen, the present one if possible; null if the page has no such element. */
export function viewOfAnchor(anchor: string, present: View): View | null {
  const named = viewNamed(anchor);
  if (named !== null) return named;
  const views = document.getElementById(anchor)?.closest<HTMLElement>('[data-views]')?.dataset['views'];
  if (views === undefined) return document.getElementById(anchor) === null ? null : present;
  const list = views.split(' ');
  return list.includes(present) ? present : (VIEWS.find((view) => list.includes(view)) ?? null);
}

/** Whether a fragment names a view as a whole. */
export function isView(anchor: string): boolean {
  return viewNamed(anchor) !== null;
}

function viewNamed(anchor: string): View | null {
  return VIEW_OF_ANCHOR[anchor] ?? VIEWS.find((view) => view === anchor) ?? null;
}

/** Scrolls to an element, opens what it is folded into, and marks it as the one that was meant. */
export function reveal(anchor: string): void {
  for (const old of document.querySelectorAll('.meant')) old.classList.remove('meant');
  const target = document.getElementById(anchor);
  if (target === null) return;
  for (let folded = target.closest('details'); folded !== null;) {
    folded.open = true;
    folded = folded.parentElement?.closest('details') ?? null;
  }
  target.classList.add('meant');
  target.scrollIntoView({ block: anchor.length > 0 && target.matches('section') ? 'start' : 'center' });
}
