// Written by `npm run rules`; what it means is said in ../evidence.ts.

export const mutants: readonly {
  readonly rule: string;
  readonly breaks: string;
  readonly noticedBy: string;
}[] = [
  {
    rule: 'PAR-3',
    breaks: 'takes every member to be alive, connected or not',
    noticedBy: 'test/partitions/pausing.test.ts: PAR-6, PAR-7: the lone node pauses',
  },
  {
    rule: 'PAR-6',
    breaks: 'takes half of the members for a majority',
    noticedBy: 'test/partitions/pausing.test.ts: PAR-8: two nodes: a cut pauses both',
  },
];
