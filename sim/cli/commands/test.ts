/** `watership test [DIR|FILE...]`: holds scenarios to what they expect, for people and for CI. */
import type { Command, Surroundings } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { testOptions, testRequestOf, type TestRequest } from '../testing/test-request.ts';

export const test: Command = {
  name: 'test',
  usage: 'test [DIR|FILE...]',
  summary: 'Hold scenarios to what they expect: those below scenarios/, or those named',
  epilogue:
    'Ends with 0 when all expectations held, 1 when one did not or the baseline moved, 2 when a file or the command line is wrong (the other files run), 3 on an internal error.',
  options: testOptions,
  operands: { least: 0, most: Infinity, name: 'FILE' },
  async perform(given, surroundings) {
    const request = testRequestOf(given, surroundings.terminal);
    if (request.watch) return watchFiles(request, surroundings);
    const { findFiles } = await import('../testing/find-files.ts');
    const { testFiles } = await import('../testing/test-files.ts');
    return testFiles(findFiles(request.operands), request, surroundings);
  },
};

async function watchFiles(request: TestRequest, surroundings: Surroundings): Promise<ExitCode> {
  const { watchTests } = await import('../testing/watch/watch-tests.ts');
  const { realChanges } = await import('../testing/watch/real-changes.ts');
  const changes = realChanges();
  try {
    return await watchTests(request, surroundings, changes);
  } finally {
    changes.close();
  }
}
