/** Makes what the HTML report shows of a run: it listens to the journal beside the ledger, and is asked at the end. */
import type { Journal } from '../kernel/journal.ts';
import { phase } from '../records/cluster.ts';
import type { PartitionHandling, Scenario } from '../scenario/model.ts';
import { ClusterMoments } from './cluster-moments.ts';
import { configurationOf } from './configuration.ts';
import { EventLog } from './event-log.ts';
import type { Judgement } from './expectations.ts';
import { Lanes } from './lanes.ts';
import type { LedgerFigures } from './ledger.ts';
import type { RunResult } from './result.ts';
import type { MessageFlow, MessageLife, RunReport, StoryStep } from './run-report.ts';
import { Series } from './series.ts';
import { unsentSentences } from './unsent.ts';
import { causeSentences, keptSentences, verdictSentence } from './verdict-sentence.ts';

export interface ReportParts {
  readonly result: RunResult;
  readonly figures: LedgerFigures;
  readonly judgement: Judgement;
  readonly story: readonly StoryStep[];
  readonly lives: readonly MessageLife[];
  readonly flow: MessageFlow;
  /** The end of the run, drain included. */
  readonly endUs: number;
  readonly replayCommand: string;
  readonly version: string;
}

export class RunReportBuilder {
  /** To be told what the nodes believe, whenever that may have changed. */
  readonly clusterMoments = new ClusterMoments();
  private readonly scenario: Scenario;
  private readonly lanes: Lanes;
  private readonly series: Series;
  private readonly eventLog: EventLog;
  private readonly phases = new Map<string, number>();

  /** Subscribes to the journal. */
  constructor(journal: Journal, scenario: Scenario) {
    this.scenario = scenario;
    const nodes = scenario.nodes.map(
      ({ name, running }) => ({ name, state: running ? 'running' : 'down' }) as const,
    );
    this.lanes = new Lanes(journal, nodes);
    this.series = new Series(journal);
    this.eventLog = new EventLog(journal);
    journal.on(phase, (timeUs, name) => {
      const text = journal.text(name);
      if (!this.phases.has(text)) this.phases.set(text, timeUs);
    });
  }

  build(parts: ReportParts): RunReport {
    const { scenario, lanes, series } = this;
    const { result, figures, judgement, endUs } = parts;
    const { moments, total } = this.clusterMoments.take();
    const sentence = verdictSentence({
      verdict: result.verdict,
      failures: result.failures,
      checked: judgement.checked,
      figures,
    });
    return {
      result,
      description: scenario.description,
      verdictSentence: [
        sentence,
        ...keptSentences(result.queues),
        ...unsentSentences(scenario.workloads, figures.byWorkload),
      ].join(' '),
      causeSentences: causeSentences(figures.groups),
      expectations: judgement.checked,
      scenarioPath: scenario.source.file,
      scenarioSource: scenario.source.text,
      nodes: scenario.nodes.map(({ name }) => name),
      partitionHandling: handlingText(scenario.partitionHandling),
      endUs,
      settleFromUs: this.phases.get('settle') ?? null,
      drainFromUs: this.phases.get('drain') ?? null,
      nodeLanes: lanes.nodeLanes(endUs),
      queueLanes: lanes.queueLanes(endUs),
      faults: lanes.faultSpans(endUs),
      perSecond: series.perSecond(endUs),
      depth: series.depth(),
      confirmLatency: series.confirmLatency(),
      messageLives: parts.lives,
      messageLivesTotal: figures.groups.reduce((sum, { messages }) => sum + messages, 0),
      story: parts.story,
      configuration: configurationOf(scenario),
      clusterMoments: moments,
      clusterMomentsTotal: total,
      events: this.eventLog.take(),
      flow: parts.flow,
      replayCommand: parts.replayCommand,
      version: parts.version,
    };
  }
}

function handlingText(handling: PartitionHandling): string {
  if (handling.kind !== 'pause_if_all_down') return handling.kind;
  return `pause_if_all_down [${handling.nodes.join(', ')}], recover: ${handling.recover}`;
}
