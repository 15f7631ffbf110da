/**
 * Everything the command line knows of the world outside: where text goes, whether a person watches, what time it is.
 * Commands get it handed in, so that a test can be a terminal too.
 */
import { styleText } from 'node:util';
import { ExitCode } from './exit-code.ts';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Puts a style around a text, or nothing where colour is not wanted. */
export type Paint = (style: Style, text: string) => string;

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly paintOut: Paint;
  readonly paintErr: Paint;
  /** A person sees stderr as it is written. */
  readonly errIsTerminal: boolean;
  /** Columns of stderr. */
  readonly errColumns: number;
  readonly environment: { readonly [name: string]: string | undefined };
  /** Milliseconds of some clock, for the progress line and nothing else. */
  nowMs(): number;
  /** Lets pending signals and stream errors be seen between two runs, which are synchronous. */
  breathe(): Promise<void>;
  /** Calls `listener` when the command is to end early, instead of ending it there and then; what is returned makes it so again. */
  onInterrupt(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** Calls `action` now and then, for the progress line and nothing else; what is returned ends that. */
  nowAndThen(action: () => void): () => void;
}

/** The terminal of this process. Colour follows NO_COLOR, FORCE_COLOR and whether a stream is a terminal. */
export function processTerminal(): Terminal {
  endQuietlyOnClosedPipe(process.stdout);
  endQuietlyOnClosedPipe(process.stderr);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    paintOut: (style, text) => styleText(style, text, { stream: process.stdout }),
    paintErr: (style, text) => styleText(style, text, { stream: process.stderr }),
    errIsTerminal: process.stderr.isTTY ?? false,
    errColumns: columnsOf(process.stderr),
    environment: process.env,
    nowMs: () => performance.now(),
    breathe: () =>
      new Promise((resolve) => {
        setImmediate(resolve);
      }),
    onInterrupt: (listener) => {
      process.once('SIGINT', listener).once('SIGTERM', listener);
      return () => void process.off('SIGINT', listener).off('SIGTERM', listener);
    },
    nowAndThen: (action) => {
      const timer = setInterval(action, nowAndThenMs).unref();
      return () => clearInterval(timer);
    },
  };
}

const nowAndThenMs = 500;

/** Some terminals do not know their width and say 0. */
function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80;
}

/** Whether a painter adds anything. */
export function wantsColour(paint: Paint): boolean {
  return paint('bold', '') !== '';
}

/** `watership … | head` is no error: whoever read has had enough. What has not been found out by then did not hold either. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    // There is nobody left to talk to.
    process.exit(process.exitCode ?? ExitCode.unread);
  });
}
