/** The command line was used in a way that has no meaning. Ends with exit code 2 and one message, never a stack. */
export class UsageError extends Error {
  /** What was probably meant, or what to do instead: a sentence without a full stop. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
