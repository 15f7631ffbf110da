/**
 * What followed from what in the story. The engine keeps no record of causes between events of the cluster, so this is a reading of the
 * story's own lines: a table says which kinds of step can bring about which, and a step follows from the latest earlier step of such a
 * kind, preferably one in which the same nodes or queues took part. What happened to messages is no guess: its cause is the ledger's.
 */
import type { StoryStep } from './run-report.ts';

/** What has to be known of a line of the story to say what it follows from. */
export interface ToldLine {
  readonly timeUs: number;
  readonly sentence: string;
  /** The first word of the key under which it was told. */
  readonly kind: string;
  /** Nodes and queues that took part. */
  readonly actors: readonly string[];
  readonly because?: StoryStep['because'];
}

const DEATHS = ['node_killed', 'node_stopped', 'node_paused', 'loses'] as const;

/** Kinds by the kinds that can bring them about. Kinds that are not listed begin a chain of their own. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  stall: ['steps', 'alarm', 'busy', ...DEATHS],
  loses: ['steps', 'node_killed', 'node_stopped', 'node_paused'],
  busy: ['steps'],
  partitioned: ['steps', 'node_started', 'node_resumed'],
  partial: ['loses', 'steps'],
  node_paused: ['loses'],
  node_resumed: ['steps', 'node_started'],
  node_killed: ['steps'],
  node_stopped: ['steps', 'autoheal', 'operator'],
  node_started: ['autoheal', 'node_stopped', 'node_killed', 'steps'],
  autoheal: ['partitioned', 'autoheal', 'loses'],
  boot: ['steps', 'tables', 'node_stopped', 'autoheal'],
  tables: ['steps', 'autoheal', ...DEATHS],
  promoted: [...DEATHS, 'autoheal', 'steps', 'down'],
  refused: [...DEATHS, 'autoheal', 'steps'],
  deleted: [...DEATHS, 'autoheal', 'steps'],
  down: [...DEATHS, 'refused', 'autoheal', 'steps', 'promoted'],
  sync: ['promoted', 'node_started', 'steps', 'autoheal'],
  connection: ['autoheal', 'steps', ...DEATHS],
  cancelled: ['promoted', 'deleted', 'down', 'autoheal', 'steps', ...DEATHS],
  blocked: ['alarm'],
  alarm: ['steps'],
  fate: ['promoted', 'autoheal', 'deleted', 'down', 'refused', 'sync', 'steps', ...DEATHS],
};

/** The steps, each with the index of the one it follows from, or null. */
export function storySteps(lines: readonly ToldLine[]): StoryStep[] {
  return lines.map(({ timeUs, sentence, kind, actors, because }, index) => {
    const kinds = FOLLOWS[kind] ?? [];
    const earlier = lines.slice(0, index).map((line, at) => ({ line, at }));
    const able = earlier.filter(({ line }) => kinds.includes(line.kind));
    const shared = able.findLast(({ line }) => line.actors.some((actor) => actors.includes(actor)));
    const follows = (shared ?? able.at(-1))?.at ?? null;
    return { timeUs, sentence, follows, ...(because && { because }) };
  });
}
