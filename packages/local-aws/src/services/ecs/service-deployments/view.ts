import type {
  DeploymentLifecycleHookDetail,
  ServiceDeployment,
  ServiceDeploymentAlarms,
  ServiceDeploymentBrief,
  ServiceRevision,
  ServiceRevisionSummary,
} from '@aws-sdk/client-ecs';
import type { HookRecord, RevisionRecord, ServiceDeploymentRecord, ServiceRecord } from '../model.js';
import { countsOf } from './counts.js';

/** briefView is a service deployment as ListServiceDeployments tells it. */
export function briefView(service: ServiceRecord, deployment: ServiceDeploymentRecord): ServiceDeploymentBrief {
  return { ...commonView(service, deployment), targetServiceRevisionArn: deployment.revision.arn };
}

function commonView(service: ServiceRecord, deployment: ServiceDeploymentRecord) {
  const { startedAt, finishedAt, statusReason } = deployment;
  return {
    serviceDeploymentArn: deployment.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    createdAt: deployment.createdAt,
    status: deployment.status,
    ...{ startedAt, finishedAt, statusReason },
  };
}

/** deploymentView is a service deployment as DescribeServiceDeployments tells it. */
export function deploymentView(service: ServiceRecord, deployment: ServiceDeploymentRecord): ServiceDeployment {
  const { productionWeight, testWeight, stage, stoppedAt, rollback } = deployment;
  const opposite = (percent: number | undefined): number | undefined =>
    percent === undefined ? undefined : Math.round(1000 - percent * 10) / 10;
  return {
    ...commonView(service, deployment),
    updatedAt: deployment.updatedAt,
    ...{ stoppedAt, rollback },
    // The SDK's enumeration lacks PRE_PRODUCTION_TRAFFIC_SHIFT, which its documentation has.
    ...(stage === undefined ? {} : { lifecycleStage: stage as NonNullable<ServiceDeployment['lifecycleStage']> }),
    lifecycleHookDetails: deployment.hooks.map(hookView),
    sourceServiceRevisions: deployment.sources.map((revision) => ({
      ...summary(service, deployment, revision),
      ...weights(
        revision === deployment.base ? opposite(productionWeight) : undefined,
        revision === deployment.base ? opposite(testWeight) : undefined,
      ),
    })),
    targetServiceRevision: {
      ...summary(service, deployment, deployment.revision),
      ...weights(productionWeight, testWeight),
    },
    deploymentConfiguration: deployment.configuration,
    deploymentCircuitBreaker: { ...deployment.breaker },
    alarms: alarmsView(deployment),
  };
}

function alarmsView({
  alarmWatch: { status, alarmNames, triggered },
}: ServiceDeploymentRecord): ServiceDeploymentAlarms {
  return { status, alarmNames: [...alarmNames], triggeredAlarmNames: [...triggered] };
}

/** revisionView is a service revision as DescribeServiceRevisions tells it. */
export function revisionView(service: ServiceRecord, revision: RevisionRecord): ServiceRevision {
  const { taskDefinition, loadBalancers, networkConfiguration, platformVersion } = revision.configuration;
  return {
    serviceRevisionArn: revision.arn,
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: taskDefinition.arn,
    launchType: service.launchType as NonNullable<ServiceRevision['launchType']>,
    loadBalancers: [...loadBalancers],
    ...(networkConfiguration === undefined ? {} : { networkConfiguration }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    containerImages: containerImages(service, revision),
    createdAt: revision.createdAt,
    resolvedConfiguration: {
      loadBalancers: revision.targets.map(({ targetGroupArn, productionListenerRule }) => ({
        targetGroupArn,
        ...(productionListenerRule === undefined ? {} : { productionListenerRule }),
      })),
    },
  };
}

/** The digests are those that the revision's tasks were found to run; before any ran there are none to tell. */
function containerImages(service: ServiceRecord, revision: RevisionRecord) {
  const tasks = [...service.cluster.tasks.values()].filter(({ membership }) => membership?.fleet.revision === revision);
  return revision.configuration.taskDefinition.containers.map(({ name, image }) => {
    const ran = tasks.flatMap(({ containers }) => containers).find((one) => one.name === name && one.imageDigest);
    return {
      ...(name === undefined ? {} : { containerName: name }),
      ...(image === undefined ? {} : { image }),
      ...(ran?.imageDigest === undefined ? {} : { imageDigest: ran.imageDigest }),
    };
  });
}

function summary(
  service: ServiceRecord,
  deployment: ServiceDeploymentRecord,
  revision: RevisionRecord,
): ServiceRevisionSummary {
  const fleet = service.fleets.find((candidate) => candidate.revision === revision);
  const counts = fleet ? countsOf(fleet) : deployment.lastCounts.get(revision);
  return {
    arn: revision.arn,
    requestedTaskCount: counts?.requested ?? 0,
    runningTaskCount: counts?.running ?? 0,
    pendingTaskCount: counts?.pending ?? 0,
  };
}

function weights(production: number | undefined, test: number | undefined): ServiceRevisionSummary {
  return {
    ...(production === undefined ? {} : { requestedProductionTrafficWeight: production }),
    ...(test === undefined ? {} : { requestedTestTrafficWeight: test }),
  };
}

function hookView({ hookId, status, expiresAt, timeoutAction }: HookRecord): DeploymentLifecycleHookDetail {
  return { hookId, targetType: 'PAUSE', status, expiresAt, timeoutAction };
}
