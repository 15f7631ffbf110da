/**
 * One run from scenario to verdict, without a word about command lines: the engine runs the experiment, the ledger listens and is
 * closed, the expectations are judged. A report takes what was heard besides and, where messages have lives to tell, what was kept of
 * their steps, or a second run of the same seed where that was too much. Left out: files, matrices and sets of seeds, which are their callers' business.
 */
import type { CauseGroup } from '../ledger/cause-tally.ts';
import { judge } from '../ledger/expectations.ts';
import { Ledger } from '../ledger/ledger.ts';
import { LifeCollector, logSteps } from '../ledger/lives.ts';
import { messageFlow } from '../ledger/message-flow.ts';
import type { Failure } from '../ledger/result.ts';
import type { MessageFlow, MessageLife } from '../ledger/run-report.ts';
import { RunReportBuilder } from '../ledger/run-report-builder.ts';
import { runResult } from '../ledger/run-result.ts';
import { StepLog } from '../ledger/step-log.ts';
import { Story } from '../ledger/story.ts';
import { Timeline } from '../ledger/timeline.ts';
import { unsentSentences } from '../ledger/unsent.ts';
import { causeSentences, keptSentences, LIMIT_WORDS, verdictSentence } from '../ledger/verdict-sentence.ts';
import { fail, invariant } from '../kernel/invariant.ts';
import type { Journal } from '../kernel/journal.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { phase } from '../records/cluster.ts';
import type { Observation } from '../records/observation.ts';
import { rules } from '../rules/registry.ts';
import { createCluster } from '../run/create-cluster.ts';
import { faultWords } from '../run/fault-words.ts';
import { runExperiment, type Experiment } from '../run/experiment.ts';
import type { Scenario } from '../scenario/model.ts';
import { packageVersion } from './package.ts';
import type { ScenarioRun, SimulateOptions } from './run.ts';
import { traceHash } from './trace-hash.ts';
import { traceJournal } from './trace.ts';

/** Lives told of each group of messages that met the same fate for the same reason. */
const livesOfGroup = 200;

/** A run that a limit broke off may never have been looked at. */
const nothingSeen: Observation = {
  timeUs: null,
  nodes: {},
  members: {},
  running: {},
  queues: {},
  seenBy: {},
  clients: {},
};

/**
 * Runs a scenario with one seed to its verdict, synchronously: the same scenario and seed yield the same run, on every machine. Throws RangeError for a
 * seed that is no whole number, ScenarioError where the cluster that the scenario asks for cannot form, InvariantError (or anything else) only on
 * our own defects.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): ScenarioRun {
  const { seed = scenario.seed } = options;
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
  let listeners: Listeners | undefined;
  const experiment = runExperiment(scenario, {
    seed,
    createCluster,
    prepare: (simulation) => {
      listeners = new Listeners(simulation, scenario, options);
    },
    ...(options.onProgress && { progress: options.onProgress }),
    ...(options.forReport === true && {
      changed: (seen) => listeners?.reportBuilder?.clusterMoments.add(seen.timeUs, seen),
    }),
  });
  if (listeners === undefined) fail('the experiment did not call prepare');
  const { ledger, timeline, story, reportBuilder, stepLog } = listeners;
  const atEnd = experiment.observations.find(({ timeUs }) => timeUs === null) ?? null;
  const brokenOff = experiment.limitReached !== null;
  const figures = ledger.close({ endUs: experiment.durationUs, observation: atEnd, brokenOff });
  timeline.addMessages(figures.groups);
  const judgement = judge(scenario.expect, {
    messages: { ...figures.messages },
    availability: { ...figures.availability },
    byWorkload: new Map([...figures.byWorkload].map(([name, set]) => [name, { ...set }])),
    byQueue: new Map([...figures.byQueue].map(([name, set]) => [name, { ...set }])),
    timeline: timeline.events,
    observations: experiment.observations,
    causes: figures.causes,
    exercised: experiment.coverage.exercised().flatMap((index) => rules[index]?.id ?? []),
  });
  const version = packageVersion();
  const journalHash = experiment.simulation.journal.hash();
  const result = runResult({
    scenario,
    seed,
    figures,
    timeline,
    observation: atEnd ?? experiment.observations.at(-1) ?? nothingSeen,
    judgement,
    moreFailures: otherFailures(scenario, experiment),
    limitReached: experiment.limitReached,
    durationUs: experiment.durationUs,
    exercised: experiment.coverage.exercised(),
    traceHash: traceHash(scenario, seed, version, journalHash),
  });
  const { endUs } = experiment;
  const lines = story.lines(figures.groups, endUs);
  const sentence = verdictSentence({
    verdict: result.verdict,
    failures: result.failures,
    checked: judgement.checked,
    figures,
  });
  return {
    result,
    verdictSentence: [
      sentence,
      ...keptSentences(result.queues),
      ...unsentSentences(scenario.workloads, figures.byWorkload),
    ].join(' '),
    causeSentences: causeSentences(figures.groups),
    story: lines,
    judgement,
    report:
      reportBuilder &&
      stepLog &&
      ((replayCommand) =>
        reportBuilder.build({
          result,
          figures,
          judgement,
          story: lines,
          ...messagesTold(scenario, seed, ledger, stepLog, {
            journal: experiment.simulation.journal,
            groups: figures.groups,
          }),
          endUs,
          replayCommand,
          version,
        })),
  };
}

/** Everybody who listens to a run. */
class Listeners {
  readonly ledger: Ledger;
  readonly reportBuilder: RunReportBuilder | null;
  readonly stepLog: StepLog | null;
  readonly story: Story;
  private ofEvents: Timeline | null = null;

  constructor({ journal }: Simulation, scenario: Scenario, options: SimulateOptions) {
    const { forReport, onTraceLine, onJournal } = options;
    this.ledger = new Ledger(journal, scenario);
    this.story = new Story(journal);
    this.reportBuilder = forReport === true ? new RunReportBuilder(journal, scenario) : null;
    this.stepLog = forReport === true ? logSteps(journal) : null;
    // The first phase begins when the cluster is formed: how it formed is no part of what happened to it.
    journal.on(phase, () => {
      this.ofEvents ??= new Timeline(journal);
    });
    if (onTraceLine !== undefined) traceJournal(journal, onTraceLine);
    onJournal?.(journal);
  }

  get timeline(): Timeline {
    return this.ofEvents ?? fail('the experiment had no first phase');
  }
}

/**
 * What happened to messages: lives of those that matter, and the flow of all, or of a sample. From the log of the run; where that has
 * forgotten messages that matter, the seed is run again, with eyes for them only.
 */
function messagesTold(
  scenario: Scenario,
  seed: number,
  ledger: Ledger,
  log: StepLog,
  { journal, groups }: { readonly journal: Journal; readonly groups: readonly CauseGroup[] },
): { readonly lives: readonly MessageLife[]; readonly flow: MessageFlow } {
  const collector = new LifeCollector(journal, ledger.interestingIds(livesOfGroup));
  let livesLog: StepLog | null = null;
  if (!log.isComplete && groups.length > 0) {
    const again = runExperiment(scenario, {
      seed,
      createCluster,
      prepare: (simulation) => {
        livesLog = new StepLog(simulation.journal, log.kinds, collector.wanted);
      },
    }).simulation.journal;
    invariant(again.hash() === journal.hash(), 'a second run of the same seed went another way');
  }
  if (groups.length > 0) collector.read(livesLog ?? log);
  const publisherName = (publisher: number): string => ledger.publisherName(publisher);
  const flow = messageFlow({ journal, log, livesLog, hasLife: collector.wanted, publisherName, groups });
  return { lives: collector.lives(), flow };
}

/** What failed and is no expectation: the limit that broke the run off, or else rows of `chaos` whose event never came. */
function otherFailures({ limits, source }: Scenario, experiment: Experiment): readonly Failure[] {
  const { limitReached, endUs, unmetRows } = experiment;
  if (limitReached === null)
    return unmetRows.map(({ line, action, forUs }) => ({
      line,
      expected: `this happens: ${faultWords(action, forUs).began}`,
      observed: 'never',
    }));
  const values = {
    events: `${limits.events}`,
    virtual_time: `${limits.virtualTimeUs / 1_000_000}s`,
    messages: `${limits.messages}`,
  };
  // Where the file sets no limits there is no better place to point at than its beginning.
  const line = source.text.split('\n').findIndex((text) => text.startsWith('limits:'));
  const expected = `${LIMIT_WORDS}limits.${limitReached} = ${values[limitReached]}`;
  return [{ line: Math.max(line, 0) + 1, expected, observed: `reached at ${endUs / 1_000_000} s` }];
}
