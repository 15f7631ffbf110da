/** What the story tells of shovels and federation links: that one has lost a connection, and that it runs again, perhaps elsewhere. */
import type { Journal } from '../kernel/journal.ts';
import { linkRunning, linkTerminated } from '../records/links.ts';
import type { StoryBoard } from './story-board.ts';
import { few, verb } from './words.ts';

/** Ends that nothing went wrong for. */
const IN_ORDER = ['end_of_experiment', 'autodelete'];

export function watchLinks(journal: Journal, board: StoryBoard): void {
  const text = (name: number): string => journal.text(name);
  const down = new Set<number>();
  journal.on(linkTerminated, (timeUs, link, type, node, reason) => {
    if (IN_ORDER.includes(text(reason))) return;
    // Attempts that fail one after the other are one absence.
    if (down.has(link)) return;
    down.add(link);
    board.tell(timeUs, {
      key: `link down ${node} ${reason}`,
      weight: 2,
      name: text(link),
      actors: [text(node)],
      says: (names) =>
        `${few(names, `${text(type)} links`)} on ${text(node)} ${verb(names, 'ends', 'end')}: ${text(reason)}`,
    });
  });
  journal.on(linkRunning, (timeUs, link, type, node) => {
    down.delete(link);
    board.tell(timeUs, {
      key: `link up ${node}`,
      weight: 3,
      name: text(link),
      actors: [text(node)],
      says: (names) => `${few(names, `${text(type)} links`)} ${verb(names, 'runs', 'run')} on ${text(node)}`,
    });
  });
}
