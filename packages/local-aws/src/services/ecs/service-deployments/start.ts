import { ecsArn, newDeploymentId, newNumericId } from '../arns.js';
import { fleetOf } from '../scheduler/fleet.js';
import type { Ecs, RevisionRecord, ServiceDeploymentRecord, ServiceRecord } from '../model.js';
import { createAlarmWatch } from './alarm-watch.js';
import { createBreaker } from './circuit-breaker.js';
import { isTerminal } from './record.js';
import { requestStop, runServiceDeployment } from './runner.js';

/** startServiceDeployment makes a revision of the service's configuration and begins to deploy it. */
export function startServiceDeployment(ecs: Ecs, service: ServiceRecord): ServiceDeploymentRecord {
  const previous = service.deployments[0];
  const deployment = createDeployment(ecs, service, createRevision(ecs, service));
  service.deployments.unshift(deployment);
  if (previous && !isTerminal(previous.status)) {
    requestStop(ecs, previous, `Service deployment stopped because it was superseded by ${deployment.arn}.`);
  }
  deployment.done = runServiceDeployment(ecs, service, { deployment, previous: previous?.done });
  return deployment;
}

function createRevision(ecs: Ecs, service: ServiceRecord): RevisionRecord {
  const revision: RevisionRecord = {
    arn: ecsArn(ecs.world, `service-revision/${service.cluster.name}/${service.name}/${newNumericId()}`),
    createdAt: ecs.world.time.now(),
    configuration: service.configuration,
    targets: [],
  };
  service.revisions.push(revision);
  return revision;
}

function createDeployment(ecs: Ecs, service: ServiceRecord, revision: RevisionRecord): ServiceDeploymentRecord {
  const now = ecs.world.time.now();
  return {
    arn: ecsArn(ecs.world, `service-deployment/${service.cluster.name}/${service.name}/${newDeploymentId()}`),
    createdAt: now,
    updatedAt: now,
    revision,
    configuration: structuredClone(service.deploymentConfiguration),
    fleet: fleetOf(ecs, service, revision),
    sources: [],
    base: undefined,
    status: 'PENDING',
    statusReason: undefined,
    stage: undefined,
    productionWeight: undefined,
    testWeight: undefined,
    rollback: undefined,
    breaker: createBreaker(service.deploymentConfiguration.deploymentCircuitBreaker, service.desiredCount),
    alarmWatch: createAlarmWatch(service.deploymentConfiguration),
    hooks: [],
    answers: new Map(),
    history: [{ at: now, status: 'PENDING' }],
    lastCounts: new Map(),
    forward: new AbortController(),
    all: new AbortController(),
    done: Promise.resolve(),
  };
}
