/** Names of nodes as a person looks for them. A node lists its peers as they came to its mind, newest first. */

/** `names` in the order of `nodes`, the scenario's; what is not among those comes last. */
export function inNodeOrder(names: readonly string[], nodes: readonly string[]): readonly string[] {
  const place = (name: string): number => (nodes.includes(name) ? nodes.indexOf(name) : nodes.length);
  return names.toSorted((a, b) => place(a) - place(b));
}
