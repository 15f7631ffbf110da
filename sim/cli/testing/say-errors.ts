/**
 * Says on stderr what cannot be said on stdout: that a file cannot run, where stdout is a document for a program, and the stack of a defect, where
 * somebody asked for stacks.
 */
import { printScenarioError, ScenarioError } from '../../scenario/problem.ts';
import type { Surroundings } from '../command.ts';
import { defectText } from '../defect.ts';
import { wantsColour } from '../terminal.ts';
import type { Reporter } from './reporter.ts';
import type { Outcome } from '../pool/job.ts';

export interface Sayer {
  readonly reporter: Reporter;
  /** `replay`: the command that yields the run again. */
  onOutcome(outcome: Outcome, replay: () => string): void;
}

/** `stdoutIsDocument`: nothing of this stands on stdout. */
export function sayErrors(stdoutIsDocument: boolean, { terminal, debug }: Surroundings): Sayer {
  const say = (error: ScenarioError): void =>
    terminal.err(printScenarioError(error, { colour: wantsColour(terminal.paintErr) }));
  return {
    reporter: {
      fileWrong: ({ problems }) => {
        if (stdoutIsDocument) say(new ScenarioError(problems));
      },
      ended: () => undefined,
    },
    onOutcome: (outcome, replay) => {
      if (outcome.kind === 'refused' && stdoutIsDocument) say(outcome.error);
      if (outcome.kind === 'broken' && (stdoutIsDocument || debug))
        terminal.err(defectText(outcome.error, replay(), debug, terminal.paintErr));
    },
  };
}
