/**
 * Holds what a real cluster did against what the simulator did over many seeds, one row a figure, question or time. The four criteria:
 *
 * - a fact that every repeat showed holds in every seed, unless the notes say by which rule it is chance;
 * - every repeat's figure lies within what the seeds produced, widened by the stated tolerance;
 * - every outcome that a repeat had is reached by some seed, and what only seeds had is said in the notes to follow from the rules;
 * - the seeds spread about as wide as the repeats: a figure is called *wide* when the middle half of the seeds spans more than three times the
 *   repeats' whole range (and the tolerance on top), which with three to six repeats a simulator that says 'anything' does not pass.
 *
 * Nothing is dropped: what disagrees has a row with its reason, or with none.
 */
import type { Evidence } from './evidence.ts';
import { speaksOf, type Note, type Recording } from './recording.ts';
import { timeTolerance, toleranceOf } from './tolerance.ts';

/**
 * `agrees` without help; `tolerance`: within the stated tolerance; `laboratory`: within a tolerance that only this experiment's notes state;
 * `chance`: the rules leave it to chance, the notes say which; `differs`: it does not agree, the notes say why; `unexplained`: it does not agree.
 */
export type Verdict = 'agrees' | 'tolerance' | 'laboratory' | 'chance' | 'differs' | 'unexplained';

export interface Row {
  readonly kind: 'figure' | 'fact' | 'time';
  /** The figure, the question, or what was logged. */
  readonly name: string;
  readonly real: string;
  readonly simulated: string;
  readonly verdict: Verdict;
  /** Of a tolerance, a chance or a difference. */
  readonly reason: string;
  readonly isWide: boolean;
}

export interface Case {
  readonly recording: Recording;
  /** The experiment was recorded again on an idle machine: figures that only a busy one gave are the machine's. */
  readonly isSuperseded?: boolean;
  readonly note: Note;
  readonly evidence: readonly Evidence[];
  /** What the scenario publishes. */
  readonly ratePerSecond: number;
}

/**
 * Fewer seeds than this show too little of what can happen. Their range counts with its own width more on either side and with twice the
 * tolerance; where the repeats themselves had several outcomes, lying far apart, the two ranges need only meet.
 */
const seedsOfAFullRange = 50;

/** Why a time that a busy machine recorded is no measure. */
const busyTimes =
  'recorded on a busy machine, where boots took up to 12 s and command lines up to 4 s longer than on a quiet one; the order of events and the figures are held, not this time';

/** Why a figure that a busy machine recorded is no measure where an idle one has recorded the same experiment. */
const busyFigures =
  'recorded while other work kept processes waiting for some hundred milliseconds at times; the recording on an idle machine, above, has no such figure';

/** All rows of one experiment: figures, then facts, then times. */
export function judge(one: Case): readonly Row[] {
  return [...figureRows(one), ...factRows(one), ...timeRows(one)];
}

function figureRows(one: Case): readonly Row[] {
  const { recording, evidence, ratePerSecond } = one;
  const rows: Row[] = [];
  for (const [name, real] of realFigures(recording)) {
    const simulated = evidence.flatMap(({ figures }) => figures[name] ?? []);
    if (simulated.length === 0 || real.length === 0) continue;
    const tolerance = toleranceOf(name, recording.machine, ratePerSecond);
    rows.push(measured(one, { kind: 'figure', name, real, simulated, tolerance }));
  }
  return rows;
}

function realFigures(recording: Recording): [string, readonly number[]][] {
  const { figures, queue_figures, workload_figures = {}, confirm_latency } = recording;
  const queues = Object.entries(queue_figures);
  return [
    ...Object.entries(figures),
    // With one queue its figures are the experiment's.
    ...(queues.length < 2
      ? []
      : queues.flatMap(([queue, set]) =>
          Object.entries(set).map(([name, real]): [string, number[]] => [`${name} of ${queue}`, real]),
        )),
    ...Object.entries(workload_figures).flatMap(([workload, set]) =>
      Object.entries(set).map(([name, real]): [string, number[]] => [
        `${name} of workload ${workload}`,
        real,
      ]),
    ),
    ...Object.entries(confirm_latency).map(([name, real]): [string, number[]] => [
      `confirm_latency_${name}`,
      real,
    ]),
  ];
}

interface Measured {
  readonly kind: 'figure' | 'time';
  readonly name: string;
  readonly real: readonly number[];
  readonly simulated: readonly number[];
  readonly tolerance: { readonly within: number; readonly reason: string };
}

function measured(
  { note, recording, isSuperseded = false }: Case,
  { kind, name, real, simulated, tolerance }: Measured,
): Row {
  const [lowest, quarter, middle, threeQuarters, highest] = quantiles(simulated);
  const isFew = simulated.length < seedsOfAFullRange;
  const more = isFew ? highest - lowest + tolerance.within : 0;
  const realRange = Math.max(...real) - Math.min(...real);
  const gaps = real.map((value) => Math.max(lowest - more - value, value - highest - more, 0));
  const outside = isFew && realRange > 5 * tolerance.within ? gapBetween(real, simulated) : Math.max(...gaps);
  // Whether it happened is a fact of the same name.
  const asked = kind === 'time' ? `time of ${name}` : name;
  const laboratory = speaksOf(note.laboratory, asked);
  const [verdict, reason] = ((): [Verdict, string] => {
    if (outside === 0) return ['agrees', ''];
    if (outside <= tolerance.within) return ['tolerance', tolerance.reason];
    if (laboratory !== undefined && outside <= tolerance.within + laboratory.within)
      return ['laboratory', laboratory.reason];
    if (kind === 'time' && recording.machine === 'busy') return ['laboratory', busyTimes];
    if (isSuperseded) return ['laboratory', busyFigures];
    return disagreement(note, asked);
  })();
  const isWide = threeQuarters - quarter > 3 * realRange + tolerance.within;
  return {
    kind,
    name,
    real: range(Math.min(...real), Math.max(...real)),
    simulated: lowest === highest ? short(lowest) : `${short(lowest)}..${short(middle)}..${short(highest)}`,
    verdict,
    reason,
    isWide,
  };
}

/** How far two ranges lie apart; 0 where they meet. */
function gapBetween(a: readonly number[], b: readonly number[]): number {
  return Math.max(Math.min(...a) - Math.max(...b), Math.min(...b) - Math.max(...a), 0);
}

function disagreement(note: Note, name: string, answers: readonly string[] = []): [Verdict, string] {
  const differs = speaksOf(note.differs, name, answers);
  return differs === undefined ? ['unexplained', ''] : ['differs', withRules(differs)];
}

function withRules({
  rules,
  reason,
}: {
  readonly rules: readonly string[];
  readonly reason: string;
}): string {
  return rules.length === 0 ? reason : `${rules.join(', ')}: ${reason}`;
}

function factRows(one: Case): readonly Row[] {
  const { recording, evidence } = one;
  const questions = new Set(Object.keys(recording.answers));
  // What only seeds show, no repeat showed: a log that is silent says no.
  for (const { answers } of evidence)
    for (const question of Object.keys(answers)) if (isLogged(question)) questions.add(question);
  return [...questions].flatMap((question) => factRow(one, question) ?? []);
}

/** Whether a log or a client would have shown it, so that its absence from a recording means that it did not happen. */
function isLogged(question: string): boolean {
  return (
    !/^(?:figure |at the end: |every |rabbitmqctl |basic\.|queue\.|exchange\.|tx\.)/.test(question) &&
    // The first recordings were not asked.
    !/ channel_closed /.test(question)
  );
}

function factRow(one: Case, question: string): Row | null {
  const { recording, evidence, note, ratePerSecond, isSuperseded = false } = one;
  const real = recording.answers[question] ?? { none: recording.repeats };
  const counts = new Map<string, number>();
  const agreeing = (answer: string): boolean => Object.keys(real).some((one) => isSame(one, answer));
  for (const seed of evidence) {
    const answer = seed.answers[question] ?? (isLogged(question) ? 'none' : undefined);
    if (answer === undefined) continue;
    const isClose = !agreeing(answer) && isWithinTolerance(recording, seed, question, ratePerSecond);
    const counted = isClose ? 'about the same' : answer;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  if (counts.size === 0) return null;
  const unreached = Object.keys(real).filter(
    (answer) =>
      ![...counts.keys()].some((given) => isSame(answer, given)) && !isNearly(one, question, answer),
  );
  // Where some repeats did not answer (a node that was too busy to be asked) nobody knows what they would have said.
  const isKnown = Object.values(real).reduce((sum, count) => sum + count, 0) >= recording.repeats;
  const beyond = isKnown
    ? [...counts.keys()].filter((answer) => answer !== 'about the same' && !agreeing(answer))
    : [];
  const isClose = counts.has('about the same');
  // Few seeds do not reach everything where there are several outcomes: in the repeats, or by what the notes say.
  const hasSeveral = Object.keys(real).length > 1 || speaksOf(note.chance, question, beyond) !== undefined;
  const missing = evidence.length < seedsOfAFullRange && hasSeveral ? [] : unreached;
  const [verdict, reason] = ((): [Verdict, string] => {
    if (beyond.length === 0 && isClose) return ['tolerance', 'the figure is as small as its tolerance'];
    if (beyond.length === 0 && missing.length === 0) return ['agrees', ''];
    const chance = speaksOf(note.chance, question, beyond);
    if (chance !== undefined && missing.length === 0) return ['chance', withRules(chance)];
    const laboratory = speaksOf(note.laboratory, question, beyond);
    if (laboratory !== undefined) return ['laboratory', withRules(laboratory)];
    if (isSuperseded && question.startsWith('figure ')) return ['laboratory', busyFigures];
    return disagreement(note, question, beyond);
  })();
  return {
    kind: 'fact',
    name: question,
    real: shares(Object.entries(real)),
    simulated: shares([...counts]),
    verdict,
    reason,
    isWide: false,
  };
}

/** What is not logged happened no time; and where nodes disagree of a queue, a run knows only whom each takes for its master. */
function isSame(real: string, simulated: string): boolean {
  const none = new Set(['none', 'no', '0']);
  if (real === simulated || (none.has(real) && none.has(simulated))) return true;
  return /^master \w+$/.test(simulated) && real.split(', ').includes(simulated);
}

/** Zero or some: a figure that differs from a repeat's by no more than its tolerance is not another fact. */
function isWithinTolerance(
  recording: Recording,
  { figures }: Evidence,
  question: string,
  ratePerSecond: number,
): boolean {
  const behind = figureBehind(recording, question);
  if (behind === null) return false;
  const { within } = toleranceOf(behind.name, recording.machine, ratePerSecond);
  return behind.real.some((value) => Math.abs(value - (figures[behind.name] ?? 0)) <= within);
}

/** Whether the repeats that gave this answer are no further from some seed than the tolerance. */
function isNearly({ recording, evidence, ratePerSecond }: Case, question: string, answer: string): boolean {
  const behind = figureBehind(recording, question);
  if (behind === null) return false;
  const { within } = toleranceOf(behind.name, recording.machine, ratePerSecond);
  const given = behind.real.filter((value) => (value === 0) === (answer === 'zero'));
  return given.every((value) =>
    evidence.some(({ figures }) => Math.abs(value - (figures[behind.name] ?? 0)) <= within),
  );
}

function figureBehind(
  recording: Recording,
  question: string,
): { readonly name: string; readonly real: readonly number[] } | null {
  const [, name] = /^figure (.*)$/.exec(question) ?? [];
  if (name === undefined) return null;
  const [figure = name, queue] = name.split(' of ');
  const real = queue === undefined ? recording.figures[figure] : recording.queue_figures[queue]?.[figure];
  return real === undefined ? null : { name, real };
}

function timeRows(one: Case): readonly Row[] {
  const { recording, evidence } = one;
  return Object.entries(recording.times).flatMap(([name, real]) => {
    const simulated = evidence.flatMap(({ times }) => times[name] ?? []);
    // Whether it happens at all is a fact's business.
    if (simulated.length === 0) return [];
    return [
      measured(one, { kind: 'time', name, real, simulated, tolerance: timeTolerance(recording.machine) }),
    ];
  });
}

function quantiles(values: readonly number[]): [number, number, number, number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return [at(0), at(0.25), at(0.5), at(0.75), at(1)];
}

function range(from: number, to: number): string {
  return from === to ? short(from) : `${short(from)}..${short(to)}`;
}

/** At most three digits after the point. */
function short(value: number): string {
  return `${Math.round(value * 1000) / 1000}`;
}

function shares(counts: readonly (readonly [string, number])[]): string {
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  const sorted = counts.toSorted(([, a], [, b]) => b - a);
  return sorted
    .map(([answer, count]) => (count === sum ? answer : `${answer} (${count} of ${sum})`))
    .join('; ');
}
