/** The script of a report, from here on: reads the data, and answers to the address after `#`, which is all the state that there is. */
import { ClusterView } from './cluster-view.ts';
import type { Flow } from '../data/flow.ts';
import { addCopyButton } from './copying.ts';
import { readData, readFlow } from './data.ts';
import { ExplorerView } from './explorer-view.ts';
import { LifeView } from './life-view.ts';
import { MomentCursor } from './moment.ts';
import { isView, reveal, showView, viewOfAnchor } from './pages.ts';
import { type Place, placeOf, type View } from './place.ts';

const data = readData();
const cursor = new MomentCursor();
const clusterView = new ClusterView(data);
let present: View = 'overview';
let lifeView: LifeView | null = null;
let explorerView: ExplorerView | null = null;
let flow: Flow | null = null;

/** Unpacked when a view first needs it. */
function messages(): Flow {
  return (flow ??= readFlow(data));
}
let momentUs: number | null = null;

function go(): void {
  const place = placeOf(location.hash.slice(1));
  const anchor = place.line === null ? place.anchor : `L${place.line}`;
  present = viewOf(place, anchor);
  momentUs = place.timeUs ?? momentUs;
  showView(present);
  cursor.show(momentUs);
  if (present === 'cluster') clusterView.show(momentUs ?? 0);
  if (present === 'life') (lifeView ??= new LifeView(data, messages())).show(place.message);
  if (present === 'explorer')
    (explorerView ??= new ExplorerView(data, messages())).show(place.timeUs, place.more);
  if (anchor !== null && !isView(anchor)) reveal(anchor);
  else if (place.view === null) scrollTo(0, 0);
}

/** Where a place is to be seen that does not say so itself. */
function viewOf(place: Place, anchor: string | null): View {
  if (place.view !== null) return place.view;
  if (place.message !== null) return 'life';
  if (anchor !== null) return viewOfAnchor(anchor, present) ?? 'overview';
  return place.timeUs === null ? 'overview' : 'cluster';
}

for (const source of document.querySelectorAll<HTMLElement>('.mermaid pre')) addCopyButton(source);
addEventListener('hashchange', go);
go();
