/** Reports made out of the sample: one with a hostile text in every place where a scenario's text can come to stand, and one as large as the limits allow. */
import {
  LIFE_STEPS_MAX,
  MESSAGE_LIVES_MAX,
  type MessageLife,
  type RunReport,
  SERIES_POINTS_MAX,
} from '../../sim/ledger/run-report.ts';
import { sampleReport } from './sample.ts';

/** What would break out of an element, an attribute, a style sheet, a comment, CDATA, or an SVG. */
export const HOSTILE = `'"><script>alert(1)</script></style></title></svg><img src=x onerror=alert(1)>]]>--><b>`;

/** As long as `HOSTILE`, and as harmless as a name can be. */
export const HARMLESS = 'x'.repeat(HOSTILE.length);

/** Fields with a fixed set of values. Whatever else is a string came with the scenario, or might have. */
const OURS: ReadonlySet<string> = new Set(['verdict', 'state', 'outcome', 'type', 'figure', 'direction']);

/** Records whose keys are names. */
const NAMED: ReadonlySet<string> = new Set([
  'matrix',
  'members',
  'running',
  'nodes',
  'queues',
  'views',
  'by_workload',
  'by_queue',
]);

/** The sample with `text` put before every string of it, names of nodes and queues in keys included. */
export function reportWithText(text: string): RunReport {
  const sample = sampleReport();
  const report: RunReport = {
    ...sample,
    messageLives: sample.messageLives.slice(0, 40),
    faults: [...sample.faults, { label: 'kill', fromUs: 45_000_000, toUs: 45_000_000, line: 1 }],
    result: {
      ...sample.result,
      matrix: { strategy: 'autoheal' },
      views: { rabbit1: { 'ha.q': { master: 'rabbit2' } } },
    },
  };
  return infected(report, '', text) as RunReport;
}

function infected(value: unknown, key: string, text: string): unknown {
  if (typeof value === 'string') return OURS.has(key) ? value : `${text}${value}`;
  if (Array.isArray(value)) return value.map((item) => infected(item, key, text));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const named = NAMED.has(key);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      named ? `${text}${name}` : name,
      infected(item, named && key === 'views' ? 'queues' : name, text),
    ]),
  );
}

/** A run of 100,000 messages over an hour: every list as long as its limit, every text its own, and a little beyond. */
export function largestReport(): RunReport {
  const sample = sampleReport();
  const endUs = 3_600_000_000;
  const times = (count: number) =>
    Array.from({ length: count }, (_, index) => Math.round((index * endUs) / count));
  const nodes = Array.from({ length: 9 }, (_, index) => `rabbit${index + 1}`);
  const queues = Array.from({ length: 60 }, (_, index) => `orders.${index}.with.quite.a.long.name`);
  const lives = Array.from({ length: MESSAGE_LIVES_MAX + 500 }, (_, index): MessageLife => {
    const queue = queues[index % 7] ?? '';
    return {
      id: `shop-${index}`,
      outcome: index % 3 === 0 ? 'duplicated' : 'lost',
      queue,
      confirmed: index % 2 === 0,
      cause: {
        hazard: 'HAZ-8',
        rule: 'PAR-26',
        timeUs: index * 1_000_000,
        sentence: `The copy of ${queue} was given up.`,
      },
      steps: times(LIFE_STEPS_MAX).map((timeUs, step) => ({
        timeUs: timeUs + index,
        node: nodes[step % 9] ?? '',
        process: 'channel 1 of the connection to shop',
        what:
          index % 2 === 0
            ? `taken note of with delivery tag ${index * 31 + step} and sent on`
            : 'taken note of and sent on',
        rule: 'MIR-33',
      })),
    };
  });
  return {
    ...sample,
    endUs,
    nodes,
    settleFromUs: 3_500_000_000,
    result: {
      ...sample.result,
      messages: { ...sample.result.messages, published: 100_000 },
      timeline: times(20_000).map((us, index) => ({
        time: us / 1e6,
        event: 'connection_lost',
        workload: `shop${index}`,
        node: 'rabbit1',
        code: 320,
        text: 'CONNECTION_FORCED',
      })),
    },
    scenarioSource: Array.from(
      { length: 4_000 },
      (_, line) => `  key${line}: a line of some length, as they are  # ${line}`,
    ).join('\n'),
    nodeLanes: nodes.map((node) => ({
      node,
      spans: times(200).map((fromUs, index) => ({
        fromUs,
        toUs: fromUs + 18_000_000,
        state: index % 2 === 0 ? ('running' as const) : ('down' as const),
      })),
    })),
    queueLanes: queues.map((queue) => ({
      queue,
      type: 'classic' as const,
      leaders: times(60).map((fromUs, index) => ({
        fromUs,
        toUs: fromUs + 60_000_000,
        node: nodes[index % 3] ?? '',
      })),
      mirrors: times(60).map((fromUs, index) => ({
        fromUs,
        toUs: fromUs + 60_000_000,
        node: nodes[(index + 1) % 3] ?? '',
        synchronised: index % 2 === 0,
      })),
      states: times(60).map((fromUs, index) => ({
        fromUs,
        toUs: fromUs + 60_000_000,
        state: index % 9 === 0 ? ('syncing' as const) : ('running' as const),
      })),
    })),
    faults: times(120).map((fromUs, index) => ({
      label: `flap ${index}: rabbit1 | rabbit2`,
      fromUs,
      toUs: fromUs + 9_000_000,
      line: 3,
    })),
    perSecond: {
      bucketUs: 1_000_000,
      points: times(3_600).map((timeUs, index) => ({
        timeUs,
        published: 100 + (index % 7),
        confirmed: 99 - (index % 50),
        delivered: 90 + (index % 20),
      })),
    },
    depth: queues.map((queue, number) => ({
      queue,
      points: times(SERIES_POINTS_MAX * 2).map((timeUs, index) => ({
        timeUs,
        ready: (index * number) % 977,
        unacknowledged: index % 10,
      })),
    })),
    confirmLatency: {
      bucketUs: 1_000_000,
      points: times(3_600).map((timeUs, index) => ({
        timeUs,
        p50Us: 2_000 + index,
        p99Us: 6_000 + index,
        maxUs: 30_000 + index,
      })),
    },
    messageLives: lives,
    messageLivesTotal: 40_000,
  };
}
