/**
 * The partitions of a cluster, from what each node says about whom it cannot share state with (PAR-19). The sets start as one and
 * are split view by view; their order and that of the nodes in them is kept, because it decides ties later.
 */

/** `views`: for each node, in the order of the answers, the nodes it lists as partitioned from itself. */
export function allPartitions(
  members: readonly string[],
  views: readonly (readonly [string, readonly string[]])[],
): string[][] {
  let partitions: string[][] = [[...members]];
  for (const [node, cannotSee] of views) {
    const containing = partitions.find((nodes) => nodes.includes(node));
    if (containing === undefined) continue;
    const seen = containing.filter((other) => !cannotSee.includes(other));
    const unseen = containing.filter((other) => cannotSee.includes(other));
    if (seen.length === 0 || unseen.length === 0) continue;
    partitions = [seen, unseen, ...partitions.filter((nodes) => nodes !== containing)];
  }
  return partitions;
}
