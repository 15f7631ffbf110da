/**
 * Every message that was lost, duplicated, reordered or left stuck, as far as the report carries them: a row for each fate and cause, which opens
 * to the life line of one message and, beside it, the times at which its siblings took the same steps. Cut by the limits below, each
 * time with the number there was; so the size of the page does not follow the number of messages.
 */
import type { MessageLife, RunReport } from '../../sim/ledger/run-report.ts';
import { type Course, type FateGroup, coursesOf, fateGroups } from '../fates/groups.ts';
import { counted, formatCount, formatDuration, formatTime, secondsOf } from '../page/format.ts';
import { type Links, messageLink } from '../page/links.ts';
import { type Html, html } from '../page/markup.ts';
import { OUTCOME_COLOURS } from '../views/fates.ts';

const GROUPS_MAX = 40;
/** Life lines drawn in full, over the whole page and in one group. */
const LIFE_LINES_MAX = 120;
const LIFE_LINES_IN_GROUP_MAX = 20;
/** Messages listed by their times beneath a life line. */
const SIBLINGS_MAX = 300;

const MARKS = { lost: '✗', stuck: '■', duplicated: '2×', reordered: '⇄' } as const;

/** The section; says so when every message met its ordinary end. */
export function messagesSection(report: RunReport, links: Links): Html {
  const groups = fateGroups(report);
  const listed = report.messageLives.length;
  if (groups.length === 0) {
    return html`<section id="messages" data-views="overview">
      <h2>Messages</h2>
      <p>No message was lost, duplicated, reordered or left stuck.</p>
    </section>`;
  }
  let left = LIFE_LINES_MAX;
  const shown = groups.slice(0, GROUPS_MAX).map((group, index) => {
    const courses = coursesOf(group.lives);
    const drawn = courses.slice(0, Math.min(left, LIFE_LINES_IN_GROUP_MAX));
    left -= drawn.length;
    return groupDetails(group, drawn, courses.length, index === 0, links);
  });
  return html`<section id="messages" data-views="overview">
    <h2>What became of which message</h2>
    <p class="lead">
      ${counted(report.messageLivesTotal, 'message')} did not simply arrive once and in
      order.${listed < report.messageLivesTotal && html` ${formatCount(listed)} of them are listed here.`}
      Those with the same fate, from the same queue, by the same decision, are one row; open it for their life
      lines.${
        groups.length > shown.length && html` Shown are the first ${shown.length} of ${groups.length} rows.`
      }
    </p>
    ${shown}
  </section>`;
}

function groupDetails(
  group: FateGroup,
  drawn: readonly Course[],
  courses: number,
  open: boolean,
  links: Links,
): Html {
  const count = group.total ?? group.lives.length;
  const span =
    group.decidedFromUs === group.decidedToUs
      ? formatTime(group.decidedFromUs)
      : `${formatTime(group.decidedFromUs)} to ${formatTime(group.decidedToUs)}`;
  return html`<details
    class="fate"
    style="--fate:var(--${OUTCOME_COLOURS[group.outcome]})"
    ${open && html` open`}
  >
    <summary>
      <span class="count">${formatCount(count)}</span>
      <span class="what"
        ><b><span aria-hidden="true">${MARKS[group.outcome]}</span> ${group.outcome}</b
        ><small>${group.confirmed ? 'confirmed to the publisher' : 'not confirmed'}</small></span
      >
      <span class="why"
        >${group.cause.sentence} <small>in <code>${group.queue}</code>, decided at ${span}</small></span
      >
      <span class="rules"><code>${group.cause.hazard}</code> <code>${group.cause.rule}</code></span>
    </summary>
    ${
      group.lives.length < count &&
      html`<p class="cut">${formatCount(group.lives.length)} of ${formatCount(count)} are listed.</p>`
    }${drawn.map((course) => courseBlock(course, links))}${
      courses > drawn.length &&
      html`<p class="cut">
        ${counted(courses - drawn.length, 'more course')} that messages of this row took
        ${courses - drawn.length === 1 ? 'is' : 'are'} not shown.
      </p>`
    }
  </details>`;
}

function courseBlock(course: Course, links: Links): Html {
  const first = course.lives[0];
  if (first === undefined) return html``;
  const siblings = course.lives.slice(1);
  return html`<div class="course">
    <div>
      <h3>Life of ${messageLink(links, first.id)}</h3>
      ${lifeLine(first)}
    </div>
    ${siblings.length > 0 && siblingsTable(course, siblings, links)}
  </div>`;
}

function lifeLine(life: MessageLife): Html {
  return html`<ol class="life">
    ${life.steps.map((step, index) => {
      const before = life.steps[index - 1];
      const wait = before === undefined ? 0 : step.timeUs - before.timeUs;
      return html`<li>
        <time>${formatTime(step.timeUs)}${wait > 0 && html`<small>+${formatDuration(wait)}</small>`}</time
        ><span class="place"><b>${step.node}</b>${step.process !== step.node && ` ${step.process}`}</span
        ><span class="step">${step.what}${step.rule !== undefined && html` <code>${step.rule}</code>`}</span>
      </li>`;
    })}${
      (life.stepsLeftOut ?? 0) > 0 &&
      html`<li class="cut"><time></time><span>${counted(life.stepsLeftOut ?? 0, 'step')} left out</span></li>`
    }
  </ol>`;
}

function siblingsTable(course: Course, siblings: readonly MessageLife[], links: Links): Html {
  const shown = siblings.slice(0, SIBLINGS_MAX);
  return html`<div class="siblings">
    <h3>${counted(siblings.length, 'other')} on the same course</h3>
    ${
      shown.length < siblings.length &&
      html`<p class="cut">the first ${shown.length} of ${formatCount(siblings.length)}</p>`
    }
    <div class="scroll tall" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">message</th>
            ${course.steps.map(
              (step, index) =>
                html`<th scope="col" title="${step.node} ${step.process}: ${step.what}">
                  step ${index + 1}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (life) =>
              html`<tr>
                <td>${messageLink(links, life.id)}</td>
                ${life.steps.map((step) => html`<td>${secondsOf(step.timeUs).toFixed(3)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}
