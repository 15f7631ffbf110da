/** How the links of a node stand, as its processes have reported them (`rabbit_shovel_status`, `rabbit_federation_status`): what tools print. */

export interface LinkStatus {
  readonly kind: 'shovel' | 'federation';
  /** What it is and between what: names and values as the tools have them, without the state. */
  readonly facts: Readonly<Record<string, string>>;
  readonly state: 'starting' | 'running' | 'terminated';
  /** Why it ended. */
  readonly reason: string;
}

export class LinkStatuses {
  private readonly byLink = new Map<string, LinkStatus>();

  report(link: string, status: LinkStatus): void {
    this.byLink.set(link, status);
  }

  /** There is no such link here any more. */
  remove(link: string): void {
    this.byLink.delete(link);
  }

  /** In the order in which they were first reported. */
  list(kind: LinkStatus['kind']): readonly LinkStatus[] {
    return [...this.byLink.values()].filter((status) => status.kind === kind);
  }
}
