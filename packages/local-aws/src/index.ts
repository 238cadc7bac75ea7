export type { CallRecord } from './call-record.js';
export type { FaultEffect, FaultKind, FaultOccasion, FaultRule, FaultTarget } from './faults/fault.js';
export type { AddedFault, Faults } from './faults/faults.js';
export type { LocalAwsOptions, TaskKind } from './options.js';
export { createManualTime, type ManualTime, type ManualTimeOptions } from './manual-time.js';
export type { InjectedAnswer, InjectedRequest } from './http/inject.js';
export { REGISTRY_ACTIONS } from './http/registry-call.js';
export type {
  AccountOptions,
  IdentityProviderOptions,
  PolicyDocument,
  RoleOptions,
  StatementDocument,
  UserOptions,
} from './iam/account-options.js';
export { permissionsOf } from './iam/permissions-of.js';
export type { Claims, OidcIssuer } from './oidc/issuer.js';
export { startLocalAws, type LocalAws, type LocalAwsAccount } from './server.js';
export { AwsError, type AwsService, type CallContext, type Operation } from './service.js';
export type { World, WorldTime } from './world.js';
export type { Simulate, SimulatedBehaviour } from './tasks/index.js';
export type { SimulatedFinding, SimulatedScan, SimulateScan } from './services/ecr/scans.js';
