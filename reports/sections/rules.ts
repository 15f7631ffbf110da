/** The rules that the run exercised, each explained, with the hazards it leads to; and those hazards, the ones that showed first. */
import type { RunReport } from '../../sim/ledger/run-report.ts';
import { type Hazard, hazards, type Rule, rules } from '../../sim/rules/registry.ts';
import { counted } from '../page/format.ts';
import { type Links, messageLink, ruleLink } from '../page/links.ts';
import { type Html, html } from '../page/markup.ts';
import { prose } from '../page/prose.ts';

const CHAPTERS: Readonly<Record<Rule['chapter'], string>> = {
  OVR: 'Processes',
  NET: 'Connections between nodes',
  CLU: 'The cluster and its metadata',
  PAR: 'Partitions',
  MIR: 'Mirrored queues',
  BRK: 'Channels, exchanges, queues',
  QQ: 'Quorum queues',
  CLI: 'Clients',
};

const KNOWN: Readonly<Record<Rule['confidence'], string>> = {
  read: 'read in the source',
  documented: 'documented by the vendor',
  inferred: 'inferred from other rules',
  observed: 'observed on a real cluster',
};

/** Rules by chapter, then hazards. */
export function rulesSection(report: RunReport, links: Links): Html {
  const exercised = new Set(report.result.rules);
  const decided = new Set(report.result.causes.map(({ rule }) => rule));
  const shown = rules.filter(({ id }) => exercised.has(id) || decided.has(id));
  const unknown = report.result.rules.filter((id) => !shown.some((rule) => rule.id === id));
  const ids = new Set(shown.map(({ id }) => id));
  const showed = new Set(report.result.causes.map(({ hazard }) => hazard));
  const near = hazards.filter((hazard) => showed.has(hazard.id) || hazard.rules.some((id) => ids.has(id)));
  const ordered = [...near.filter(({ id }) => showed.has(id)), ...near.filter(({ id }) => !showed.has(id))];
  const chapters = Object.entries(CHAPTERS).map(([chapter, title]) => ({
    title,
    rules: shown.filter((rule) => rule.chapter === chapter),
  }));
  return html`<section id="rules" data-views="rules">
    <details class="block" open>
      <summary>
        <h2>Rules</h2>
        <small
          >${counted(shown.length, 'rule')} of the broker decided something in this run;
          ${counted(near.length, 'hazard')} can follow from them</small
        >
      </summary>
      ${chapters.map(
        ({ title, rules }) =>
          rules.length > 0 &&
          html`<h3>${title}</h3>
            ${rules.map((rule) => ruleItem(rule, decided.has(rule.id), near))}`,
      )}
      ${unknown.length > 0 && html`<p>${unknown.map((id) => html`<code>${id}</code> `)}</p>`}
      ${ordered.length > 0 && html`<h3>Hazards</h3>`}
      ${ordered.map((hazard) => hazardItem(hazard, report, ids, links))}
    </details>
  </section>`;
}

function ruleItem(rule: Rule, decided: boolean, near: readonly Hazard[]): Html {
  const leads = near.filter((hazard) => hazard.rules.includes(rule.id));
  return html`<article class="rule" id="${rule.id}">
    <h4>
      <code>${rule.id}</code>
      ${prose(rule.title)}${decided && html` <span class="note failed">decided harm</span>`}
    </h4>
    <p>${prose(rule.statement)}</p>
    <p class="source-of">
      <span>Source <code>${rule.source}</code></span>
      <span>${KNOWN[rule.confidence]}${rule.questioned && ', to be confirmed by an experiment'}</span>
      ${leads.length > 0 && html`<span>leads to ${leads.map(({ id }) => html`${ruleLink(id)} `)}</span>`}
    </p>
  </article>`;
}

function hazardItem(hazard: Hazard, report: RunReport, ids: ReadonlySet<string>, links: Links): Html {
  const causes = report.result.causes.filter((cause) => cause.hazard === hazard.id);
  return html`<article class="rule" id="${hazard.id}">
    <h4>
      <code>${hazard.id}</code>
      ${prose(hazard.title)}${causes.length > 0 && html` <span class="note failed">showed in this run</span>`}
    </h4>
    <p>${prose(hazard.conditions)}: ${prose(hazard.outcome)}. Prevented by ${prose(hazard.preventedBy)}.</p>
    ${causes.map(
      (cause) =>
        html`<p>
          ${counted(cause.messages, 'message')} ${cause.outcome}, ${cause.confirmed} confirmed, first
          ${messageLink(links, cause.first)}
        </p>`,
    )}
    <p class="source-of">
      <span
        >follows from
        ${hazard.rules.map((id) => html`${ids.has(id) ? ruleLink(id) : html`<code>${id}</code>`} `)}</span
      >
    </p>
  </article>`;
}
