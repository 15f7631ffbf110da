/** The head of a sweep's page: how many runs of how many configurations, and what came of them in a sentence. */
import type { SweepCell, SweepReport } from '../../sim/ledger/sweep.ts';
import { counted } from '../page/format.ts';
import { type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';
import { VERDICT_WORDS } from '../sections/verdict.ts';

export function headSection(report: SweepReport): Html {
  const { names, descriptions, cells } = report;
  const verdict = verdictOf(cells);
  const { mark, word } = VERDICT_WORDS[verdict];
  return html`<header class="verdict ${verdict}">
    <div class="masthead">
      <p class="brand">Watership <span>${cells.length > 1 ? 'matrix' : 'seeds'}</span></p>
      <nav aria-label="Parts of this page">
        <a href="#outcomes">Outcomes</a><a href="#spreads">Figures</a><a href="#worst">Worst seeds</a
        ><a href="#configurations">Configurations</a>
      </nav>
    </div>
    <h1>
      <span class="stamp"><span aria-hidden="true">${mark}</span> ${word}</span>
      <span class="sentence">${sentenceOf(report)}</span>
    </h1>
    <ul class="facts">
      <li><b>${names.join(', ')}</b></li>
      <li>${counted(cells.length, 'configuration')}</li>
      <li>${counted(runsOf(cells), 'run')}</li>
    </ul>
    ${descriptions.map((description) => html`<p class="lead">${prose(description)}</p>`)}
  </header>`;
}

function verdictOf(cells: readonly SweepCell[]): SweepCell['verdict'] {
  if (cells.some(({ verdict, defects, refused }) => verdict === 'failed' || defects + refused > 0))
    return 'failed';
  return cells.some(({ verdict }) => verdict === 'unknown') ? 'unknown' : 'passed';
}

function runsOf(cells: readonly SweepCell[]): number {
  return cells.reduce((sum, { runs }) => sum + runs, 0);
}

function sentenceOf({ cells, expects }: SweepReport): string {
  const runs = runsOf(cells);
  const with_ = (outcome: string): number =>
    cells.reduce(
      (sum, { outcomes }) => sum + (outcomes.find((share) => share.outcome === outcome)?.runs ?? 0),
      0,
    );
  const lost = with_('confirmed_lost');
  const failed = with_('failed');
  const safe = cells.filter(({ outcomes }) =>
    outcomes.some(({ outcome, runs: hits }) => outcome === 'confirmed_lost' && hits === 0),
  ).length;
  const where =
    safe === 0
      ? ', some in each configuration'
      : `; ${safe} of ${counted(cells.length, 'configuration')} never did`;
  const unknown = with_('unknown');
  const parts = [
    lost === 0
      ? `None of ${counted(runs, 'run')} lost a confirmed message.`
      : `${lost} of ${counted(runs, 'run')} lost confirmed messages${cells.length > 1 ? where : ''}.`,
  ];
  if (unknown > 0) parts.push(`${unknown === runs ? 'All' : unknown} reached a limit first.`);
  if (!expects) parts.push('Nothing was expected of them.');
  else if (failed === 0) parts.push('All expectations held in each run.');
  else parts.push(`In ${counted(failed, 'run')} an expectation failed.`);
  return parts.join(' ');
}
