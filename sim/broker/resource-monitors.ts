/**
 * Who looks at memory and disk and raises the alarms (`vm_memory_monitor`, `rabbit_disk_monitor`, BRK-44). They look regularly; here
 * they look only when something has changed, at a moment somewhere within the interval, because nobody knows where in it a look falls.
 */
import type { MachineResources } from '../erlang/resources.ts';
import { Priority, type EventHandle } from '../kernel/simulation.ts';
import type { Alarms, Resource } from './alarms.ts';
import type { NodeContext } from './node-context.ts';

const MEMORY_INTERVAL_US = 2_500_000;
const DISK_INTERVAL_MIN_US = 100_000;
const DISK_INTERVAL_MAX_US = 10_000_000;
/** How fast the disk's monitor thinks that a disk can fill, in bytes a second. */
const FILLING_BYTES_PER_S = 250_000_000;

/** A share of the machine's memory, or bytes. */
export type Limit = { readonly kind: 'relative'; readonly share: number } | AbsoluteLimit;
interface AbsoluteLimit {
  readonly kind: 'absolute';
  readonly bytes: number;
}

export interface ResourceLimits {
  /** Memory above which publishers are blocked. */
  readonly memory: Limit;
  /** Free disk space below which publishers are blocked. */
  readonly disk: Limit;
}

export class ResourceMonitors {
  private readonly context: NodeContext;
  private readonly resources: MachineResources;
  private readonly alarms: Alarms;
  private limits: ResourceLimits;
  private readonly looks: Record<Resource, EventHandle> = { memory: 0, disk: 0 };
  private stopWatching: () => void = () => {};

  constructor(context: NodeContext, resources: MachineResources, alarms: Alarms, limits: ResourceLimits) {
    this.context = context;
    this.resources = resources;
    this.alarms = alarms;
    this.limits = limits;
  }

  /** The application begins: the first look is at once. */
  start(): void {
    this.stopWatching = this.resources.watch(() => {
      this.lookLater('memory', MEMORY_INTERVAL_US);
      this.lookLater('disk', this.diskIntervalUs());
    });
    this.look('memory');
    this.look('disk');
  }

  stop(): void {
    const { simulation } = this.context.vm;
    this.stopWatching();
    simulation.cancel(this.looks.memory);
    simulation.cancel(this.looks.disk);
  }

  /** An operator changes a limit: that is looked at with it. */
  setLimit(resource: Resource, limit: Limit): void {
    this.limits = { ...this.limits, [resource]: limit };
    this.look(resource);
  }

  private bytes(limit: Limit): number {
    return limit.kind === 'absolute' ? limit.bytes : limit.share * this.resources.totalMemoryBytes;
  }

  private isShortOf(resource: Resource): boolean {
    const limitBytes = this.bytes(this.limits[resource]);
    return resource === 'memory'
      ? this.resources.usedMemoryBytes > limitBytes
      : this.resources.freeDiskBytes < limitBytes;
  }

  private look(resource: Resource): void {
    this.alarms.change(resource, this.isShortOf(resource));
  }

  /** Near its limit the disk is looked at more often, unless it is below it already. */
  private diskIntervalUs(): number {
    if (this.alarms.isSet('disk')) return DISK_INTERVAL_MAX_US;
    const roomBytes = Math.max(0, this.resources.roomyDiskBytes - this.bytes(this.limits.disk));
    const idealUs = Math.round((2 * roomBytes * 1_000_000) / FILLING_BYTES_PER_S);
    return Math.max(DISK_INTERVAL_MIN_US, Math.min(DISK_INTERVAL_MAX_US, idealUs));
  }

  private lookLater(resource: Resource, intervalUs: number): void {
    const { vm, node } = this.context;
    const { simulation } = vm;
    simulation.cancel(this.looks[resource]);
    if (this.isShortOf(resource) === this.alarms.isSet(resource)) return;
    const waitUs = simulation.random.stream(`${resource}_monitor/${node}`).uniformUs(1, intervalUs);
    this.looks[resource] = simulation.after(waitUs, Priority.timer, () =>
      vm.whenRunning(() => this.look(resource)),
    );
  }
}
