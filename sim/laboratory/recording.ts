/**
 * Repeats of a scenario on a real cluster as a recording of the conformance suite: the same questions as a simulated run answers, and for each how
 * many of the repeats gave which answer.
 */
import { heard, queueText } from '../conformance/evidence.ts';
import type { Recording } from '../conformance/recording.ts';
import type { QueueAtEnd, TimelineEvent } from '../ledger/result.ts';
import type { Scenario } from '../scenario/model.ts';
import type { NodeView } from './end-state.ts';
import { mayEndByRule } from './endings.ts';
import { clientNames } from './clients/make.ts';
import type { Observed } from './experiment.ts';

/** When a client or an operator was told something is a matter of the fault, and is held as a fact. */
const untimed = new Set(['connection_lost', 'operator', 'amqp_reply']);

/** All the repeats together. `broker` is what ran: `RabbitMQ 3.10.8, Erlang/OTP 25.2.3`. */
export function recordingOf(scenario: Scenario, broker: string, observed: readonly Observed[]): Recording {
  const repeats = mayEndByRule(scenario) ? observed.map(withoutLosses) : observed;
  return {
    name: scenario.name,
    description: scenario.description,
    broker,
    machine: repeats.some(({ wasBusy }) => wasBusy) ? 'busy' : 'quiet',
    repeats: repeats.length,
    figures: perRepeat(repeats.map(({ figures }) => figures)),
    queue_figures: queueFigures(repeats),
    workload_figures: workloadFigures(scenario, repeats),
    confirm_latency: {
      p50: repeats.flatMap(({ confirmLatencies }) => percentile(confirmLatencies, 0.5)),
      p99: repeats.flatMap(({ confirmLatencies }) => percentile(confirmLatencies, 0.99)),
    },
    answers: answersOf(repeats),
    times: timesOf(repeats),
    command_seconds: repeats.flatMap(({ commandSeconds }) => commandSeconds.map(rounded)),
  };
}

/** Nobody outside can tell these from what a rule of the scenario has ended. */
function withoutLosses(one: Observed): Observed {
  const { confirmed_lost: _confirmed, unconfirmed_lost: _unconfirmed, ...figures } = one.figures;
  return { ...one, figures };
}

/** Of each client of the scenario's workloads, without what is nothing in every repeat. */
function workloadFigures(
  { workloads }: Pick<Scenario, 'workloads'>,
  repeats: readonly Observed[],
): Recording['workload_figures'] {
  return Object.fromEntries(
    clientNames(workloads).map((name) => {
      const sets = perRepeat(repeats.map(({ byClient }) => ({ ...byClient.get(name) })));
      return [name, Object.fromEntries(Object.entries(sets).filter(([, values]) => values.some(Boolean)))];
    }),
  );
}

function perRepeat(sets: readonly Readonly<Record<string, number>>[]): Record<string, number[]> {
  const names = new Set(sets.flatMap((set) => Object.keys(set)));
  return Object.fromEntries([...names].map((name) => [name, sets.map((set) => set[name] ?? 0)]));
}

function queueFigures(repeats: readonly Observed[]): Recording['queue_figures'] {
  const all = new Set(repeats.flatMap(({ byQueue }) => [...byQueue.keys()]));
  const names = [...all].filter((name) => !isNamedByServer(name));
  return Object.fromEntries(
    names.map((name) => [
      name,
      perRepeat(
        repeats.map(({ byQueue }) => ({
          ...(byQueue.get(name) ?? { delivered: 0, drained_deliveries: 0, duplicated: 0 }),
        })),
      ),
    ]),
  );
}

/** Each time another name, that nobody can ask for. */
function isNamedByServer(queue: string): boolean {
  return queue.startsWith('amq.gen-');
}

function percentile(ascending: readonly number[], share: number): number[] {
  const at = ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))];
  return at === undefined ? [] : [rounded(at)];
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1_000) / 1_000;
}

function answersOf(repeats: readonly Observed[]): Recording['answers'] {
  const answers = new Map<string, Map<string, number>>();
  for (const repeat of repeats)
    for (const [question, answer] of Object.entries(answersOfOne(repeat))) {
      const given = answers.get(question) ?? new Map<string, number>();
      answers.set(question, given.set(answer, (given.get(answer) ?? 0) + 1));
    }
  for (const [question, given] of answers) {
    // What a log does not say happened no time; what was asked at the end and not answered nobody knows.
    const missing = repeats.length - [...given.values()].reduce((sum, count) => sum + count, 0);
    if (missing > 0 && !question.startsWith('at the end')) {
      const silence = question.startsWith('figure ') ? 'zero' : absent([...given.keys()]);
      given.set(silence, (given.get(silence) ?? 0) + missing);
    }
  }
  return Object.fromEntries([...answers].map(([question, given]) => [question, Object.fromEntries(given)]));
}

function absent(answers: readonly string[]): string {
  return answers.some((answer) => /^\d+$/.test(answer)) ? '0' : 'no';
}

function answersOfOne({ figures, byQueue, timeline, views }: Observed): Record<string, string> {
  const answers: Record<string, string> = {};
  const sign = (value: number): string => (value === 0 ? 'zero' : 'some');
  for (const [name, value] of Object.entries(figures)) answers[`figure ${name}`] = sign(value);
  for (const [queue, set] of byQueue)
    if (!isNamedByServer(queue))
      for (const [name, value] of Object.entries(set)) answers[`figure ${name} of ${queue}`] = sign(value);
  answers['every message was confirmed'] = figures['confirmed'] === figures['published'] ? 'yes' : 'no';
  Object.assign(answers, heard(timeline).answers);
  for (const [node, view] of views) Object.assign(answers, atEnd(node, view));
  return answers;
}

/** What one node says at the end, as far as it answers. */
function atEnd(node: string, { state, running, partitions, queues }: NodeView): Record<string, string> {
  const answers: Record<string, string> = { [`at the end: state of ${node}`]: state };
  if (running !== null) answers[`at the end: ${node} sees running`] = running.toSorted().join();
  if (partitions !== null)
    answers[`at the end: ${node} reports partitions`] = `[${partitions.toSorted().join()}]`;
  for (const [name, queue] of Object.entries(queues))
    if (!isNamedByServer(name))
      answers[`at the end: ${name} as ${node} sees it`] = queueText(queue, masterOf(queue));
  return answers;
}

function masterOf(queue: QueueAtEnd): string | null {
  return queue.type === 'classic' ? queue.master : queue.leader;
}

function timesOf(repeats: readonly Observed[]): Recording['times'] {
  const times = new Map<string, number[]>();
  for (const { timeline } of repeats) {
    const timed: readonly TimelineEvent[] = timeline.filter(({ event }) => !untimed.has(event));
    for (const [question, time] of Object.entries(heard(timed).times))
      times.set(question, [...(times.get(question) ?? []), rounded(time)]);
  }
  return Object.fromEntries(times);
}

/** A recording as its file has it: one line for each figure, question and time, so that what changes shows in a diff. */
export function recordingText(recording: Recording): string {
  const lines = Object.entries(recording).map(([key, value]) => {
    if (typeof value !== 'object' || Array.isArray(value))
      return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const inner = Object.entries(value).map(
      ([name, one]) => `    ${JSON.stringify(name)}: ${JSON.stringify(one)}`,
    );
    return `  ${JSON.stringify(key)}: {${inner.length === 0 ? '' : `\n${inner.join(',\n')}\n  `}}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}
