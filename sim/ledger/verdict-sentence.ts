/**
 * The verdict as a sentence: what became of the messages and whether that was expected. The word (`PASSED`) stands beside it wherever it
 * is shown, so the sentence does not repeat it.
 */
import type { CauseGroup } from './cause-tally.ts';
import { UNEXPLAINED } from './causes.ts';
import type { LedgerFigures } from './ledger.ts';
import type { Failure, MessageFigures, RunResult, Verdict } from './result.ts';
import type { CheckedExpectation } from './run-report.ts';
import { counted, harmOf, tenths } from './words.ts';

export interface VerdictParts {
  readonly verdict: Verdict;
  readonly failures: readonly Failure[];
  readonly checked: readonly CheckedExpectation[];
  readonly figures: LedgerFigures;
}

/** `257 of 2735 confirmed messages are lost, as expected.` */
export function verdictSentence({ verdict, failures, checked, figures }: VerdictParts): string {
  const fate = fateOfAll(figures);
  const [first] = failures;
  switch (verdict) {
    case 'unknown':
      return `${brokenOff(failures)}, so nothing is decided: up to then ${inWords(fate)}.`;
    case 'passed': {
      if (!fate.isHarm) return `${capital(inWords(fate))}.`;
      const foreseen = checked.some(
        ({ expected, figure }) => figure === fate.figure || /message_lost|^any of | shows$/.test(expected),
      );
      // What was never confirmed was never promised.
      const unforeseen = fate.figure === 'confirmed_lost' ? '; the scenario expects nothing about that' : '';
      return `${capital(inWords(fate))}${foreseen ? ', as expected' : unforeseen}.`;
    }
    case 'failed': {
      if (first === undefined) return `${capital(inWords(fate))}.`;
      const more =
        failures.length === 1 ? '' : `; ${counted(failures.length - 1, 'more expectation')} failed`;
      if (isAboutLoss(first, checked))
        return `${aboutLoss(first)}: ${inWords(fate)} (line ${first.line})${more}.`;
      const observed = first.observed === null ? 'nothing' : String(first.observed);
      return `Expected ${first.expected}, observed ${observed} (line ${first.line})${more}. ${capital(inWords(fate))}.`;
    }
  }
}

/** One sentence for each queue that still keeps dead letters which no target has taken (QQ-25): they are not lost, and have not arrived. */
export function keptSentences(queues: RunResult['queues']): string[] {
  return Object.entries(queues).flatMap(([name, queue]) => {
    const kept = queue.type === 'quorum' ? (queue.messages_dlx ?? 0) : 0;
    return kept === 0 ? [] : [`${name} keeps ${counted(kept, 'dead letter')} that no target has taken.`];
  });
}

/** How a limit that was reached is put among the failures of a run. */
export const LIMIT_WORDS = 'the run ends within ';

/** Whether the failure is that a limit broke the run off. */
export function isAboutLimit({ expected }: Failure): boolean {
  return expected.startsWith(LIMIT_WORDS);
}

/** One sentence for each cause, most harm first. */
export function causeSentences(groups: readonly CauseGroup[]): string[] {
  return groups.map((group) => {
    const { hazard, rule, sentence } = group.cause;
    const names = [hazard === UNEXPLAINED ? 'no known hazard' : hazard, rule].filter((name) => name !== '');
    return `${sentence}: ${harmOf(group)} (${names.join(', ')}, at ${tenths(group.timeUs)} s).`;
  });
}

interface Fate {
  readonly text: string;
  readonly isHarm: boolean;
  /** The figure that tells of the harm. */
  readonly figure: 'confirmed_lost' | 'unconfirmed_lost';
}

function inWords({ text }: Fate): string {
  return text;
}

function fateOfAll({ messages, groups }: LedgerFigures): Fate {
  const { published, confirmed, confirmed_lost: harmed, unconfirmed_lost: unconfirmed } = messages;
  const stuck = groups
    .filter(({ cause }) => cause.outcome === 'stuck')
    .reduce((sum, group) => sum + group.confirmed, 0);
  const lost = harmed - stuck;
  const of = confirmed === 1 ? 'the 1 confirmed message' : `${confirmed} confirmed messages`;
  if (harmed > 0) {
    const parts = [
      ...(lost > 0 ? [`${lost} of ${of} ${areLost(lost, 'lost')}`] : []),
      ...(stuck > 0 ? [`${stuck}${lost > 0 ? '' : ` of ${of}`} ${areLost(stuck, 'out of reach')}`] : []),
    ];
    return { text: parts.join(' and '), isHarm: true, figure: 'confirmed_lost' };
  }
  if (unconfirmed > 0) {
    const text =
      confirmed === 0
        ? `${unconfirmed} of ${counted(published, 'message')} ${areLost(unconfirmed, 'lost')}, none of them confirmed`
        : `no confirmed message is lost, but ${unconfirmed} unconfirmed ${unconfirmed === 1 ? 'one is' : 'ones are'}`;
    return { text, isHarm: true, figure: 'unconfirmed_lost' };
  }
  return { text: nothingLost(messages), isHarm: false, figure: 'confirmed_lost' };
}

function nothingLost(messages: MessageFigures): string {
  const { published, confirmed, duplicated, returned } = messages;
  if (published === 0) return 'no message was published';
  const ended =
    messages.expired +
    messages.dead_lettered +
    messages.dropped_by_limit +
    messages.dropped_by_delivery_limit +
    messages.rejected +
    messages.purged;
  const waiting = published - messages.delivered_unique - messages.drained - returned - ended > 0;
  const ways = [
    'arrived',
    ...(returned > 0 ? ['were returned'] : []),
    ...(ended > 0 ? ['ended as their queues are told to end them'] : []),
    ...(waiting ? ['wait in their queues'] : []),
  ];
  const [count, what] = confirmed === 0 ? [published, 'message'] : [confirmed, 'confirmed message'];
  const all = count === 1 ? `the one ${what}` : `all ${count} ${what}s`;
  const repeats = duplicated === 0 ? '' : `, ${duplicated} of them more than once`;
  return `nothing was lost: ${all} ${ways.join(' or ')}${repeats}`;
}

/** `Broken off by limits.events = 1000 at 12 s`. */
function brokenOff(failures: readonly Failure[]): string {
  const limit = failures.find(isAboutLimit);
  if (limit === undefined) return 'Broken off by a limit';
  const when = String(limit.observed).replace('reached ', '');
  return `Broken off by ${limit.expected.slice(LIMIT_WORDS.length)} ${when}`;
}

function areLost(count: number, how: string): string {
  return `${count === 1 ? 'is' : 'are'} ${how}`;
}

function isAboutLoss({ line, expected }: Failure, checked: readonly CheckedExpectation[]): boolean {
  return checked.some(
    (expectation) =>
      expectation.line === line &&
      expectation.expected === expected &&
      expectation.figure === 'confirmed_lost',
  );
}

function aboutLoss({ expected }: Failure): string {
  return /^confirmed_lost = 0$/.test(expected) ? 'Expected no confirmed loss' : `Expected ${expected}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
