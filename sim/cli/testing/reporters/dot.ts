/** For a long list: one character a case (`.` passed, `x` failed, `?` a limit came first, `!` could not run, `-` skipped), then what `default` says at its end. */
import type { Status } from '../report.ts';
import type { MakeReporter } from '../reporter.ts';
import { endText } from './default.ts';

const characters: { readonly [status in Status]: string } = {
  passed: '.',
  failed: 'x',
  unknown: '?',
  refused: '!',
  defect: '!',
  skipped: '-',
};

const charactersALine = 80;

export const makeDot: MakeReporter = ({ write, paint }) => {
  let column = 0;
  const put = (character: string): void => {
    const style = character === '.' ? 'green' : character === '-' ? 'dim' : 'red';
    write(paint(style, character));
    column += 1;
    if (column % charactersALine === 0) write('\n');
  };
  return {
    fileWrong: () => put('!'),
    caseEnded: (_, { status }) => put(characters[status]),
    ended: (report, durations) => {
      if (column % charactersALine !== 0) write('\n');
      write(endText(report, durations, paint));
    },
  };
};
