/** The command is to end early: somebody pressed Ctrl-C, or another program asked for it. No defect, and no verdict either. */
export class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'interrupted' : 'asked to end');
    this.name = 'Interrupted';
    this.signal = signal;
  }
}
