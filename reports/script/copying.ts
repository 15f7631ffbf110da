/** A button beside what is worth pasting elsewhere. Where a page may not write to the clipboard, it selects the text instead. */
import { element } from './dom.ts';

/** Puts the button behind `source`, whose text it copies. */
export function addCopyButton(source: HTMLElement): void {
  const button = element('button', { type: 'button', class: 'copy' }, 'Copy');
  button.addEventListener('click', () => {
    getSelection()?.selectAllChildren(source);
    navigator.clipboard?.writeText(source.textContent).then(
      () => (button.textContent = 'Copied'),
      () => (button.textContent = 'Selected'),
    );
  });
  source.before(button);
}
