/**
 * Everything the HTML report shows of one run, as plain data: the contract's result, and beside it the spans, series and life
 * lines that are too large for `--json`. The ledger produces it from the journal, `reports/` only draws it. Types and limits,
 * no behaviour.
 *
 * Times here are integer virtual microseconds from the start of the scenario (`...Us`), unlike the seconds in `RunResult`.
 * Spans are half open, [fromUs, toUs), sorted by `fromUs`; a span still open at the end closes at `endUs`. Spans of one lane do
 * not overlap, except leader spans, which overlap exactly when nodes disagree about who leads.
 * The size of a report follows from the limits below and not from the number of messages; the producer keeps to them, the
 * views thin out defensively what exceeds them.
 */
import type { MessageOutcome, NodeState, QueueState, RunResult, Scalar } from './result.ts';

/** At most this many points in each series. With more seconds than that, the producer uses wider buckets (`bucketUs`). */
export const SERIES_POINTS_MAX = 600;

/** At most this many message lives; `messageLivesTotal` says how many there were. Spread them over the causes, first ids first. */
export const MESSAGE_LIVES_MAX = 2_000;

/** At most this many steps in one life; the first and the last are worth more than the middle. */
export const LIFE_STEPS_MAX = 24;

/** At most this many spans in each list of a lane (states, leaders, mirrors); beyond it, merge neighbours shorter than a pixel (`endUs / 1000`). */
export const LANE_SPANS_MAX = 300;

/** At most this many timeline events are drawn; `result.timeline` may hold more. */
export const TIMELINE_EVENTS_MAX = 1_000;

/** An expectation of the scenario, held or not, in the order of the file. */
export interface CheckedExpectation {
  /** Line in `scenarioSource`, counted from 1. */
  readonly line: number;
  /** As the scenario wrote it, on one line: `confirmed_lost = 0`. */
  readonly expected: string;
  /** What the run yielded; null when the thing expected never came to be observed. */
  readonly observed: Scalar;
  readonly held: boolean;
  /** The field of `result.messages` or `result.availability` it speaks of, so that it stands beside that figure. */
  readonly figure?: string;
}

export interface NodeStateSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly state: NodeState;
}

export interface NodeLane {
  readonly node: string;
  /** Covers [0, endUs) without a gap. */
  readonly spans: readonly NodeStateSpan[];
}

/** `node` led the queue, or took itself to lead it. */
export interface LeaderSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly node: string;
  /** The nodes that took it for the leader, itself first, only while another led as well (split brain). */
  readonly view?: readonly string[];
}

/** `node` held a mirror (classic) or was an online follower (quorum, always synchronised). */
export interface MirrorSpan {
  readonly node: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly synchronised: boolean;
  /** The leader that it follows, only where several led (split brain). */
  readonly leader?: string;
}

export interface QueueStateSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly state: QueueState;
}

export interface QueueLane {
  readonly queue: string;
  readonly type: 'classic' | 'quorum';
  readonly leaders: readonly LeaderSpan[];
  readonly mirrors: readonly MirrorSpan[];
  /** The queue as a client reaches it. No span before declaration or after deletion. */
  readonly states: readonly QueueStateSpan[];
}

/** One fault of the scenario's chaos, from being injected to being healed; `fromUs === toUs` for a kill or a command. */
export interface FaultSpan {
  /** What was done, in words: `partition: rabbit1 | rabbit2 rabbit3 for 16 s`. */
  readonly label: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Line in `scenarioSource`, counted from 1; null for a fault that a generator of the run chose. */
  readonly line: number | null;
}

/** What clients saw in one bucket, as rates: messages a second. */
export interface RatePoint {
  /** Start of the bucket. */
  readonly timeUs: number;
  readonly published: number;
  readonly confirmed: number;
  readonly delivered: number;
}

export interface RateSeries {
  readonly bucketUs: number;
  /** Every bucket of the run, empty ones included: a silence must be seen. */
  readonly points: readonly RatePoint[];
}

/** Depth at one instant; null while nobody could read the queue. */
export interface DepthPoint {
  readonly timeUs: number;
  readonly ready: number | null;
  readonly unacknowledged: number | null;
}

export interface DepthSeries {
  readonly queue: string;
  /** Sampled at the end of each bucket; keep a bucket's maximum where buckets are wider than a second. */
  readonly points: readonly DepthPoint[];
}

/** Publish to confirm, of the confirms that arrived in the bucket; no point where none arrived. */
export interface LatencyPoint {
  readonly timeUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

export interface LatencySeries {
  readonly bucketUs: number;
  readonly points: readonly LatencyPoint[];
}

/** The decision from which a message's fate followed. */
export interface LifeCause {
  readonly hazard: string;
  readonly rule: string;
  /** When it was decided. */
  readonly timeUs: number;
  /** What was decided, as a sentence that needs no rule book. Equal sentences are grouped into one row. */
  readonly sentence: string;
}

/** One thing that happened to one message. */
export interface LifeStep {
  readonly timeUs: number;
  /** Node or client host. */
  readonly node: string;
  /** The process or workload: `shop`, `channel 1`, `ha.orders leader`, `ha.orders mirror`. */
  readonly process: string;
  readonly what: string;
  readonly rule?: string;
}

/** The process that the one of a step dealt with; `node` is empty where the record does not say it. */
export interface StepPeer {
  readonly direction: 'from' | 'to';
  readonly node: string;
  readonly process: string;
}

export interface MessageLife {
  readonly id: string;
  readonly outcome: MessageOutcome;
  readonly queue: string;
  /** Whether its publisher got a basic.ack for it. */
  readonly confirmed: boolean;
  readonly cause: LifeCause;
  /** In time order. */
  readonly steps: readonly LifeStep[];
  /** Steps left out under `LIFE_STEPS_MAX`; absent or 0 when none were. */
  readonly stepsLeftOut?: number;
}

/** One line of the story a person is told. */
export interface StoryLine {
  readonly timeUs: number;
  readonly sentence: string;
}

/** What can happen to a message, in words; steps differ from it in their time and their message. */
export interface FlowStepKind {
  /** The record that tells of it: `copy_stored`. */
  readonly record: string;
  readonly node: string;
  readonly process: string;
  readonly what: string;
  readonly queue: string;
  readonly rule?: string;
  readonly peer?: StepPeer;
  /** Its steps name another message, which stands behind `what`. */
  readonly refers?: true;
}

/** Messages that met the same fate for the same reason. */
export interface FlowFate extends Omit<LifeCause, 'timeUs'> {
  readonly outcome: MessageOutcome;
  readonly queue: string;
  /** The earliest decision. */
  readonly timeUs: number;
  readonly messages: number;
  readonly confirmed: number;
  /** Index of a publisher, and the sequence numbers [from, to): the first of them only, where they are many. */
  readonly ranges: readonly (readonly [publisher: number, from: number, to: number])[];
}

/**
 * The steps of the run's messages in few bytes. Messages that took the same steps at the same places share a course, a list of kinds; what is
 * left of a message is its number, its course and its times. `bytes` is a sequence of LEB128 numbers: for each of `courses` courses how many
 * steps it has and their kinds; then for each publisher how many messages, and for each of these, in order of their numbers: its number less
 * the one before less one, its course, the time of its first step less the first time of the one before (zigzag), and for each step the time
 * since the step before, none for the first, followed, where its kind refers to another message, by that one's publisher and number.
 * Times are in units of `quantumUs`. Messages with a fate of harm are all there up to the limit on lives; of the others one of `oneOf`.
 */
export interface MessageFlow {
  readonly publishers: readonly string[];
  readonly kinds: readonly FlowStepKind[];
  readonly fates: readonly FlowFate[];
  readonly courses: number;
  readonly messages: number;
  readonly steps: number;
  readonly oneOf: number;
  readonly quantumUs: number;
  readonly bytes: Uint8Array;
}

/** A line of the story and what it follows from. */
export interface StoryStep extends StoryLine {
  /** Index of the step that brought it about; null where it begins something. */
  readonly follows: number | null;
  /** Why messages met the fate that the sentence tells of, and the first of them. */
  readonly because?: {
    readonly hazard: string;
    readonly rule: string;
    readonly sentence: string;
    readonly message: string;
  };
}

/** A queue as one node has it. */
export interface QueueView {
  readonly type: 'classic' | 'quorum';
  readonly state: QueueState;
  readonly leader: string | null;
  /** Mirrors (classic) or members (quorum). */
  readonly replicas: readonly string[];
  /** Of those: synchronised, or online. */
  readonly inSync: readonly string[];
}

/** What a node says of itself and of the others; lists are null where no application runs that could say it. */
export interface NodeView {
  readonly state: NodeState;
  /** Peers it takes to be partitioned from it. */
  readonly partitions: readonly string[];
  readonly members: readonly string[] | null;
  /** Peers it takes to be running, itself among them. */
  readonly running: readonly string[] | null;
  readonly queues: Readonly<Record<string, QueueView>>;
}

/** What every node believed from this moment on, up to the next one. */
export interface ClusterMoment {
  readonly timeUs: number;
  readonly nodes: Readonly<Record<string, NodeView>>;
}

export interface EventField {
  readonly name: string;
  /** `name`: an index into the table of names. */
  readonly type: 'name' | 'int' | 'us' | 'flag';
}

/** Records that are not about one message: each row is its time, the index of its kind, and a value for each of its kind's fields. */
export interface EventRows {
  readonly kinds: readonly { readonly record: string; readonly fields: readonly EventField[] }[];
  readonly names: readonly string[];
  /** In order of time. */
  readonly rows: readonly (readonly number[])[];
  /** Events there were before the ledger's limit cut them. */
  readonly total: number;
}

/** One value of the configuration that was in force, default or not. */
export interface ConfigurationRow {
  /** What is configured: `cluster`, `queue ha.orders`. */
  readonly part: string;
  /** In the scenario language's words, with a path: `config.heartbeat`. */
  readonly key: string;
  readonly value: string;
}

export interface RunReport {
  readonly result: RunResult;
  readonly description: string;
  /** What happened and whether it was expected: `6 of 5702 confirmed messages are lost, as expected.` */
  readonly verdictSentence: string;
  /** Why, most harm first; one sentence for each cause; empty when nothing went wrong. */
  readonly causeSentences: readonly string[];
  readonly expectations: readonly CheckedExpectation[];
  /** Path as the user typed it. */
  readonly scenarioPath: string;
  /** The file as it was read. */
  readonly scenarioSource: string;
  /** Nodes in the scenario's order; lanes follow it. */
  readonly nodes: readonly string[];
  readonly partitionHandling: string;
  /** The end of the time axis: the drain included. */
  readonly endUs: number;
  /** When the workloads' time was over and settling, then the drain, began; null where the scenario has none. */
  readonly settleFromUs: number | null;
  readonly drainFromUs: number | null;
  readonly nodeLanes: readonly NodeLane[];
  readonly queueLanes: readonly QueueLane[];
  readonly faults: readonly FaultSpan[];
  readonly perSecond: RateSeries;
  readonly depth: readonly DepthSeries[];
  readonly confirmLatency: LatencySeries;
  readonly messageLives: readonly MessageLife[];
  /** Lives there were before `MESSAGE_LIVES_MAX` cut them. */
  readonly messageLivesTotal: number;
  /** At most fifteen lines, the terminal's; the full timeline is `result.timeline`. */
  readonly story: readonly StoryStep[];
  readonly configuration: readonly ConfigurationRow[];
  /** In order of time, each different from the one before. */
  readonly clusterMoments: readonly ClusterMoment[];
  /** Moments there were before the ledger's limit cut them. */
  readonly clusterMomentsTotal: number;
  readonly events: EventRows;
  readonly flow: MessageFlow;
  /** The command that yields this run again. */
  readonly replayCommand: string;
  /** Version of Watership, as in the trace hash. */
  readonly version: string;
}
