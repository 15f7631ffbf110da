/** The real arm cannot do what was asked, or something of the real world failed: for the person, never a defect of ours. */
export class LaboratoryError extends Error {
  /** What to do about it: a sentence without a full stop. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'LaboratoryError';
    this.hint = hint;
  }
}
