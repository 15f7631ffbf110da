/** Changes of this machine's files, as `--watch` wants to hear of them. */
import { Changes } from './changes.ts';
import { WatchedFolders } from './watched-folders.ts';
import type { ChangeSource } from './watch-tests.ts';

/** Long enough for an editor to finish saving, short enough for nobody to notice. */
const quietMs = 100;

export function realChanges(): ChangeSource & { close(): void } {
  const changes = new Changes((action) => {
    const timer = setTimeout(action, quietMs);
    return () => clearTimeout(timer);
  });
  const folders = new WatchedFolders((file) => changes.add(file));
  return {
    watch: (wanted) => folders.watch(wanted),
    next: () => changes.next(),
    close: () => folders.close(),
  };
}
