/** What the commands ask of a node; the node says what it can be asked. */
export type * from '../node/maintenance-control.ts';
export type * from '../node/node-control.ts';
export type * from '../node/virtual-host-control.ts';
