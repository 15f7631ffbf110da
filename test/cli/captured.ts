/** A terminal that remembers what it was shown, a folder for files, and an engine that answers what a test wants. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { RunOptions, RunScenario, ScenarioRun } from '../../sim/cli/scenario-run.ts';
import type { Terminal } from '../../sim/cli/terminal.ts';
import { watership } from '../../sim/cli/watership.ts';
import type { MessageFigures, RunResult } from '../../sim/ledger/result.ts';
import type { Scenario } from '../../sim/scenario/model.ts';
import { messageFigures } from '../../sim/scenario/results.ts';
import { sampleReport } from '../reports/sample.ts';

/** Three idle nodes; a test adds lines of its own below. */
export const scenarioText = 'name: quiet-cluster\nnodes: [rabbit1, rabbit2, rabbit3]\n';

const sample = sampleReport();
const folder = mkdtempSync(path.join(tmpdir(), 'watership-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path in this test file's own folder. */
export function inFolder(name: string): string {
  return path.join(folder, name);
}

/** Writes a file there and returns its path. */
export function fileWith(name: string, text: string | Uint8Array): string {
  const file = inFolder(name);
  writeFileSync(file, text);
  return file;
}

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly runner?: RunScenario;
  /** Styles appear as `<red>text</red>`. */
  readonly colour?: boolean;
  readonly errIsTerminal?: boolean;
  readonly nowMs?: () => number;
  readonly environment?: Terminal['environment'];
}

/** A terminal that hands on what it is shown. */
export function terminalTo(
  shown: Pick<Terminal, 'out' | 'err'>,
  setting: Omit<Setting, 'runner'> = {},
): Terminal {
  const paint: Terminal['paintOut'] = (style, text) =>
    setting.colour === true ? `<${style}>${text}</${style}>` : text;
  return {
    ...shown,
    paintOut: paint,
    paintErr: paint,
    errIsTerminal: setting.errIsTerminal ?? false,
    errColumns: 80,
    environment: setting.environment ?? {},
    nowMs: setting.nowMs ?? (() => 0),
    breathe: () => Promise.resolve(),
    onInterrupt: () => () => undefined,
    nowAndThen: () => () => undefined,
  };
}

/** Runs one command line to its end. */
export async function perform(args: readonly string[], setting: Setting = {}): Promise<Ended> {
  let out = '';
  let err = '';
  const shown = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
  const terminal = terminalTo(shown, setting);
  const { runner } = setting;
  const code = await watership(
    args,
    terminal,
    runner && { load: () => Promise.resolve(runner), workers: null },
  );
  return { code, out, err };
}

export interface Answer {
  readonly verdict?: RunResult['verdict'];
  readonly failures?: RunResult['failures'];
  readonly messages?: Partial<MessageFigures>;
  readonly run?: Partial<Omit<ScenarioRun, 'result'>>;
}

/** An engine whose runs come out as `answer` says; it may throw, as a defect would. */
export function engine(answer: (scenario: Scenario, options: RunOptions) => Answer): RunScenario {
  return (scenario, options) => runOf(scenario, options, answer(scenario, options));
}

function runOf(scenario: Scenario, { seed, forReport }: RunOptions, answer: Answer): ScenarioRun {
  const { verdict = 'passed', failures = [], messages = {}, run = {} } = answer;
  const zero = Object.fromEntries(messageFigures.map((figure) => [figure, 0])) as unknown as MessageFigures;
  return {
    result: {
      ...sample.result,
      scenario: scenario.name,
      seed,
      matrix: scenario.matrix as RunResult['matrix'],
      verdict,
      failures,
      messages: { ...zero, ...messages },
    },
    verdictSentence: 'A sentence about the verdict.',
    causeSentences: [],
    story: [],
    judgement: { checked: [], failures: [], anyOf: [], sometimes: null, hazard: null },
    report:
      forReport === true
        ? (replayCommand) => ({
            ...sample,
            result: { ...sample.result, scenario: scenario.name, seed },
            scenarioPath: scenario.source.file,
            replayCommand,
          })
        : null,
    ...run,
  };
}
