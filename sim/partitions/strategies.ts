/** The strategy that `cluster_partition_handling` names. */
import { autohealStrategy } from './autoheal-strategy.ts';
import { ignore } from './ignore.ts';
import type { StrategyFactory } from './node-monitor.ts';
import { pauseIfAllDown } from './pause-if-all-down.ts';
import { pauseMinority } from './pause-minority.ts';
import type { PartitionHandling } from './port.ts';

export function strategyFactory(handling: PartitionHandling): StrategyFactory {
  switch (handling.strategy) {
    case 'ignore':
      return ignore;
    case 'pause_minority':
      return pauseMinority;
    case 'autoheal':
      return autohealStrategy;
    case 'pause_if_all_down':
      return (port, actions) => pauseIfAllDown(port, actions, handling);
  }
}
