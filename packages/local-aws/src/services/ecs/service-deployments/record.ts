import type { DeploymentStatus, ServiceDeploymentRecord, Stage } from '../model.js';

/** What may follow what; a status without successors is terminal. */
const SUCCESSORS: Readonly<Record<DeploymentStatus, readonly DeploymentStatus[]>> = {
  PENDING: ['IN_PROGRESS', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED'],
  IN_PROGRESS: ['SUCCESSFUL', 'STOP_REQUESTED', 'ROLLBACK_REQUESTED'],
  SUCCESSFUL: [],
  STOP_REQUESTED: ['STOPPED'],
  STOPPED: [],
  ROLLBACK_REQUESTED: ['ROLLBACK_IN_PROGRESS', 'STOP_REQUESTED'],
  ROLLBACK_IN_PROGRESS: ['ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED', 'STOP_REQUESTED'],
  ROLLBACK_SUCCESSFUL: [],
  ROLLBACK_FAILED: [],
};

/** isTerminal tells whether a service deployment has ended. */
export function isTerminal(status: DeploymentStatus): boolean {
  return SUCCESSORS[status].length === 0;
}

/** Interruption is what ends the way forward of a service deployment. */
export type Interruption =
  { readonly kind: 'rollback'; readonly reason: string } | { readonly kind: 'stop'; readonly reason: string };

/** DeploymentInterrupted carries an interruption through waits that it aborts. */
export class DeploymentInterrupted extends Error {
  readonly interruption: Interruption;

  constructor(interruption: Interruption) {
    super(interruption.kind);
    this.name = 'DeploymentInterrupted';
    this.interruption = interruption;
  }
}

/** setStatus moves a service deployment along its status machine. */
export function setStatus(deployment: ServiceDeploymentRecord, status: DeploymentStatus, at: Date): void {
  if (!SUCCESSORS[deployment.status].includes(status)) {
    throw new Error(`A service deployment cannot go from ${deployment.status} to ${status}.`);
  }
  deployment.status = status;
  if (status === 'IN_PROGRESS') deployment.startedAt = at;
  if (status === 'STOPPED') deployment.stoppedAt = at;
  if (isTerminal(status)) deployment.finishedAt = at;
  log(deployment, at);
}

/** setStage enters a lifecycle stage. */
export function setStage(deployment: ServiceDeploymentRecord, stage: Stage, at: Date): void {
  deployment.stage = stage;
  log(deployment, at);
}

/** setWeights notes the traffic that the target revision is to have. */
export function setWeights(
  deployment: ServiceDeploymentRecord,
  weights: { readonly production?: number; readonly test?: number },
  at: Date,
): void {
  deployment.productionWeight = weights.production ?? deployment.productionWeight;
  deployment.testWeight = weights.test ?? deployment.testWeight;
  log(deployment, at);
}

function log(deployment: ServiceDeploymentRecord, at: Date): void {
  deployment.updatedAt = at;
  const { status, stage, productionWeight, testWeight } = deployment;
  deployment.history.push({
    at,
    status,
    ...(stage === undefined ? {} : { stage }),
    ...(productionWeight === undefined ? {} : { productionWeight }),
    ...(testWeight === undefined ? {} : { testWeight }),
  });
}
