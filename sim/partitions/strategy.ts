/** What a partition handling strategy decides; one file each implements it. */

export interface Strategy {
  /** This VM lost its connection to `node` (PAR-4). */
  nodeDown(node: string): void;
  /** `proxy` can still see `notReallyDown` (PAR-14). */
  partialPartition(notReallyDown: string, proxy: string): void;
  /** Whether confirms may be sent at this moment (PAR-10). */
  mayConfirm(): boolean;
  /** Whether partitions are to be healed by restarting losers once everybody is connected. */
  readonly heals: boolean;
}

/** What strategies may do through the node monitor. */
export interface StrategyActions {
  /** Stops the application until `condition` holds, tested after each round of pings (PAR-6, PAR-7). */
  pauseUntil(condition: () => boolean): void;
  /** Drops the connection to a peer that could carry a partial partition on (PAR-14). */
  upgradeToFullPartition(proxy: string): void;
  /** Autoheal's own reaction to a lost node (PAR-25). */
  autohealNodeDown(node: string): void;
}
