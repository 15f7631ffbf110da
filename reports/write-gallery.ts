/**
 * The hazard gallery as a page: like the report of a run one file that opens from disk, needs no network and runs no script.
 * Drawn from a `GalleryReport` alone; equal ones yield equal bytes.
 */
import type { GalleryReport } from '../sim/ledger/gallery.ts';
import { exhibitsSection } from './gallery/exhibit.ts';
import { headSection, overviewSection, waitingSection } from './gallery/overview.ts';
import { GALLERY_STYLE } from './gallery/style.ts';
import { html } from './page/markup.ts';
import { pageText } from './page/page.ts';

/** The page as the text of an HTML file (UTF-8). */
export function renderGallery(report: GalleryReport): string {
  return pageText(
    'Hazard gallery: Watership',
    GALLERY_STYLE,
    html`<main>
        ${headSection(report)} ${overviewSection(report)} ${exhibitsSection(report.exhibits)}
        ${waitingSection(report.waiting)}
      </main>
      <footer>
        <p>
          Watership ${report.version}. The same files, seeds and version yield the same page on every machine;
          nothing on it was measured on a real cluster.
        </p>
      </footer>`,
  );
}
