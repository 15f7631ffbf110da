/**
 * What a node's machine has of memory and of room on its disk, as far as monitors look at it. What messages take is left out: an
 * idle broker uses a fixed amount, and only a fault on the machine uses it up.
 */

/** Of the machine: four times what brokers of this kind usually get, so that 40% of it is plenty. */
const TOTAL_MEMORY_BYTES = 8 * 1_073_741_824;
/** What a broker without messages uses; from `t12-memory-alarm`, where 1 MB is too little and 2 GB are enough. */
const IDLE_MEMORY_BYTES = 130_000_000;
const DISK_BYTES = 50_000_000_000;

export class MachineResources {
  readonly totalMemoryBytes = TOTAL_MEMORY_BYTES;
  /** What is free on the disk when nothing is wrong. */
  readonly roomyDiskBytes: number;
  private readonly watchers = new Set<() => void>();
  private memoryIsFull = false;
  private diskIsFull = false;

  /** `diskBytes`: what is free on the disk when nothing is wrong; null for plenty. */
  constructor(diskBytes: number | null) {
    this.roomyDiskBytes = diskBytes ?? DISK_BYTES;
  }

  get usedMemoryBytes(): number {
    return this.memoryIsFull ? this.totalMemoryBytes : IDLE_MEMORY_BYTES;
  }

  get freeDiskBytes(): number {
    return this.diskIsFull ? 0 : this.roomyDiskBytes;
  }

  fillMemory(full: boolean): void {
    this.memoryIsFull = full;
    this.changed();
  }

  fillDisk(full: boolean): void {
    this.diskIsFull = full;
    this.changed();
  }

  /** Calls `watcher` after each change, until the function that this returns is called. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private changed(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
