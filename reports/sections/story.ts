/**
 * What happened in a few numbered steps, whose numbers are the pins on the time axis; each says what it follows from and leads to its
 * moment, and where messages came to harm, why. The same once more as Mermaid's text, for wherever an outage is written up.
 */
import type { RunReport, StoryStep } from '../../sim/ledger/run-report.ts';
import { cited } from '../page/cited.ts';
import { type Links, messageLink, momentLink, ruleLink } from '../page/links.ts';
import { type Html, html } from '../page/markup.ts';
import { storyAsMermaid } from './story-mermaid.ts';

/** A shorter story is told with how the run began and ended around it. */
const STEPS_MIN = 5;

/** The numbered story, and its Mermaid text. */
export function storySection(report: RunReport, links: Links): Html {
  const frame = frameOf(report);
  const before = frame.filter(({ timeUs }) => timeUs === 0);
  const after = frame.filter(({ timeUs }) => timeUs > 0);
  return html`<section id="story" data-views="overview story">
    <h2>The story</h2>
    <ol class="story">
      ${before.map((line) => frameLine(line, links))}
      ${report.story.map((step, index) => storyLine(step, index, links))}
      ${after.map((line) => frameLine(line, links))}
    </ol>
    ${
      report.story.length > 0 &&
      html`<details class="block mermaid">
        <summary>The story as Mermaid text</summary>
        <pre tabindex="0" id="story-mermaid">${storyAsMermaid(report.story)}</pre>
      </details>`
    }
  </section>`;
}

function storyLine(step: StoryStep, index: number, links: Links): Html {
  const { timeUs, sentence, follows, because } = step;
  return html`<li id="step-${index + 1}">
    <span class="pin" aria-hidden="true">${index + 1}</span>${momentLink(links, timeUs)}
    <span
      >${sentence}${
        follows !== null &&
        html` <a class="follows" href="#step-${follows + 1}" title="follows from step ${follows + 1}"
          ><span class="unseen">follows from step</span><span aria-hidden="true">←</span>${follows + 1}</a
        >`
      }${
        because !== undefined &&
        html`<small class="because"
          >${cited(because.sentence)}
          <span>${ruleLink(because.hazard)} ${because.rule !== '' && ruleLink(because.rule)}</span>
          <span>first ${messageLink(links, because.message)}</span></small
        >`
      }</span
    >
  </li>`;
}

interface FrameLine {
  readonly timeUs: number;
  readonly sentence: string;
}

function frameLine({ timeUs, sentence }: FrameLine, links: Links): Html {
  return html`<li class="frame">
    <span class="pin" aria-hidden="true">·</span>${momentLink(links, timeUs)}<span>${sentence}</span>
  </li>`;
}

/** How the run began and ended, for a story that would else be shorter than five lines. */
function frameOf(report: RunReport): FrameLine[] {
  const missing = STEPS_MIN - report.story.length;
  if (missing <= 0) return [];
  const began = report.queueLanes.slice(0, 3).map(({ queue, leaders }) => {
    const [first] = leaders;
    return first === undefined ? '' : `; ${queue} is led by ${first.node}`;
  });
  const { published, confirmed } = report.result.messages;
  const { settleFromUs, drainFromUs, endUs } = report;
  const lines = [
    { timeUs: 0, sentence: `The run begins with ${report.nodes.join(', ')}${began.join('')}` },
    { timeUs: endUs, sentence: report.verdictSentence },
    ...(settleFromUs === null
      ? []
      : [
          {
            timeUs: settleFromUs,
            sentence: `What the scenario does is over; ${published} messages are published in all, ${confirmed} confirmed`,
          },
        ]),
    ...(drainFromUs === null
      ? []
      : [
          {
            timeUs: drainFromUs,
            sentence: 'Clients are gone; the drain takes out what the queues still hold',
          },
        ]),
    ...(report.faults.length === 0
      ? [{ timeUs: 0, sentence: 'Nothing is done to the cluster: no fault, no command' }]
      : []),
  ];
  return lines.slice(0, Math.max(missing, 2)).toSorted((a, b) => a.timeUs - b.timeUs);
}
