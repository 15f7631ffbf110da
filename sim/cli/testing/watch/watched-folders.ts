/**
 * Hears of changes in folders, one watcher a folder: editors replace a file rather than write into it, so watching the file itself would miss the second
 * time. Node watches trees by itself on some systems only, so whoever uses this names every folder, and again when there are new ones.
 */
import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

export class WatchedFolders {
  private readonly onChange: (file: string) => void;
  private readonly watchers = new Map<string, FSWatcher>();

  /** `onChange` gets the path of what changed, absolute. */
  constructor(onChange: (file: string) => void) {
    this.onChange = onChange;
  }

  /** Watches these folders from now on, and no other. A folder that cannot be watched is left out: it may just have gone. */
  watch(folders: readonly string[]): void {
    const wanted = new Set(folders.map((folder) => path.resolve(folder)));
    for (const folder of this.watchers.keys()) if (!wanted.has(folder)) this.drop(folder);
    for (const folder of wanted) if (!this.watchers.has(folder)) this.begin(folder);
  }

  close(): void {
    this.watch([]);
  }

  private begin(folder: string): void {
    try {
      const watcher = watch(folder, (_, file) => this.onChange(path.join(folder, file ?? '')));
      watcher.on('error', () => this.drop(folder));
      this.watchers.set(folder, watcher);
    } catch {
      // Gone between finding and watching it: what held it will say so.
    }
  }

  private drop(folder: string): void {
    this.watchers.get(folder)?.close();
    this.watchers.delete(folder);
  }
}
