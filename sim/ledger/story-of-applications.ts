/** What the story tells of applications beyond their connections: that one has ended although nobody stopped it. */
import type { Journal } from '../kernel/journal.ts';
import { clientStopped } from '../records/applications.ts';
import type { StoryBoard } from './story-board.ts';
import { few, verb } from './words.ts';

export function watchApplications(journal: Journal, board: StoryBoard): void {
  journal.on(clientStopped, (timeUs, _workload, client, reason) =>
    board.tell(timeUs, {
      key: `client stopped ${reason}`,
      weight: 1,
      name: journal.text(client),
      says: (names) =>
        `${few(names, 'clients')} ${verb(names, 'stops', 'stop')} for good: ${journal.text(reason)}`,
    }),
  );
}
