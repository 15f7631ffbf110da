/** For programs, and for `watership merge`: the report as one line. */
import type { MakeReporter } from '../reporter.ts';

export const makeJson: MakeReporter = ({ write }) => ({
  ended: (report) => write(`${JSON.stringify(report)}\n`),
});
