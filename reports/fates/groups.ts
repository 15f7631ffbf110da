/**
 * Messages gathered by fate: those of one queue that met the same outcome by the same decision are one group, and within it those that
 * took the same course, step by step at the same processes, differ only in their times. So five hundred lost messages are one line that
 * opens, and not five hundred pages. Left out: the fate itself, which the ledger has decided.
 */
import type { MessageOutcome, RunResult } from '../../sim/ledger/result.ts';
import type { LifeCause, LifeStep, MessageLife, RunReport } from '../../sim/ledger/run-report.ts';

/** Messages of a group that took the same course. */
export interface Course {
  readonly steps: readonly LifeStep[];
  readonly lives: readonly MessageLife[];
}

export interface FateGroup {
  readonly outcome: MessageOutcome;
  readonly confirmed: boolean;
  readonly queue: string;
  /** Of the first message; the others differ at most in its time. */
  readonly cause: LifeCause;
  readonly decidedFromUs: number;
  readonly decidedToUs: number;
  readonly lives: readonly MessageLife[];
  /** How many there were, listed or not; null where the result does not tell this group from its siblings. */
  readonly total: number | null;
}

/** Most harm first. */
const HARM: readonly MessageOutcome[] = ['lost', 'stuck', 'duplicated', 'reordered'];

/** The groups of a report, most harm first: what was confirmed before what was not, many before few. */
export function fateGroups(report: RunReport): readonly FateGroup[] {
  const gathered = new Map<string, MessageLife[]>();
  for (const life of report.messageLives) {
    const { hazard, rule, sentence } = life.cause;
    const key = JSON.stringify([life.outcome, life.confirmed, life.queue, hazard, rule, sentence]);
    const siblings = gathered.get(key);
    if (siblings === undefined) gathered.set(key, [life]);
    else siblings.push(life);
  }
  const groups = [...gathered.values()].flatMap((lives): readonly Omit<FateGroup, 'total'>[] => {
    const first = lives[0];
    if (first === undefined) return [];
    return [
      {
        outcome: first.outcome,
        confirmed: first.confirmed,
        queue: first.queue,
        cause: first.cause,
        decidedFromUs: lives.reduce((least, life) => Math.min(least, life.cause.timeUs), first.cause.timeUs),
        decidedToUs: lives.reduce((most, life) => Math.max(most, life.cause.timeUs), first.cause.timeUs),
        lives,
      },
    ];
  });
  return groups
    .map((group) => ({ ...group, total: totalOf(report.result, group, groups) }))
    .toSorted(
      (a, b) =>
        HARM.indexOf(a.outcome) - HARM.indexOf(b.outcome) ||
        Number(b.confirmed) - Number(a.confirmed) ||
        b.lives.length - a.lives.length,
    );
}

type Untotalled = Omit<FateGroup, 'total'>;

/** From the result's causes, if exactly this group stands for that cause and that kind of publisher's knowledge. */
function totalOf(result: RunResult, group: Untotalled, groups: readonly Untotalled[]): number | null {
  const alike = groups.filter(
    (other) =>
      other.outcome === group.outcome &&
      other.confirmed === group.confirmed &&
      other.cause.hazard === group.cause.hazard &&
      other.cause.rule === group.cause.rule,
  );
  const figures = result.causes.filter(
    (cause) =>
      cause.outcome === group.outcome &&
      cause.hazard === group.cause.hazard &&
      cause.rule === group.cause.rule,
  );
  const only = figures[0];
  if (alike.length !== 1 || figures.length !== 1 || only === undefined) return null;
  const total = group.confirmed ? only.confirmed : only.messages - only.confirmed;
  return total < group.lives.length ? null : total;
}

/** The courses of a group's messages, the commonest first. */
export function coursesOf(lives: readonly MessageLife[]): readonly Course[] {
  const gathered = new Map<string, { readonly steps: readonly LifeStep[]; readonly lives: MessageLife[] }>();
  for (const life of lives) {
    const key = JSON.stringify([
      life.stepsLeftOut ?? 0,
      life.steps.map((step) => [step.node, step.process, step.what, step.rule ?? '']),
    ]);
    const course = gathered.get(key);
    if (course === undefined) gathered.set(key, { steps: life.steps, lives: [life] });
    else course.lives.push(life);
  }
  return [...gathered.values()].toSorted((a, b) => b.lives.length - a.lives.length);
}

/** `37 confirmed messages lost`, in few words. */
export function fateLabel(group: FateGroup): string {
  const knowledge = group.confirmed ? 'confirmed' : 'unconfirmed';
  return `${knowledge}, ${group.outcome}`;
}
