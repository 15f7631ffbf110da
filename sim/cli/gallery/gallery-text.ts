/**
 * The gallery on a terminal: a line for each hazard, with where it showed and what prevented it; below it the cells of what is not as it
 * should be, or of everything where few hazards were asked for; then what waits, and for what.
 */
import type { Exhibit, ExhibitCell, GalleryReport, WaitingHazard } from '../../ledger/gallery.ts';
import type { Scalar } from '../../ledger/result.ts';
import { counted } from '../../ledger/words.ts';
import { excerpt, printable } from '../printable.ts';
import type { Paint } from '../terminal.ts';

/** So few hazards are shown with all their cells. */
const IN_FULL_MAX = 3;
const TITLE_CHARACTERS = 52;
const KNOB_CHARACTERS = 60;

const headings = ['', 'HAZARD', 'SHOWN', 'MESSAGES', 'RULE', 'PREVENTED', 'BY'] as const;

export function galleryText({ exhibits, waiting, missing }: GalleryReport, paint: Paint): string {
  const lines: string[] = [];
  if (exhibits.length > 0) {
    const rows = exhibits.map(columns);
    const widths = headings.map((heading, index) =>
      Math.max(heading.length, ...rows.map((row) => row[index]?.length ?? 0)),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd();
    lines.push(paint('dim', line([...headings])));
    exhibits.forEach((exhibit, index) => {
      const [mark = '', ...rest] = rows[index] ?? [];
      const text = line(['', ...rest]).slice((widths[0] ?? 0) + 2);
      lines.push(`${paint(exhibit.held ? 'green' : 'red', mark.padEnd(widths[0] ?? 0))}  ${text}`);
      if (!exhibit.held || exhibits.length <= IN_FULL_MAX) lines.push(...cellLines(exhibit, paint));
    });
    lines.push('');
  }
  if (waiting.length > 0) {
    lines.push(paint('bold', 'Waiting'));
    lines.push(...waiting.map((each) => waitingLine(each, paint)), '');
  }
  for (const { id, title } of missing)
    lines.push(`${paint('red', 'missing')}  ${id}  ${title}: no scenario shows it, and nothing says why`);
  lines.push(sumLine(exhibits, waiting, missing.length));
  return `${lines.join('\n')}\n`;
}

function columns(exhibit: Exhibit): readonly string[] {
  const { hazard, held, cells, prevented, knobs } = exhibit;
  const bad = cells.filter(({ wanted }) => wanted);
  const good = cells.filter(({ wanted }) => !wanted);
  const shown = bad.reduce((sum, cell) => sum + cell.shown, 0);
  const seeds = bad.reduce((sum, cell) => sum + cell.seeds, 0);
  const rules = [...new Set(bad.flatMap((cell) => cell.rules))];
  const clean = good.filter((cell) => cell.shown === 0).length;
  return [
    held ? '✓' : '✗',
    `${hazard.id.padEnd(6)}  ${excerpt(hazard.title, TITLE_CHARACTERS)}`,
    `${shown} of ${seeds}`,
    messageRange(bad),
    rules.length === 0 ? '-' : rules.join(' '),
    prevented === null ? 'no knob' : `${clean} of ${good.length}`,
    excerpt(knobs.join(' or '), KNOB_CHARACTERS),
  ];
}

/** How many messages it took in a run: `100`, `287 to 421`, `-` where it is no message's. */
function messageRange(cells: readonly ExhibitCell[]): string {
  const least = Math.min(...cells.map(({ messagesMin }) => messagesMin));
  const most = Math.max(...cells.map(({ messagesMax }) => messagesMax));
  if (most <= 0) return '-';
  return least === most ? `${most}` : `${least} to ${most}`;
}

function cellLines({ cells, file }: Exhibit, paint: Paint): readonly string[] {
  const lines: string[] = [paint('dim', `     ${printable(file)}`)];
  for (const cell of cells) {
    const where = valuesText(cell.values) || 'the one cell';
    const wanted = cell.wanted ? (cell.byChance ? 'shows by luck' : 'shows') : 'prevented';
    lines.push(
      `     ${paint(cell.held ? 'green' : 'red', wanted.padEnd(13))}  ${cell.shown} of ${cell.seeds}  ${where}`,
    );
    if (cell.sentence !== '') lines.push(`       ${excerpt(cell.sentence, 200)}`);
    for (const { line, expected, observed } of cell.failures)
      lines.push(
        `       line ${line}: ${excerpt(expected, 120)}, observed ${excerpt(String(observed), 120)}`,
      );
    if (!cell.held) lines.push(`       Again  ${cell.replayCommand}`);
  }
  return lines;
}

function valuesText(values: Readonly<Record<string, Scalar>>): string {
  return Object.entries(values)
    .map(([path, value]) => excerpt(`${path}=${String(value)}`, 100))
    .join(' ');
}

function waitingLine({ hazard, waitsFor, isDue }: WaitingHazard, paint: Paint): string {
  const why = isDue
    ? paint('yellow', 'nothing is missing any more, but nobody has written its scenario')
    : waitsFor.join('; ');
  return `   ${hazard.id.padEnd(6)}  ${excerpt(hazard.title, TITLE_CHARACTERS).padEnd(TITLE_CHARACTERS)}  ${why}`;
}

function sumLine(
  exhibits: readonly Exhibit[],
  waiting: readonly WaitingHazard[],
  missingCount: number,
): string {
  const held = exhibits.filter((exhibit) => exhibit.held).length;
  const noKnob = exhibits.filter(({ prevented }) => prevented === null).length;
  const parts = [`${counted(exhibits.length, 'hazard')} shown by scenarios, ${held} of them right`];
  if (noKnob > 0) parts.push(`${noKnob} of them without a knob that prevents them`);
  parts.push(`${waiting.length} waiting`);
  if (missingCount > 0) parts.push(`${missingCount} missing`);
  return `${parts.join(', ')}.`;
}
