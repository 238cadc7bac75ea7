export * from './server.js';
export type { Fault, FaultKind } from './faults.js';
export type * from './world.js';
