/** Before any test: the script of the page, bundled from its sources, is where the program looks for it. */
import { bundlePageScript } from '../reports/bundle.ts';

export default function setup(): void {
  bundlePageScript();
}
