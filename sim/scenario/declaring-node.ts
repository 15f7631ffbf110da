/** Which node the set-up is declared on where the file names none. */
import type { NodeSpec } from './model.ts';

/** The first node that runs, of the cluster if any of it does; loading has seen to it that one runs. */
export function declaringNode(nodes: readonly NodeSpec[]): string {
  const running = nodes.filter((node) => node.running);
  return (running.find((node) => node.clustered) ?? running[0])?.name ?? '';
}
