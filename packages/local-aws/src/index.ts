export type { CallRecord } from './call-record.js';
export type { FaultEffect, FaultKind, FaultOccasion, FaultRule, FaultTarget } from './faults/fault.js';
export type { AddedFault, Faults } from './faults/faults.js';
export type { LocalAwsOptions, TaskKind } from './options.js';
export { createManualTime, type ManualTime, type ManualTimeOptions } from './manual-time.js';
export { startLocalAws, type LocalAws } from './server.js';
export { AwsError, type AwsService, type CallContext, type Operation } from './service.js';
export type { World, WorldTime } from './world.js';
export type { Simulate, SimulatedBehaviour } from './tasks/index.js';
