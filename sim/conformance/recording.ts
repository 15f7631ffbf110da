/**
 * What a real cluster did in one experiment, as the project keeps it: figures of each repeat, and for each question how many
 * repeats gave which answer. And the notes on it: what a person has said about a difference. Types, and reading them with a check of their
 * shape. Left out: how recordings come about, which is the laboratory's and `watership conform`'s business.
 */
import { z } from 'zod';

const perRepeat = z.array(z.number());

const recordingShape = z.strictObject({
  name: z.string(),
  description: z.string(),
  broker: z.string(),
  /** `busy`: other work ran on the machine, and processes waited for its processor for some hundred milliseconds at times. */
  machine: z.enum(['quiet', 'busy']),
  repeats: z.int().positive(),
  /** One value a repeat, in the words of the result format; and `never_seen`, what was neither delivered nor drained. */
  figures: z.record(z.string(), perRepeat),
  queue_figures: z.record(z.string(), z.record(z.string(), perRepeat)),
  /** By client of a workload; figures that are zero in every repeat are left out. Absent from recordings made before they were counted. */
  workload_figures: z.record(z.string(), z.record(z.string(), perRepeat)).optional(),
  /** Seconds, one value a repeat. */
  confirm_latency: z.record(z.string(), perRepeat),
  /** Question, answer, number of repeats that gave it. */
  answers: z.record(z.string(), z.record(z.string(), z.number())),
  /** Seconds from the start at which something was first logged, for each repeat in which it was. */
  times: z.record(z.string(), perRepeat),
  /** How long command line tools took, seconds. */
  command_seconds: perRepeat,
});

/** One experiment on a real cluster. */
export type Recording = z.infer<typeof recordingShape>;

const exception = z.strictObject({
  /** The questions or figures meant: each is a regular expression for a whole name. */
  on: z.array(z.string()).nonempty(),
  /** Rules from which the difference follows, where rules decide. */
  rules: z.array(z.string()).default([]),
  reason: z.string().min(20),
  /** Only these answers may come out besides the recorded ones, each a regular expression for a whole answer; without it any. */
  answers: z.array(z.string()).optional(),
});

const noteShape = z.strictObject({
  /** What may come out either way although every repeat showed one way, and outcomes that no repeat happened to show. */
  chance: z.array(exception).default([]),
  /** Where the laboratory differs from the scenario; for figures a further tolerance, in messages (or seconds for latencies). */
  laboratory: z.array(exception.extend({ within: z.number().nonnegative().default(0) })).default([]),
  /** Where the simulator differs, and why; still listed as a disagreement. */
  differs: z.array(exception).default([]),
  /** What the laboratory's machine cost, as overrides of the scenario: path and YAML value. */
  machine: z.record(z.string(), z.string()).default({}),
});

/** What is known about the differences of one experiment. */
export type Note = z.infer<typeof noteShape>;
export type Exception = Note['chance'][number];

const notesShape = z.strictObject({
  /** For every experiment. */
  everywhere: noteShape,
  experiments: z.record(z.string(), noteShape),
});
export type Notes = z.infer<typeof notesShape>;

/** Checks what was read from a recording's JSON. Throws ZodError. */
export function asRecording(data: unknown): Recording {
  return recordingShape.parse(data);
}

/** Checks what was read from the notes. Throws ZodError. */
export function asNotes(data: unknown): Notes {
  return notesShape.parse(data);
}

/** What holds for one experiment: its own notes before those for every experiment. */
export function noteOf({ everywhere, experiments }: Notes, name: string): Note {
  const own = experiments[name];
  if (own === undefined) return everywhere;
  return {
    chance: [...own.chance, ...everywhere.chance],
    laboratory: [...own.laboratory, ...everywhere.laboratory],
    differs: [...own.differs, ...everywhere.differs],
    machine: { ...everywhere.machine, ...own.machine },
  };
}

/** The first exception that speaks of `name` and allows all of `answers`. */
export function speaksOf<E extends Exception>(
  exceptions: readonly E[],
  name: string,
  answers: readonly string[] = [],
): E | undefined {
  return exceptions.find(
    ({ on, answers: allowed }) =>
      matches(on, name) && (allowed === undefined || answers.every((answer) => matches(allowed, answer))),
  );
}

function matches(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => new RegExp(`^(?:${pattern})$`).test(text));
}
