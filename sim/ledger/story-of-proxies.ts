/** What the story tells of proxies: whom they gave up and took back, and when they were gone themselves. */
import type { Journal } from '../kernel/journal.ts';
import * as records from '../records/proxies.ts';
import type { StoryBoard, Weight } from './story-board.ts';
import { list } from './words.ts';

export function watchProxies(journal: Journal, board: StoryBoard): void {
  const text = (name: number): string => journal.text(name);
  const tell = (
    timeUs: number,
    key: string,
    weight: Weight,
    name: string,
    end: (names: string) => string,
  ): void => board.tell(timeUs, { key, weight, name, says: (names) => end(list(names.toSorted())) });

  journal.on(records.proxyServerDown, (timeUs, proxy, server, reason) =>
    tell(
      timeUs,
      `proxy down ${proxy}`,
      2,
      text(server),
      (names) => `${text(proxy)} marks ${names} down: ${text(reason)}`,
    ),
  );
  journal.on(records.proxyServerUp, (timeUs, proxy, server) =>
    tell(timeUs, `proxy up ${proxy}`, 3, text(server), (names) => `${text(proxy)} marks ${names} up again`),
  );
  journal.on(records.proxyRefused, (timeUs, proxy, client, reason) =>
    tell(
      timeUs,
      `proxy refused ${proxy} ${reason}`,
      3,
      text(client),
      (names) => `${text(proxy)} turns ${names} away: ${text(reason)}`,
    ),
  );
}
